import Foundation
import TestSupport
import Testing
import TimeSeries

@testable import Forecasting

@Suite struct AutoARIMATests {
    @Test(.enabled(if: ARIMATests.hasGolden, "needs the shared golden forecasts"))
    func `the choice is as good as that of the reference`() throws {
        for file in ARIMATests.files {
            let golden = try SharedData.object("golden-forecast/\(file).dev.json")
            let want = golden.object("AutoARIMA")
            guard want.has("aicc") else { continue }
            let period = Int(golden.number("m"))
            let values = golden.numbers("train")
            let estimate = try ARIMASearch(values, period: period).run(progress: .ignored)
            let (orders, seasonal) = (want.numbers("order"), want.numbers("seasonal"))
            let order = estimate.order
            print(
                "arima \(file): (\(order.p),\(order.d),\(order.q))(\(order.seasonalP),\(order.seasonalD),"
                    + "\(order.seasonalQ)) \(order.hasConstant ? "c" : "-") aicc \(estimate.aicc), reference "
                    + "\(orders) \(seasonal) \(want.number("aicc"))")
            if Double(order.d) == orders[1] && Double(order.seasonalD) == seasonal[1] {
                #expect(estimate.aicc <= want.number("aicc") + 1, "\(file)")
            }
            // Where the model is the same, so are its forecasts, but for the reference's diffuse start.
            let terms = [order.p, order.d, order.q, order.seasonalP, order.seasonalD, order.seasonalQ]
            guard terms.map(Double.init) == orders + seasonal.prefix(3) else { continue }
            let means = try AutoARIMA(period: period).fit(Series(values: values)).mean(
                steps: Int(golden.number("h")))
            let pairs = zip(means, want.object("forecast").numbers("mean"))
            let worst = pairs.reduce(0) { max($0, abs($1.0 / $1.1 - 1)) }
            print("arima \(file): forecasts within \(worst) of the reference")
            #expect(worst <= 0.02, "\(file)")
        }
    }

    /// An ARMA process of standard normal errors, 200 values after its start.
    private func simulated(
        _ count: Int, ar: [Double] = [], ma: [Double] = [], seasonalMA: [Double] = [], period: Int = 1,
        seed: UInt64
    ) -> [Double] {
        let model = ARMACoefficients(ar: ar, seasonalAR: [], ma: ma, seasonalMA: seasonalMA, period: period)
        let (values, errors) = (model.valuePolynomial, model.errorPolynomial)
        var random = SeededSeries(seed: seed)
        let noise = random.noise(count + 200)
        var y = noise
        for t in y.indices {
            for lag in errors.lags where lag <= t { y[t] += errors.coefficients[lag] * noise[t - lag] }
            for lag in values.lags where lag <= t { y[t] -= values.coefficients[lag] * y[t - lag] }
        }
        return Array(y.suffix(count))
    }

    private func integrated(_ values: [Double], lag: Int) -> [Double] {
        var y = [Double](repeating: 0, count: lag) + values
        for t in lag..<y.count { y[t] += y[t - lag] }
        return y
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func `the coefficients of a simulated autoregression are recovered`(seed: UInt64) throws {
        let values = simulated(500, ar: [1.2, -0.5], seed: seed).map { 20 + $0 }
        let estimate = try ARIMA.estimate(ARIMAOrder(2, 0, 0, hasConstant: true), values, progress: .ignored)
        // Box & Jenkins, section 7.2.6: the variance of both is (1 - φ₂²) / n.
        let error = ((1 - 0.25) / 500).squareRoot()
        #expect(abs(estimate.coefficients.ar[0] - 1.2) <= 3 * error, "\(estimate.coefficients)")
        #expect(abs(estimate.coefficients.ar[1] + 0.5) <= 3 * error, "\(estimate.coefficients)")
        // The standard error of a mean is σ / ((1 - φ₁ - φ₂) √n).
        #expect(abs(estimate.mean - 20) <= 3 / (0.3 * 500.squareRoot()))
        #expect(abs(estimate.variance - 1) <= 3 * (2.0 / 500).squareRoot())
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func `the coefficient of a simulated moving average is recovered`(seed: UInt64) throws {
        let values = simulated(400, ma: [-0.7], seed: seed)
        let estimate = try ARIMA.estimate(ARIMAOrder(0, 0, 1), values, progress: .ignored)
        let error = ((1 - 0.49) / 400).squareRoot()
        #expect(abs(estimate.coefficients.ma[0] + 0.7) <= 3 * error, "\(estimate.coefficients)")
    }

    @Test(arguments: 1...3 as ClosedRange<UInt64>)
    func `the coefficients of a simulated airline model are recovered`(seed: UInt64) throws {
        let process = simulated(240, ma: [-0.4], seasonalMA: [-0.6], period: 12, seed: seed)
        let values = integrated(integrated(process, lag: 1), lag: 12)
        let order = ARIMAOrder(0, 1, 1, seasonal: (0, 1, 1), period: 12)
        let estimate = try ARIMA.estimate(order, values, progress: .ignored)
        // Box & Jenkins, section 9.2.4: (1 - θ²) / n and (1 - Θ²) / n.
        #expect(abs(estimate.coefficients.ma[0] + 0.4) <= 3 * ((1 - 0.16) / 240).squareRoot())
        #expect(abs(estimate.coefficients.seasonalMA[0] + 0.6) <= 3 * ((1 - 0.36) / 240).squareRoot())
        let search = ARIMASearch(values, period: 12)
        #expect(search.differences == (1, 1))
    }

    /// The level of the test is 5 %, and a walk that comes back often passes for noise now and then.
    @Test func `a random walk is differenced once and white noise is not`() {
        var right = (walk: 0, noise: 0, twice: 0)
        for seed in 1...40 as ClosedRange<UInt64> {
            var random = SeededSeries(seed: seed)
            let noise = random.noise(300)
            let walk = integrated(noise, lag: 1)
            if Differencing.choose(walk, period: 1) == (1, 0) { right.walk += 1 }
            if Differencing.choose(noise, period: 12) == (0, 0) { right.noise += 1 }
            if Differencing.choose(integrated(walk, lag: 1), period: 1) == (2, 0) { right.twice += 1 }
        }
        #expect(right.walk >= 34 && right.noise >= 34 && right.twice >= 34, "\(right) of 40")
    }

    @Test func `the statistic of the level test is the one worked out by hand`() {
        // Means 0, partial sums -1.5, -2, -1.5, 0: squares 8.5; no lags for 4 values; variance 5 / 4.
        #expect(abs(Differencing.levelStatistic([1, 2, 3, 4]) - 8.5 / 16 / 1.25) <= 1e-12)
        #expect(Differencing.levelStatistic([7, 7, 7, 7]) == 0)
    }

    @Test func `the strength of a season lies between none and all`() {
        var random = SeededSeries(seed: 8)
        let season = (0..<120).map { 10 * sin(2 * .pi * Double($0) / 12) + Double($0) }
        let noise = random.noise(120)
        #expect(Differencing.seasonalStrength(season, period: 12) > 0.99)
        #expect(Differencing.seasonalStrength(noise, period: 12) < 0.64)
        #expect(Differencing.seasonalStrength([Double](repeating: 4, count: 60), period: 12) == 0)
        let mixed = zip(season, noise).map { $0 + 5 * $1 }
        let strength = Differencing.seasonalStrength(mixed, period: 12)
        #expect(strength > 0.5 && strength < 0.95, "\(strength)")
    }

    @Test func `a season that an ARIMA model cannot hold becomes waves`() throws {
        var random = SeededSeries(seed: 9)
        let values = random.season(240, period: 48)
        let model = try AutoARIMA(period: 48).fit(Series(values: values))
        #expect(model == (try HarmonicRegression(periods: [48]).fit(Series(values: values))))
        #expect(model.order.seasonalP + model.order.seasonalD + model.order.seasonalQ == 0)
    }
}

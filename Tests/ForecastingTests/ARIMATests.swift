import Foundation
import TestSupport
import Testing
import TimeSeries

@testable import Forecasting

@Suite struct ARIMATests {
    /// One stored model of statsmodels: exact maximum likelihood of the differenced series.
    struct Stored {
        let name: String
        let order: ARIMAOrder
        let differenced: [Double]
        let coefficients: ARMACoefficients
        let mean: Double
        let variance: Double
        let logLikelihood: Double
    }

    static let files = [
        "airpassengers", "co2_monthly", "infra_hourly_ms_ingress-01-0", "m3_monthly_N2000",
        "m3_quarterly_N1071", "m3_yearly_N0323", "nile", "tourism_monthly_M355",
    ]
    static let orders = [
        (1, 1, 1, 0, 0, 0), (0, 1, 1, 0, 0, 0), (2, 0, 0, 0, 0, 0), (0, 1, 1, 0, 1, 1), (1, 0, 0, 1, 1, 0),
    ]

    static func references() throws -> [Stored] {
        var all: [Stored] = []
        for file in files {
            let golden = try SharedData.object("golden-forecast/\(file).dev.json")
            let period = Int(golden.number("m"))
            for (p, d, q, sp, sd, sq) in orders {
                let key = "(\(p), \(d), \(q))(\(sp), \(sd), \(sq))[\(period)]"
                let fit = golden.object("ARIMA").object(key).object("statsmodels_exact_ml_on_differenced")
                guard fit.has("loglik") else { continue }
                let given = fit.object("params")
                func group(_ name: String, _ count: Int, _ spacing: Int = 1) -> [Double] {
                    (1..<count + 1).map { given.number("\(name)\($0 * spacing)") }
                }
                let order = ARIMAOrder(
                    p, d, q, seasonal: (sp, sd, sq), period: sp + sd + sq == 0 ? 1 : period,
                    hasConstant: given.has("intercept"))
                let coefficients = ARMACoefficients(
                    ar: group("ar.L", p), seasonalAR: group("ar.S.L", sp, period), ma: group("ma.L", q),
                    seasonalMA: group("ma.S.L", sq, period), period: order.period)
                // Their intercept is that of the recursion.
                let intercept = given.has("intercept") ? given.number("intercept") : 0
                all.append(
                    Stored(
                        name: "\(file) \(key)", order: order,
                        differenced: LagPolynomial.differences(order).applied(to: golden.numbers("train")),
                        coefficients: coefficients, mean: intercept / coefficients.valuePolynomial.sum,
                        variance: given.number("sigma2"), logLikelihood: fit.number("loglik")))
            }
        }
        return all
    }

    static let hasGolden = SharedData.has("golden-forecast/nile.dev.json")

    @Test(.enabled(if: hasGolden, "needs the shared golden forecasts"))
    func `the likelihood at stored parameters is the stored one`() throws {
        for reference in try Self.references() {
            let problem = try #require(ARMAProblem(reference.differenced, reference.order))
            let found = problem.logLikelihood(
                reference.coefficients, mean: reference.mean, variance: reference.variance)
            let likelihood = try #require(found)
            #expect(
                abs(likelihood - reference.logLikelihood) <= 1e-6,
                "\(reference.name): \(likelihood) \(reference.logLikelihood)")
        }
    }

    @Test(.enabled(if: hasGolden, "needs the shared golden forecasts"))
    func `the fit is at least as likely as the stored one`() throws {
        for reference in try Self.references() {
            let lost = reference.order.lost
            // Any levels with these differences will do.
            var levels = [Double](repeating: 0, count: lost) + reference.differenced
            let difference = LagPolynomial.differences(reference.order)
            for t in lost..<levels.count {
                for lag in difference.lags { levels[t] -= difference.coefficients[lag] * levels[t - lag] }
            }
            let estimate = try ARIMA.estimate(reference.order, levels, progress: .ignored)
            let gain = estimate.logLikelihood - reference.logLikelihood
            print("arima \(reference.name): \(estimate.logLikelihood), \(gain) above the reference")
            #expect(
                gain >= -0.01, "\(reference.name): \(estimate.coefficients) for \(reference.coefficients)")
        }
    }

    private static func nile() throws -> [Double] {
        try Repository.text("datasets/nile/data.csv").split(separator: "\n").dropFirst().map { row in
            Double(row.split(separator: ",")[1]) ?? .nan
        }
    }

    /// statsmodels 0.15, SARIMAX of the first 90 years of the Nile, exact maximum likelihood of the
    /// differenced series.
    @Test func `the models of the Nile are those of statsmodels`() throws {
        let values = Array(try Self.nile().prefix(90))
        let mixed = try ARIMA.estimate(ARIMAOrder(1, 1, 1), values, progress: .ignored)
        #expect(abs(mixed.logLikelihood + 566.876356816) <= 1e-6)
        #expect(abs(mixed.coefficients.ar[0] - 0.258923640739) <= 1e-4)
        #expect(abs(mixed.coefficients.ma[0] + 0.872671155483) <= 1e-4)
        #expect(abs(mixed.variance - 19_728.2212348) <= 10)
        #expect(abs(mixed.aicc - 1140.03506657) <= 1e-5)
        let smoothing = try ARIMA.estimate(ARIMAOrder(0, 1, 1), values, progress: .ignored)
        #expect(abs(smoothing.logLikelihood + 568.836514634) <= 1e-6)
        #expect(abs(smoothing.coefficients.ma[0] + 0.752324542383) <= 1e-4)
    }

    @Test func `an autoregression forecasts by its own recursion`() throws {
        let history = try Self.nile()
        let model = try ARIMA(ARIMAOrder(1, 0, 0, hasConstant: true)).fit(Series(values: history))
        let phi = model.coefficients.ar[0]
        let mean = model.recursion.mean
        var deviation = history[history.count - 1] - mean
        for value in model.mean(steps: 10) {
            deviation *= phi
            #expect(abs(value - (mean + deviation)) <= 1e-9 * mean)
        }
        // The variance of an AR(1) forecast: σ² (1 - φ²ʰ) / (1 - φ²).
        for (step, variance) in model.variances(steps: 10).enumerated() {
            let want = model.variance * (1 - pow(phi, Double(2 * step + 2))) / (1 - phi * phi)
            #expect(abs(variance - want) <= 1e-9 * want)
        }
    }

    @Test func `the variance of a random walk grows by the step, with a season by the year`() throws {
        var random = SeededSeries(seed: 2)
        var level = 0.0
        let walk = random.noise(80).map { step in
            level += step
            return level
        }
        let plain = try ARIMA(ARIMAOrder(0, 1, 0)).fit(Series(values: walk))
        for (step, variance) in plain.variances(steps: 5).enumerated() {
            #expect(abs(variance - Double(step + 1) * plain.variance) <= 1e-12)
        }
        let order = ARIMAOrder(0, 0, 0, seasonal: (0, 1, 0), period: 4)
        let seasonal = try ARIMA(order).fit(Series(values: walk))
        for (step, variance) in seasonal.variances(steps: 12).enumerated() {
            #expect(abs(variance - Double(step / 4 + 1) * seasonal.variance) <= 1e-12)
        }
        #expect(seasonal.mean(steps: 8) == Array(walk.suffix(4) + walk.suffix(4)))
    }

    @Test func `a drift goes on and a missing value teaches nothing`() throws {
        var random = SeededSeries(seed: 3)
        let values = random.noise(100).enumerated().map { 2 * Double($0) + $1 }
        let model = try ARIMA(ARIMAOrder(0, 1, 1, hasConstant: true)).fit(Series(values: values))
        let mean = model.mean(steps: 50)
        #expect(abs((mean[49] - mean[0]) / 49 - 2) <= 0.05)
        var observed = model
        observed.observe(.nan)
        for (a, b) in zip(observed.mean(steps: 20), mean.dropFirst()) { #expect(abs(a - b) <= 1e-9) }
        // So does one at the end of the history.
        let gap = try ARIMA(ARIMAOrder(0, 1, 1, hasConstant: true)).fit(Series(values: values + [.nan]))
        #expect(bits(gap.mean(steps: 5)) == bits(observed.mean(steps: 5)))
    }

    /// The fit knows the start from other values than the fitted means do; both forget it.
    @Test func `fitted means are those of a replay`() throws {
        var random = SeededSeries(seed: 4)
        let noise = random.noise(304)
        let values = noise.indices.dropFirst(4).map { noise[$0] - 0.5 * noise[$0 - 4] }
        let order = ARIMAOrder(1, 0, 0, seasonal: (0, 0, 1), period: 4, hasConstant: true)
        let begun = try ARIMA(order).fit(Series(values: Array(values.prefix(200))))
        let gap = [Double.nan, .nan, .nan]
        let fitted = begun.fitted(on: Series(values: values + gap))
        var replay = begun
        for step in 200..<303 {
            #expect(abs(fitted[step] - replay.next) <= 1e-6, "step \(step)")
            replay.observe(step < 300 ? values[step] : .nan)
        }
    }

    /// The state before the first value is never forgotten here; taken for 0 it would spoil every mean.
    @Test func `fitted means of a season that never changes are near its pattern`() throws {
        var random = SeededSeries(seed: 5)
        let values = random.season(200, period: 4)
        let order = ARIMAOrder(0, 0, 0, seasonal: (0, 1, 1), period: 4)
        let model = try ARIMA(order).fit(Series(values: values))
        #expect(model.coefficients.seasonalMA[0] < -0.8)
        let means = model.fitted(on: Series(values: values))
        let errors = means.indices.dropFirst(8).map { means[$0] - 50 - 10 * sin(.pi * Double($0) / 2) }
        let size = (errors.reduce(0) { $0 + $1 * $1 } / Double(errors.count)).squareRoot()
        #expect(size <= 0.45, "\(size)")
    }

    @Test func `a history too short for the orders is fitted with smaller ones`() throws {
        let order = ARIMAOrder(2, 1, 2, seasonal: (1, 1, 1), period: 12, hasConstant: false)
        for count in 4...40 {
            let bearable = order.bearable(by: count)
            #expect(bearable.parameters + bearable.lost < count, "\(count): \(bearable)")
        }
        #expect(order.bearable(by: 100) == order)
        #expect(order.bearable(by: 20).seasonalD == 0)
        #expect(order.bearable(by: 20).period == 1)
    }

    @Test func `damaged orders are refused`() throws {
        let order = ARIMAOrder(1, 0, 0, seasonal: (1, 0, 0), period: 7)
        var random = SeededSeries(seed: 6)
        let model = try ARIMA(order).fit(Series(values: random.season(80, period: 7)))
        let bytes = stored(model)
        #expect(try restored(model) == model)
        // Version, period, d, D and the constant are the first five words.
        for (word, value) in [(0, 2), (1, 0), (1, 9), (1, .max), (2, -1), (2, 9), (3, 2), (3, .max), (4, 2)] {
            var writer = BinaryWriter()
            writer.write(value)
            var damaged = bytes
            damaged.replaceSubrange(8 * word..<8 * word + 8, with: writer.bytes)
            #expect(throws: BinaryFormatError.self, "word \(word) \(value)") {
                try restored(model, from: damaged)
            }
        }
    }
}

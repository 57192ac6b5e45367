import TestSupport
import Testing
import TimeSeries

@testable import Forecasting

@Suite struct ThetaTests {
    private static let shared = [
        "airpassengers", "co2_monthly", "infra_hourly_ms_ingress-01-0", "m3_monthly_N2000",
        "m3_quarterly_N1071", "m3_yearly_N0323", "nile", "tourism_monthly_M355",
    ]
    private static let forms: [(name: String, form: Theta.Form)] = [
        ("STM", .standard), ("OTM", .optimised), ("DSTM", .dynamicStandard), ("DOTM", .dynamicOptimised),
    ]

    private static func path(_ name: String) -> String { "golden-forecast/\(name).dev.json" }

    private func adjusted(_ values: [Double], period: Int) -> (season: ClassicalSeason, values: [Double]) {
        let season = ClassicalSeason(testing: values, period: period)
        return (season, values.indices.map { season.adjusted(values[$0], at: $0) })
    }

    /// Every mean of a replay, and the state after it.
    private func replay(
        _ values: [Double], level: Double, _ weights: ThetaState.Weights, isDynamic: Bool
    ) -> (means: [Double], state: ThetaState) {
        var state = ThetaState(before: values, level: level, isDynamic: isDynamic)
        let means = values.map { value in
            let mean = state.next(weights)
            state.advance(value, weights)
            return mean
        }
        return (means, state)
    }

    private func squares(_ values: [Double], _ means: [Double], from first: Int) -> Double {
        zip(values, means).dropFirst(first).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }

    @Test(
        .enabled(if: SharedData.has(path("nile")), "the shared golden fits are not there"), arguments: shared)
    func `the recursions are those of the reference`(name: String) throws {
        let golden = try SharedData.object(Self.path(name))
        let (season, values) = adjusted(golden.numbers("train"), period: Int(golden.number("m")))
        for (form, kind) in Self.forms {
            let want = golden.object("Theta").object(form)
            #expect((want.number("decompose") == 1) == !season.profile.isEmpty, "\(name)")
            let given = want.object("params")
            let weights = ThetaState.Weights(
                alpha: given.number("alpha"), line: 1 - 1 / given.number("theta"))
            let (means, state) = replay(
                values, level: given.number("initial_smoothed"), weights, isDynamic: kind.isDynamic)
            let forecast = want.numbers("forecast_mean")
            let got = means.prefix(5) + state.mean(steps: forecast.count, weights)
            let steps = Array(0..<5) + forecast.indices.map { values.count + $0 }
            for (i, expected) in (want.numbers("fitted_head") + forecast).enumerated() {
                let mean = season.restored(got[i], at: steps[i])
                #expect(abs(mean - expected) <= 1e-9 * max(1, abs(expected)), "\(name) \(form) \(steps[i])")
            }
            let size = values.reduce(0) { $0 + abs($1) } / Double(values.count)
            let mse = squares(values, means, from: 3) / size
            #expect(abs(mse - want.number("mse")) <= 1e-9 * mse, "\(name) \(form)")
        }
    }

    @Test(
        .enabled(if: SharedData.has(path("nile")), "the shared golden fits are not there"), arguments: shared)
    func `the estimates are at least as good as those of the reference`(name: String) throws {
        let golden = try SharedData.object(Self.path(name))
        let (_, values) = adjusted(golden.numbers("train"), period: Int(golden.number("m")))
        let size = values.reduce(0) { $0 + abs($1) } / Double(values.count)
        for (form, kind) in Self.forms {
            let fit = try ThetaFit(
                values, isDynamic: kind.isDynamic, estimatesTheta: kind.estimatesTheta, progress: .ignored)
            let means = replay(values, level: fit.level, fit.weights, isDynamic: kind.isDynamic).means
            let ratio =
                squares(values, means, from: 3) / size / golden.object("Theta").object(form).number("mse")
            print("theta \(name) \(form): mse \(ratio) of the reference")
            #expect(ratio <= 1.0001, "\(name) \(form)")
        }
    }

    /// The figures are those of StatsForecast 2.0.1 on the first 90 years.
    @Test func `the flow of the Nile is forecast as by the reference`() throws {
        let rows = try Repository.text("datasets/nile/data.csv").split(separator: "\n").dropFirst()
        let values = rows.prefix(90).compactMap { Double($0.split(separator: ",")[1]) }
        let want: [(Theta.Form, level: Double, alpha: Double, theta: Double, mse: Double, next: Double)] = [
            (.standard, 675.102390766, 0.217082566023, 2, 1940.38524047, 880.540784749),
            (.optimised, 240.269826209, 0.208109727996, 11.592557285, 1936.85864762, 873.224732423),
            (.dynamicStandard, 805.50789547, 0.285069060326, 2, 2038.61883274, 883.032784684),
            (.dynamicOptimised, 1221.92480878, 0.246098455196, 1, 1952.03844347, 888.927158904),
        ]
        let size = values.reduce(0, +) / 90
        for (form, level, alpha, theta, mse, next) in want {
            let weights = ThetaState.Weights(alpha: alpha, line: 1 - 1 / theta)
            let (means, state) = replay(values, level: level, weights, isDynamic: form.isDynamic)
            #expect(abs(state.next(weights) - next) <= 1e-9 * next, "\(form)")
            #expect(abs(squares(values, means, from: 3) / size - mse) <= 1e-9 * mse, "\(form)")
            let model = try Theta(form).fit(Series(values: values))
            let fitted = model.fitted(on: Series(values: values))
            #expect(squares(values, fitted, from: 3) / size <= mse * 1.0001, "\(form)")
        }
    }

    @Test(arguments: forms.map(\.form), [0, 1, 2] as [UInt64])
    func `no level and no weight beside the estimated ones is better`(form: Theta.Form, seed: UInt64) throws {
        var random = SeededSeries(seed: seed)
        let values = random.autoregression(60, 0.9).enumerated().map { 20 + 0.2 * Double($0) + $1 }
        let fit = try ThetaFit(
            values, isDynamic: form.isDynamic, estimatesTheta: form.estimatesTheta, progress: .ignored)
        let means = replay(values, level: fit.level, fit.weights, isDynamic: form.isDynamic).means
        let best = squares(values, means, from: 3)
        #expect(abs(best - fit.squaredError) <= 1e-8 * best)
        for alpha in stride(from: 0.1, through: 0.99, by: 0.089) {
            for line in form.estimatesTheta ? [0, 0.25, 0.5, 0.75, 1 - 1e-10] : [0.5] {
                for level in stride(from: -100.0, through: 140, by: 20) {
                    let weights = ThetaState.Weights(alpha: alpha, line: line)
                    let other = replay(values, level: level, weights, isDynamic: form.isDynamic).means
                    #expect(squares(values, other, from: 3) >= best * (1 - 1e-9), "\(weights), \(level)")
                }
            }
        }
    }

    @Test func `the line that follows the values is their least-squares line`() {
        var random = SeededSeries(seed: 4)
        let values = random.autoregression(50, 1)
        var state = ThetaState(before: values, level: 0, isDynamic: true)
        for (i, value) in values.enumerated() {
            state.advance(value, ThetaState.Weights(alpha: 0.5, line: 0.5))
            let line = ThetaState.line(through: Array(values[...i]))
            #expect(abs(state.slope - line.slope) <= 1e-9 && abs(state.intercept - line.intercept) <= 1e-9)
        }
        let line = ThetaState.line(through: (1...9).map { 3 - 2 * Double($0) })
        #expect(abs(line.intercept - 3) <= 1e-12 && abs(line.slope + 2) <= 1e-12)
    }

    /// Assimakopoulos and Nikolopoulos: half the line and half the smoothed curve drift by half the slope.
    @Test func `a standard forecast drifts by half the slope of the history`() throws {
        var random = SeededSeries(seed: 5)
        let values = random.noise(200).enumerated().map { 0.3 * Double($0) + $1 }
        let mean = try Theta(.standard).fit(Series(values: values)).mean(steps: 10)
        let slope = ThetaState.line(through: values).slope
        for (a, b) in zip(mean, mean.dropFirst()) { #expect(abs(b - a - slope / 2) <= 1e-6) }
    }

    @Test func `the best form is the one with the least error`() throws {
        var random = SeededSeries(seed: 6)
        for period in [1, 7] {
            let values = random.season(90, period: 7).enumerated().map { $1 + 0.4 * Double($0) }
            let history = Series(values: values)
            let errors = try Self.forms.map { form in
                let fitted = try Theta(form.form, period: period).fit(history).fitted(on: history)
                let season = adjusted(values, period: period).season
                return values.indices.dropFirst(3).reduce(0.0) { sum, i in
                    let error = season.adjusted(values[i], at: i) - season.adjusted(fitted[i], at: i)
                    return sum + error * error
                }
            }
            let least = try #require(errors.indices.min { errors[$0] < errors[$1] })
            let best = try Theta(Self.forms[least].form, period: period).fit(history)
            #expect(try AutoTheta(period: period).fit(history) == best)
        }
    }

    @Test(arguments: forms.map(\.form))
    func `a season is repeated and a missing value teaches nothing`(form: Theta.Form) throws {
        let pattern = [10.0, 20, 40, 30]
        var model = try Theta(form, period: 4).fit(Series(values: (0..<40).map { pattern[$0 % 4] }))
        for (got, want) in zip(model.mean(steps: 8), pattern + pattern) { #expect(abs(got - want) <= 1e-6) }
        let expected = model.mean(steps: 3)
        model.observe(.nan)
        model.observe(.nan)
        #expect(abs(model.next - expected[2]) <= 1e-9)
        for _ in 0..<60 { model.observe(pattern[2] * 3) }
        #expect(model.next > 30, "the level follows what is observed")
    }

    @Test func `values at and below zero are adjusted by addition`() throws {
        let values = (0..<60).map { Double([-5, 0, 5][$0 % 3]) }
        let season = ClassicalSeason(testing: values, period: 3)
        #expect(!season.isMultiplicative && season.profile.count == 3)
        let mean = try Theta(period: 3).fit(Series(values: values)).mean(steps: 3)
        for (got, want) in zip(mean, [-5.0, 0, 5]) { #expect(abs(got - want) <= 1e-6) }
    }
}

import TestSupport
import Testing
import TimeSeries

@testable import Forecasting

@Suite struct DecomposedSmoothingTests {
    private func cycles(_ count: Int) -> [Double] {
        let (short, long) = ([5.0, -2, 1, -4], [10.0, 0, 0, 0, -6, 0, 0, 0, 0, 0, 2, -6])
        return (0..<count).map { 30 + short[$0 % 4] + long[$0 % 12] }
    }

    @Test(arguments: [41, 72, 95])
    func `two seasons are repeated in step`(count: Int) throws {
        let all = cycles(count + 24)
        var model = try DecomposedSmoothing(periods: [12, 4]).fit(Series(values: Array(all[..<count])))
        for (got, want) in zip(model.mean(steps: 24), all[count...]) { #expect(abs(got - want) < 0.5) }
        for value in all[count..<(count + 7)] { model.observe(value) }
        for (got, want) in zip(model.mean(steps: 17), all[(count + 7)...]) { #expect(abs(got - want) < 0.5) }
    }

    @Test func `a season with fewer than two cycles is left out`() throws {
        let history = Series(values: Array(cycles(23)))
        let short = try DecomposedSmoothing(periods: [4]).fit(history)
        let both = try DecomposedSmoothing(periods: [4, 12]).fit(history)
        #expect(stored(both) == stored(short))
        let none = try DecomposedSmoothing(periods: [30]).fit(history)
        let theta = try Theta(.dynamicOptimised).fit(history)
        #expect(none.mean(steps: 5) == theta.mean(steps: 5))
    }

    @Test func `noise without a season is not repeated`() throws {
        var random = SeededSeries(seed: 2)
        let noise = random.noise(140)
        let mean = try DecomposedSmoothing(periods: [7]).fit(Series(values: noise)).mean(steps: 14)
        let spread = (mean.max() ?? 0) - (mean.min() ?? 0)
        #expect(spread < 1, "\(spread)")
        #expect(DecomposedSmoothing.share(of: [1, -1, 1, -1], remainder: [0.1, 0.1, -0.1, -0.1]) == 1)
        #expect(DecomposedSmoothing.share(of: [0.1, -0.1, 0.1, -0.1], remainder: [1, 1, -1, -1]) == 0)
    }

    @Test func `a season that has moved is followed`() throws {
        let values = cycles(96)
        var model = try DecomposedSmoothing(periods: [4]).fit(Series(values: values.map { $0 }))
        let moved = [-5.0, 2, -1, 4]
        var (early, late) = (0.0, 0.0)
        for step in 0..<400 {
            let value = 30 + moved[step % 4]
            if step < 20 { early += abs(value - model.next) / 20 }
            if step >= 380 { late += abs(value - model.next) / 20 }
            model.observe(value)
        }
        #expect(late < early / 10, "\(early), then \(late)")
    }

    @Test func `a missing value teaches nothing`() throws {
        var model = try DecomposedSmoothing(periods: [4, 12]).fit(Series(values: cycles(96)))
        let expected = model.mean(steps: 6)
        for _ in 0..<5 { model.observe(.nan) }
        #expect(abs(model.next - expected[5]) <= 1e-9)
    }

    @Test func `one-step means over the history are near its values`() throws {
        var random = SeededSeries(seed: 3)
        let history = Series(values: random.season(200, period: 12))
        let fitted = try DecomposedSmoothing(periods: [12]).fit(history).fitted(on: history)
        let errors = zip(history.values, fitted).dropFirst(3).map { abs($0 - $1) }
        #expect(errors.reduce(0, +) / Double(errors.count) < 1.5)
    }

    @Test(arguments: ["theta", "otm", "dotm", "auto-theta", "stl", "mstl", "drift", "mean"])
    func `values of any size give finite means`(name: String) throws {
        var random = SeededSeries(seed: 4)
        let settings = MethodSettings(season: [4, 12])
        for size in [1e-300, 1e-150, 1e140, 1e149] {
            let values = random.season(100, period: 12).map { size / 100 * $0 }
            let model: any ForecastModel = try ForecasterCatalog.entry(name).make(settings)
                .fit(Series(values: values))
            let mean = model.mean(steps: 24)
            #expect(mean.allSatisfy { $0.isFinite && $0 > 0 && $0 < size }, "\(size): \(mean)")
        }
    }

    @Test(arguments: ["theta", "auto-theta", "stl", "mstl"])
    func `a fit that nobody wants is cancelled`(name: String) throws {
        let forecaster = try ForecasterCatalog.entry(name).make(MethodSettings(season: [4]))
        #expect(throws: ForecastError.cancelled) {
            _ = try forecaster.fit(Series(values: cycles(60)), progress: FitProgress { false })
        }
    }
}

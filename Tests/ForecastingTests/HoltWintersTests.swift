import TestSupport
import Testing
import TimeSeries

@testable import Forecasting

@Suite struct HoltWintersTests {
    private static let golden = "Tests/ForecastingTests/Golden/holt-winters.json"

    @Test func `the recursion is the published one`() throws {
        for golden in try GoldenFile(Self.golden).cases {
            let values = try FilledHistory(Series(values: goldenValues(golden)), atLeast: 1).values
            let want = golden.object("outputs").object("fixed")
            let given = want.object("parameters")
            let weights = HoltWintersState.Weights(
                level: given.number("alpha"), trend: given.number("beta"), season: given.number("gamma"),
                damping: given.number("phi"))
            var state = HoltWintersState(
                level: given.number("l0"), trend: given.number("b0"), season: given.numbers("s0"))
            let name = golden.object("series").text("dataset")
            let sse = state.squaredError(over: values, weights)
            #expect(abs(sse - want.number("sse")) <= 1e-9 * want.number("sse"), "\(name)")
            var means: [Double] = []
            values.withUnsafeBufferPointer { values in
                state.run(over: values, weights) { _, mean, _ in means.append(mean) }
            }
            let pairs = zip(
                means.suffix(5) + state.mean(steps: 24, weights),
                want.numbers("last five fitted") + want.numbers("forecast"))
            for (got, want) in pairs {
                #expect(abs(got - want) <= 1e-9 * max(1, abs(want)), "\(name): \(got) for \(want)")
            }
        }
    }

    /// The reference may damp less than we do (0.995 against our bound of 0.98, that of ETS); where it
    /// does, it may be better by 5 %.
    @Test func `the estimated weights are as good as those of the reference`() throws {
        for golden in try GoldenFile(Self.golden).cases {
            let filled = try FilledHistory(Series(values: goldenValues(golden)), atLeast: 1).values
            let period = Int(golden.object("inputs").number("period"))
            let want = golden.object("outputs").object("estimated")
            let history = Series(values: filled)
            let fitted = try HoltWinters(period: period).fit(history).fitted(on: history)
            let sse = zip(filled, fitted).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
            let ratio = sse / want.number("sse")
            let name = golden.object("series").text("dataset")
            print("holt-winters \(name) \(period): sse \(ratio) of the reference")
            #expect(ratio <= (want.number("phi") <= 0.98 ? 1.001 : 1.05), "\(name), period \(period)")
        }
    }

    @Test func `a line is carried on and a missing value teaches nothing`() throws {
        let model = try HoltWinters().fit(Series(values: (0..<60).map { 5 + 2 * Double($0) }))
        let mean = model.mean(steps: 3)
        #expect(mean[0] > 123 && mean[0] < 126.5 && mean[2] > mean[0], "\(mean)")
        var observed = model
        let expected = model.mean(steps: 4)
        observed.observe(.nan)
        #expect(abs(observed.next - expected[1]) <= 1e-9 * expected[1])
    }
}

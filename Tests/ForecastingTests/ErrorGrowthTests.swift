import TestSupport
import Testing
import TimeSeries

@testable import Forecasting

@Suite struct ErrorGrowthTests {
    private func growth(_ values: [Double], _ method: String, period: Int = 1) throws -> ErrorGrowth {
        let settings = MethodSettings(season: period > 1 ? [period] : [])
        let model = try ForecasterCatalog.fitModel(method, to: Series(values: values), settings: settings)
            .model
        return ErrorGrowth(of: model, over: values, period: period)
    }

    @Test(arguments: ["seasonal-naive", "ridge", "holt-winters"])
    func `errors of a walk grow with the root of the horizon`(method: String) throws {
        var random = SeededSeries(seed: 3)
        let found = try growth(random.autoregression(2_000, 1), method)
        for steps in [4, 16, 64] {
            let expected = Double(steps).squareRoot()
            #expect(found.factor(at: steps) > 0.5 * expected && found.factor(at: steps) < 2 * expected)
        }
        // What the history does not show goes on as it began.
        #expect(found.factor(at: 4_096) > found.factor(at: 64))
    }

    @Test(arguments: ["ridge", "holt-winters", "seasonal-naive"])
    func `errors of noise hardly grow`(method: String) throws {
        var random = SeededSeries(seed: 4)
        let found = try growth(random.noise(1_000), method)
        #expect(found.factor(at: 256) < 1.5)
    }

    @Test func `a season keeps its place on the walk`() throws {
        var random = SeededSeries(seed: 5)
        let values = random.season(24 * 40 + 7, period: 24)
        #expect(try growth(values, "seasonal-naive", period: 24).factor(at: 100) < 1.5)
        #expect(try growth(values, "holt-winters", period: 24).factor(at: 100) < 2)
    }

    @Test func `short, constant and missing histories have an answer`() throws {
        for values in [[1, 2, 3, 4], [Double](repeating: 5, count: 100), [1, .nan, .nan, 2, .nan, 3, 1, 2]] {
            let found = try growth(values, "seasonal-naive")
            #expect(found.factor(at: 1) == 1 && found.factor(at: 10_000).isFinite)
        }
        #expect(ErrorGrowth.none.factor(at: 1_000_000) == 1)
    }

    @Test func `the factor never falls with the horizon, and never rises faster than it`() throws {
        for seed in 0..<20 as Range<UInt64> {
            var random = SeededSeries(seed: seed)
            let found = try growth(random.autoregression(300 + Int(seed) * 40, 0.9), "ridge")
            let factors = (0...2_000).map(found.factor(at:))
            #expect(zip(factors, factors.dropFirst()).allSatisfy { $0 <= $1 })
            #expect(factors.enumerated().allSatisfy { $1 <= Double(max($0, 1)) })
        }
    }
}

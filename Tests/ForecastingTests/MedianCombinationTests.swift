import TestSupport
import Testing
import TimeSeries

@testable import Forecasting

@Suite struct MedianCombinationTests {
    @Test func `every step is the median of the members`() throws {
        var random = SeededSeries(seed: 1)
        let history = Series(values: random.season(150, period: 7))
        let settings = MethodSettings(season: [7], horizon: 14)
        let paths = try MedianCombination.quick.map { name in
            try ForecasterCatalog.entry(name).make(settings).fit(history).mean(steps: 14)
        }
        let median = try MedianCombination(of: MedianCombination.quick, settings: settings).fit(history)
        for (step, value) in median.mean(steps: 14).enumerated() {
            let sorted = paths.map { $0[step] }.sorted()
            let middle = sorted.count / 2
            #expect(
                value == (sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2))
        }
    }

    @Test func `one value is enough for the least demanding member`() throws {
        let model = try MedianCombination(of: MedianCombination.quick, settings: MethodSettings())
            .fit(Series(values: [3]))
        #expect(model.mean(steps: 2) == [3, 3])
    }
}

import TestSupport
import Testing
import TimeSeries

@testable import Forecasting

@Suite struct BaselineTests {
    private func model(_ name: String, _ values: [Double]) throws -> any ForecastModel {
        try ForecasterCatalog.entry(name).make(MethodSettings(season: [4])).fit(Series(values: values))
    }

    @Test func `the drift is the line from the first value to the last`() throws {
        var model = try model("drift", [2, 9, 1, 8])
        #expect(model.mean(steps: 3) == [10, 12, 14])
        model.observe(.nan)
        #expect(model.mean(steps: 2) == [12, 14])
        model.observe(7)
        #expect(model.mean(steps: 2) == [8, 9])
        #expect(try self.model("drift", [.nan, .nan, 5, .nan, 9, .nan]).mean(steps: 2) == [13, 15])
        #expect(try self.model("drift", [.nan, 5, .nan]).mean(steps: 2) == [5, 5])
    }

    @Test func `fitted drift is the value before and the slope`() throws {
        let values = [2.0, 9, .nan, 8, 11]
        let fitted = try model("drift", values).fitted(on: Series(values: values))
        #expect(fitted[0].isNaN && Array(fitted[1...]) == [4.25, 11.25, 13.5, 10.25])
    }

    @Test func `the mean is that of the values that are there`() throws {
        var model = try model("mean", [1, .nan, 2, 6])
        #expect(model.mean(steps: 2) == [3, 3])
        model.observe(.nan)
        model.observe(7)
        #expect(model.next == 4)
    }

    @Test func `the naive method repeats the last value whatever the season`() throws {
        var model = try model("naive", [4, 1, 2, 3, 5, .nan])
        #expect(model.mean(steps: 3) == [5, 5, 5])
        model.observe(6)
        #expect(model.next == 6)
    }
}

import Foundation
import TestSupport
import Testing
import TimeSeries

@testable import Forecasting

@Suite struct SelectionTests {
    private func chosen(_ values: [Double], season: [Int]) throws -> String {
        let settings = MethodSettings(season: season, horizon: 12)
        return try ForecasterCatalog.fitModel("auto", to: Series(values: values), settings: settings).name
    }

    @Test func `an exact season needs no more than its repetition`() throws {
        let pattern: [Double] = [3, 1, 4, 1, 5, 9, 2, 6]
        #expect(try chosen((0..<160).map { pattern[$0 % 8] }, season: [8]) == "auto/seasonal-naive")
    }

    @Test func `a trend with a season under noise needs smoothing`() throws {
        var random = SeededSeries(seed: 11)
        let values = (0..<200).map { step -> Double in
            let t = Double(step)
            return 0.5 * t + 8 * sin(.pi * t / 6) + random.normal()
        }
        #expect(try chosen(values, season: [12]) != "auto/seasonal-naive")
    }

    @Test func `an oscillation of the second order needs a regression`() throws {
        var random = SeededSeries(seed: 12)
        var values = [0.0, 0.0]
        for step in 2..<302 {
            values.append(1.8 * values[step - 1] - 0.95 * values[step - 2] + random.normal())
        }
        #expect(try chosen(values, season: []) == "auto/ridge")
    }

    @Test func `a local level under noise needs smoothing`() throws {
        var wins: [String: Int] = [:]
        for seed in 0..<10 as Range<UInt64> {
            var random = SeededSeries(seed: 40 + seed)
            var level = 0.0
            let values = (0..<240).map { _ in
                level += 0.15 * random.normal()
                return level + 2 * random.normal()
            }
            wins[try chosen(values, season: []), default: 0] += 1
        }
        print("local level: \(wins)")
        #expect(wins["auto/holt-winters", default: 0] >= 5)
    }

    @Test func `two values are enough for the simplest`() throws {
        #expect(try chosen([1, 2], season: []) == "auto/seasonal-naive")
        #expect(try chosen([1], season: [7]) == "auto/seasonal-naive")
    }
}

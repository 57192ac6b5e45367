import Foundation
import TestSupport
import Testing
import TimeSeries

@testable import Forecasting

@Suite struct FittedMethodTests {
    private static let names = ["auto", "seasonal-naive", "holt-winters", "ridge"]

    @Test(arguments: names, [5, 12, 40, 150])
    func `intervals contain the mean, nest and respect zero`(name: String, count: Int) throws {
        for seed in 0..<4 as Range<UInt64> {
            var random = SeededSeries(seed: seed)
            let values = random.poisson(count, mean: 1.5)
            for series in [values, values.map { -$0 - 1 }, random.autoregression(count, 0.9)] {
                let settings = MethodSettings(season: seed % 2 == 0 ? [] : [4], horizon: 10)
                let fitted = try ForecasterCatalog.fit(name, to: Series(values: series), settings: settings)
                let levels = [0, 0.5, 0.8, 0.95, 0.999]
                let forecast = fitted.forecast(steps: 25, levels: levels)
                #expect(forecast.mean == fitted.mean(steps: 25))
                #expect(forecast.intervals.map(\.level) == levels)
                for h in 0..<25 {
                    var before = forecast.mean[h]...forecast.mean[h]
                    for interval in forecast.intervals {
                        try #require(interval.lower[h] <= interval.upper[h])
                        let range = interval.lower[h]...interval.upper[h]
                        #expect(
                            range.lowerBound <= before.lowerBound && range.upperBound >= before.upperBound)
                        #expect(range.lowerBound.isFinite && range.upperBound.isFinite)
                        before = range
                    }
                    if !series.contains(where: { $0 < 0 }) { #expect(before.lowerBound >= 0) }
                }
            }
        }
    }

    @Test func `intervals cover what they say`() throws {
        struct Count {
            var inside = [0.8: 0, 0.95: 0]
            var all = 0
        }
        var counts: [String: Count] = [:]
        let horizon = 24
        for seed in 0..<200 as Range<UInt64> {
            var random = SeededSeries(seed: 5_000 + seed)
            let isSeasonal = seed % 2 == 0
            let values =
                isSeasonal
                ? random.season(240 + horizon, period: 12, noise: 2)
                : random.autoregression(240 + horizon, [0.5, 0.8, 0.95][Int(seed / 2) % 3])
            let history = Series(values: Array(values.dropLast(horizon)))
            let settings = MethodSettings(season: isSeasonal ? [12] : [], horizon: horizon)
            let fitted = try ForecasterCatalog.fit("auto", to: history, settings: settings)
            let forecast = fitted.forecast(steps: horizon, levels: [0.8, 0.95])
            for h in 0..<horizon {
                for name in [
                    isSeasonal ? "seasonal" : "autoregressive", h < 6 ? "1-6" : h < 12 ? "7-12" : "13-24",
                ] {
                    counts[name, default: Count()].all += 1
                    for interval in forecast.intervals
                    where (interval.lower[h]...interval.upper[h]).contains(values[240 + h]) {
                        counts[name, default: Count()].inside[interval.level, default: 0] += 1
                    }
                }
            }
        }
        for (name, count) in counts.sorted(by: { $0.key < $1.key }) {
            let share80 = Double(count.inside[0.8] ?? 0) / Double(count.all)
            let share95 = Double(count.inside[0.95] ?? 0) / Double(count.all)
            print("coverage \(name): \(share80) at 80 %, \(share95) at 95 %")
            #expect(share80 >= 0.7 && share80 <= 0.92, "\(name)")
            #expect(share95 >= 0.88 && share95 <= 0.99, "\(name)")
        }
    }
}

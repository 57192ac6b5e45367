import Foundation
import TestSupport
import Testing
import TimeSeries

@testable import Forecasting

/// The automatic forecast on histories as they come.
@Suite struct AutoHygieneTests {
    private func forecast(
        _ values: [Double], season: [Int] = [], steps: Int = 12, levels: [Double] = [0.8, 0.95]
    ) throws -> Forecast {
        let settings = MethodSettings(season: season, horizon: steps)
        return try ForecasterCatalog.fit("auto", to: Series(values: values), settings: settings)
            .forecast(steps: steps, levels: levels)
    }

    /// Finite, nested, within two ranges of the history, and not below 0 where the history never was.
    private func expectSound(
        _ forecast: Forecast, after values: [Double], _ what: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let known = values.filter(\.isFinite)
        let lowest = known.min() ?? 0
        let highest = known.max() ?? 0
        let range = highest - lowest
        for h in forecast.mean.indices {
            let mean = forecast.mean[h]
            #expect(
                (lowest - 1.001 * range...highest + 1.001 * range).contains(mean),
                "\(what) step \(h): \(mean)",
                sourceLocation: sourceLocation)
            var inner = mean...mean
            for interval in forecast.intervals {
                let (lower, upper) = (interval.lower[h], interval.upper[h])
                guard lower.isFinite, upper.isFinite, lower <= inner.lowerBound, upper >= inner.upperBound
                else {
                    Issue.record("\(what) step \(h): \(lower) … \(upper) around \(inner)")
                    return
                }
                inner = lower...upper
                if lowest >= 0 { #expect(lower >= 0, "\(what)", sourceLocation: sourceLocation) }
            }
        }
    }

    @Test(arguments: [[], [4], [12], [24, 168]])
    func `every length from one value on has a forecast`(season: [Int]) throws {
        var random = SeededSeries(seed: 1)
        let noise = random.season(200, period: 12).map { $0 + 40 }
        for count in Array(1...14) + [24, 25, 49, 72, 73, 200] {
            let values = Array(noise.prefix(count))
            let levels = [0, 0.5, 0.8, 0.95, 0.999]
            expectSound(
                try forecast(values, season: season, levels: levels), after: values, "\(count) \(season)")
        }
    }

    @Test func `odd histories have sound forecasts`() throws {
        var random = SeededSeries(seed: 2)
        let noise = random.noise(120)
        let counts = random.poisson(120, mean: 0.3)
        let shapes: [(String, [Double])] = [
            ("zeros", noise.map { _ in 0 }), ("constant", noise.map { _ in -7.5 }),
            ("zeros but one", noise.indices.map { $0 == 60 ? 5 : 0 }),
            ("zeros but the last", noise.indices.map { $0 == 119 ? 5 : 0 }),
            ("a jump", noise.indices.map { $0 < 90 ? 10 : 50 }),
            ("a jump at the end", noise.indices.map { $0 < 117 ? 10 : 50 }),
            ("integers", noise.map { ($0 * 3).rounded() }), ("counts", counts),
            ("huge", noise.map { 1e140 * $0 }), ("tiny", noise.map { 1e-140 * $0 }),
            ("small positive", noise.map { 1e-7 * exp($0) }),
            ("growth", noise.indices.map { pow(1.15, Double($0)) }),
            ("decay", noise.indices.map { pow(0.8, Double($0)) }),
            ("negative", noise.map { -100 + $0 }), ("line", noise.indices.map { 3 * Double($0) - 50 }),
            ("two values", noise.map { $0 > 0 ? 1 : 0 }),
            ("near zero", noise.map { abs($0) < 1.5 ? 0 : abs($0) }),
        ]
        for season in [[], [7], [24]] {
            for (what, values) in shapes {
                expectSound(try forecast(values, season: season), after: values, "\(what) \(season)")
            }
        }
    }

    @Test func `gaps anywhere are borne`() throws {
        var random = SeededSeries(seed: 3)
        let whole = random.season(300, period: 24, noise: 0.3).map { $0 + 30 }
        let usual = try forecast(whole, season: [24], steps: 24).mean
        for (what, missing) in [
            ("scattered", { $0 % 7 == 3 }), ("a day", { (100..<124).contains($0) }),
            ("the beginning", { $0 < 50 }), ("the end", { $0 >= 297 }), ("most", { $0 % 3 != 0 }),
        ] as [(String, (Int) -> Bool)] {
            let values = whole.indices.map { missing($0) ? .nan : whole[$0] }
            let forecast = try forecast(values, season: [24], steps: 24)
            expectSound(forecast, after: values, what)
            let difference = zip(forecast.mean, usual).reduce(0) { $0 + abs($1.0 - $1.1) / 24 }
            #expect(difference < 4, "\(what): \(difference)")
        }
    }

    @Test func `a spike in the last value moves neither the forecast nor its bounds far`() throws {
        var random = SeededSeries(seed: 4)
        let calm = random.noise(200).map { 100 + $0 }
        let spiked = calm.dropLast() + [1_000]
        let usual = try forecast(calm)
        let shaken = try forecast(Array(spiked))
        #expect(zip(usual.mean, shaken.mean).allSatisfy { abs($0 - $1) < 5 })
        for (a, b) in zip(usual.intervals[1].upper, shaken.intervals[1].upper) {
            #expect(b - 100 < 5 * (a - 100), "\(b) beside \(a)")
        }
    }

    @Test func `a constant was never erred about, three values were`() throws {
        func isMeasured(_ values: [Double]) throws -> Bool {
            try ForecasterCatalog.fit("auto", to: Series(values: values), settings: MethodSettings())
                .hasMeasuredErrors
        }
        #expect(try isMeasured([Double](repeating: 4, count: 200)))
        #expect(try !isMeasured([1, 2, 4]))
        let short = try forecast([5, 7, 6], levels: [0.95])
        #expect(short.intervals[0].lower[0] < 5 && short.intervals[0].upper[0] > 7)
    }

    @Test func `free levels lie between their neighbours`() throws {
        var random = SeededSeries(seed: 5)
        let values = random.season(150, period: 12).map { $0 + 20 }
        let levels = [0, 0.1, 0.35, 0.5, 0.79, 0.8, 0.81, 0.9, 0.95, 0.96, 0.99, 0.9999]
        let forecast = try forecast(values, season: [12], levels: levels)
        for (narrow, wide) in zip(forecast.intervals, forecast.intervals.dropFirst()) {
            for h in 0..<12 {
                #expect(wide.lower[h] <= narrow.lower[h] && wide.upper[h] >= narrow.upper[h])
            }
        }
        #expect(forecast.intervals[0].lower == forecast.mean && forecast.intervals[0].upper == forecast.mean)
    }

    @Test func `a metric times a thousand has its forecast times a thousand`() throws {
        var random = SeededSeries(seed: 6)
        let values = random.season(150, period: 12).map { $0 + 20 }
        let plain = try forecast(values, season: [12])
        let large = try forecast(values.map { 1_000 * $0 }, season: [12])
        for (a, b) in zip(plain.mean, large.mean) { #expect(abs(1_000 * a - b) < 1e-6 * abs(b)) }
    }

    @Test func `any number of threads gives the same bytes`() async throws {
        var random = SeededSeries(seed: 7)
        let histories = (0..<8).map { _ in random.season(300, period: 24) }
        let alone = try histories.map { try forecast($0, season: [24]) }
        let together = try await withThrowingTaskGroup(of: (Int, Forecast).self) { group in
            for (i, values) in histories.enumerated() {
                group.addTask { (i, try forecast(values, season: [24])) }
            }
            return try await group.reduce(into: [Int: Forecast]()) { $0[$1.0] = $1.1 }
        }
        for (i, forecast) in alone.enumerated() {
            let other = try #require(together[i])
            #expect(bits(forecast.mean) == bits(other.mean))
            for (a, b) in zip(forecast.intervals, other.intervals) {
                #expect(bits(a.lower) == bits(b.lower) && bits(a.upper) == bits(b.upper))
            }
        }
    }

    @Test func `the step's own seasons are used unless the values show another one`() {
        func periods(_ season: [Int], _ natural: [Int]) -> [Int] {
            let found = AutoForecaster.periods(
                MethodSettings(season: season, natural: natural), count: 400)
            return [found.period, found.longPeriod]
        }
        #expect(periods([], [24, 168]) == [24, 168])
        #expect(periods([24], [24, 168]) == [24, 168])
        #expect(periods([7], [24, 168]) == [7, 0])
        #expect(periods([24, 168], []) == [24, 168])
        #expect(periods([], []) == [1, 0])
        #expect(periods([], [52]) == [1, 52])
        #expect(periods([], [3_600, 86_400]) == [1, 0])
        #expect(periods([60], [3_600, 86_400]) == [60, 0])
        #expect(periods([], [7, 365]) == [7, 0])
    }
}

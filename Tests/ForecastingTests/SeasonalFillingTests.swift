import Foundation
import TestSupport
import Testing
import TimeSeries

@testable import Forecasting

@Suite struct SeasonalFillingTests {
    private let pattern: [Double] = [3, 9, 1, 7]

    @Test(arguments: [[0], [2, 3], [6], [10, 11, 12, 13, 14], [39], [36, 37, 38, 39], Array(16..<40)])
    func `a gap in a season is filled as if it had been seen`(missing: [Int]) throws {
        let whole = (0..<40).map { pattern[$0 % 4] }
        let values = whole.indices.map { missing.contains($0) ? .nan : whole[$0] }
        let filled = try SeasonalFilling(period: 4).filled(Series(values: values))
        for (got, want) in zip(filled, whole) { #expect(abs(got - want) < 1e-9, "\(missing)") }
    }

    @Test func `on a slope a gap lies between its neighbours of the same phase`() throws {
        let whole = (0..<40).map { pattern[$0 % 4] + 0.5 * Double($0) }
        let values = whole.indices.map { (12..<24).contains($0) ? .nan : whole[$0] }
        let filled = try SeasonalFilling(period: 4).filled(Series(values: values))
        for (got, want) in zip(filled, whole) { #expect(abs(got - want) < 1e-9) }
    }

    @Test func `a long gap at the end is filled within what was seen`() throws {
        for seed in 0..<10 as Range<UInt64> {
            var random = SeededSeries(seed: seed)
            let seen = random.noise(240).map { 100 + 5 * $0 }
            let values = seen + [Double](repeating: .nan, count: 480)
            let filled = try SeasonalFilling(period: 24).filled(Series(values: values))
            let reach = (seen.max() ?? 0) - (seen.min() ?? 0)
            #expect(filled.allSatisfy { abs($0 - 100) < reach }, "seed \(seed)")
            // From the second season of the gap on, the last known one is repeated.
            #expect(Array(filled[264..<288]) == Array(seen[216..<240]))
        }
    }

    @Test func `without a season, or with too little of it, gaps are straight lines`() throws {
        let values = [1, .nan, 3, .nan, .nan, 9]
        for period in [1, 4] {
            let filled = try SeasonalFilling(period: period).filled(Series(values: values))
            #expect(filled == [1, 2, 3, 5, 7, 9])
        }
        #expect(throws: ForecastError.noFiniteValues) {
            _ = try SeasonalFilling(period: 4).filled(Series(values: [.nan, .nan]))
        }
    }

    @Test func `where neighbours tell more than the season, a gap is a line between them`() throws {
        // A random walk, in which a season before says nothing.
        var random = SeededSeries(seed: 3)
        let whole = random.autoregression(400, 1)
        for missing in [200..<201, 201..<206, 0..<3, 398..<400] {
            let values = whole.indices.map { missing.contains($0) ? .nan : whole[$0] }
            let filled = try SeasonalFilling(period: 52).filled(Series(values: values))
            #expect(filled == (try FilledHistory(Series(values: values), atLeast: 1).values), "\(missing)")
        }
    }

    @Test func `whatever is missing, something finite is there`() throws {
        for seed in 0..<20 as Range<UInt64> {
            var random = SeededSeries(seed: seed)
            let values = [1] + random.holes(in: random.season(90, period: 6), share: 0.7).dropFirst()
            let filled = try SeasonalFilling(period: 6).filled(Series(values: values))
            #expect(filled.count == 90 && filled.allSatisfy { $0.isFinite && abs($0) < 1e3 })
            for (got, want) in zip(filled, values) where want.isFinite { #expect(got == want) }
        }
    }
}

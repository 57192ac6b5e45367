import Foundation
import TestSupport
import Testing

@testable import Forecasting

@Suite struct SeasonDetectorTests {
    private static let seeds = 0..<20 as Range<UInt64>

    @Test(arguments: seeds)
    func `a noisy sine has its period`(seed: UInt64) {
        var random = SeededSeries(seed: seed)
        let values = random.season(480, period: 24, noise: 3)
        #expect(SeasonDetector().periods(of: values) == [24])
        #expect(SeasonDetector(natural: [24]).periods(of: values) == [24])
        #expect(SeasonDetector().periods(of: random.holes(in: values, share: 0.2)) == [24])
    }

    @Test(arguments: seeds)
    func `hourly values with quiet week-ends have a day and a week`(seed: UInt64) {
        var random = SeededSeries(seed: seed)
        let values = random.season(24 * 7 * 6, period: 24, noise: 2).enumerated().map { hour, value in
            hour / 24 % 7 >= 5 ? value * 0.6 : value
        }
        #expect(SeasonDetector(natural: [24, 168]).periods(of: values) == [24, 168])
    }

    @Test(arguments: seeds)
    func `a square wave of seven steps has its period`(seed: UInt64) {
        var random = SeededSeries(seed: seed)
        let values = (0..<210).map { ($0 % 7 < 2 ? 4 : 1) + 0.2 * random.normal() }
        #expect(SeasonDetector().periods(of: values) == [7])
        #expect(SeasonDetector(natural: [7, 365]).periods(of: values) == [7])
    }

    /// A test at 99.9 % may be wrong now and then.
    @Test func `noise and random walks have no season`() {
        var wrong: [String: [UInt64]] = [:]
        for seed in 0..<100 as Range<UInt64> {
            var random = SeededSeries(seed: 1_000 + seed)
            if !SeasonDetector().periods(of: random.noise(500)).isEmpty {
                wrong["noise", default: []] += [seed]
            }
            if !SeasonDetector().periods(of: random.autoregression(500, 1)).isEmpty {
                wrong["walk", default: []] += [seed]
            }
            if !SeasonDetector().periods(of: random.autoregression(500, 0.9)).isEmpty {
                wrong["ar", default: []] += [seed]
            }
        }
        print("seasons of nothing in 100 series: \(wrong)")
        #expect(wrong["noise", default: []].count <= 1)
        #expect(wrong["walk", default: []].count <= 10)
        #expect(wrong["ar", default: []].count <= 10)
    }

    @Test func `constant, short and empty series have no season`() {
        for natural in [[], [24, 168], [1], [0]] {
            let detector = SeasonDetector(natural: natural.filter { $0 > 1 })
            for count in [0, 1, 5, 6, 24, 47, 200] {
                #expect(detector.periods(of: [Double](repeating: 5, count: count)).isEmpty)
                #expect(detector.periods(of: [Double](repeating: .nan, count: count)).isEmpty)
            }
        }
        var random = SeededSeries(seed: 9)
        for count in 0..<48 {
            let periods = SeasonDetector(natural: [24]).periods(of: random.season(count, period: 24))
            #expect(!periods.contains(24), "\(count) values")
        }
        #expect(SeasonDetector(natural: [24]).periods(of: random.season(50, period: 24)) == [24])
    }
}

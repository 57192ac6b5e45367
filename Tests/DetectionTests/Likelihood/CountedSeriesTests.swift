import Forecasting
import TestSupport
import Testing

@testable import Detection

/// Counts whose mean follows the day: 0.2 at night, 5 by day.
@Suite struct CountedSeriesTests {
    private static let day = 96

    private func counts(_ count: Int, seed: UInt64) -> [Double] {
        var random = SeededSeries(seed: seed)
        return (0..<count).map { random.poisson(1, mean: $0 % Self.day < 32 ? 0.2 : 5)[0] }
    }

    private func judge(_ history: [Double]) throws -> JudgedModel {
        try JudgedModel(history, method: "holt-winters", period: Self.day, threshold: 1e-3)
    }

    @Test func `five at night are seen at once, and are nothing by day`() throws {
        var foundAtNight = 0
        var upper = (night: 0.0, day: 0.0)
        for seed in 0..<10 as Range<UInt64> {
            var stream = try judge(counts(20 * Self.day, seed: seed))
            _ = stream.take(counts(10, seed: 50 + seed))
            upper.night += stream.band.upper / 10
            foundAtNight += stream.take([5])[0] > 1 ? 1 : 0
            _ = stream.take(counts(60, seed: 70 + seed).suffix(49))
            upper.day += stream.band.upper / 10
            #expect(stream.take([5])[0] < 0.5)
        }
        #expect(foundAtNight >= 9, "\(foundAtNight) of 10")
        // Of one spread for all hours they would be as wide by night as by day.
        #expect(upper.night < 5 && upper.day > 9, "\(upper)")
    }

    @Test func `quiet counts have no more alarms than their threshold allows`() throws {
        var (alarms, scored) = (0, 0)
        for seed in 0..<5 as Range<UInt64> {
            let values = counts(50 * Self.day, seed: 20 + seed)
            var stream = try judge(Array(values.prefix(20 * Self.day)))
            let scores = stream.take(values.dropFirst(20 * Self.day))
            alarms += scores.count { $0 > 1 }
            scored += scores.count
        }
        print("alarms of counts that follow the day: \(alarms) of \(scored) at 1e-3")
        #expect(Double(alarms) <= 2 * 1e-3 * Double(scored))
    }
}

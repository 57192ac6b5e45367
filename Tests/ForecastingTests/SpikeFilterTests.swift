import Numerics
import TestSupport
import TimeSeries
import Testing

@testable import Forecasting

/// The distance from the nearest of four: the median on either side, a season before, a season after.
private func slowDistance(of step: Int, in values: [Double], period: Int) -> Double {
    func median(_ range: ClosedRange<Int>) -> Double? {
        let known = range.filter(values.indices.contains).map { values[$0] }.filter(\.isFinite).sorted()
        guard !known.isEmpty else { return nil }
        return (known[(known.count - 1) / 2] + known[known.count / 2]) / 2
    }
    let isAtEnd = step + 3 >= values.count
    var candidates = [median((step - (isAtEnd ? 6 : 3))...(step - 1))]
    if !isAtEnd { candidates.append(median((step + 1)...(step + 3))) }
    if period > 1 {
        candidates += [step - period, step + period].filter(values.indices.contains).map { values[$0] }
    }
    return candidates.compactMap { $0 }.filter(\.isFinite).map { abs(values[step] - $0) }.min() ?? .nan
}

@Suite struct SpikeFilterTests {
    private func noise(_ count: Int, seed: UInt64) -> [Double] {
        var random = Xoshiro256StarStar(seed: seed)
        return (0..<count).map { _ in random.nextNormal() }
    }

    @Test(arguments: [1, 7, 24], [UInt64(1), 2, 3])
    func `spikes are those of the slow twin`(period: Int, seed: UInt64) {
        var values = noise(200, seed: seed)
        values[60] = 40
        values[61] = 41
        values[120] = .nan
        values[198] = -50
        let distances = values.indices.map {
            values[$0].isFinite ? slowDistance(of: $0, in: values, period: period) : .nan
        }
        let spread = 1.482_602_218_505_602 * Descriptive.median(distances)
        let expected = values.indices.filter { distances[$0] > 12 * spread }
        #expect(expected == [60, 61, 198])
        #expect(SpikeFilter(period: period).spikes(in: values) == expected)
    }

    @Test func `a level that moved is no spike, nor are three wild values at the end`() {
        let step = noise(100, seed: 4) + noise(100, seed: 5).map { $0 + 50 }
        #expect(SpikeFilter(period: 1).spikes(in: step).isEmpty)
        let wild = noise(100, seed: 6) + [50, 51, 52]
        #expect(SpikeFilter(period: 1).spikes(in: wild).isEmpty)
        #expect(SpikeFilter(period: 1).spikes(in: Array(wild.dropLast())) == [100, 101])
    }

    @Test func `spikes of the season and a spiky nature stay`() {
        let cron = noise(240, seed: 7).enumerated().map { $0 % 12 == 0 ? $1 + 60 : $1 }
        #expect(SpikeFilter(period: 12).spikes(in: cron).isEmpty)
        #expect(SpikeFilter(period: 1).spikes(in: cron).isEmpty)
        #expect(SpikeFilter(period: 1).spikes(in: [Double](repeating: 3, count: 50)).isEmpty)
        #expect(SpikeFilter(period: 1).spikes(in: [1, 2, 300]).isEmpty)
    }
}

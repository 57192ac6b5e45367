import TestSupport
import Testing

@testable import Forecasting

@Suite struct ClassicalSeasonTests {
    /// The profile as it is defined, with a window summed afresh at every step.
    private func slowProfile(_ values: [Double], period: Int, isMultiplicative: Bool) -> [Double] {
        let half = period / 2
        var shares = [[Double]](repeating: [], count: period)
        for step in half..<(values.count - half) {
            var trend = 0.0
            for offset in -half...half {
                let isEnd = period % 2 == 0 && abs(offset) == half
                trend += values[step + offset] * (isEnd ? 0.5 : 1) / Double(period)
            }
            shares[step % period].append(isMultiplicative ? values[step] / trend : values[step] - trend)
        }
        let raw = shares.map { $0.reduce(0, +) / Double($0.count) }
        let mean = raw.reduce(0, +) / Double(period)
        return raw.map { isMultiplicative ? $0 / mean : $0 - mean }
    }

    @Test(arguments: [2, 3, 7, 12], [true, false])
    func `the profile is the one of the definition`(period: Int, isMultiplicative: Bool) {
        var random = SeededSeries(seed: UInt64(period))
        for count in [2 * period, 2 * period + 1, 5 * period - 1, 100] {
            let values = random.season(count, period: period)
            let fast = ClassicalSeason(of: values, period: period, isMultiplicative: isMultiplicative)
            let slow = slowProfile(values, period: period, isMultiplicative: isMultiplicative)
            for (a, b) in zip(fast.profile, slow) { #expect(abs(a - b) <= 1e-10) }
        }
    }

    @Test func `noise and short histories have no season`() {
        var random = SeededSeries(seed: 2)
        #expect(ClassicalSeason(testing: random.noise(300), period: 12) == .none)
        #expect(ClassicalSeason(testing: random.season(20, period: 7, noise: 0.1), period: 7) == .none)
        #expect(ClassicalSeason(testing: random.season(35, period: 7, noise: 0.1), period: 7) != .none)
        #expect(ClassicalSeason(testing: random.season(50, period: 7), period: 1) == .none)
    }

    @Test func `what is adjusted is restored`() {
        var random = SeededSeries(seed: 3)
        let values = random.season(60, period: 5)
        for isMultiplicative in [true, false] {
            let season = ClassicalSeason(of: values, period: 5, isMultiplicative: isMultiplicative)
            for (step, value) in values.enumerated() {
                #expect(abs(season.restored(season.adjusted(value, at: step), at: step) - value) <= 1e-12)
            }
        }
    }
}

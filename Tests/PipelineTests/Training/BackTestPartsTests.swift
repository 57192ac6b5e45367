import TestSupport
import Testing

@testable import Pipeline

@Suite struct BackTestPartsTests {
    @Test func `origins leave half of the history, what the method needs, and a whole horizon`() throws {
        for count in 1...120 {
            for horizon in [1, 2, 7, 24] {
                for minimum in [1, 4, 16, 40] {
                    for most in [3, 10] {
                        let origins = RollingOrigins(
                            count: count, horizon: horizon, minimum: minimum, most: most)
                        let least = RollingOrigins.leastCount(horizon: horizon, minimum: minimum)
                        #expect((origins != nil) == (count >= least), "\(count) \(horizon) \(minimum)")
                        guard let steps = origins?.steps else { continue }
                        #expect((3...most).contains(steps.count))
                        #expect(steps[0] >= minimum && 2 * steps[0] >= count)
                        #expect(steps[steps.count - 1] == count - horizon)
                        #expect(zip(steps, steps.dropFirst()).allSatisfy { $0 < $1 })
                    }
                }
            }
        }
    }

    @Test func `origins are known numbers`() {
        let steps = { RollingOrigins(count: $0, horizon: $1, minimum: 4, most: $2)?.steps }
        #expect(steps(100, 10, 10) == [50, 60, 70, 80, 90])
        #expect(steps(100, 10, 3) == [70, 80, 90])
        #expect(steps(100, 24, 10) == [50, 63, 76])
        #expect(steps(1000, 24, 10)?.count == 10)
        #expect([1, 100, 250, 333, 334, 10_000].map(RollingOrigins.most(series:)) == [10, 10, 4, 3, 3, 3])
    }

    @Test func `the unit of errors is the seasonal naive error before the first origin`() {
        let unit = ErrorUnit(before: [1, 5, 2, 7, .nan, 8][...], period: 2)
        #expect(unit.value == (1 + 2 + 1) / 3.0)
        #expect(unit.scaledError(of: [2, .nan, -4]) == 3 / unit.value)
        #expect(unit.scaledError(of: [.nan]).isNaN)
        #expect(unit.scaledError(of: [.infinity, 0]) == 100)
        #expect(unit.scaledError(of: [1e300]) == 100)
    }

    @Test func `nothing is divided by 0`() {
        #expect(ErrorUnit(before: [][...], period: 3).value == 1e-3)
        #expect(ErrorUnit(before: [.nan, .nan][...], period: 1).value == 1e-3)
        #expect(ErrorUnit(before: [0, 0, 0][...], period: 1).value == 1e-3)
        #expect(ErrorUnit(before: [50, 50, 50][...], period: 1).value == 0.05)
        // Equal a season apart, in steps of 2: three tenths of 2.
        #expect(ErrorUnit(before: [10, 12, 10, 12][...], period: 2).value == 0.3 * 2)
        // Shorter than a season: differences of neighbours.
        #expect(ErrorUnit(before: [1, 4, 2][...], period: 9).value == 2.5)
    }

    @Test func `coverage is measured by the errors of other origins`() {
        // 2 × 10 others carry 95 % with their largest; a wild origin is outside of what the others know.
        let calm = (0..<10).map { Double($0) / 10 }
        var coverage = ConformalCoverage(errors: [calm, calm, calm.map { -$0 }])
        #expect(coverage.inside == 30 && coverage.judged == 30)
        coverage = ConformalCoverage(errors: [calm, calm, calm.map { $0 + 5 }])
        #expect(coverage.inside == 20 && coverage.judged == 30)
        // 18 others do not carry it, missing ones do not count.
        let short = Array(calm.dropLast()) + [.nan]
        #expect(ConformalCoverage(errors: [short, short, short]).share == nil)
        #expect(ConformalCoverage(errors: []).share == nil)
    }

    @Test func `coverage of independent errors is that of the intervals`() throws {
        var total = ConformalCoverage()
        for seed in 0..<50 as Range<UInt64> {
            var random = SeededSeries(seed: seed)
            total = total + ConformalCoverage(errors: (0..<10).map { _ in random.noise(24) })
        }
        let share = try #require(total.share)
        #expect(abs(share - 0.95) < 0.01, "\(share)")
    }
}

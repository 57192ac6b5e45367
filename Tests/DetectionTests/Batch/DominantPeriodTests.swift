import TestSupport
import Testing

@testable import Detection

@Suite struct DominantPeriodTests {
    /// The rule by plain sums, one lag after the other.
    private func slowTwin(_ x: [Double]) -> Int {
        let mean = x.reduce(0, +) / Double(x.count)
        let most = min(400, x.count - 1)
        let products = (0...most).map { lag in
            (0..<x.count - lag).reduce(0.0) { $0 + (x[$1] - mean) * (x[$1 + lag] - mean) }
        }
        guard products[0] > 1e-12 * (1 + mean * mean) else { return 125 }
        var best = -1
        var highest = -Double.infinity
        for lag in 4..<max(most, 4)
        where products[lag] > products[lag - 1] && products[lag] > products[lag + 1]
            && products[lag] > highest
        {
            (best, highest) = (lag, products[lag])
        }
        return best < 6 || best > 303 ? 125 : best
    }

    @Test(arguments: [2, 3, 5, 6, 9, 17, 100, 401, 403, 700])
    func `the period is that of plain sums`(count: Int) {
        var random = SeededSeries(seed: UInt64(count))
        for values in [
            random.noise(count), random.autoregression(count, 0.95), random.season(count, period: 24),
        ] {
            #expect(DominantPeriod.of(values) == slowTwin(values))
        }
    }

    @Test(arguments: [7, 24, 96, 288])
    func `a season is found`(period: Int) {
        var random = SeededSeries(seed: 3)
        #expect(DominantPeriod.of(random.season(2_000, period: period, noise: 0.5)) == period)
    }

    @Test func `a series without a peak has the usual window`() {
        #expect(DominantPeriod.of([]) == 125)
        #expect(DominantPeriod.of([1]) == 125)
        #expect(DominantPeriod.of([Double](repeating: 7, count: 500)) == 125)
        #expect(DominantPeriod.of((0..<500).map(Double.init)) == 125)
    }
}

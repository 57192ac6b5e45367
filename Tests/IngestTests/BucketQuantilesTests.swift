import TestSupport
import Testing

@testable import Ingest

@Suite struct BucketQuantilesTests {
    /// The slow twin: each value of a bucket stands at its place in it, all evenly apart, and the quantile is read
    /// off between them.
    private func slowExplicit(_ quantile: Double, _ bounds: [Double], _ counts: [Int]) -> Double {
        var values: [(at: Double, value: Double)] = []
        var below = 0
        for (place, count) in counts.enumerated() {
            let start = place == 0 ? (bounds[0] <= 0 ? bounds[0] : 0) : bounds[place - 1]
            let end = place == bounds.count ? start : bounds[place]
            for step in 0...count where count > 0 {
                let value = start + (end - start) * Double(step) / Double(count)
                values.append((Double(below + step), value))
            }
            below += count
        }
        let rank = quantile * Double(below)
        let place = values.firstIndex { $0.at >= rank } ?? values.count - 1
        guard place > 0, values[place].at > values[place - 1].at else { return values[place].value }
        let part = (rank - values[place - 1].at) / (values[place].at - values[place - 1].at)
        return values[place - 1].value + (values[place].value - values[place - 1].value) * part
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `explicit percentiles agree with the slow twin`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let bounds = Set(
            (0..<Int.random(in: 1...9, using: &random)).map { _ in
                Double(Int.random(in: -20...50, using: &random)) / 4
            }
        ).sorted()
        // Without empty buckets, at whose borders the twin has two answers.
        let counts = (0...bounds.count).map { _ in Int.random(in: 1...20, using: &random) }
        for quantile in [0.01, 0.5, 0.9, 0.99, 0.995] {
            let got = try #require(
                BucketQuantiles.explicit(quantile, bounds: bounds, counts: counts.map(Double.init)))
            let want = slowExplicit(quantile, bounds, counts)
            #expect(abs(got - want) <= 1e-9 * max(1, abs(want)), "seed \(seed): \(got) for \(want)")
        }
    }

    @Test func `what has no count or no bound has no percentile`() {
        #expect(BucketQuantiles.explicit(0.5, bounds: [], counts: [5]) == nil)
        #expect(BucketQuantiles.explicit(0.5, bounds: [1], counts: [0, 0]) == nil)
        #expect(BucketQuantiles.exponential(0.5, []) == nil)
        #expect(ExponentialBuckets().ascending.isEmpty)
    }

    @Test func `values above the last bound count as the bound, below zero as the first`() {
        #expect(BucketQuantiles.explicit(0.9, bounds: [1, 2], counts: [1, 1, 98]) == 2)
        #expect(BucketQuantiles.explicit(0.5, bounds: [-1, 2], counts: [98, 1, 1]) == -1)
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func `an exponential percentile lies in its bucket and rises`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        func counts() -> [Double] {
            (0..<Int.random(in: 0...12, using: &random)).map { _ in
                Double(Int.random(in: 0...9, using: &random))
            }
        }
        let buckets = ExponentialBuckets(
            scale: Int.random(in: -1...8, using: &random),
            zeroCount: Double(Int.random(in: 0...5, using: &random)),
            zeroThreshold: 1e-9, positiveOffset: Int.random(in: -9...9, using: &random), positive: counts(),
            negativeOffset: Int.random(in: -9...9, using: &random), negative: counts())
        let all = buckets.ascending
        #expect(zip(all, all.dropFirst()).allSatisfy { $0.upper <= $1.lower }, "seed \(seed)")
        let total = all.reduce(0) { $0 + $1.count }
        var previous = -Double.infinity
        for quantile in stride(from: 0.05, to: 1, by: 0.1) where total > 0 {
            let value = try #require(BucketQuantiles.exponential(quantile, all))
            let slack = 1e-12 * abs(value)
            #expect(
                all.contains { ($0.lower - slack...$0.upper + slack).contains(value) },
                "seed \(seed): \(quantile)")
            #expect(value >= previous, "seed \(seed): \(quantile)")
            previous = value
        }
    }

    @Test func `the increase of coarser buckets is that of their sums`() throws {
        let before = ExponentialBuckets(
            scale: 2, zeroCount: 1, positiveOffset: -3, positive: [1, 0, 2, 3, 4])
        // At scale 1 the indices -3 ... 1 are in the buckets -2, -1, -1, 0 and 0.
        let after = ExponentialBuckets(scale: 1, zeroCount: 4, positiveOffset: -2, positive: [1, 5, 9])
        let increase = try #require(after.increase(since: before))
        #expect(increase.positive == [0, 3, 2] && increase.zeroCount == 3 && increase.scale == 1)
        // A finer scale, a lower count and a bucket that is gone each say that it began again.
        #expect(before.increase(since: after) == nil)
        #expect(
            ExponentialBuckets(scale: 1, positiveOffset: -1, positive: [9]).increase(since: before) == nil)
        var fallen = after
        fallen.positive[2] = 6
        #expect(fallen.increase(since: before) == nil)
        let far = ExponentialBuckets(scale: 1, positiveOffset: Int(Int32.max), positive: [1])
        #expect(
            far.increase(since: ExponentialBuckets(scale: 1)) == far && far.increase(since: before) == nil)
    }
}

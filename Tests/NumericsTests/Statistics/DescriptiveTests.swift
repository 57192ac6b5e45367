import Numerics
import TestSupport
import Testing

/// Definition 7 of Hyndman & Fan, over a full sort.
private func slowQuantile(_ values: [Double], _ probability: Double) -> Double {
    let sorted = values.filter { !$0.isNaN }.sorted()
    guard let last = sorted.last else { return .nan }
    let position = Double(sorted.count - 1) * probability
    let rank = Int(position)
    guard rank + 1 < sorted.count else { return last }
    return sorted[rank] + (position - Double(rank)) * (sorted[rank + 1] - sorted[rank])
}

@Suite struct DescriptiveTests {
    static let counts = [1, 2, 3, 4, 5, 16, 17, 18, 19, 100, 1001, 5000]

    @Test(arguments: counts)
    func `quantiles agree with a full sort`(count: Int) {
        var generator = SeededGenerator(seed: UInt64(count))
        let smooth = seededValues(count, seed: UInt64(count))
        let tied = (0..<count).map { _ in Double(Int.random(in: 0..<5, using: &generator)) }
        let gaps = smooth.enumerated().map { $0.offset % 3 == 1 ? Double.nan : $0.element }
        let ascending = smooth.sorted()
        let pipes = (0..<count).map { Double(min($0, count - 1 - $0)) }
        for values in [smooth, tied, gaps, ascending, ascending.reversed(), pipes] {
            for probability in [0, 0.001, 0.1, 0.25, 0.5, 0.75, 0.9, 0.999, 1] {
                let want = slowQuantile(values, probability)
                #expect(Descriptive.quantile(values, probability) == want, "\(probability)")
                var copy = values
                #expect(Descriptive.quantile(inPlace: &copy, probability) == want, "\(probability)")
            }
            let median = slowQuantile(values, 0.5)
            #expect(Descriptive.median(values) == median)
            let spread = slowQuantile(values.map { abs($0 - median) }, 0.5)
            #expect(Descriptive.medianAbsoluteDeviation(values) == spread)
        }
    }

    @Test func `an order made against the median of three is still sorted out`() {
        // Musser, Introspective sorting and selection algorithms, 1997: a permutation on which the median of
        // three removes two values a round.
        let half = 2000
        var values = [Double](repeating: 0, count: 2 * half)
        for i in 0..<half {
            values[i] = i % 2 == 0 ? Double(i + 1) : Double(half + i + (half % 2))
            values[half + i] = Double(2 * (i + 1))
        }
        #expect(Descriptive.median(values) == slowQuantile(values, 0.5))
    }

    @Test func `infinite values are values`() {
        let values = [-Double.infinity, 1, 2, .infinity, .infinity]
        #expect(Descriptive.median(values) == 2)
        #expect(Descriptive.quantile(values, 0.8) == .infinity)
        #expect(Descriptive.quantile(values, 0) == -.infinity)
        #expect(Descriptive.medianAbsoluteDeviation([.infinity, .infinity, 1]) == 0)
    }

    @Test(arguments: [2, 3, 100])
    func `mean and variance agree with their definition`(count: Int) {
        let values = seededValues(count, seed: 9)
        let mean = values.reduce(0, +) / Double(count)
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count - 1)
        let gaps = [.nan] + values + [.nan]
        #expect(abs(Descriptive.mean(gaps) - mean) < 1e-15)
        #expect(relativeError(Descriptive.variance(gaps), variance) < 1e-13)
        #expect(relativeError(Descriptive.standardDeviation(gaps), variance.squareRoot()) < 1e-13)
    }

    @Test func `the variance of values far from 0 keeps its digits`() {
        let values = seededValues(1000, seed: 2)
        let moved = values.map { $0 + 1e9 }
        #expect(relativeError(Descriptive.variance(moved), Descriptive.variance(values)) < 1e-6)
        #expect(Descriptive.variance([7, 7, 7]) == 0)
    }

    @Test(arguments: [[], [Double.nan], [.nan, .nan]])
    func `nothing is described by nan`(values: [Double]) {
        #expect(Descriptive.mean(values).isNaN)
        #expect(Descriptive.variance(values).isNaN)
        #expect(Descriptive.median(values).isNaN)
        #expect(Descriptive.quantile(values, 1).isNaN)
        #expect(Descriptive.medianAbsoluteDeviation(values).isNaN)
    }

    @Test func `one value has no variance`() {
        #expect(Descriptive.variance([4, .nan]).isNaN)
        #expect(Descriptive.median([4, .nan]) == 4)
        #expect(Descriptive.medianAbsoluteDeviation([4, .nan]) == 0)
    }

    @Test func `the scale of the median absolute deviation is that of the normal distribution`() {
        #expect(relativeError(Descriptive.normalConsistency, 1 / Normal.standard.quantile(0.75)) < 1e-15)
    }
}

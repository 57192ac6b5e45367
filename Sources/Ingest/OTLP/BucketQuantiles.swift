internal import Glibc

/// Quantiles of a distribution of which only the counts of buckets are known.
///
/// - Source: Prometheus 3.5, `promql/quantile.go`: bucketQuantile for explicit bounds, histogramQuantile for
///   exponential ones.
enum BucketQuantiles {
    /// One bucket that is not empty: values above `lower`, up to `upper`.
    struct Bucket: Equatable, Sendable {
        var lower: Double
        var upper: Double
        /// Logarithms of the bounds' magnitudes to base 2, of the bound nearer to zero first; `nil` where values are
        /// taken to lie evenly, not in equal ratios.
        var logarithms: (near: Double, far: Double)?
        var count: Double

        static func == (a: Bucket, b: Bucket) -> Bool {
            a.lower == b.lower && a.upper == b.upper && a.count == b.count
        }
    }

    /// A quantile of explicit buckets: values lie evenly in a bucket.
    ///
    /// The first bucket begins at 0 when its bound is above; what lies above the last bound counts as the bound.
    ///
    /// - Parameters:
    ///   - bounds: Upper bounds, rising; the last bucket has none.
    ///   - counts: One more than bounds, each ≥ 0.
    /// - Returns: `nil` when there is no bound or no count.
    static func explicit(_ quantile: Double, bounds: [Double], counts: [Double]) -> Double? {
        let total = counts.reduce(0, +)
        guard let first = bounds.first, let last = bounds.last, total > 0 else { return nil }
        let rank = quantile * total
        var below = 0.0
        for (place, bound) in bounds.enumerated() {
            let count = counts[place]
            guard below + count >= rank else {
                below += count
                continue
            }
            if place == 0, first <= 0 { return first }
            let start = place == 0 ? 0 : bounds[place - 1]
            // A rank of 0 in an empty bucket: 0 / 0 in Prometheus, whose answer is no number.
            guard count > 0 else { return nil }
            return start + (bound - start) * ((rank - below) / count)
        }
        return last
    }

    /// A quantile of exponential buckets: in a bucket values lie in equal ratios, in that around zero evenly.
    ///
    /// From the median on it is counted from above, as Prometheus does, which matters where a rank falls between
    /// two buckets.
    ///
    /// - Parameter buckets: Those with a count above 0, from the lowest values to the highest.
    /// - Returns: `nil` when there is none.
    static func exponential(_ quantile: Double, _ buckets: [Bucket]) -> Double? {
        let total = buckets.reduce(0) { $0 + $1.count }
        guard total > 0, var bucket = buckets.first else { return nil }
        var sum = 0.0
        let isFromAbove = quantile >= 0.5
        let rank = (isFromAbove ? 1 - quantile : quantile) * total
        for place in buckets.indices {
            bucket = buckets[isFromAbove ? buckets.count - 1 - place : place]
            sum += bucket.count
            if sum >= rank { break }
        }
        let inBucket = isFromAbove ? sum - min(rank, sum) : min(rank, sum) - (sum - bucket.count)
        let fraction = inBucket / bucket.count
        guard let (near, far) = bucket.logarithms else {
            return bucket.lower + (bucket.upper - bucket.lower) * fraction
        }
        return bucket.lower >= 0
            ? exp2(near + (far - near) * fraction) : -exp2(near + (far - near) * (1 - fraction))
    }
}

/// The buckets of an exponential histogram.
struct ExponentialBuckets: Equatable, Sendable {
    /// The finest and the coarsest scale taken; the specification's own bounds are 20 and -10.
    static let scales = -20...20

    /// Bounds are the powers of 2^(2^-scale).
    var scale = 0
    /// How many values were about zero.
    var zeroCount = 0.0
    /// How far from zero those may be.
    var zeroThreshold = 0.0
    /// The index of the first of `positive`: values in base^index to base^(index + 1).
    var positiveOffset = 0
    /// Counts of values above zero.
    var positive: [Double] = []
    /// The index of the first of `negative`.
    var negativeOffset = 0
    /// Counts of values below zero, by their magnitude.
    var negative: [Double] = []

    /// The buckets that have a count, from the lowest values to the highest.
    var ascending: [BucketQuantiles.Bucket] {
        let width = exp2(Double(-scale))
        var buckets: [BucketQuantiles.Bucket] = []
        func add(_ index: Int, _ count: Double, isNegative: Bool) {
            guard count > 0 else { return }
            let (near, far) = (Double(index) * width, Double(index + 1) * width)
            let (inner, outer) = (exp2(near), exp2(far))
            buckets.append(
                BucketQuantiles.Bucket(
                    lower: isNegative ? -outer : inner, upper: isNegative ? -inner : outer,
                    logarithms: (near, far), count: count))
        }
        for place in negative.indices.reversed() {
            add(negativeOffset + place, negative[place], isNegative: true)
        }
        if zeroCount > 0 {
            let hasNegative = negative.contains { $0 > 0 }
            let hasPositive = positive.contains { $0 > 0 }
            // Without values on one side of zero nothing of the bucket about it lies there.
            buckets.append(
                BucketQuantiles.Bucket(
                    lower: hasPositive && !hasNegative ? 0 : -zeroThreshold,
                    upper: hasNegative && !hasPositive ? 0 : zeroThreshold, logarithms: nil, count: zeroCount)
            )
        }
        for place in positive.indices { add(positiveOffset + place, positive[place], isNegative: false) }
        return buckets
    }

    /// What came since an earlier state of the same histogram; `nil` when a count fell, or the scale became finer:
    /// then it began again.
    func increase(since earlier: ExponentialBuckets) -> ExponentialBuckets? {
        guard scale <= earlier.scale, zeroCount >= earlier.zeroCount || zeroThreshold != earlier.zeroThreshold
        else { return nil }
        var result = self
        result.zeroCount = max(zeroCount - earlier.zeroCount, 0)
        let shift = earlier.scale - scale
        let hasFallen =
            Self.subtract(
                earlier.positive, earlier.positiveOffset, shift, from: &result.positive, positiveOffset)
            || Self.subtract(
                earlier.negative, earlier.negativeOffset, shift, from: &result.negative, negativeOffset)
        return hasFallen ? nil : result
    }

    /// Takes earlier counts off, whose buckets are narrower by a power of two; tells whether one became negative.
    private static func subtract(
        _ earlier: [Double], _ earlierOffset: Int, _ shift: Int, from counts: inout [Double], _ offset: Int
    ) -> Bool {
        for (place, count) in earlier.enumerated() where count > 0 {
            let target = (earlierOffset + place) >> shift - offset
            guard counts.indices.contains(target) else { return true }
            counts[target] -= count
        }
        return counts.contains { $0 < 0 }
    }
}

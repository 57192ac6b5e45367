import Glibc

/// A generalised Pareto distribution of what exceeds a threshold.
struct ParetoTail: BitwiseCopyable, Sendable {
    let threshold: Double
    let scale: Double
    let shape: Double

    /// The range of shapes that is believed: from bounded to barely finite variance.
    static let shapes = -0.5...0.45

    init(threshold: Double, scale: Double, shape: Double) {
        self.threshold = threshold
        self.scale = scale
        self.shape = shape
    }

    /// Fits by the mean and variance of the exceedances over the smallest of `values`, which ascend.
    init<Value: BinaryFloatingPoint>(moments values: borrowing Span<Value>) {
        let count = values.count
        let threshold = Double(values[0])
        guard count > 2 else {
            self.init(threshold: threshold, scale: 0, shape: 0)
            return
        }
        var mean = 0.0
        for i in 1..<count { mean += Double(values[i]) - threshold }
        mean /= Double(count - 1)
        var variance = 0.0
        for i in 1..<count {
            let distance = Double(values[i]) - threshold - mean
            variance += distance * distance
        }
        variance /= Double(count - 2)
        let ratio = variance > 0 ? mean * mean / variance : .infinity
        let shape = min(max(0.5 * (1 - ratio), Self.shapes.lowerBound), Self.shapes.upperBound)
        self.init(threshold: threshold, scale: mean * (1 - shape), shape: shape)
    }

    /// Fits by the probability-weighted moments of the exceedances over the smallest of `values`, which ascend: less
    /// biased than the moments where tails are heavy.
    ///
    /// - Source: Hosking & Wallis, *Parameter and quantile estimation for the generalized Pareto distribution*,
    ///   Technometrics 29 (1987), with the plotting positions (i − 0.35)/n.
    init<Value: BinaryFloatingPoint>(weightedMoments values: borrowing Span<Value>) {
        let count = values.count - 1
        let threshold = Double(values[0])
        guard count > 1 else {
            self.init(threshold: threshold, scale: count == 1 ? Double(values[1]) - threshold : 0, shape: 0)
            return
        }
        var mean = 0.0
        var weighted = 0.0
        for i in 1...count {
            let excess = Double(values[i]) - threshold
            mean += excess
            weighted += (1 - (Double(i) - 0.35) / Double(count)) * excess
        }
        mean /= Double(count)
        weighted /= Double(count)
        let distance = mean - 2 * weighted
        let free = distance > 0 ? 2 - mean / distance : Self.shapes.lowerBound
        let shape = min(max(free, Self.shapes.lowerBound), Self.shapes.upperBound)
        self.init(threshold: threshold, scale: mean * (1 - shape), shape: shape)
    }

    /// The least probability of a value beyond the largest of `count` values seen: 1/(count + 1) at the largest, and
    /// falling from there as an exponential of the mean excess.
    ///
    /// A tail of negative shape ends, and would call the first value beyond its end impossible, however few were seen.
    func least(beyond x: Double, largest: Double, count: Double) -> Double {
        let mean = scale / (1 - shape)
        let distance = max(x - largest, 0)
        return (distance == 0 ? 1 : mean > 0 ? exp(-distance / mean) : 0) / (count + 1)
    }

    /// P(X > x | X > threshold), 1 at or below the threshold.
    func probability(beyond x: Double) -> Double {
        guard x > threshold else { return 1 }
        guard scale > 0 else { return 1e-30 }
        let z = (x - threshold) / scale
        if abs(shape) < 1e-6 { return exp(-z) }
        let base = 1 + shape * z
        return base > 0 ? max(pow(base, -1 / shape), 1e-30) : 1e-30
    }
}

/// The inverse of a p-value that falls with the strength.
enum Bisection {
    /// The largest strength, to 12 digits, whose p-value is not below `target`.
    static func threshold(of target: Double, pValue: (Double) -> Double) -> Double {
        var high = 1.0
        while pValue(high) >= target {
            high *= 2
            // p-values are floored, so a target at the floor is never undercut.
            if high > 1e30 { return .infinity }
        }
        var low = 0.0
        // Below the smallest normal number there is nothing left to halve.
        while high - low > max(1e-12 * high, Double.leastNormalMagnitude) {
            let middle = low + (high - low) / 2
            if pValue(middle) >= target { low = middle } else { high = middle }
        }
        return low
    }
}

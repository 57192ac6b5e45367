/// Local regression on evenly spaced values: at each step a weighted mean or line through its neighbours.
///
/// The weights are tricube: (1 − (d/h)³)³ at distance d, h the distance of the farthest neighbour.
///
/// - Source: Cleveland, Cleveland, McRae & Terpenning, *STL: a seasonal-trend decomposition procedure based
///   on loess*, Journal of Official Statistics 6 (1990), section 2.2.
public struct Loess: Sendable, Equatable {
    /// How many neighbours take part, an odd number of at least 3; at the ends they lie to one side.
    public var window: Int
    /// 0 fits a mean, 1 a line.
    public var degree: Int
    /// Every so many steps are fitted, those between them lie on straight lines; 1 fits every step.
    public var jump: Int

    /// A smoother.
    ///
    /// - Precondition: `window` is odd and at least 3, `degree` is 0 or 1, `jump` is at least 1.
    public init(window: Int, degree: Int = 1, jump: Int = 1) {
        precondition(window >= 3 && window % 2 == 1, "a window of \(window)")
        precondition((0...1).contains(degree) && jump >= 1, "degree \(degree), jump \(jump)")
        self.window = window
        self.degree = degree
        self.jump = jump
    }

    /// The same smoother with the jump that the authors advise: a tenth of the window.
    public var jumping: Loess { Loess(window: window, degree: degree, jump: (window + 9) / 10) }

    /// The smoothed values.
    ///
    /// - Parameters:
    ///   - values: Without a gap.
    ///   - weights: How much each value counts, 0 … 1; empty when all count in full.
    /// - Returns: As many as there are values. Where all weights near a step are 0, its value is kept.
    /// - Complexity: O(n × window / jump).
    public func smooth(_ values: [Double], weights: [Double] = []) -> [Double] {
        precondition(weights.isEmpty || weights.count == values.count, "\(weights.count) weights")
        let kernel = LoessKernel(self)
        var result = [Double](repeating: 0, count: values.count)
        values.withUnsafeBufferPointer { values in
            weights.withUnsafeBufferPointer { weights in
                result.withUnsafeMutableBufferPointer { kernel.smooth(values, weights, into: $0) }
            }
        }
        return result
    }
}

/// A smoother with what it needs again and again: the weights around an inner step.
struct LoessKernel {
    private let smoother: Loess
    /// Tricube weights by distance where neighbours lie on both sides.
    private let inner: [Double]
    /// The sum of the inner weights on both sides.
    private let innerSum: Double

    /// Neighbours nearer than this share of h count in full. This and the next two as in the authors' code.
    private static let near = 0.001
    /// Neighbours beyond this share of h do not count.
    private static let far = 0.999
    /// A line is fitted when its neighbours spread over more than this share of the range.
    private static let leastSpread = 0.001

    init(_ smoother: Loess) {
        self.smoother = smoother
        let half = (smoother.window - 1) / 2
        inner = (0...half).map { Self.tricube($0, Double(half)) }
        innerSum = inner.dropFirst().reduce(inner[0]) { $0 + 2 * $1 }
    }

    /// Smooths `values` into `result`; no weights count as all being 1.
    func smooth(
        _ values: UnsafeBufferPointer<Double>, _ weights: UnsafeBufferPointer<Double>,
        into result: UnsafeMutableBufferPointer<Double>
    ) {
        let count = values.count
        guard count >= 2 else {
            if count == 1 { result[0] = values[0] }
            return
        }
        let jump = min(smoother.jump, count - 1)
        withScratch { scratch in
            var last = 0
            result[0] = estimate(at: 0, values, weights, scratch) ?? values[0]
            while last < count - 1 {
                // The end is always fitted.
                let step = min(last + jump, count - 1)
                result[step] = estimate(at: step, values, weights, scratch) ?? values[step]
                Self.interpolate(result, from: last, to: step)
                last = step
            }
        }
    }

    /// Calls `body` with the room that an estimate needs.
    @inline(__always)
    func withScratch(_ body: (UnsafeMutableBufferPointer<Double>) -> Void) {
        withUnsafeTemporaryAllocation(of: Double.self, capacity: smoother.window) { scratch in
            scratch.initialize(repeating: 0)
            body(scratch)
        }
    }

    /// The fit at a step, which may lie one beside the values; `nil` where nothing has weight.
    ///
    /// - Parameter scratch: Room for one number a neighbour: see ``withScratch(_:)``.
    func estimate(
        at step: Int, _ values: UnsafeBufferPointer<Double>, _ weights: UnsafeBufferPointer<Double>,
        _ scratch: UnsafeMutableBufferPointer<Double>
    ) -> Double? {
        let (count, window) = (values.count, smoother.window)
        let half = (window - 1) / 2
        if weights.isEmpty, step >= half, step + half < count {
            return innerMean(at: step, half, values)
        }
        let left = window >= count ? 0 : min(max(step - half, 0), count - window)
        let right = min(left + window, count) - 1
        var total = 0.0
        if step - left == half, right - step == half {
            for j in left...right {
                let weight = inner[abs(j - step)] * weights[j]
                scratch[j - left] = weight
                total += weight
            }
        } else {
            let reach = Double(max(step - left, right - step) + max(window - count, 0) / 2)
            for j in left...right {
                var weight = Self.tricube(abs(j - step), reach)
                if !weights.isEmpty { weight *= weights[j] }
                scratch[j - left] = weight
                total += weight
            }
        }
        guard total > 0 else { return nil }
        return fit(
            at: step, UnsafeBufferPointer(rebasing: values[left...right]), first: left, total: total,
            spread: Self.leastSpread * Double(count - 1), UnsafeBufferPointer(scratch))
    }

    /// The weighted mean, or the weighted line at the step.
    @inline(__always)
    private func fit(
        at step: Int, _ values: UnsafeBufferPointer<Double>, first: Int, total: Double, spread: Double,
        _ weights: UnsafeBufferPointer<Double>
    ) -> Double {
        var (mean, centre) = (0.0, 0.0)
        for j in values.indices {
            mean += weights[j] * values[j]
            centre += weights[j] * Double(first + j)
        }
        mean /= total
        guard smoother.degree == 1 else { return mean }
        centre /= total
        var (squares, products) = (0.0, 0.0)
        for j in values.indices {
            let distance = Double(first + j) - centre
            squares += weights[j] * distance * distance
            products += weights[j] * distance * values[j]
        }
        guard (squares / total).squareRoot() > spread else { return mean }
        return mean + (Double(step) - centre) * products / squares
    }

    /// The fit where neighbours lie evenly on both sides and all count in full: the line's slope has no part.
    private func innerMean(at step: Int, _ half: Int, _ values: UnsafeBufferPointer<Double>) -> Double {
        inner.withUnsafeBufferPointer { inner in
            // Two sums, so that additions need not wait for one another.
            var (even, odd) = (inner[0] * values[step], 0.0)
            var d = 1
            while d < half {
                even += inner[d] * (values[step - d] + values[step + d])
                odd += inner[d + 1] * (values[step - d - 1] + values[step + d + 1])
                d += 2
            }
            if d == half { even += inner[d] * (values[step - d] + values[step + d]) }
            return (even + odd) / innerSum
        }
    }

    @inline(__always)
    private static func tricube(_ distance: Int, _ reach: Double) -> Double {
        let d = Double(distance)
        guard d <= far * reach else { return 0 }
        guard d > near * reach else { return 1 }
        let share = d / reach
        let rest = 1 - share * share * share
        return rest * rest * rest
    }

    /// Puts the results between two fitted steps on a straight line.
    @inline(__always)
    private static func interpolate(
        _ result: UnsafeMutableBufferPointer<Double>, from first: Int, to last: Int
    ) {
        guard last - first > 1 else { return }
        let slope = (result[last] - result[first]) / Double(last - first)
        for step in (first + 1)..<last { result[step] = result[first] + slope * Double(step - first) }
    }
}

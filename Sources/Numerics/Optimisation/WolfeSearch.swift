/// A point on the line of a search, with all that is known there.
struct LinePoint {
    var step: Double
    var value: Double
    /// The derivative along the line.
    var slope: Double
    var point: [Double]
    var gradient: [Double]

    var isFinite: Bool { value.isFinite && allFinite(gradient) }
}

/// A line search to the strong Wolfe conditions: go on until an interval holds such a step, then narrow it.
///
/// - Source: Nocedal & Wright, *Numerical Optimization*, 2nd ed., algorithms 3.5 and 3.6.
struct WolfeSearch {
    private var origin: LinePoint
    private let direction: [Double]
    private var used = 0

    init(origin: LinePoint, direction: [Double]) {
        self.origin = origin
        self.origin.step = 0
        self.origin.slope = BLAS.dot(direction, origin.gradient)
        self.direction = direction
    }

    /// A point that fulfils the conditions; else one that is at least sufficiently lower; else `nil`.
    mutating func run<E: Error>(
        firstStep: Double, evaluations: inout Int,
        _ objective: (_ point: [Double], _ gradient: inout [Double]) throws(E) -> Double
    ) throws(E) -> LinePoint? {
        guard origin.slope < 0 else { return nil }
        defer { evaluations += used }
        // `low` is the best point with sufficient decrease so far.
        var low = origin
        var step = firstStep
        var high: LinePoint?
        while used < LBFGS.longestSearch {
            let trial = try evaluate(step, objective)
            if !trial.isFinite || !isLowEnough(trial) || trial.value >= low.value {
                high = trial
            } else if abs(trial.slope) <= -LBFGS.curvature * origin.slope {
                return trial
            } else {
                // The lowest point moves; the other end is whichever bounds the downhill side of it.
                if let end = high {
                    if trial.slope * (end.step - low.step) >= 0 { high = low }
                } else if trial.slope >= 0 {
                    high = low
                }
                low = trial
            }
            if let high {
                step = Self.inside(low, high)
                // Nothing left between the ends in floating point.
                if step == low.step || step == high.step { break }
            } else {
                step *= 2.5
            }
            guard step.isFinite else { break }
        }
        return low.step > 0 ? low : nil
    }

    private func isLowEnough(_ trial: LinePoint) -> Bool {
        trial.value <= origin.value + LBFGS.decrease * trial.step * origin.slope
    }

    private mutating func evaluate<E: Error>(
        _ step: Double, _ objective: (_ point: [Double], _ gradient: inout [Double]) throws(E) -> Double
    ) throws(E) -> LinePoint {
        used += 1
        var point = origin.point
        BLAS.axpy(step, direction, onto: &point)
        var gradient = [Double](repeating: 0, count: point.count)
        let value = try objective(point, &gradient)
        let slope = BLAS.dot(direction, gradient)
        return LinePoint(step: step, value: value, slope: slope, point: point, gradient: gradient)
    }

    /// The minimiser of the cubic through both ends (3.59), kept a tenth of the interval away from them; the
    /// middle when an end is not finite or the cubic has no minimum.
    private static func inside(_ low: LinePoint, _ high: LinePoint) -> Double {
        let width = high.step - low.step
        let middle = low.step + width / 2
        guard high.isFinite else { return middle }
        let d1 = low.slope + high.slope - 3 * (low.value - high.value) / (low.step - high.step)
        let radicand = d1 * d1 - low.slope * high.slope
        guard radicand >= 0 else { return middle }
        let d2 = width < 0 ? -radicand.squareRoot() : radicand.squareRoot()
        let fraction = 1 - (high.slope + d2 - d1) / (high.slope - low.slope + 2 * d2)
        guard fraction.isFinite else { return middle }
        return low.step + width * min(max(fraction, 0.1), 0.9)
    }
}

/// What a prediction costs, by its error e = prediction − target. A `nan` target costs nothing and teaches
/// nothing.
public enum Loss: Sendable, Equatable {
    /// e²/2: the prediction becomes the mean.
    case squared
    /// |e|: the median.
    case absolute
    /// e²/2 up to |e| = delta, δ(|e| − δ/2) beyond: the mean, hardly moved by outliers.
    ///
    /// - Precondition: `delta` > 0.
    /// - Source: Huber, *Robust estimation of a location parameter*, Ann. Math. Statist. 35 (1964).
    case huber(delta: Double)
    /// level·max(−e, 0) + (1 − level)·max(e, 0): the quantile of this level.
    ///
    /// - Precondition: 0 < `level` < 1.
    /// - Source: Koenker & Bassett, *Regression quantiles*, Econometrica 46 (1978).
    case pinball(level: Double)

    /// The cost of one prediction; 0 when the target is `nan`.
    public func value(prediction: Double, target: Double) -> Double {
        target.isNaN ? 0 : valueAndSlope(prediction - target).value
    }

    /// The derivative of the cost by the prediction; 0 when the target is `nan`, and at a kink.
    public func slope(prediction: Double, target: Double) -> Double {
        target.isNaN ? 0 : valueAndSlope(prediction - target).slope
    }

    @inline(__always)
    private func valueAndSlope(_ e: Double) -> (value: Double, slope: Double) {
        switch self {
        case .squared:
            (e * e / 2, e)
        case .absolute:
            (abs(e), e > 0 ? 1 : e < 0 ? -1 : e)
        case .huber(let delta):
            abs(e) <= delta || e.isNaN
                ? (e * e / 2, e) : (delta * (abs(e) - delta / 2), e > 0 ? delta : -delta)
        case .pinball(let level):
            e > 0 ? ((1 - level) * e, 1 - level) : e < 0 ? (-level * e, -level) : (e, e)
        }
    }

    /// Traps when a parameter makes no loss.
    func check() {
        switch self {
        case .squared, .absolute: break
        case .huber(let delta): precondition(delta > 0, "a Huber loss with delta \(delta)")
        case .pinball(let level): precondition(level > 0 && level < 1, "a pinball loss of level \(level)")
        }
    }
}

// MARK: - On whole batches

extension Loss {
    /// The sum of the costs over the targets that are not `nan`, and how many these are.
    func sum(
        predictions: UnsafePointer<Double>, targets: UnsafePointer<Double>, count: Int
    ) -> (sum: Double, present: Int) {
        var (sum, present) = (0.0, 0)
        for i in 0..<count where !targets[i].isNaN {
            sum += valueAndSlope(predictions[i] - targets[i]).value
            present += 1
        }
        return (sum, present)
    }

    /// As ``sum(predictions:targets:count:)``, and replaces each prediction by the derivative of the mean cost.
    func differentiate(
        predictions: UnsafeMutablePointer<Double>, targets: UnsafePointer<Double>, count: Int
    ) -> (sum: Double, present: Int) {
        var (sum, present) = (0.0, 0)
        for i in 0..<count {
            if targets[i].isNaN {
                predictions[i] = 0
            } else {
                let cost = valueAndSlope(predictions[i] - targets[i])
                sum += cost.value
                predictions[i] = cost.slope
                present += 1
            }
        }
        let scale = 1 / Double(max(present, 1))
        for i in 0..<count { predictions[i] *= scale }
        return (sum, present)
    }
}

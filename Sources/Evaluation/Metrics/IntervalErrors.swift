/// Errors of central intervals of one series.
///
/// Missing-value rule for all: a step whose actual value is `nan` is left out; the answer is `nan` when
/// nothing is left.
public enum IntervalErrors {
    /// The mean scaled interval score: the width, and 2/α times how far values lie outside, in units of the
    /// scale.
    ///
    /// - Parameters:
    ///   - actual: What happened, one value a step.
    ///   - lower: As many lower bounds.
    ///   - upper: As many upper bounds.
    ///   - level: The coverage that the bounds claim, in 0 ..< 1; α = 1 − level.
    ///   - scale: ``PointErrors/scale(of:period:)`` of the values before the forecast.
    /// - Source: Gneiting & Raftery, *Strictly proper scoring rules, prediction, and estimation*, Journal of
    ///   the American Statistical Association 102, 2007, section 6.2; scaled as in the M4 competition.
    public static func msis(
        _ actual: [Double], lower: [Double], upper: [Double], level: Double, scale: Double
    ) -> Double {
        checkShape(actual, lower, upper)
        let weight = 2 / (1 - level)
        var (sum, count) = (0.0, 0)
        for step in actual.indices where !actual[step].isNaN {
            let below = max(lower[step] - actual[step], 0)
            let above = max(actual[step] - upper[step], 0)
            sum += (upper[step] - lower[step]) + weight * below + weight * above
            count += 1
        }
        return count == 0 ? .nan : sum / Double(count) / scale
    }

    /// The share of values that lie within their bounds, 0 … 1; a bound belongs to its interval.
    public static func coverage(_ actual: [Double], lower: [Double], upper: [Double]) -> Double {
        let count = actual.count { !$0.isNaN }
        return count == 0 ? .nan : Double(covered(actual, lower: lower, upper: upper)) / Double(count)
    }

    /// The absolute difference of the coverage reached and the level that was claimed.
    public static func coverageDifference(_ coverage: Double, level: Double) -> Double {
        abs(coverage - level)
    }

    /// How many values lie within their bounds.
    static func covered(_ actual: [Double], lower: [Double], upper: [Double]) -> Int {
        checkShape(actual, lower, upper)
        return actual.indices.count { lower[$0] <= actual[$0] && actual[$0] <= upper[$0] }
    }

    private static func checkShape(_ actual: [Double], _ lower: [Double], _ upper: [Double]) {
        precondition(
            actual.count == lower.count && actual.count == upper.count,
            "\(actual.count) values, \(lower.count) lower and \(upper.count) upper bounds")
    }
}

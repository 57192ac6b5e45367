import Numerics

/// p-values for a handful of values: Student's t on the strength in standard units.
enum SmallSample {
    /// Heavier tails than the count alone asks for, since metrics are rarely normal.
    static let mostFreedom = 6.0

    /// The two-sided tail probability of a strength, given `count` values behind its scale.
    static func pValue(of strength: Double, count: Double) -> Double {
        let freedom = min(max(count - 2, 1), mostFreedom)
        return 2 * StudentT(degreesOfFreedom: freedom).tail(strength)
    }
}

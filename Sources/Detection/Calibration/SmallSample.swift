import Numerics

/// p-values for a handful of values: Student's t on the strength in standard units.
enum SmallSample {
    /// Heavier tails than the count alone asks for, since metrics are rarely normal.
    static let mostFreedom = 6.0

    /// The two-sided tail probability of a strength, given `count` values behind its scale.
    static func pValue(of strength: Double, count: Double) -> Double {
        let freedom = max(count - 2, 1)
        guard freedom < mostFreedom else { return pValue(of: strength) }
        return 2 * StudentT(degreesOfFreedom: freedom).tail(strength)
    }

    /// Of six degrees of freedom, without a logarithm: with s = t / √(6 + t²), the two tails are
    /// (1 − s)³ (1 + 9/8 s + 3/8 s²).
    ///
    /// - Source: Abramowitz & Stegun, *Handbook of Mathematical Functions*, 26.7.4, of which the factor (1 − s)³ is
    ///   taken out here, so that far tails lose no digits; 1 − s is 6 / (6 + t²) / (1 + s) for the same reason.
    private static func pValue(of strength: Double) -> Double {
        let hypotenuse = mostFreedom + strength * strength
        // What has no square lies beyond every digit of a tail.
        guard hypotenuse < .infinity else { return strength.isNaN ? .nan : strength < 0 ? 2 : 0 }
        let s = strength / hypotenuse.squareRoot()
        let rest = s >= 0 ? mostFreedom / hypotenuse / (1 + s) : 1 - s
        return rest * rest * rest * (1 + s * (1.125 + 0.375 * s))
    }
}

import Glibc

/// The regularised incomplete beta function, of which binomial and Student's tails are made.
public enum IncompleteBeta {
    /// *I_x(a, b)*, the probability of a beta variable up to `x`; to about 1e-12 of itself below one half.
    ///
    /// - Parameters:
    ///   - a: Above 0.
    ///   - b: Above 0.
    ///   - x: In 0 ... 1.
    /// - Complexity: O(√max(a, b)).
    /// - Source: Abramowitz & Stegun 26.5.8, and 26.5.2 on the other side of the mean.
    public static func regularized(_ a: Double, _ b: Double, at x: Double) -> Double {
        precondition(a > 0 && b > 0 && x >= 0 && x <= 1, "an incomplete beta function of \(a), \(b) at \(x)")
        guard x > 0 && x < 1 else { return x }
        let logFront =
            logGamma(a + b) - logGamma(a) - logGamma(b) + a * log(x) + b * log1p(-x)
        if x < (a + 1) / (a + b + 2) { return exp(logFront) / a * betaContinuedFraction(a, b, x) }
        return 1 - exp(logFront) / b * betaContinuedFraction(b, a, 1 - x)
    }

    /// ln Γ(x) for x above 0; unlike `lgamma` it writes no global variable.
    public static func logGamma(_ x: Double) -> Double {
        var sign: Int32 = 0
        return lgamma_r(x, &sign)
    }
}

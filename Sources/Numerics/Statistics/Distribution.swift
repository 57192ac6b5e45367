/// A continuous distribution of one real value. `nan` in, `nan` out.
public protocol Distribution: Sendable, Equatable {
    /// The probability density at `x`.
    func density(_ x: Double) -> Double

    /// The probability of a value up to `x`.
    func cdf(_ x: Double) -> Double

    /// The probability of a value above `x`: exact where `1 - cdf(x)` would be 0.
    func tail(_ x: Double) -> Double

    /// The natural logarithm of ``tail(_:)``, also where the tail itself is too small for a `Double`.
    func logTail(_ x: Double) -> Double

    /// The value that is exceeded with probability `probability`: the inverse of ``tail(_:)``.
    ///
    /// - Precondition: `probability` is in 0 … 1.
    func tailQuantile(_ probability: Double) -> Double

    /// The value up to which lies `probability`: the inverse of ``cdf(_:)``.
    ///
    /// - Precondition: `probability` is in 0 … 1.
    func quantile(_ probability: Double) -> Double

    /// A random value.
    func sample<G: RandomNumberGenerator>(using generator: inout G) -> Double
}

func preconditionProbability(_ probability: Double) {
    precondition(!(probability < 0 || probability > 1), "a probability of \(probability)")
}

import Glibc

/// The generalized Pareto distribution: what the excesses over a high threshold follow.
///
/// - Source: Pickands, *Statistical inference using extreme order statistics*, Annals of Statistics 3, 1975.
public struct GeneralizedPareto: Distribution {
    /// ξ: above 0 a heavy tail, 0 the exponential distribution, below 0 an end at *−σ/ξ*.
    public let shape: Double
    /// σ, above 0, in the unit of the excess.
    public let scale: Double

    /// The distribution of a shape and a scale.
    ///
    /// - Precondition: Both are finite, `scale` is above 0.
    public init(shape: Double, scale: Double) {
        precondition(
            shape.isFinite && scale.isFinite && scale > 0, "a Pareto distribution of ξ \(shape), σ \(scale)")
        self.shape = shape
        self.scale = scale
    }

    /// The probability density at an excess; 0 below 0 and beyond the end.
    public func density(_ x: Double) -> Double {
        guard x >= 0 else { return x.isNaN ? .nan : 0 }
        let base = 1 + shape * x / scale
        guard base > 0 else { return 0 }
        return exp(logTail(x)) / (base * scale)
    }

    /// The probability of an excess up to `x`.
    public func cdf(_ x: Double) -> Double {
        -expm1(logTail(x))
    }

    /// The probability of an excess above `x`: *(1 + ξx/σ)^(−1/ξ)*; 1 below 0, 0 beyond the end.
    public func tail(_ x: Double) -> Double {
        exp(logTail(x))
    }

    /// The natural logarithm of ``tail(_:)``; `-inf` beyond the end.
    public func logTail(_ x: Double) -> Double {
        guard x > 0 else { return x.isNaN ? .nan : 0 }
        let relative = x / scale
        let product = shape * relative
        guard product > -1 else { return -.infinity }
        // ln(1 + ξx/σ)/ξ, which tends to x/σ with ξ.
        return product == 0 ? -relative : -log1p(product) / shape
    }

    /// The excess that is exceeded with probability `probability`.
    public func tailQuantile(_ probability: Double) -> Double {
        preconditionProbability(probability)
        return excess(exponent: -log(probability))
    }

    /// The excess up to which lies `probability`.
    public func quantile(_ probability: Double) -> Double {
        preconditionProbability(probability)
        return excess(exponent: -log1p(-probability))
    }

    /// The excess whose log-tail is `-exponent`: *σ(e^(ξL) − 1)/ξ*.
    private func excess(exponent: Double) -> Double {
        let product = shape * exponent
        return scale * (product == 0 || shape == 0 ? exponent : expm1(product) / shape)
    }

    /// A random excess.
    public func sample<G: RandomNumberGenerator>(using generator: inout G) -> Double {
        excess(exponent: generator.nextExponential())
    }
}

// MARK: - Estimation

extension GeneralizedPareto {
    /// The shapes an estimate may have. Below, the end of the distribution is an estimate of the largest
    /// value seen and nothing more; above, the variance is all but infinite and moments mislead.
    public static let shapes = -0.5...0.45

    /// The distribution with the given mean and variance; ξ is clipped to ``shapes``, and σ then keeps the mean.
    ///
    /// - Parameters:
    ///   - mean: Of the excesses, above 0 and finite.
    ///   - variance: Of the excesses, at least 0; 0 gives the least shape.
    /// - Precondition: `mean` and `variance` are in their ranges.
    /// - Source: Hosking & Wallis, *Parameter and quantile estimation for the generalized Pareto
    ///   distribution*, Technometrics 29, 1987, section 3 (with *k = −ξ*).
    public init(mean: Double, variance: Double) {
        precondition(variance >= 0, "a variance of \(variance)")
        self.init(mean: mean, unclipped: 0.5 * (1 - mean * mean / variance))
    }

    private init(mean: Double, unclipped: Double) {
        let shape = min(max(unclipped, Self.shapes.lowerBound), Self.shapes.upperBound)
        self.init(shape: shape, scale: mean * (1 - shape))
    }

    /// The estimate by the method of moments.
    ///
    /// - Parameter excesses: At least 0; at least two, `nan` skipped.
    /// - Throws: ``NumericsError/tooFewValues(needed:got:)``, ``NumericsError/allZero(_:)``,
    ///   ``NumericsError/notFinite(_:)`` for an infinite excess.
    /// - Precondition: No excess is negative.
    /// - Complexity: O(*n*).
    public init(momentsOf excesses: [Double]) throws(NumericsError) {
        let values = try Self.checked(excesses)
        self.init(mean: Descriptive.mean(values), variance: Descriptive.variance(values))
    }

    /// The estimate by probability-weighted moments: better than by moments for heavy tails.
    ///
    /// - Parameter excesses: At least 0; at least two, `nan` skipped.
    /// - Throws: ``NumericsError/tooFewValues(needed:got:)``, ``NumericsError/allZero(_:)``,
    ///   ``NumericsError/notFinite(_:)`` for an infinite excess.
    /// - Precondition: No excess is negative.
    /// - Complexity: O(*n* log *n*).
    /// - Source: Hosking & Wallis 1987, section 3, with the unbiased estimates of the moments.
    public init(probabilityWeightedMomentsOf excesses: [Double]) throws(NumericsError) {
        let values = try Self.checked(excesses).sorted()
        let mean = Descriptive.mean(values)
        let last = Double(values.count - 1)
        var weighted = 0.0
        for (i, value) in values.enumerated() { weighted += value * (last - Double(i)) / last }
        weighted /= Double(values.count)
        self.init(mean: mean, unclipped: 2 - mean / (mean - 2 * weighted))
    }

    private static func checked(_ excesses: [Double]) throws(NumericsError) -> [Double] {
        let values = excesses.filter { !$0.isNaN }
        guard values.count >= 2 else { throw .tooFewValues(needed: 2, got: values.count) }
        guard allFinite(values) else { throw .notFinite("excess") }
        precondition(values.allSatisfy { $0 >= 0 }, "a negative excess among \(values.count)")
        guard values.contains(where: { $0 > 0 }) else { throw .allZero("excesses") }
        return values
    }
}

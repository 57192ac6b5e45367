import Glibc

/// Student's t distribution.
///
/// Everything runs over *z = √ln(1 + t²/ν)*, in which even the heaviest tail falls like a normal one: no
/// overflow of *t²*, and Newton's method from the far side cannot miss.
///
/// Tails are exact to 1e-12 of themselves for every ν above 0, as far as `Double` reaches.
public struct StudentT: Distribution {
    /// ν, above 0; `inf` is the standard normal distribution.
    public let degreesOfFreedom: Double
    /// Γ(ν/2 + ½) / Γ(ν/2).
    private let gammaRatio: Double

    /// The distribution of ν degrees of freedom.
    ///
    /// - Precondition: `degreesOfFreedom` is above 0.
    public init(degreesOfFreedom: Double) {
        precondition(degreesOfFreedom > 0, "\(degreesOfFreedom) degrees of freedom")
        self.degreesOfFreedom = degreesOfFreedom
        gammaRatio =
            degreesOfFreedom < Double(Self.ratiosOfWhole.count)
                && degreesOfFreedom == degreesOfFreedom.rounded()
            ? Self.ratiosOfWhole[Int(degreesOfFreedom)] : Self.gammaRatio(degreesOfFreedom / 2)
    }

    /// The ratios of 0, 1 … degrees of freedom: small samples ask for the same few again and again.
    private static let ratiosOfWhole = (0...128).map { gammaRatio(Double($0) / 2) }

    /// The probability density at `x`.
    public func density(_ x: Double) -> Double {
        guard degreesOfFreedom.isFinite else { return Normal.standard.density(x) }
        let z = transformed(abs(x))
        let constant = gammaRatio / (degreesOfFreedom * Double.pi).squareRoot()
        return constant * exp(-0.5 * (degreesOfFreedom + 1) * z * z)
    }

    /// The probability of a value up to `x`.
    public func cdf(_ x: Double) -> Double {
        tail(-x)
    }

    /// The probability of a value above `x`.
    ///
    /// - Complexity: O(√ν) at worst, near the centre; O(1) far out and from ν = 1e5 on.
    public func tail(_ x: Double) -> Double {
        guard !x.isNaN else { return .nan }
        let (exponent, factor) = parts(transformed(abs(x)))
        return x >= 0 ? exp(exponent) * factor : 1 - exp(exponent) * factor
    }

    /// The natural logarithm of ``tail(_:)``, also where that underflows.
    public func logTail(_ x: Double) -> Double {
        guard !x.isNaN else { return .nan }
        let (exponent, factor) = parts(transformed(abs(x)))
        return x >= 0 ? exponent + log(factor) : log1p(-exp(exponent) * factor)
    }

    /// The value that is exceeded with probability `probability`; ±`inf` for 0 and 1.
    ///
    /// - Complexity: About six to ten evaluations of the tail.
    public func tailQuantile(_ probability: Double) -> Double {
        preconditionProbability(probability)
        guard probability <= 0.5 else {
            return probability.isNaN ? .nan : -tailQuantile(1 - probability)
        }
        return upperQuantile(probability)
    }

    /// The value up to which lies `probability`; ±`inf` for 0 and 1.
    ///
    /// - Complexity: About six to ten evaluations of the tail.
    public func quantile(_ probability: Double) -> Double {
        preconditionProbability(probability)
        guard probability > 0.5 else {
            return probability.isNaN ? .nan : -upperQuantile(probability)
        }
        return upperQuantile(1 - probability)
    }

    /// A random value.
    public func sample<G: RandomNumberGenerator>(using generator: inout G) -> Double {
        generator.nextStudentT(degreesOfFreedom: degreesOfFreedom)
    }
}

// MARK: - Equatable

extension StudentT {
    /// Whether both have as many degrees of freedom.
    public static func == (a: StudentT, b: StudentT) -> Bool {
        a.degreesOfFreedom == b.degreesOfFreedom
    }
}

// MARK: - The tail over z

extension StudentT {
    /// Above this, Hill's expansion is exact to 1e-13, and the continued fraction would be slow.
    private static let expansionFrom = 1e5

    /// *z* for *t ≥ 0*; for infinite ν, *t* itself.
    private func transformed(_ t: Double) -> Double {
        guard degreesOfFreedom.isFinite else { return t }
        let square = t * t / degreesOfFreedom
        // Beyond the range of squares the 1 is lost anyway.
        let logarithm = square < 1e300 ? log1p(square) : 2 * log(t) - log(degreesOfFreedom)
        return logarithm.squareRoot()
    }

    /// *t ≥ 0* for *z*.
    private func untransformed(_ z: Double) -> Double {
        guard degreesOfFreedom.isFinite else { return z }
        let square = z * z
        return square < 600
            ? (degreesOfFreedom * expm1(square)).squareRoot()
            : degreesOfFreedom.squareRoot() * exp(0.5 * square)
    }

    /// The upper tail at *z ≥ 0* as *e^exponent · factor*, with a factor that never underflows.
    ///
    /// With *x = ν/(ν+t²) = e^(−z²)* the tail is *½ I_x(ν/2, ½)*.
    ///
    /// - Source: Abramowitz & Stegun 26.5.27 and 26.5.8. Hill, *Algorithm 395: Student's t-distribution*,
    ///   Communications of the ACM 13, 1970, for the expansion.
    private func parts(_ z: Double) -> (exponent: Double, factor: Double) {
        guard degreesOfFreedom < Self.expansionFrom else { return Normal.standardTailParts(expanded(z)) }
        let a = degreesOfFreedom / 2
        let exponent = -a * z * z
        let x = exp(-z * z)
        let y = -expm1(-z * z)
        if x < (a + 1) / (a + 2.5) {
            let fraction = betaContinuedFraction(a, 0.5, x)
            return (exponent, 0.5 * y.squareRoot() * gammaRatio / (a * Double.pi.squareRoot()) * fraction)
        }
        let fraction = betaContinuedFraction(0.5, a, y)
        let centre = y.squareRoot() * exp(exponent) * 2 * gammaRatio / Double.pi.squareRoot() * fraction
        return (0, 0.5 * (1 - centre))
    }

    /// The standard normal deviate with the same tail, for large ν.
    private func expanded(_ z: Double) -> Double {
        guard degreesOfFreedom.isFinite && z.isFinite else { return z }
        let a = degreesOfFreedom - 0.5
        let b = 48 * a * a
        let u = a.squareRoot() * z
        let square = u * u
        let second = ((0.4 * square + 3.3) * square + 24) * square + 85.5
        let correction = 1 + (square + 3) / b - second / (b * (b + 0.8 * square * square + 100))
        return u * correction
    }

    /// The *t ≥ 0* with tail `p`, by Newton's method on the logarithm of the tail over *z*.
    ///
    /// That logarithm is concave, so after at most one step the iterates come down on the answer from above.
    private func upperQuantile(_ p: Double) -> Double {
        guard p > 0 else { return .infinity }
        let start = -Normal.standardQuantile(p)
        guard degreesOfFreedom.isFinite, p < 0.5 else { return max(start, 0) }
        let target = log(p)
        let slopeConstant = gammaRatio / Double.pi.squareRoot()
        var z = start / degreesOfFreedom.squareRoot()
        for _ in 0..<100 {
            let (exponent, factor) = parts(z)
            // density · dt/dz, without its exponential: z/√(1−x) tends to 1 at 0.
            let ratio = z * z < 1e-300 ? 1 : z / (-expm1(-z * z)).squareRoot()
            let slope = slopeConstant * ratio * exp(-0.5 * degreesOfFreedom * z * z - exponent) / factor
            let step = (exponent + log(factor) - target) / slope
            z = max(z + step, 0.5 * z)
            if abs(step) <= 1e-15 * z { break }
        }
        return untransformed(z)
    }

    /// Γ(a + ½) / Γ(a).
    ///
    /// - Source: Tricomi & Erdélyi, *The asymptotic expansion of a ratio of gamma functions*, Pacific Journal
    ///   of Mathematics 1, 1951, for large *a*.
    private static func gammaRatio(_ a: Double) -> Double {
        guard a >= 100 else { return tgamma(a + 0.5) / tgamma(a) }
        let w = 1 / a
        let high = -21.0 / 32768 + w * (-399.0 / 262144 + w * (869.0 / 4_194_304))
        let series = 1 + w * (-1.0 / 8 + w * (1.0 / 128 + w * (5.0 / 1024 + w * high)))
        return a.squareRoot() * series
    }
}

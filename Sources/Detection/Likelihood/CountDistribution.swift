import Glibc
import Numerics

/// The negative binomial distribution of a count: variance μ + αμ², Poisson's where α is 0.
///
/// A value's tail is its mid-p: the probability of a more extreme count and half of that of an equal one. So it needs no
/// random number to be fair: its mean under the distribution is one half.
///
/// - Source: Lancaster, *Significance tests in discrete distributions*, JASA 56 (1961), for the mid-p; Cameron & Trivedi,
///   *Regression Analysis of Count Data*, 2nd ed. (2013), section 3.3, for the dispersion.
struct CountDistribution: BitwiseCopyable, Sendable {
    /// μ, above 0.
    let mean: Double
    /// α, at least 0; below 1e-6 it counts as 0, where ln Γ of 1/α would cancel.
    let dispersion: Double

    private static let leastDispersion = 1e-6
    /// Terms below this share of their sum are left out.
    private static let precision = 1e-16

    init(mean: Double, dispersion: Double) {
        precondition(mean > 0 && dispersion >= 0, "a count of mean \(mean), dispersion \(dispersion)")
        self.mean = mean
        self.dispersion = dispersion < Self.leastDispersion ? 0 : dispersion
    }

    /// The mid-p of counts at least as large.
    ///
    /// - Complexity: O(standard deviation).
    func upperTail(of count: Double) -> Double {
        guard count >= 0 else { return 1 }
        guard count >= mean else { return 1 - lowerTail(of: count) }
        var (term, sum, place) = (1.0, 0.5, count)
        repeat {
            term *= ratio(after: place)
            sum += term
            place += 1
        } while term > Self.precision * sum
        return min(exp(logMass(at: count)) * sum, 1)
    }

    /// The mid-p of counts at most as large.
    func lowerTail(of count: Double) -> Double {
        guard count >= 0 else { return 0 }
        guard count < mean else { return 1 - upperTail(of: count) }
        var (term, sum, place) = (1.0, 0.5, count)
        while place >= 1, term > Self.precision * sum {
            term /= ratio(after: place - 1)
            sum += term
            place -= 1
        }
        return min(exp(logMass(at: count)) * sum, 1)
    }

    /// P(k + 1) / P(k).
    private func ratio(after count: Double) -> Double {
        mean * (1 + dispersion * count) / ((1 + dispersion * mean) * (count + 1))
    }

    private func logMass(at count: Double) -> Double {
        let factorial = IncompleteBeta.logGamma(count + 1)
        guard dispersion > 0 else { return count * log(mean) - mean - factorial }
        let size = 1 / dispersion
        return IncompleteBeta.logGamma(count + size) - IncompleteBeta.logGamma(size) - factorial
            - size * log1p(mean * dispersion) - count * log1p(size / mean)
    }
}

import Glibc
import Numerics

/// The distribution of a share of successes among a number of trials that need be neither whole nor known: a binomial one,
/// continued between its counts, so that a share of exactly 0 or 1 has a probability of its own.
///
/// With k = n·x the tails are incomplete beta functions, P(X ≥ k) = I_μ(k, n − k + 1); the mid-p of ``CountDistribution``.
///
/// - Source: Abramowitz & Stegun 26.5.24.
struct ShareDistribution: BitwiseCopyable, Sendable {
    /// μ, above 0 and below 1.
    let mean: Double
    /// n, above 0: variance μ(1 − μ)/n.
    let trials: Double

    init(mean: Double, trials: Double) {
        precondition(mean > 0 && mean < 1 && trials > 0, "a share of mean \(mean) of \(trials)")
        (self.mean, self.trials) = (mean, trials)
    }

    /// The mid-p of shares at least as large; 0 for what no share can be.
    ///
    /// - Complexity: O(√n).
    func upperTail(of share: Double) -> Double {
        guard share <= 1 else { return 0 }
        guard share > mean else { return 1 - lowerTail(of: share) }
        let count = trials * share
        let atLeast = IncompleteBeta.regularized(count, trials - count + 1, at: mean)
        return max(atLeast - 0.5 * mass(at: count), 0)
    }

    /// The mid-p of shares at most as large; 0 for what no share can be.
    func lowerTail(of share: Double) -> Double {
        guard share >= 0 else { return 0 }
        guard share <= mean else { return 1 - upperTail(of: share) }
        let count = trials * share
        let atMost = IncompleteBeta.regularized(trials - count, count + 1, at: 1 - mean)
        return max(atMost - 0.5 * mass(at: count), 0)
    }

    private func mass(at count: Double) -> Double {
        let failures = trials - count
        return exp(
            IncompleteBeta.logGamma(trials + 1) - IncompleteBeta.logGamma(count + 1)
                - IncompleteBeta.logGamma(failures + 1) + count * log(mean) + failures * log1p(-mean))
    }
}

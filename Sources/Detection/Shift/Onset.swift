import Glibc

/// When what speaks now began to: for each test the values since its surprise first added up to more than is usual.
///
/// A test's surprise is −ln p, whose mean is 1 where nothing happens; what exceeds 1.5 is summed, never below 0; of tests
/// that look at windows, whose neighbours go together, what exceeds 3. The values since the sum was last 0 are those
/// that belong together.
///
/// - Source: Page, *Continuous inspection schemes*, Biometrika 41 (1954), for the sum and the estimate.
struct Onset: BitwiseCopyable, Sendable {
    /// The tests, in the order of ``Test``.
    private var sums = InlineArray<4, Double>(repeating: 0)
    private var steps = InlineArray<4, Int32>(repeating: 0)

    /// What each value is expected to add and half as much again; for windows, what one in twenty exceeds.
    private static let drift = 1.5
    private static let windowDrift = 3.0
    /// No value adds more: one alone does not make the next thousand belong to it.
    private static let most = 12.0

    /// A test with a p-value of its own.
    enum Test: Int, CaseIterable {
        case residual, levelShift, varianceShift, fused
    }

    /// Takes the p-values of one value.
    mutating func take(_ verdict: borrowing Verdict) {
        take(verdict.residual, .residual)
        take(verdict.ranked.levelShift, .levelShift)
        take(verdict.ranked.varianceShift, .varianceShift)
        take(verdict.everyFused, .fused)
    }

    private mutating func take(_ p: Double, _ test: Test) {
        let surprise = min(-log(max(p, TailCalibration.smallest)), Self.most)
        sums[test.rawValue] = max(
            0, sums[test.rawValue] + surprise - (test == .residual ? Self.drift : Self.windowDrift))
        steps[test.rawValue] = sums[test.rawValue] > 0 ? steps[test.rawValue] &+ 1 : 0
    }

    /// How many values before the latest belong to it; 0 where it stands alone.
    func stepsBefore(_ test: Test) -> Int { max(Int(steps[test.rawValue]) - 1, 0) }
}

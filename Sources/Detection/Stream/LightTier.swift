/// How the light tier makes one p-value of its two tests: of the error of the expectation, ``StreamDetector``, and of
/// what else speaks, ``StreamEvidence``.
///
/// - Source: the weighted Bonferroni rule, Genovese, Roeder & Wasserman, *False discovery control with p-value
///   weighting*, Biometrika 93 (2006).
public enum LightTier {
    // Computed, so that a value asks for no constant to be made.

    /// p\* of series without a definition.
    @inlinable public static var threshold: Double { 1e-4 }
    /// Values before the first score: of the first errors after the detector's own warm-up nobody can say how usual they
    /// are, and their bands would reach a hundred times too far.
    public static let settled = StreamDetector.warmUp + 8
    /// The share of the false alarms that the error of the expectation may make.
    @inlinable public static var residualShare: Double { 0.9 }
    /// And what else speaks.
    @inlinable public static var evidenceShare: Double { 0.1 }

    /// The probability of a value at least as unusual by either test, in 0 ... 1.
    @inlinable
    public static func pValue(residual: Double, evidence: Double) -> Double {
        min(residual / residualShare, evidence / evidenceShare, 1)
    }
}

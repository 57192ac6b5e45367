/// The fused evidence of the full tier against the latest value of one series, calibrated, in constant memory.
///
/// Each value is ranked by ``FullRanking``, and the rank is judged by the ranks before it: a p-value as of any other
/// test. Neighbouring ranks share most of what they saw, so every eighth of a season one is learned, and an excursion
/// is reported once.
public struct FusedEvidence: BitwiseCopyable, Sendable {
    /// Changes with the meaning of the bytes.
    public static let stateVersion = 1

    /// Ranks rise to their full size over so many values; those before teach nothing.
    static let risingCount = 832
    /// Learned ranks before a p-value is given.
    static let warmUp = 100.0
    /// Learned ranks a season.
    private static let lessons = 8

    private var ranking = FullRanking()
    private var calibration = TailCalibration()
    private var events = Declustering()
    /// Values taken so far, missing ones included.
    public private(set) var count = 0

    /// The evidence of a series of which nothing is known.
    public init() {}

    /// The evidence of a series of which some is known.
    ///
    /// - Parameter values: Oldest first; `nan` marks a missing one. O(n), some microseconds each.
    public init(values: some Sequence<Double>) {
        for value in values { _ = push(value) }
    }

    /// Steps in the season that windows follow.
    var period: Int { ranking.period }

    /// Judges the next value by those before it, then learns it.
    ///
    /// - Parameter value: In the unit of the series; `nan` for a step without one.
    public mutating func push(_ value: Double) -> FusedAssessment? { push(value, network: .causal) }

    mutating func push(_ value: Double, network: FusionNetwork?) -> FusedAssessment? {
        count += 1
        guard value.isFinite else {
            ranking.skip()
            return nil
        }
        let fused = ranking.push(value, network: network).fused
        guard ranking.isReady else { return nil }
        var assessment = FusedAssessment(rank: SeriesRanking.positive(fused), kind: ranking.leading.kind)
        guard count > Self.risingCount else { return assessment }
        if calibration.count >= Self.warmUp {
            assessment.everyPValue = calibration.pValue(of: assessment.rank)
            assessment.pValue = events.reported(assessment.everyPValue, window: ranking.period)
        }
        if count.isMultiple(of: max(1, ranking.period / Self.lessons)) { calibration.learn(assessment.rank) }
        return assessment
    }
}

/// What the fused evidence says of one value.
public struct FusedAssessment: BitwiseCopyable, Sendable {
    /// At least 0; orders the values of a series.
    public var rank: Double
    /// What leads the evidence.
    public var kind: EvidenceKind
    /// The probability of a rank at least as high, once for an excursion; 1 for the rest of it and while nothing can be
    /// said.
    var pValue = 1.0
    /// The same for every value.
    var everyPValue = 1.0

    init(rank: Double, kind: EvidenceKind) {
        self.rank = rank
        self.kind = kind
    }
}

/// The fused evidence of the light tier against the latest value of one series, calibrated, in constant memory: as
/// ``FusedEvidence``, of a ranking that costs a tenth.
public struct StreamEvidence: BitwiseCopyable, Sendable {
    /// Changes with the meaning of the bytes.
    public static let stateVersion = 5

    /// Ranks rise to their full size over so many values; those before teach nothing.
    static let risingCount = 832
    /// Learned ranks before a p-value is given.
    static let warmUp: UInt32 = 100
    /// Learned ranks a season.
    private static let lessons = 8

    private var ranking: StreamRanking
    private var calibration = StreamCalibration()
    private var events = Declustering()

    /// The evidence of a series of which nothing is known.
    ///
    /// - Parameter delay: See ``StreamRanking/init(delay:)``.
    public init(delay: Int = 0) {
        ranking = StreamRanking(delay: delay)
    }

    /// Judges the next value by those before it, then learns it. Less than half a microsecond.
    ///
    /// - Parameter value: In the unit of the series; `nan` for a step without one.
    /// - Returns: The probability of a rank at least as high, once for an excursion; 1 for the rest of it, while nothing
    ///   can be said, and where the rank is no record.
    public mutating func push(_ value: Double) -> Double {
        guard let rank = ranking.push(value), ranking.count > Self.risingCount else { return 1 }
        var p = 1.0
        if calibration.count >= Self.warmUp {
            p = calibration.isRecord(rank) ? calibration.pValue(of: rank) : 1
            p = events.reported(p, window: ranking.period)
        }
        if ranking.count.isMultiple(of: max(1, ranking.period / Self.lessons)) { calibration.learn(rank) }
        return p
    }

    /// What leads the evidence.
    public var kind: EvidenceKind { ranking.leading }
}

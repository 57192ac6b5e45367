import Glibc
public import TimeSeries

/// When a score may look at which values.
public enum DetectionMode: String, Sendable, CaseIterable {
    /// Each value by itself and earlier ones only.
    case causal
    /// As causal, but `rank_score` is answered a stated number of values late.
    case delayed
    /// Each value by the whole series.
    case batch
}

/// What detection says of every value of a series; all arrays have one element a value.
public struct Scores: Sendable {
    /// Which values each score could see.
    public var mode: DetectionMode
    /// How many values late `rankScore` is; 0 unless `mode` is delayed.
    public var delay: Int
    /// What was expected, in the unit of the series; `nan` during the warm-up.
    public var expected: [Double]
    /// Where the residual alone would reach a score of 1; `nan` during the warm-up.
    public var lower: [Double]
    /// The upper bound.
    public var upper: [Double]
    /// ln p / ln p\*: above 1 exactly when the value is anomalous; `nan` where there is no score.
    public var score: [Double]
    /// The calibrated probability of a value at least as unusual; `nan` where there is no score.
    public var pValue: [Double]
    /// Whether `pValue` lies below the threshold.
    public var isAnomaly: [Bool]
    /// Smooth evidence ≥ 0 for ranking stretches; `nan` where there is no score, in batch mode where there is no value.
    public var rankScore: [Double]
    /// Stretches of anomalies, in order.
    public var insights: [Insight]
    /// Levels that moved and stayed, in the order in which they were confirmed.
    public var levelChanges: [MovedRow] = []
    /// How many values at the start could not be scored.
    public var warmUp: Int
    /// The method behind the expectations, where it was chosen here; of several, the last.
    public var method: String?

    /// Scores of `count` values, none of them known yet.
    init(mode: DetectionMode, count: Int) {
        self.mode = mode
        delay = 0
        let unknown = [Double](repeating: .nan, count: count)
        expected = unknown
        lower = unknown
        upper = unknown
        score = unknown
        pValue = unknown
        isAnomaly = [Bool](repeating: false, count: count)
        rankScore = unknown
        insights = []
        warmUp = 0
    }
}

/// The evidence of each kind against one value, as p-values, and what follows from them.
struct Verdict {
    /// p-value by kind; 1 where a kind has nothing to say.
    var residual = 1.0
    var levelShift = 1.0
    var varianceShift = 1.0
    /// Of the fused evidence, and what leads it.
    var fused = 1.0
    var fusedKind = EvidenceKind.shape
    /// The same at every value of an excursion.
    var everyFused = 1.0
    /// How many values before this one belong to what leads.
    var stepsSinceOnset = 0
    /// p-values of the shifts at every value of an excursion, for ranking.
    var ranked = (levelShift: 1.0, varianceShift: 1.0)
    /// The signed strengths that belong to them.
    var strengths = (residual: 0.0, levelShift: 0.0, varianceShift: 0.0)

    /// The signed strength of a kind; the fused evidence has no side of its own, its kinds go with the residual's.
    func strength(of kind: EvidenceKind) -> Double {
        switch kind {
        case .levelShift where strengths.levelShift != 0: strengths.levelShift
        case .varianceShift where strengths.varianceShift != 0: strengths.varianceShift
        default: strengths.residual
        }
    }

    /// Adds the fused evidence.
    mutating func take(_ assessment: FusedAssessment?) {
        guard let assessment else { return }
        fused = assessment.pValue
        fusedKind = assessment.kind
        everyFused = assessment.everyPValue
    }

    /// The kind with the strongest evidence, each test weighed with its share of the false alarms.
    var leading: (kind: EvidenceKind, pValue: Double, test: Onset.Test) {
        var best = (kind: EvidenceKind.residual, pValue: 1.0, test: Onset.Test.residual)
        func weigh(_ kind: EvidenceKind, _ pValue: Double, _ test: Onset.Test, _ share: Double) {
            let weighted = min(pValue / share, 1)
            if weighted < best.pValue { best = (kind, weighted, test) }
        }
        weigh(.residual, residual, .residual, DetectorCatalog.share(of: .residual))
        weigh(.levelShift, levelShift, .levelShift, DetectorCatalog.share(of: .levelShift))
        weigh(.varianceShift, varianceShift, .varianceShift, DetectorCatalog.share(of: .varianceShift))
        weigh(fusedKind, fused, .fused, DetectorCatalog.fusedShare)
        return best
    }

    /// Adds what the last hours say: a kind has two windows then, each with half of its share.
    mutating func add(_ recent: RecentErrors.Evidence) {
        levelShift = min(2 * levelShift, 1)
        if 2 * recent.level.pValue < levelShift {
            levelShift = 2 * recent.level.pValue
            strengths.levelShift = recent.level.strength
        }
        varianceShift = min(2 * varianceShift, 1)
        if 2 * recent.variance.pValue < varianceShift {
            varianceShift = 2 * recent.variance.pValue
            strengths.varianceShift = recent.variance.strength
        }
    }

    /// The sum of surprises over all kinds, for ranking.
    var surprise: Double {
        -(Self.logarithm(residual) + Self.logarithm(ranked.levelShift) + Self.logarithm(ranked.varianceShift))
    }

    private static func logarithm(_ p: Double) -> Double { log(max(p, TailCalibration.smallest)) }
}

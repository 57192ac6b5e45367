import TimeSeries

/// One stretch of anomalies, on its way to an insight: what leads the evidence, and in which words.
struct Finding {
    let first: Int
    let last: Int
    /// The row with the highest score.
    let peak: Int
    let verdict: Verdict
    let value: Double
    let expected: Double
    let lower: Double
    let upper: Double
    let score: Double

    var insight: Insight {
        Insight(
            first: first, last: last, since: max(min(first, peak - verdict.stepsSinceOnset), 0),
            peakScore: score,
            evidence: kind.rawValue, direction: direction, sentence: sentence)
    }

    /// What leads: the residual where the value lies outside its band, which everybody sees.
    private var kind: EvidenceKind {
        value < lower || value > upper ? .residual : verdict.leading.kind
    }

    private var strength: Double { verdict.strength(of: kind) }

    /// One in how many values has such evidence by chance.
    private var rarity: String {
        let count = 1 / max(verdict.fused, TailCalibration.smallest)
        return count < Self.largestFactor ? NumberText.short(count.rounded()) : "a million"
    }

    private var direction: Direction { strength < 0 ? .below : .above }

    /// Larger multiples say no more than this one.
    private static let largestFactor = 1e6

    /// What happened, without the time, which the caller knows how to write.
    private var sentence: String {
        let number = { NumberText.short($0) }
        // A change out of a series that never moved has no sensible multiple.
        let factor = abs(strength)
        let times = factor < Self.largestFactor ? number((factor * 10).rounded() / 10) : "a million"
        let side = direction.rawValue
        switch kind {
        case .residual:
            let distance = number(abs(value - expected))
            return "\(number(value)) is \(distance) \(side) the expected \(number(expected)) "
                + "(usual range \(number(lower)) to \(number(upper))), \(times) times the usual error."
        case .levelShift:
            return "the level moved \(direction == .above ? "up" : "down"): the recent mean is \(times) "
                + "spreads \(side) the usual one; \(number(value)) now, \(number(expected)) expected next."
        case .varianceShift:
            let more = direction == .above ? "more" : "less"
            return "the values move \(more) than usual: the recent variation is \(times) spreads \(side) "
                + "its usual size; \(number(value)) now."
        case .shape, .dependence, .amplitude, .frozen:
            return "\(kind.sight): one stretch in \(rarity) is as unusual; \(number(value)) now, "
                + "\(number(expected)) expected."
        }
    }
}

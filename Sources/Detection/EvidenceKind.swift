/// The kinds of evidence, by their permanent names.
public enum EvidenceKind: String, Sendable, CaseIterable, BitwiseCopyable {
    case residual
    case levelShift = "level-shift"
    case varianceShift = "variance-shift"
    case shape
    case dependence
    case amplitude
    case frozen
}

extension Channel {
    /// The kind that a channel of the fused evidence belongs to.
    var kind: EvidenceKind {
        switch self {
        case .relativeError, .error, .leverage, .seasonalError, .distantError, .difference: .dependence
        case .amplitude, .novelty: .amplitude
        case .shortShift, .longShift: .levelShift
        case .shortRoughness, .longRoughness, .spread, .local: .varianceShift
        case .frozen: .frozen
        case .seasonalDistance, .longShape, .longCentred, .longRaw, .shortShape, .shortCentred, .shortRaw:
            .shape
        }
    }
}

extension EvidenceKind {
    /// What is seen where this leads, as the beginning of a sentence.
    public var sight: String {
        switch self {
        case .residual: "the value is far from what was expected"
        case .levelShift: "the level has moved"
        case .varianceShift: "the values do not move as much as usual, or more"
        case .shape: "the course of the last values is like none before"
        case .dependence: "the last values do not follow from one another as usual"
        case .amplitude: "no value was seen there before"
        case .frozen: "the value stands still for longer than it did before"
        }
    }
}

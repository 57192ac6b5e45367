/// Every kind of evidence by its permanent name.
///
/// The probability of a false alarm is divided among the kinds (weighted Bonferroni): a value is unusual
/// when the p-value of one kind lies below its share of the threshold. The shares sum to 1, so that dividing
/// adds no false alarms, whatever the dependence between the kinds; how close the rate comes to the
/// threshold then depends on the calibration of each kind.
public enum DetectorCatalog {
    /// One kind of evidence.
    public struct Entry: Sendable {
        /// The permanent name: answers and clients hold it.
        public let kind: EvidenceKind
        /// What it sees, in one line.
        public let summary: String
        /// Where it was published.
        public let source: String
        /// Its share of the probability of a false alarm.
        public let share: Double

        /// The permanent name.
        public var name: String { kind.rawValue }
    }

    /// The kinds, the residual first.
    public static let entries: [Entry] = [
        Entry(
            kind: .residual, summary: "The value is far from its one-step forecast.",
            source: "Vovk, Gammerman & Shafer, Algorithmic Learning in a Random World, 2005",
            share: 0.8),
        Entry(
            kind: .levelShift, summary: "The mean of the last two seasons moved away from the usual one.",
            source: "Page, Continuous inspection schemes, Biometrika 41 (1954)",
            share: 0.1),
        Entry(
            kind: .varianceShift, summary: "The last season moves more, or less, than usual.",
            source: "Inclán & Tiao, Journal of the American Statistical Association 89 (1994)",
            share: 0.1),
    ]

    /// The share of a kind.
    static func share(of kind: EvidenceKind) -> Double {
        switch kind {
        case .residual: shares.residual
        case .levelShift: shares.levelShift
        case .varianceShift: shares.varianceShift
        }
    }

    /// Read from the entries once: every value of every series asks.
    private static let shares = (
        residual: listed(.residual), levelShift: listed(.levelShift), varianceShift: listed(.varianceShift)
    )

    private static func listed(_ kind: EvidenceKind) -> Double {
        entries.first { $0.kind == kind }?.share ?? 0
    }
}

/// The kinds of evidence, by their permanent names.
public enum EvidenceKind: String, Sendable, CaseIterable {
    case residual
    case levelShift = "level-shift"
    case varianceShift = "variance-shift"
}

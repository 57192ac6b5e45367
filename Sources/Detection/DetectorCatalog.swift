/// Every kind of evidence by its permanent name.
///
/// The probability of a false alarm is divided among the tests (weighted Bonferroni): a value is unusual
/// when the p-value of one test lies below its share of the threshold. The shares sum to 1, so that dividing
/// adds no false alarms, whatever the dependence between the tests; how close the rate comes to the
/// threshold then depends on the calibration of each. Some kinds are told apart by what leads the fused evidence:
/// they have one test, and one share, together.
public enum DetectorCatalog {
    /// One kind of evidence.
    public struct Entry: Sendable {
        /// The permanent name: answers and clients hold it.
        public let kind: EvidenceKind
        /// What it sees, in one line.
        public let summary: String
        /// Where it was published.
        public let source: String
        /// Its share of the probability of a false alarm; kinds of the fused evidence have theirs together.
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
            share: 0.05),
        Entry(
            kind: .varianceShift, summary: "The last season moves more, or less, than usual.",
            source: "Inclán & Tiao, Journal of the American Statistical Association 89 (1994)",
            share: 0.1),
        Entry(
            kind: .shape, summary: "The course of the last values is unlike every earlier one.",
            source: "Yeh et al., Matrix profile I, IEEE ICDM (2016)", share: fusedShare),
        Entry(
            kind: .dependence, summary: "The last values do not follow from one another as usual.",
            source: "Ljung, System Identification, 2nd ed. (1999), recursive least squares", share: fusedShare
        ),
        Entry(
            kind: .amplitude, summary: "Values as far from the middle, or on as empty ground, were not seen.",
            source: "Silverman, Density Estimation for Statistics and Data Analysis (1986)",
            share: fusedShare),
        Entry(
            kind: .frozen, summary: "The value stands still for longer than it ever did.",
            source: "Wald & Wolfowitz, Annals of Mathematical Statistics 11 (1940), runs",
            share: fusedShare),
    ]

    /// The share of the fused evidence, of whichever kind it is.
    static let fusedShare = 0.05

    /// The share of a kind's own test.
    static func share(of kind: EvidenceKind) -> Double {
        switch kind {
        case .residual: shares.residual
        case .levelShift: shares.levelShift
        case .varianceShift: shares.varianceShift
        case .shape, .dependence, .amplitude, .frozen: fusedShare
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

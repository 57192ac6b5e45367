/// What a fusion network learns from one labelled series: the features of some of its values.
struct FusionExample: Sendable {
    /// The recording that the series is a part of: all of them are held out together.
    let source: String
    /// The features, value by value, those of anomalous values first.
    let features: [Float]
    /// The plain sums of the same values.
    let sums: [Double]
    /// How many of the values are anomalous.
    let positives: Int
    /// Quiet values for each anomalous one in the whole series.
    let ratio: Double

    /// How many values are kept of a series.
    static let mostPositives = 600
    static let mostNegatives = 1_600

    /// How many values there are.
    var count: Int { sums.count }

    /// Chooses values of a series, evenly spread.
    ///
    /// - Parameters:
    ///   - width: How many features a value has.
    ///   - sums: Of every value.
    ///   - known: The values that may be chosen.
    ///   - isAnomalous: One a value.
    ///   - feature: One number of a value.
    /// - Returns: `nil` where all values are alike.
    init?(
        source: String, width: Int, sums: [Double], among known: [Int], isAnomalous: [Bool],
        feature: (_ step: Int, _ number: Int) -> Float
    ) {
        let positives = known.filter { isAnomalous[$0] }
        let negatives = known.filter { !isAnomalous[$0] }
        guard !positives.isEmpty, !negatives.isEmpty else { return nil }
        let chosen =
            Self.spread(positives, most: Self.mostPositives)
            + Self.spread(negatives, most: Self.mostNegatives)
        self.source = source
        features = chosen.flatMap { step in (0..<width).map { feature(step, $0) } }
        self.sums = chosen.map { sums[$0] }
        self.positives = min(positives.count, Self.mostPositives)
        ratio = Double(negatives.count) / Double(positives.count)
    }

    private static func spread(_ steps: [Int], most: Int) -> [Int] {
        guard steps.count > most else { return steps }
        return (0..<most).map { steps[$0 * steps.count / most] }
    }
}

public import Forecasting

/// One way to rank the values of a series: the tiers, and every evidence as a detector by itself.
///
/// This is the catalogue of detectors, which `evaluate detect` compares.
public struct RankingMethod: Sendable {
    /// The permanent name; it comes once for each of its modes.
    public let name: String
    /// Which values a rank may see.
    public let mode: DetectionMode
    /// What it sees, in one line.
    public let summary: String
    /// Where the method was published.
    public let source: String
    /// Bytes remembered of one series; `nil` where it is the series itself.
    public let stateBytes: Int?
    private let ranked: @Sendable ([Double], FitProgress) throws(ForecastError) -> [Double]

    /// A method of the catalogue.
    ///
    /// - Parameter ranked: One rank a value, at least 0 and finite, `nan` where there is none.
    init(
        _ name: String, _ mode: DetectionMode, summary: String, source: String, stateBytes: Int? = nil,
        ranked: @escaping @Sendable ([Double], FitProgress) throws(ForecastError) -> [Double]
    ) {
        self.name = name
        self.mode = mode
        self.summary = summary
        self.source = source
        self.stateBytes = stateBytes
        self.ranked = ranked
    }

    /// Every method: the tiers first, then each evidence by itself, those that see earlier values only before
    /// those that see the whole series.
    public static let all: [RankingMethod] = tiers + causalEvidence + batchEvidence

    /// The rank of every value; higher is more unusual.
    ///
    /// - Parameters:
    ///   - values: Oldest first; `nan` marks a missing one, whose rank is 0 or `nan`.
    ///   - progress: May cancel it.
    /// - Throws: ``ForecastError/cancelled``.
    public func ranks(
        of values: [Double], progress: FitProgress = .ignored
    ) throws(ForecastError) -> [Double] {
        try ranked(values, progress)
    }
}

// MARK: - The tiers

extension RankingMethod {
    /// The fusions of evidence that series are ranked by.
    public static let tiers: [RankingMethod] = [
        causal("full", .causal), causal("full-sum", nil), causal("full", .causal, isDelayed: true),
        stream, batch("batch", .batch), batch("batch-sum", nil),
    ]

    /// What every stored series of a stream gets.
    private static let stream = RankingMethod(
        "stream", .causal, summary: "Eight evidences of earlier values, summed, in 3.5 kilobytes.",
        source: tierSource,
        stateBytes: MemoryLayout<StreamRanking>.size
    ) { (values, _) throws(ForecastError) in StreamRanking.ranks(of: values) }

    private static func causal(
        _ name: String, _ network: FusionNetwork?, isDelayed: Bool = false
    ) -> RankingMethod {
        let fusion = network == nil ? "eight summed" : "fused by learned weights"
        let late = isDelayed ? ", and of half a season after them" : ""
        return RankingMethod(
            name, isDelayed ? .delayed : .causal,
            summary: "Twenty-two evidences of earlier values\(late), \(fusion).",
            source: network == nil ? tierSource : "The card of the model fusion-causal.",
            stateBytes: MemoryLayout<FullRanking>.size
        ) { (values, progress) throws(ForecastError) in
            let ranking = try SeriesRanking(values, network: network, progress: progress)
            return isDelayed ? ranking.delayed : ranking.ranks
        }
    }

    private static func batch(_ name: String, _ network: FusionNetwork?) -> RankingMethod {
        let fusion = network == nil ? "seven summed" : "fused by learned weights"
        return RankingMethod(
            name, .batch,
            summary:
                "Twenty-seven rows of evidence of the whole series and one of earlier values, \(fusion).",
            source: network == nil ? tierSource : "The card of the model fusion-batch."
        ) { (values, progress) throws(ForecastError) in
            try BatchRanking(network: network).ranks(of: values, progress: progress)
        }
    }

    private static let tierSource =
        "A sum of evidence of different families; each with its own source in this catalogue."
}

public import Forecasting

/// The ways to rank the values of a series, each by itself: what `evaluate detect` compares.
public struct RankingMethod: Sendable {
    /// The permanent name.
    public let name: String
    /// Which values a rank may see.
    public let mode: DetectionMode
    /// Bytes remembered of one series; `nil` where it is the series itself.
    public let stateBytes: Int?
    private let ranked: @Sendable ([Double], FitProgress) throws(ForecastError) -> [Double]

    /// Every method.
    public static let all: [RankingMethod] = [
        causal("full", .causal), causal("full-sum", nil), causal("full", .causal, isDelayed: true),
        stream, batch("batch", .batch), batch("batch-sum", nil),
    ]

    /// What every stored series of a stream gets.
    private static let stream = RankingMethod(
        name: "stream", mode: .causal, stateBytes: MemoryLayout<StreamRanking>.size
    ) { (values, _) throws(ForecastError) in StreamRanking.ranks(of: values) }

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

    private static func causal(
        _ name: String, _ network: FusionNetwork?, isDelayed: Bool = false
    ) -> RankingMethod {
        RankingMethod(
            name: name, mode: isDelayed ? .delayed : .causal, stateBytes: MemoryLayout<FullRanking>.size
        ) { (values, progress) throws(ForecastError) in
            let ranking = try SeriesRanking(values, network: network, progress: progress)
            return isDelayed ? ranking.delayed : ranking.ranks
        }
    }

    private static func batch(_ name: String, _ network: FusionNetwork?) -> RankingMethod {
        RankingMethod(name: name, mode: .batch, stateBytes: nil) { (values, progress) throws(ForecastError) in
            try BatchRanking(network: network).ranks(of: values, progress: progress)
        }
    }
}

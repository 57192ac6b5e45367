public import Forecasting

/// Ranks the values of a whole series by how unusual they are, each in the light of all others.
///
/// Rows of evidence (``BatchBank``), fused by a plain sum or by a network with learned weights
/// (``BatchFusion``). The score has no unit and no threshold: it orders the values of one series.
///
/// Adding a constant to the series or multiplying it by a positive one changes scores by rounding only. The
/// same values give the same scores, to the last bit.
public struct BatchRanking: Sendable {
    private let fusion: BatchFusion

    /// The ranking by the plain sum.
    public init() {
        self.init(network: nil)
    }

    /// The ranking by learned weights, if there are some.
    init(network: FusionNetwork?) {
        fusion = BatchFusion(network: network)
    }

    /// The score of every value; higher is more unusual.
    ///
    /// - Parameters:
    ///   - values: Oldest first, evenly spaced. What is not finite is missing: the evidence sees a straight
    ///     line there.
    ///   - progress: Told about rounds of work; may cancel.
    /// - Returns: One score a value, finite, `nan` where there is none. All 0 for a series that holds still.
    /// - Throws: ``ForecastError/cancelled``.
    /// - Complexity: O(n²) up to 20,000 values with a small constant, O(n) beyond: see ``NeighbourSearch``. About
    ///   1 kB of memory a value.
    public func scores(
        of values: [Double], progress: FitProgress = .ignored
    ) throws(ForecastError) -> [Double] {
        let series = StandardSeries(values)
        guard !series.values.isEmpty else { return series.isPresent.map { $0 ? 0 : .nan } }
        let period = BatchBank.period(of: series.values)
        let rows = try BatchBank.rows(of: series.values, period: period, progress: progress)
        let scores = fusion.scores(of: rows, period: period)
        return zip(scores, series.isPresent).map { $1 ? $0 : .nan }
    }

    /// The same from 0 up, in the same order.
    ///
    /// - Throws: ``ForecastError/cancelled``.
    public func ranks(
        of values: [Double], progress: FitProgress = .ignored
    ) throws(ForecastError) -> [Double] {
        try scores(of: values, progress: progress).map(SeriesRanking.positive)
    }
}

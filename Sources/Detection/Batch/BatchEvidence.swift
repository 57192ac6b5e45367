import Forecasting

/// One reason to find values of a whole series unusual, judged against what lies on both sides of them.
///
/// Evidence that shares its work answers with several rows, each with its own name.
protocol BatchEvidence: Sendable {
    /// The permanent names of the rows, in their order.
    var names: [String] { get }

    /// What the rows see, in one line.
    var summary: String { get }

    /// Where the method was published.
    var source: String { get }

    /// The rows: how strong the evidence against each value is.
    ///
    /// - Parameters:
    ///   - z: The series in standard units: mean 0, standard deviation 1, no missing value.
    ///   - window: Steps in a season, or what stands in for it; at least 4.
    ///   - progress: Asked now and then whether the answer is still wanted.
    /// - Returns: One row a name, one score a value; finite and ≥ 0. All 0 where the series is too short.
    /// - Throws: ``ForecastError/cancelled``.
    func rows(of z: [Double], window: Int, progress: FitProgress) throws(ForecastError) -> [[Double]]
}

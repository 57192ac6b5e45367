/// The test by which the M4 competition decides whether a series has a season.
///
/// The autocorrelation at the period must stand out, at 90 %, from what the earlier lags explain.
///
/// - Source: the R code published with the M4 competition, `SeasonalityTest`.
public enum SeasonalityTest {
    /// The 95 % point of the normal distribution, as the code writes it: both tails leave 90 %.
    static let criticalValue = 1.645
    /// Fewer seasons than this cannot be judged.
    static let fewestSeasons = 3

    /// Whether a history has a season of `period` steps.
    ///
    /// - Parameter history: Oldest value first, without gaps.
    /// - Returns: `false` for a period below 2, fewer than three seasons, or a constant history.
    /// - Complexity: O(*n·m*).
    public static func isSeasonal(_ history: [Double], period: Int) -> Bool {
        guard period >= 2, history.count >= fewestSeasons * period else { return false }
        guard let first = history.first, history.contains(where: { $0 != first }) else { return false }
        let correlations = autocorrelations(history, lags: period)
        let squares = correlations.dropLast().reduce(0) { $0 + $1 * $1 }
        let limit = criticalValue / Double(history.count).squareRoot() * (1 + 2 * squares).squareRoot()
        return abs(correlations[period - 1]) > limit
    }

    /// The sample autocorrelations at the lags 1 … `lags`, both sums over *n*.
    static func autocorrelations(_ values: [Double], lags: Int) -> [Double] {
        let mean = values.reduce(0, +) / Double(values.count)
        let centred = values.map { $0 - mean }
        return centred.withUnsafeBufferPointer { x in
            func product(_ lag: Int) -> Double {
                var sum = 0.0
                for step in lag..<x.count { sum += x[step] * x[step - lag] }
                return sum
            }
            let variance = product(0)
            return (1...lags).map { product($0) / variance }
        }
    }
}

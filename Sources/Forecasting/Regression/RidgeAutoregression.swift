import Numerics
public import TimeSeries

/// Linear autoregression on a sparse set of lags and the phase of the season, with a ridge penalty.
///
/// Fitted on differences to the last value, so that a level shift costs nothing:
/// z(t) − z(t−1) = Σ βₗ (z(t−l) − z(t−1)) + γ(phase) + c, where z = (y − y(T)) / sd(y). One
/// eigendecomposition of the Gram matrix serves the whole grid of λ; λ minimises the generalised
/// cross-validation error RSS / (N − df)². Longer horizons are predicted recursively.
///
/// Missing values are filled on a straight line; a step that was missing is no target.
/// Cost: O(n k² + k³) with k ≤ 48 columns.
///
/// - Source: Hoerl & Kennard, *Ridge regression*, Technometrics 12 (1970); Golub, Heath & Wahba,
///   *Generalized cross-validation*, Technometrics 21 (1979); the subtraction of the last value is
///   NLinear's, Zeng et al., *Are transformers effective for time series forecasting?*, AAAI 2023.
public struct RidgeAutoregression: Forecaster, Equatable {
    /// Steps in the shortest season, 1 when there is none.
    public var period: Int
    /// Steps in a second season, 0 when there is none.
    public var longPeriod: Int

    /// The penalties that are tried, in the unit of the standardised columns.
    static let penalties: [Double] = [1e-2, 1e-1, 1, 10, 100, 1000]
    /// Up to this period every phase has a column of its own; longer ones share sines and cosines.
    static let longestPeriodWithDummies = 24
    static let harmonics = 8
    /// Columns of phase and constant are scaled down, which makes the penalty on them heavier.
    static let phaseScale = 0.5
    static let constantScale = 0.3
    /// A recursive forecast is held within so many standard deviations of the last value.
    static let bound = 50.0

    /// The method for a series with these seasons.
    public init(period: Int = 1, longPeriod: Int = 0) {
        precondition(period >= 1 && longPeriod >= 0, "periods of \(period) and \(longPeriod)")
        self.period = period
        self.longPeriod = longPeriod
    }

    /// Four values.
    public var minimumHistory: Int { 4 }

    /// Solves for the coefficients.
    public func fit(_ history: Series, progress: FitProgress) throws(ForecastError) -> Model {
        let filled = try FilledHistory(history, atLeast: minimumHistory)
        let count = filled.values.count
        let period = count < 2 * self.period ? 1 : self.period
        let longPeriod = self.longPeriod <= period || count < 3 * self.longPeriod ? 0 : self.longPeriod
        let design = RidgeDesign(filled, period: period, longPeriod: longPeriod)
        guard let design, let solution = design.solve() else {
            return Model(constant: filled.values[count - 1])
        }
        return Model(design: design, solution: solution, history: filled.values)
    }

    /// The lags of a history of `count` steps, ascending, beginning with 1.
    static func lags(count: Int, period: Int, longPeriod: Int) -> [Int] {
        var lags: Set = [1, 2, 3]
        if period > 1 { lags.formUnion([period - 1, period, period + 1, 2 * period]) }
        if longPeriod > period { lags.formUnion([longPeriod - 1, longPeriod, longPeriod + 1]) }
        var longest = max(1, (count - 10) / 2)
        if period >= 96 { longest = min(longest, 2 * period + 1) }
        let usable = lags.filter { $0 >= 1 && $0 <= longest }.sorted()
        guard let last = usable.last, count - last >= 12 else { return [1] }
        return usable
    }
}

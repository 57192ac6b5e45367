public import TimeSeries

/// A seasonal ARIMA model whose orders are chosen by the data.
///
/// Differences come from tests (KPSS, the strength of the season), the other orders from a stepwise search
/// by AICc, which also tries two terms more or less at once. Models are compared by conditional least
/// squares, or exactly where the series is short; the three best are estimated by exact likelihood. Models
/// are compared on the last 1,000 values and estimated on the last 2,000, so the cost is bounded: linear in
/// n below. A season of more than ``longestPeriod`` steps becomes sines and cosines, as in
/// ``HarmonicRegression``.
/// Missing values are filled on straight lines for the fit; those at the end are predicted.
///
/// - Source: Hyndman & Khandakar, *Automatic time series forecasting: the forecast package for R*,
///   J. Statistical Software 27 (2008).
public struct AutoARIMA: Forecaster, Equatable {
    /// Steps in one season, 1 for none.
    public var period: Int

    /// The method for a season of `period` steps.
    public init(period: Int = 1) {
        precondition(period >= 1, "a period of \(period)")
        self.period = period
    }

    /// Four values.
    public var minimumHistory: Int { 4 }

    /// Longer seasons have no ARIMA terms of their own.
    public static let longestPeriod = 24

    /// Chooses the orders and estimates the coefficients.
    public func fit(_ history: Series, progress: FitProgress) throws(ForecastError) -> ARIMAModel {
        if period > Self.longestPeriod {
            return try HarmonicRegression(periods: [period]).fit(history, progress: progress)
        }
        let known = try KnownHistory(history, atLeast: minimumHistory)
        return known.model(try ARIMASearch(known.values, period: period).run(progress: progress))
    }
}

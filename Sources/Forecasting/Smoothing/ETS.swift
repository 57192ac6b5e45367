public import TimeSeries
import Numerics

/// Exponential smoothing as an innovations state-space model, its form given or chosen.
///
/// Fifteen forms: error additive or multiplicative, trend none, additive or damped, season none, additive
/// or multiplicative; no multiplicative trend, and no multiplicative season with an additive error.
/// Multiplicative forms need values that are all above 0. Weights and initial state together maximise the
/// likelihood, by Gauss–Newton steps with the derivatives of the recursion; of several forms the one with the
/// least AICc is kept. The phases of a season of more than 24 steps are those of a decomposition.
///
/// A missing value has the error 0. With less history than a form has parameters, a simpler one is fitted.
///
/// - Source: Hyndman, Koehler, Snyder & Grose, *A state space framework for automatic forecasting using
///   exponential smoothing methods*, International Journal of Forecasting 18 (2002); Hyndman, Koehler, Ord &
///   Snyder, *Forecasting with Exponential Smoothing*, 2008.
public struct ETS: Forecaster, Equatable {
    /// Steps in one season, 1 for none.
    public var period: Int
    /// The form, or the nearest simpler one that the history allows; `nil` to choose by AICc.
    public var form: Form?

    /// The method for a season of `period` steps.
    public init(period: Int = 1, form: Form? = nil) {
        precondition(period >= 1, "a period of \(period)")
        self.period = period
        self.form = form
    }

    /// Four values.
    public var minimumHistory: Int { 4 }

    /// Weights are estimated on at most so many values, or seasons where that is more.
    static let longestEstimation = (values: 1_000, seasons: 6)

    /// Estimates weights and initial state: O(n m²) for n the values of the window, at most 1,000 or
    /// 6 seasons, and a pass over the rest.
    public func fit(_ history: Series, progress: FitProgress) throws(ForecastError) -> Model {
        let filled = try FilledHistory(history, atLeast: minimumHistory).values
        let count = filled.count
        let window = max(Self.longestEstimation.values, Self.longestEstimation.seasons * period)
        let cut = max(0, count - window)
        let search = ETSSearch(
            values: Array(history.values[cut...]), filled: Array(filled[cut...]), period: period)
        let fit: ETSFit
        if let form {
            fit = search.fit(search.allowed(form))
        } else {
            fit = try search.best(progress: progress)
        }
        return Model(fit, history: history.values, cut: cut)
    }
}

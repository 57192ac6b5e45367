public import TimeSeries

/// The Theta method as a state space model: a smoothed level with half of the line's drift, or a share of it
/// that is estimated.
///
/// A history that the 90 % autocorrelation test calls seasonal is seasonally adjusted first, by the classical
/// profile, which stays fixed. First level, smoothing weight and θ minimise the squared one-step errors. A
/// missing value is filled for the estimation; afterwards it teaches nothing.
///
/// - Source: Assimakopoulos & Nikolopoulos, *The theta model: a decomposition approach to forecasting*, Int.
///   J. Forecasting 16 (2000); Fiorucci, Pellegrini, Louzada, Petropoulos & Koehler, *Models for optimising
///   the theta method and their relationship to state space models*, Int. J. Forecasting 32 (2016).
public struct Theta: Forecaster, Equatable {
    /// Which of the four models.
    public enum Form: Sendable, Equatable, CaseIterable {
        /// STM: θ = 2 and the line through the whole history.
        case standard
        /// OTM: θ estimated and the line through the whole history.
        case optimised
        /// DSTM: θ = 2 and the line through the values so far.
        case dynamicStandard
        /// DOTM: θ estimated and the line through the values so far.
        case dynamicOptimised

        var isDynamic: Bool { self == .dynamicStandard || self == .dynamicOptimised }
        var estimatesTheta: Bool { self == .optimised || self == .dynamicOptimised }
    }

    /// Which of the four models.
    public var form: Form
    /// Steps in one season, 1 for none.
    public var period: Int

    /// The method in one of its forms, for a season of `period` steps.
    public init(_ form: Form = .standard, period: Int = 1) {
        precondition(period >= 1, "a period of \(period)")
        self.form = form
        self.period = period
    }

    /// One value. θ needs 12, a season three of its length; with fewer the standard weights are taken.
    public var minimumHistory: Int { 1 }

    /// Estimates season, first level and weights. About 80 passes over the values.
    public func fit(_ history: Series, progress: FitProgress) throws(ForecastError) -> ThetaModel {
        let filled = try FilledHistory(history, atLeast: minimumHistory)
        return try Self.fit([form], to: filled, period: period, progress: progress)
    }

    /// The best of some forms; of two as good, the earlier one.
    static func fit(
        _ forms: [Form], to filled: FilledHistory, period: Int, progress: FitProgress
    ) throws(ForecastError) -> ThetaModel {
        let season = ClassicalSeason(testing: filled.values, period: period)
        let values = filled.values.indices.map { season.adjusted(filled.values[$0], at: $0) }
        var best: (form: Form, fit: ThetaFit)?
        for form in forms {
            let fit = try ThetaFit(
                values, isDynamic: form.isDynamic, estimatesTheta: form.estimatesTheta, progress: progress)
            if best.map({ fit.squaredError < $0.fit.squaredError }) ?? true { best = (form, fit) }
        }
        guard let (form, fit) = best else { preconditionFailure("no form of the theta method to fit") }
        let start = ThetaState(before: values, level: fit.level, isDynamic: form.isDynamic)
        var model = ThetaModel(
            weights: fit.weights, season: season, start: start, burnIn: ThetaFit.burnIn(of: values.count))
        for (value, wasMissing) in zip(filled.values, filled.wasMissing) {
            model.observe(wasMissing ? .nan : value)
        }
        return model
    }
}

/// The best of the four Theta models: the one with the least squared one-step errors.
///
/// - Source: Fiorucci et al., Int. J. Forecasting 32 (2016); the choice is that of AutoTheta in Nixtla's
///   StatsForecast.
public struct AutoTheta: Forecaster, Equatable {
    /// Steps in one season, 1 for none.
    public var period: Int

    /// The method for a season of `period` steps.
    public init(period: Int = 1) {
        precondition(period >= 1, "a period of \(period)")
        self.period = period
    }

    /// One value.
    public var minimumHistory: Int { 1 }

    /// Fits all four forms and keeps the best. About 320 passes over the values.
    public func fit(_ history: Series, progress: FitProgress) throws(ForecastError) -> ThetaModel {
        let filled = try FilledHistory(history, atLeast: minimumHistory)
        return try Theta.fit(Theta.Form.allCases, to: filled, period: period, progress: progress)
    }
}

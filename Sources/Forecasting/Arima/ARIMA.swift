public import TimeSeries

/// A seasonal ARIMA model of given orders, estimated by exact maximum likelihood.
///
/// The series is differenced first; the likelihood is that of the stationary series that is left, its
/// mean and the variance of its errors concentrated out. Conditional least squares give the start.
/// Missing values are filled on straight lines for the fit, those at the end are predicted; of a long
/// history the last ``longestEstimation`` values are used. A history too short for the orders is fitted
/// with smaller ones. O(n) for each evaluation, of which there are about a hundred, plus the cube of the
/// longest lag.
///
/// - Source: Box & Jenkins, *Time Series Analysis: Forecasting and Control*, 1970, chapters 7 and 9.
public struct ARIMA: Forecaster, Equatable {
    /// The orders to fit.
    public var order: ARIMAOrder

    /// The method for these orders.
    public init(_ order: ARIMAOrder) {
        self.order = order
    }

    /// Four values.
    public var minimumHistory: Int { 4 }

    /// Coefficients are estimated on at most so many values.
    public static let longestEstimation = 2_000

    /// Estimates the coefficients.
    public func fit(_ history: Series, progress: FitProgress) throws(ForecastError) -> ARIMAModel {
        let known = try KnownHistory(history, atLeast: minimumHistory)
        let order = self.order.bearable(by: known.values.count)
        let estimate = try Self.estimate(order, known.values, progress: progress)
        return known.model(estimate)
    }

    /// The maximum-likelihood estimate, of which two starts are tried.
    static func estimate(
        _ order: ARIMAOrder, _ values: [Double], progress: FitProgress
    ) throws(ForecastError) -> ARMAEstimate {
        let differenced = LagPolynomial.differences(order).applied(
            to: Array(values.suffix(longestEstimation + order.lost)))
        guard let problem = ARMAProblem(differenced, order) else {
            return ARMAEstimate(unvarying: differenced, order)
        }
        let neutral = [Double](repeating: ARMAProblem.newParameter, count: order.coefficients)
        var best: ARMAEstimate?
        for start in [problem.start, neutral] {
            let near = try problem.estimate(.conditionalSum, from: start, progress: progress)
            for start in [near?.coefficients.free ?? start, start] {
                let found = try problem.estimate(.likelihood, from: start, progress: progress)
                guard let found, found.logLikelihood > best?.logLikelihood ?? -.infinity else { continue }
                best = found
            }
        }
        return best ?? ARMAEstimate(unvarying: differenced, order)
    }
}

extension ARMAEstimate {
    /// A model without any terms but its differences and constant, for a series that follows them.
    init(unvarying differenced: [Double], _ order: ARIMAOrder) {
        var plain = order
        (plain.p, plain.q, plain.seasonalP, plain.seasonalQ) = (0, 0, 0, 0)
        if plain.seasonalD == 0 { plain.period = 1 }
        let count = differenced.count
        let sum = differenced.reduce(0, +)
        self.init(
            order: plain,
            coefficients: ARMACoefficients(
                ar: [], seasonalAR: [], ma: [], seasonalMA: [], period: plain.period),
            mean: plain.hasConstant && count > 0 ? sum / Double(count) : 0, variance: 0,
            logLikelihood: .infinity,
            count: count)
    }
}

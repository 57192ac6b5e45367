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

/// A history between its first and last known values, gaps filled on straight lines.
struct KnownHistory {
    /// The values without a gap.
    let values: [Double]
    /// The step of the first.
    let first: Int
    /// How many missing steps follow the last.
    let trailing: Int

    /// - Throws: ``ForecastError/historyTooShort(needed:got:)`` counting steps,
    ///   ``ForecastError/noFiniteValues``.
    init(_ history: Series, atLeast minimum: Int) throws(ForecastError) {
        let filled = try FilledHistory(history, atLeast: minimum)
        let missing = filled.wasMissing
        let first = missing.firstIndex(of: false) ?? 0
        let last = missing.lastIndex(of: false) ?? first
        values = Array(filled.values[first...last])
        self.first = first
        trailing = missing.count - 1 - last
    }

    /// The model of an estimate at the end of the history.
    ///
    /// - Parameter profiles: What the phases of each season add, taken off the values first.
    func model(_ estimate: ARMAEstimate, profiles: [[Double]] = []) -> ARIMAModel {
        var levels = values
        for profile in profiles {
            for t in levels.indices { levels[t] -= profile[(first + t) % profile.count] }
        }
        let window = Array(levels.suffix(ARIMA.longestEstimation + estimate.order.lost))
        let deviations = LagPolynomial.differences(estimate.order).applied(to: window).map {
            $0 - estimate.mean
        }
        let valuePolynomial = estimate.coefficients.valuePolynomial
        let errorPolynomial = estimate.coefficients.errorPolynomial
        let map = ARMAWhitening(valuePolynomial, errorPolynomial, count: deviations.count)
        // Without a stationary start everything before the window counts as expected.
        let shocks =
            map.map { Array($0.whiten(deviations).prefix(deviations.count)) }
            ?? ARMAWhitening.errors(of: deviations, valuePolynomial, errorPolynomial, from: 0)
        var model = ARIMAModel(
            estimate, levels: levels, shocks: shocks, profiles: profiles, steps: first + levels.count)
        for _ in 0..<trailing { model.observe(.nan) }
        return model
    }
}

import Glibc

/// The estimation of one ARMA model, with or without a mean, from a differenced series.
struct ARMAProblem {
    /// What is made small.
    enum Criterion: Sendable {
        /// The errors from step p + Pm on, those before taken for 0: fast, good enough to compare models.
        case conditionalSum
        /// The exact Gaussian likelihood.
        case likelihood
    }

    let order: ARIMAOrder
    /// The values over `scale`.
    private let values: [Double]
    private let ones: [Double]
    /// The root of the mean square of the differenced series about its mean, or about 0 without one.
    private let scale: Double

    /// A problem for the series after its differences.
    ///
    /// - Returns: `nil` when the series does not vary, or has too few values for the model.
    init?(_ differenced: [Double], _ order: ARIMAOrder) {
        let n = Double(differenced.count)
        guard differenced.count > order.parameters else { return nil }
        let mean = order.hasConstant ? differenced.reduce(0, +) / n : 0
        let power = differenced.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
        let largest = differenced.reduce(0) { max($0, abs($1)) }
        let scale = power.squareRoot()
        guard scale.isFinite, scale > Self.leastVariation * largest else { return nil }
        self.order = order
        self.scale = scale
        values = differenced.map { $0 / scale }
        ones = order.hasConstant ? [Double](repeating: 1, count: differenced.count) : []
    }

    /// A standard deviation below this share of the values is rounding.
    private static let leastVariation = 1e-12
    /// A mean square of the errors below this share of the values' is taken for it.
    private static let leastVariance = 1e-24

    /// The coefficients' start: that of Hannan and Rissanen, else all partial autocorrelations slightly
    /// above 0.
    var start: [Double] {
        let mean = order.hasConstant ? values.reduce(0, +) / Double(values.count) : 0
        let guess = HannanRissanen.coefficients(of: values.map { $0 - mean }, order)?.free
        return guess ?? [Double](repeating: Self.newParameter, count: order.coefficients)
    }

    /// Where a parameter begins of which nothing is known; at 0 the likelihood may have a saddle.
    static let newParameter = 0.1

    /// Errors at one point.
    private struct Point {
        /// What is squared and summed, on the scale of the likelihood: the determinant is shared out.
        var residuals: [Double]
        var mean: Double
        var squares: Double
        var logDeterminant: Double
    }

    private func point(_ coefficients: ARMACoefficients, _ criterion: Criterion) -> Point? {
        let valuePolynomial = coefficients.valuePolynomial
        let errorPolynomial = coefficients.errorPolynomial
        var logDeterminant = 0.0
        var errors: [Double]
        var response: [Double] = []
        switch criterion {
        case .conditionalSum:
            func filtered(_ values: [Double]) -> [Double] {
                ARMAWhitening.errors(
                    of: values, valuePolynomial, errorPolynomial, from: order.longestValueLag)
            }
            errors = filtered(values)
            if order.hasConstant { response = filtered(ones) }
        case .likelihood:
            guard let map = ARMAWhitening(valuePolynomial, errorPolynomial, count: values.count) else {
                return nil
            }
            logDeterminant = map.logDeterminant
            errors = map.whiten(values)
            if order.hasConstant { response = map.whiten(ones) }
        }
        var mean = 0.0
        if order.hasConstant {
            var (both, own) = (0.0, 0.0)
            for i in errors.indices {
                both += errors[i] * response[i]
                own += response[i] * response[i]
            }
            mean = own > 0 ? both / own : 0
            for i in errors.indices { errors[i] -= mean * response[i] }
        }
        let squares = errors.reduce(0) { $0 + $1 * $1 }
        guard squares.isFinite else { return nil }
        let share = exp(logDeterminant / Double(2 * values.count))
        if share != 1 { for i in errors.indices { errors[i] *= share } }
        return Point(residuals: errors, mean: mean, squares: squares, logDeterminant: logDeterminant)
    }

    /// The estimate that a descent from `start` reaches.
    ///
    /// - Parameters:
    ///   - criterion: What is made small, and what the figures of the result stand for.
    ///   - start: Unbounded parameters, as many as the model has coefficients.
    ///   - search: How far to go.
    ///   - progress: Asked before every evaluation whether to go on.
    /// - Returns: `nil` when not even the start has a likelihood.
    func estimate(
        _ criterion: Criterion, from start: [Double], search: LevenbergMarquardt = LevenbergMarquardt(),
        progress: FitProgress
    ) throws(ForecastError) -> ARMAEstimate? {
        let found = try search.minimize(from: start) { (free: [Double]) throws(ForecastError) -> [Double]? in
            try progress.checkpoint()
            return point(ARMACoefficients(free: free, order), criterion)?.residuals
        }
        return estimate(ARMACoefficients(free: found.point, order), criterion)
    }

    /// The figures of given coefficients: mean, variance and likelihood.
    func estimate(_ coefficients: ARMACoefficients, _ criterion: Criterion) -> ARMAEstimate? {
        guard let point = point(coefficients, criterion) else { return nil }
        let n = Double(values.count)
        let counted = criterion == .likelihood ? n : max(n - Double(order.longestValueLag), 1)
        let variance = max(point.squares / counted, Self.leastVariance) * scale * scale
        let likelihood = -0.5 * (n * (log(2 * .pi * variance) + 1) + point.logDeterminant)
        return ARMAEstimate(
            order: order, coefficients: coefficients, mean: point.mean * scale, variance: variance,
            logLikelihood: likelihood, count: values.count)
    }

    /// The exact log-likelihood of given coefficients, mean and variance; `nil` where there is none.
    func logLikelihood(_ coefficients: ARMACoefficients, mean: Double, variance: Double) -> Double? {
        let map = ARMAWhitening(
            coefficients.valuePolynomial, coefficients.errorPolynomial, count: values.count)
        guard let map else { return nil }
        let squares = map.whiten(values.map { $0 * scale - mean }).reduce(0) { $0 + $1 * $1 }
        let n = Double(values.count)
        return -0.5 * (n * log(2 * .pi * variance) + map.logDeterminant + squares / variance)
    }
}

/// An estimated ARMA model of a differenced series.
struct ARMAEstimate: Sendable {
    let order: ARIMAOrder
    let coefficients: ARMACoefficients
    /// The mean of the differenced series, 0 for a model without one.
    let mean: Double
    /// The variance of the errors.
    let variance: Double
    /// The Gaussian log-likelihood of the differenced series; an approximation after a conditional sum.
    let logLikelihood: Double
    /// How many differenced values there are.
    let count: Int

    /// Akaike's criterion with its correction for short series; infinite where there is no room for it.
    ///
    /// - Source: Hurvich & Tsai, *Regression and time series model selection in small samples*,
    ///   Biometrika 76 (1989).
    var aicc: Double {
        let k = Double(order.parameters)
        let room = Double(count) - k - 1
        guard room > 0 else { return .infinity }
        return -2 * logLikelihood + 2 * k + 2 * k * (k + 1) / room
    }
}

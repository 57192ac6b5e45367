/// Second moments of a stationary ARMA process whose errors have variance 1.
struct ARMAAutocovariance {
    /// γ(0), γ(1), …, γ(longest lag asked for).
    let values: [Double]
    /// ψ₀ = 1, ψ₁, …: the covariance of a value with the error so many steps before it.
    let errors: [Double]

    /// O(p² + pq) for the degrees p and q.
    ///
    /// The autoregression's own covariances come from its partial autocorrelations, those of the process
    /// from them by the autocorrelation of the moving average: no linear system is solved.
    ///
    /// - Parameters:
    ///   - valuePolynomial: 1 − φ₁B − …, both factors multiplied out.
    ///   - errorPolynomial: 1 + θ₁B + ….
    ///   - longest: The longest lag of both results.
    /// - Returns: `nil` when the process is not stationary.
    init?(_ valuePolynomial: LagPolynomial, _ errorPolynomial: LagPolynomial, longest: Int) {
        let p = valuePolynomial.degree
        let q = errorPolynomial.degree
        let theta = errorPolynomial.coefficients
        guard let pure = Self.pure(valuePolynomial, longest: max(longest + q, p)) else { return nil }

        var products = [Double](repeating: 0, count: q + 1)
        let taps = [0] + errorPolynomial.lags
        for i in taps {
            for j in taps where j >= i { products[j - i] += theta[i] * theta[j] }
        }
        let shifts = (0...q).filter { products[$0] != 0 }
        values = (0...longest).map { lag in
            shifts.reduce(0) { sum, shift in
                let both = shift == 0 ? pure[lag] : pure[lag + shift] + pure[abs(lag - shift)]
                return sum + products[shift] * both
            }
        }

        var psi = [Double](repeating: 0, count: longest + 1)
        for lag in 0...longest {
            psi[lag] = lag <= q ? theta[lag] : 0
            for k in valuePolynomial.lags where k <= lag {
                psi[lag] -= valuePolynomial.coefficients[k] * psi[lag - k]
            }
        }
        errors = psi
    }

    /// The autocovariances of the autoregression alone, by the step-down form of Durbin and Levinson.
    private static func pure(_ polynomial: LagPolynomial, longest: Int) -> [Double]? {
        let p = polynomial.degree
        // Row k: the weights of the best predictor from k values.
        var predictors = [[Double]](repeating: [], count: p + 1)
        predictors[p] = polynomial.coefficients.dropFirst().map { -$0 }
        var variance = 1.0
        for k in stride(from: p, to: 0, by: -1) {
            let weights = predictors[k]
            let partial = weights[k - 1]
            let share = 1 - partial * partial
            guard share > 0, abs(partial) < 1 else { return nil }
            variance /= share
            predictors[k - 1] = (0..<k - 1).map { (weights[$0] + partial * weights[k - 2 - $0]) / share }
        }
        guard variance.isFinite else { return nil }
        var gamma = [Double](repeating: 0, count: longest + 1)
        gamma[0] = variance
        for k in 1..<max(p + 1, 1) {
            var sum = 0.0
            for j in 1...k { sum += predictors[k][j - 1] * gamma[k - j] }
            gamma[k] = sum
        }
        for k in (p + 1)..<max(longest + 1, p + 1) {
            var sum = 0.0
            for lag in polynomial.lags { sum -= polynomial.coefficients[lag] * gamma[k - lag] }
            gamma[k] = sum
        }
        return gamma
    }
}

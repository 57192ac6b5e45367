/// One step of an ARIMA model with known coefficients.
///
/// With δ(B) the differences, u the deviation of the differenced series from its mean μ and ε the errors:
/// u(t) = −Σ aᵢ u(t−i) + Σ θᵢ ε(t−i) + ε(t), y(t) = μ + u(t) − Σ δᵢ y(t−i).
struct ARIMARecursion: Sendable, Equatable {
    /// μ, the mean of the differenced series.
    var mean: Double
    /// δ(B).
    var differences: LagPolynomial
    /// φ(B) Φ(Bᵐ) = 1 + a₁B + ….
    var values: LagPolynomial
    /// θ(B) Θ(Bᵐ).
    var errors: LagPolynomial

    /// The recursion of a model with these coefficients.
    init(_ order: ARIMAOrder, _ coefficients: ARMACoefficients, mean: Double) {
        self.mean = mean
        differences = .differences(order)
        values = coefficients.valuePolynomial
        errors = coefficients.errorPolynomial
    }

    /// The longest lag of all, at least 1.
    var reach: Int { max(differences.degree, values.degree, errors.degree, 1) }

    /// Runs over steps `first ..< end` of the three columns, each of which has `reach` known elements before.
    ///
    /// - Parameters:
    ///   - levels: y; `nan` where it is missing or yet to come, and then filled with its mean.
    ///   - means: Told of the mean of every step, before its value is looked at.
    @inline(__always)
    func run(
        _ levels: UnsafeMutableBufferPointer<Double>, _ deviations: UnsafeMutableBufferPointer<Double>,
        _ shocks: UnsafeMutableBufferPointer<Double>, from first: Int, to end: Int,
        means: (_ step: Int, _ mean: Double) -> Void
    ) {
        let (levelLags, levelWeights) = (differences.lags, differences.weights)
        let (valueLags, valueWeights) = (values.lags, values.weights)
        let (errorLags, errorWeights) = (errors.lags, errors.weights)
        for t in first..<end {
            var deviation = 0.0
            for i in valueLags.indices { deviation -= valueWeights[i] * deviations[t - valueLags[i]] }
            for i in errorLags.indices { deviation += errorWeights[i] * shocks[t - errorLags[i]] }
            var mean = mean + deviation
            for i in levelLags.indices { mean -= levelWeights[i] * levels[t - levelLags[i]] }
            means(t, mean)
            let shock = levels[t].isFinite ? levels[t] - mean : 0
            if !levels[t].isFinite { levels[t] = mean }
            shocks[t] = shock
            deviations[t] = deviation + shock
        }
    }

    /// ψ₀ = 1, ψ₁, …: what one error adds to the value so many steps later.
    func weightsOfErrors(_ count: Int) -> [Double] {
        let product = values * differences
        let (lags, weights) = (product.lags, product.weights)
        var psi = [Double](repeating: 0, count: count)
        for j in 0..<count {
            psi[j] = j <= errors.degree ? errors.coefficients[j] : 0
            for i in lags.indices where lags[i] <= j { psi[j] -= weights[i] * psi[j - lags[i]] }
        }
        return psi
    }
}

import Numerics

/// The linear map under which a stationary ARMA series becomes white noise: exact Gaussian likelihood in
/// O(n (p + q) + r³), r = max(p, q), where the terms that are 0 do not count.
///
/// The series is written with its state before the first value, s₀ ~ N(0, σ²Σ), of dimension r:
/// y(t) = s(t)₀ + ε(t), s(t+1) = T s(t) + K ε(t), with K = φ + θ. Errors are linear in s₀:
/// ε = e − A s₀, with e the errors for s₀ = 0 and A a band of shifted copies of 1/θ(B). With Σ = LLᵀ,
/// the quadratic form of the likelihood is the least ‖e − A Lw‖² + ‖w‖², its determinant that of
/// I + Lᵀ AᵀA L. AᵀA is Toeplitz but for a known correction, and Aᵀe is one pass of 1/θ(B) backwards, so
/// nothing of the size n × r is ever built. The Kalman filter gives the same numbers in O(n r²).
///
/// - Source: the idea of estimating the start of an ARMA series as in Ljung & Box, *The likelihood function
///   of stationary autoregressive-moving average models*, Biometrika 66 (1979).
struct ARMAWhitening {
    /// How many values are whitened, n.
    let count: Int
    /// The dimension of the state, r.
    let size: Int
    /// ln |V|, with σ²V the covariance of the values.
    let logDeterminant: Double

    private let valuePolynomial: LagPolynomial
    private let errorPolynomial: LagPolynomial
    /// L, lower triangular: Σ = LLᵀ.
    private let stateFactor: Matrix
    /// The factor of I + LᵀAᵀA L.
    private let factor: Cholesky

    /// What is added to the diagonal of Σ, as a share of its first element: Σ is singular for models whose
    /// longest terms cancel. The second is for where rounding is worse than usual.
    private static let ridges = [1e-13, 1e-10]

    /// Prepares the map for `count` values.
    ///
    /// - Parameters:
    ///   - valuePolynomial: 1 − φ₁B − …, both factors multiplied out.
    ///   - errorPolynomial: 1 + θ₁B + ….
    /// - Returns: `nil` when the process is not stationary, or too near to the border to tell.
    init?(_ valuePolynomial: LagPolynomial, _ errorPolynomial: LagPolynomial, count: Int) {
        self.valuePolynomial = valuePolynomial
        self.errorPolynomial = errorPolynomial
        self.count = count
        size = max(valuePolynomial.degree, errorPolynomial.degree)
        guard let covariance = Self.stateCovariance(valuePolynomial, errorPolynomial, size: size) else {
            return nil
        }
        guard let stateFactor = Self.factor(of: covariance) else { return nil }
        self.stateFactor = stateFactor
        let gram = Self.gram(of: errorPolynomial, size: size, count: count)
        var normal = stateFactor.transposed() * (gram * stateFactor)
        for i in 0..<size { normal[i, i] += 1 }
        guard let factor = try? Cholesky(normal), factor.logDeterminant.isFinite else { return nil }
        self.factor = factor
        logDeterminant = factor.logDeterminant
    }

    private static func factor(of covariance: Matrix) -> Matrix? {
        guard covariance.rows > 0 else { return covariance }
        for ridge in ridges {
            var raised = covariance
            let added = ridge * max(covariance[0, 0], ridge)
            for i in 0..<raised.rows { raised[i, i] += added }
            if let factor = try? Cholesky(raised) { return factor.lower }
        }
        return nil
    }

    /// How many numbers ``whiten(_:)`` returns: n + r.
    var length: Int { count + size }

    /// The whitened values: the errors given the best start, then w. Their sum of squares is yᵀV⁻¹y.
    ///
    /// The first n are the expected errors given all values: what a forecast goes on from.
    func whiten(_ values: [Double]) -> [Double] {
        precondition(values.count == count, "\(values.count) values for \(count)")
        let errors = Self.errors(of: values, valuePolynomial, errorPolynomial, from: 0)
        guard size > 0 else { return errors }
        let projected = Self.adjoint(of: errors, errorPolynomial, count: size)
        let w = factor.solve(stateFactor.transposeTimes(projected))
        let start = stateFactor.times(w)
        var padded = [Double](repeating: 0, count: count)
        for i in 0..<min(size, count) { padded[i] = start[i] }
        let response = Self.errors(of: padded, .one, errorPolynomial, from: 0)
        return [Double](unsafeUninitializedCapacity: length) { whitened, filled in
            for t in 0..<count { whitened[t] = errors[t] - response[t] }
            for i in 0..<size { whitened[count + i] = w[i] }
            filled = length
        }
    }

    /// The errors of `values` when everything before the first is 0; those before step `first` count as 0.
    ///
    /// O(n) for each term of the polynomials.
    static func errors(
        of values: [Double], _ valuePolynomial: LagPolynomial, _ errorPolynomial: LagPolynomial,
        from first: Int
    ) -> [Double] {
        let count = values.count
        let valueLags = valuePolynomial.lags
        let valueWeights = valuePolynomial.weights
        let errorLags = errorPolynomial.lags
        let errorWeights = errorPolynomial.weights
        return [Double](unsafeUninitializedCapacity: count) { e, filled in
            values.withUnsafeBufferPointer { y in
                valueLags.withUnsafeBufferPointer { valueLags in
                    errorLags.withUnsafeBufferPointer { errorLags in
                        valueWeights.withUnsafeBufferPointer { valueWeights in
                            errorWeights.withUnsafeBufferPointer { errorWeights in
                                for t in 0..<count {
                                    guard t >= first else {
                                        e[t] = 0
                                        continue
                                    }
                                    var sum = y[t]
                                    // Lags ascend: the first that reaches before the start ends the sum.
                                    for i in 0..<valueLags.count {
                                        let lag = valueLags[i]
                                        if lag > t { break }
                                        sum += valueWeights[i] * y[t - lag]
                                    }
                                    for i in 0..<errorLags.count {
                                        let lag = errorLags[i]
                                        if lag > t { break }
                                        sum -= errorWeights[i] * e[t - lag]
                                    }
                                    e[t] = sum
                                }
                            }
                        }
                    }
                }
            }
            filled = count
        }
    }
}

// MARK: - The parts of the map

extension ARMAWhitening {
    /// The first `count` elements of Aᵀe: 1/θ(B) run backwards over e.
    private static func adjoint(of errors: [Double], _ polynomial: LagPolynomial, count: Int) -> [Double] {
        let n = errors.count
        let lags = polynomial.lags
        let weights = polynomial.weights
        let whole = [Double](unsafeUninitializedCapacity: n + polynomial.degree) { g, filled in
            for t in n..<n + polynomial.degree { g[t] = 0 }
            for t in stride(from: n - 1, through: 0, by: -1) {
                var sum = errors[t]
                for i in lags.indices { sum -= weights[i] * g[t + lags[i]] }
                g[t] = sum
            }
            filled = n + polynomial.degree
        }
        return (0..<count).map { $0 < n ? whole[$0] : 0 }
    }

    /// AᵀA, of which (i+1, j+1) is (i, j) without the product of the last elements that shifting drops.
    private static func gram(of polynomial: LagPolynomial, size: Int, count: Int) -> Matrix {
        var gram = Matrix(rows: size, columns: size)
        guard size > 0, count > 0 else { return gram }
        let impulse = [1] + [Double](repeating: 0, count: count - 1)
        let inverse = errors(of: impulse, .one, polynomial, from: 0)
        let first = adjoint(of: inverse, polynomial, count: size)
        for j in 0..<size { gram[0, j] = first[j] }
        for i in 1..<max(size, 1) {
            let a = i <= count ? inverse[count - i] : 0
            for j in i..<size {
                gram[i, j] = gram[i - 1, j - 1] - a * (j <= count ? inverse[count - j] : 0)
            }
        }
        for i in 0..<size {
            for j in 0..<i { gram[i, j] = gram[j, i] }
        }
        return gram
    }

    /// Σ: its first row from the autocovariances, the others from Σ = TΣTᵀ + KKᵀ, read from the end.
    private static func stateCovariance(
        _ valuePolynomial: LagPolynomial, _ errorPolynomial: LagPolynomial, size: Int
    ) -> Matrix? {
        var sigma = Matrix(rows: size, columns: size)
        guard size > 0 else { return sigma }
        guard let moments = ARMAAutocovariance(valuePolynomial, errorPolynomial, longest: size) else {
            return nil
        }
        let phi = valuePolynomial.tail(count: size).map { -$0 } + [0]
        let theta = errorPolynomial.tail(count: size)
        let first = (0...size).map { j in
            var sum = 0.0
            for i in valuePolynomial.lags where i > j { sum += phi[i - 1] * moments.values[i - j] }
            for i in errorPolynomial.lags where i > j { sum += theta[i - 1] * moments.errors[i - j] }
            return sum
        }
        let gain = zip(phi, theta).map { $0 + $1 }
        for i in stride(from: size - 1, to: 0, by: -1) {
            for j in stride(from: size - 1, through: i, by: -1) {
                var sum = phi[i] * phi[j] * first[0] + phi[i] * first[j + 1] + phi[j] * first[i + 1]
                sum += gain[i] * gain[j]
                if j + 1 < size { sum += sigma[i + 1, j + 1] }
                sigma[i, j] = sum
            }
        }
        for j in 0..<size { sigma[0, j] = first[j] }
        // The factorisation reads the lower triangle.
        for i in 0..<size {
            for j in 0..<i { sigma[i, j] = sigma[j, i] }
        }
        return sigma
    }
}

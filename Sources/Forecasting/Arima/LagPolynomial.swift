/// A polynomial in the lag operator B, 1 + c₁B + c₂B² + …, which knows its few coefficients that count.
struct LagPolynomial: Sendable, Equatable {
    /// c₀ = 1, c₁, c₂, ….
    private(set) var coefficients: [Double]
    /// The lags whose coefficient may be other than 0, ascending; without lag 0.
    private(set) var lags: [Int]

    /// 1.
    static let one = LagPolynomial(lags: [], weights: [])

    /// 1 + Σ weights[i] B^lags[i], for ascending lags.
    init(lags: [Int], weights: [Double]) {
        precondition(lags.count == weights.count, "\(lags.count) lags, \(weights.count) weights")
        coefficients = [1] + [Double](repeating: 0, count: lags.last ?? 0)
        for (lag, weight) in zip(lags, weights) { coefficients[lag] = weight }
        self.lags = lags
    }

    /// 1 + sign · (weights[0] Bˢ + weights[1] B²ˢ + …), with s the `spacing`.
    init(_ weights: [Double], sign: Double = 1, spacing: Int = 1) {
        self.init(lags: weights.indices.map { ($0 + 1) * spacing }, weights: weights.map { sign * $0 })
    }

    /// The longest lag.
    var degree: Int { coefficients.count - 1 }

    /// The coefficients of `lags`.
    var weights: [Double] { lags.map { coefficients[$0] } }

    /// The value at B = 1.
    var sum: Double { coefficients.reduce(0, +) }

    /// The coefficients without c₀, as many as `count`, zeros at the end.
    func tail(count: Int) -> [Double] {
        (0..<count).map { $0 + 1 < coefficients.count ? coefficients[$0 + 1] : 0 }
    }

    static func * (a: LagPolynomial, b: LagPolynomial) -> LagPolynomial {
        var products: [Int: Double] = [:]
        for i in [0] + a.lags {
            for j in [0] + b.lags { products[i + j, default: 0] += a.coefficients[i] * b.coefficients[j] }
        }
        let lags = products.keys.filter { $0 > 0 }.sorted()
        return LagPolynomial(lags: lags, weights: lags.map { products[$0] ?? 0 })
    }

    /// (1 − B)ᵈ (1 − Bᵐ)ᴰ.
    static func differences(_ order: ARIMAOrder) -> LagPolynomial {
        var product = LagPolynomial.one
        for _ in 0..<order.d { product = product * LagPolynomial([-1]) }
        for _ in 0..<order.seasonalD { product = product * LagPolynomial([-1], spacing: order.period) }
        return product
    }

    /// The polynomial applied to `values`: as many values fewer as its degree.
    func applied(to values: [Double]) -> [Double] {
        guard values.count > degree else { return [] }
        let lags = lags
        let weights = weights
        return values.withUnsafeBufferPointer { values in
            (degree..<values.count).map { t in
                var sum = values[t]
                for i in lags.indices { sum += weights[i] * values[t - lags[i]] }
                return sum
            }
        }
    }
}

import Glibc

/// The coefficients of the lags of one model: φ, Φ, θ and Θ.
struct ARMACoefficients: Sendable, Equatable {
    /// φ₁ … φ_p.
    var ar: [Double]
    /// Φ₁ … Φ_P.
    var seasonalAR: [Double]
    /// θ₁ … θ_q.
    var ma: [Double]
    /// Θ₁ … Θ_Q.
    var seasonalMA: [Double]
    /// Steps in one season.
    var period: Int

    /// φ(B) Φ(Bᵐ), leading 1 and minus signs included.
    var valuePolynomial: LagPolynomial {
        LagPolynomial(ar, sign: -1) * LagPolynomial(seasonalAR, sign: -1, spacing: period)
    }

    /// θ(B) Θ(Bᵐ).
    var errorPolynomial: LagPolynomial {
        LagPolynomial(ma) * LagPolynomial(seasonalMA, spacing: period)
    }

    /// The four groups, moving averages with the sign of an autoregression.
    private var groups: [[Double]] { [ar, seasonalAR, ma.map { -$0 }, seasonalMA.map { -$0 }] }

    /// Whether every root of φ(z), Φ(z), θ(z) and Θ(z) lies at least this far from 0.
    ///
    /// Seasonal factors are polynomials in z = Bᵐ here: in B their roots would lie near 1 for every long
    /// season, whatever the coefficient.
    func hasRootsBeyond(_ modulus: Double) -> Bool {
        groups.allSatisfy { group in
            var power = 1.0
            let scaled = group.map { weight in
                power *= modulus
                return weight * power
            }
            return Self.partials(of: scaled) != nil
        }
    }
}

// MARK: - Free parameters

extension ARMACoefficients {
    /// Partial autocorrelations stay within this, which keeps every root outside the unit circle.
    static let largestPartial = 0.9999

    /// The stationary and invertible coefficients of unbounded parameters, in the order φ, Φ, θ, Θ.
    ///
    /// - Source: Monahan, *A note on enforcing stationarity in autoregressive-moving average models*,
    ///   Biometrika 71 (1984); the hyperbolic tangent as in Jones, Technometrics 22 (1980).
    init(free parameters: [Double], _ order: ARIMAOrder) {
        precondition(parameters.count == order.coefficients, "\(parameters.count) parameters for \(order)")
        var start = 0
        func group(_ count: Int) -> [Double] {
            defer { start += count }
            return Self.autoregression(
                partials: parameters[start..<start + count].map {
                    Self.largestPartial * tanh($0)
                })
        }
        ar = group(order.p)
        seasonalAR = group(order.seasonalP)
        ma = group(order.q).map { -$0 }
        seasonalMA = group(order.seasonalQ).map { -$0 }
        period = order.period
    }

    /// The unbounded parameters of these coefficients; those of the nearest that are stationary and
    /// invertible with room to spare where these are not.
    var free: [Double] {
        groups.flatMap { group in
            var shrunk = group
            for _ in 0..<Self.mostShrinking {
                if let partials = Self.partials(of: shrunk),
                    partials.allSatisfy({ abs($0) < Self.startLimit })
                {
                    return partials.map { atanh($0 / Self.largestPartial) }
                }
                // Roots move away from 0 by the inverse of the factor.
                var power = 1.0
                shrunk = shrunk.map { weight in
                    power *= Self.shrinking
                    return weight * power
                }
            }
            return group.map { _ in 0 }
        }
    }

    /// A search does not begin nearer to the border than this, where the tangent is flat.
    private static let startLimit = 0.99
    private static let shrinking = 0.95
    private static let mostShrinking = 60

    /// The coefficients of the autoregression with these partial autocorrelations.
    ///
    /// - Source: Durbin–Levinson recursion.
    static func autoregression(partials: [Double]) -> [Double] {
        var weights: [Double] = []
        for partial in partials {
            let mirrored = weights.reversed()
            weights = zip(weights, mirrored).map { $0 - partial * $1 } + [partial]
        }
        return weights
    }

    /// The partial autocorrelations of an autoregression; `nil` when it is not stationary.
    static func partials(of weights: [Double]) -> [Double]? {
        var partials = weights
        var current = weights
        for last in weights.indices.reversed() {
            let partial = current[last]
            guard abs(partial) < 1 else { return nil }
            partials[last] = partial
            let shorter = current[..<last]
            current = zip(shorter, shorter.reversed()).map { ($0 + partial * $1) / (1 - partial * partial) }
        }
        return partials
    }
}

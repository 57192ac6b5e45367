import Glibc
import Numerics

/// A first guess at the coefficients of an ARMA series, by two linear regressions.
///
/// A long autoregression gives approximate errors; the values are then regressed on their own lags and on
/// lags of those errors. Cross terms of seasonal models are left out: it is a start, not an estimate.
///
/// - Source: Hannan & Rissanen, *Recursive estimation of mixed autoregressive-moving average order*,
///   Biometrika 69 (1982).
enum HannanRissanen {
    /// The longest autoregression, as a share of the values and beyond the season.
    private static let longest = (share: 4, beyondSeason: 6)

    /// The coefficients that the regressions give, which need not be stationary or invertible.
    ///
    /// - Parameter values: Mean 0 if the model has a constant.
    /// - Returns: `nil` when there are too few values or the regression has no unique solution.
    static func coefficients(of values: [Double], _ order: ARIMAOrder) -> ARMACoefficients? {
        let n = values.count
        let wanted = max(Int(10 * log10(Double(max(n, 1)))), order.longestErrorLag + longest.beyondSeason)
        let length = min(wanted, n / longest.share)
        let valueLags = Array(1..<order.p + 1) + (1..<order.seasonalP + 1).map { $0 * order.period }
        let errorLags = Array(1..<order.q + 1) + (1..<order.seasonalQ + 1).map { $0 * order.period }
        let reach = max(valueLags.last ?? 0, (errorLags.last ?? 0) + (errorLags.isEmpty ? 0 : length))
        let rows = n - reach
        let columns = valueLags.count + errorLags.count
        guard columns > 0, rows >= 2 * columns + 2 else { return nil }

        var errors: [Double] = []
        if !errorLags.isEmpty {
            guard length >= 1, let weights = yuleWalker(values, length: length) else { return nil }
            errors = LagPolynomial(weights, sign: -1).applied(to: values)
        }
        var design = Matrix(rows: rows, columns: columns)
        design.withMutableElements { cells in
            for row in 0..<rows {
                let t = row + reach
                for (j, lag) in valueLags.enumerated() { cells[row * columns + j] = values[t - lag] }
                for (j, lag) in errorLags.enumerated() {
                    cells[row * columns + valueLags.count + j] = errors[t - length - lag]
                }
            }
        }
        guard let solution = try? QR(design).solve(Array(values[reach...])) else { return nil }
        let (p, q) = (order.p, order.q)
        return ARMACoefficients(
            ar: Array(solution[..<p]), seasonalAR: Array(solution[p..<valueLags.count]),
            ma: Array(solution[valueLags.count..<valueLags.count + q]),
            seasonalMA: Array(solution[(valueLags.count + q)...]), period: order.period)
    }

    /// The autoregression of `length` terms by the equations of Yule and Walker; `nil` for zeros.
    static func yuleWalker(_ values: [Double], length: Int) -> [Double]? {
        let n = values.count
        let gamma = values.withUnsafeBufferPointer { y in
            (0...length).map { lag in
                var sum = 0.0
                for t in lag..<max(n, lag) { sum += y[t] * y[t - lag] }
                return sum
            }
        }
        guard gamma[0] > 0, gamma[0].isFinite else { return nil }
        var weights: [Double] = []
        var variance = gamma[0]
        for k in 1..<length + 1 {
            var sum = gamma[k]
            for j in 1..<k { sum -= weights[j - 1] * gamma[k - j] }
            let partial = sum / variance
            weights = zip(weights, weights.reversed()).map { $0 - partial * $1 } + [partial]
            variance *= 1 - partial * partial
            guard variance > 0 else { return nil }
        }
        return weights
    }
}

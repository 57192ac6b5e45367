import Foundation
import Numerics
import TestSupport
import Testing

@testable import Forecasting

@Suite struct ARMAWhiteningTests {
    /// Models with and without each of the four parts, pure, mixed and seasonal.
    private static let models: [ARMACoefficients] = [
        model(), model(ar: [0.7]), model(ma: [-0.6]), model(ar: [1.2, -0.5], ma: [0.4, 0.3, -0.2]),
        model(ar: [-0.95], ma: [0.9]), model(ar: [0.5], ma: [-0.5]),
        model(ar: [0.4], seasonalAR: [0.6], ma: [-0.3], seasonalMA: [-0.7], period: 4),
        model(seasonalMA: [0.8], period: 12), model(seasonalAR: [0.5, 0.3], period: 3),
        model(ma: [-0.4], seasonalMA: [-0.9], period: 12),
    ]

    private static func model(
        ar: [Double] = [], seasonalAR: [Double] = [], ma: [Double] = [], seasonalMA: [Double] = [],
        period: Int = 1
    ) -> ARMACoefficients {
        ARMACoefficients(ar: ar, seasonalAR: seasonalAR, ma: ma, seasonalMA: seasonalMA, period: period)
    }

    /// Autocovariances by the sum of products of a long run of ψ-weights.
    private func covariance(_ model: ARMACoefficients, count: Int) -> Matrix {
        let terms = 4_000
        var psi = [Double](repeating: 0, count: terms + count)
        let (values, errors) = (model.valuePolynomial.coefficients, model.errorPolynomial.coefficients)
        for j in psi.indices {
            psi[j] = j < errors.count ? errors[j] : 0
            for i in 1..<max(values.count, 1) where i <= j { psi[j] -= values[i] * psi[j - i] }
        }
        var matrix = Matrix(rows: count, columns: count)
        for lag in 0..<count {
            let gamma = (0..<terms).reduce(0) { $0 + psi[$1] * psi[$1 + lag] }
            for i in lag..<count {
                matrix[i, i - lag] = gamma
                matrix[i - lag, i] = gamma
            }
        }
        return matrix
    }

    @Test(arguments: models, [1, 2, 9, 40])
    func `whitened series have the likelihood of the whole covariance matrix`(
        model: ARMACoefficients, count: Int
    ) throws {
        var random = SeededSeries(seed: UInt64(count))
        let values = random.noise(count).map { 3 + $0 }
        let twin = try Cholesky(covariance(model, count: count))
        let map = try #require(ARMAWhitening(model.valuePolynomial, model.errorPolynomial, count: count))
        let squares = map.whiten(values).reduce(0) { $0 + $1 * $1 }
        let wanted = zip(values, twin.solve(values)).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(squares - wanted) <= 1e-8 * max(1, wanted), "\(model): \(squares) for \(wanted)")
        #expect(abs(map.logDeterminant - twin.logDeterminant) <= 1e-8, "\(model)")
    }

    /// The Kalman filter in Harvey's form, all matrices dense: the last innovation gives the next mean.
    private func kalmanMean(_ model: ARMACoefficients, _ values: [Double]) -> (
        likelihood: Double, next: Double
    ) {
        let size = max(model.valuePolynomial.degree, model.errorPolynomial.degree + 1)
        let phi = model.valuePolynomial.tail(count: size).map { -$0 }
        let gain = [1] + model.errorPolynomial.tail(count: size - 1)
        var transition = Matrix(rows: size, columns: size)
        for i in 0..<size {
            transition[i, 0] = phi[i]
            if i + 1 < size { transition[i, i + 1] = 1 }
        }
        func predicted(_ p: Matrix) -> Matrix {
            var next = transition * p * transition.transposed()
            for i in 0..<size {
                for j in 0..<size { next[i, j] += gain[i] * gain[j] }
            }
            return next
        }
        var p = Matrix(rows: size, columns: size)
        for _ in 0..<2_000 { p = predicted(p) }
        var state = [Double](repeating: 0, count: size)
        var sum = 0.0
        for value in values {
            let error = value - state[0]
            let variance = p[0, 0]
            sum += error * error / variance + log(variance)
            let weights = (0..<size).map { p[$0, 0] / variance }
            state = transition.times(zip(state, weights).map { $0 + $1 * error })
            var corrected = p
            for i in 0..<size {
                for j in 0..<size { corrected[i, j] -= weights[i] * p[0, j] }
            }
            p = predicted(corrected)
        }
        return (sum, state[0])
    }

    @Test(arguments: models)
    func `likelihood and forecast are those of the Kalman filter`(model: ARMACoefficients) throws {
        var random = SeededSeries(seed: 77)
        let values = random.noise(30)
        let twin = kalmanMean(model, values)
        let map = try #require(ARMAWhitening(model.valuePolynomial, model.errorPolynomial, count: 30))
        let whitened = map.whiten(values)
        let likelihood = whitened.reduce(map.logDeterminant) { $0 + $1 * $1 }
        #expect(abs(likelihood - twin.likelihood) <= 1e-8 * twin.likelihood, "\(model)")
        let order = ARIMAOrder(
            model.ar.count, 0, model.ma.count,
            seasonal: (model.seasonalAR.count, 0, model.seasonalMA.count), period: model.period)
        let estimate = ARMAEstimate(
            order: order, coefficients: model, mean: 0, variance: 1, logLikelihood: 0, count: 30)
        let next = ARIMAModel(estimate, levels: values, shocks: Array(whitened.prefix(30))).next
        #expect(abs(next - twin.next) <= 1e-8, "\(model): \(next) for \(twin.next)")
    }

    @Test func `a series on the border of stationarity has no likelihood`() {
        for model in [
            Self.model(ar: [1]), Self.model(ar: [0.5, 0.6]), Self.model(seasonalAR: [-1], period: 4),
        ] {
            #expect(ARMAWhitening(model.valuePolynomial, model.errorPolynomial, count: 20) == nil)
        }
    }

    @Test func `free parameters and coefficients are each other's inverse`() {
        let model = Self.models[6]
        let order = ARIMAOrder(1, 0, 1, seasonal: (1, 0, 1), period: 4)
        let again = ARMACoefficients(free: model.free, order)
        for (a, b) in zip(again.ar + again.seasonalAR + again.ma + again.seasonalMA, [0.4, 0.6, -0.3, -0.7]) {
            #expect(abs(a - b) <= 1e-12)
        }
        var random = SeededSeries(seed: 5)
        for _ in 0..<200 {
            let free = random.noise(9).map { 3 * $0 }
            let any = ARMACoefficients(free: free, ARIMAOrder(5, 0, 4))
            #expect(any.hasRootsBeyond(1), "\(free)")
        }
    }
}

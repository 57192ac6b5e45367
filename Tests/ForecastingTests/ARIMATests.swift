import Foundation
import TestSupport
import Testing
import TimeSeries

@testable import Forecasting

@Suite struct ARIMATests {
    /// One stored model of statsmodels: exact maximum likelihood of the differenced series.
    struct Stored {
        let name: String
        let order: ARIMAOrder
        let differenced: [Double]
        let coefficients: ARMACoefficients
        let mean: Double
        let variance: Double
        let logLikelihood: Double
    }

    static let files = [
        "airpassengers", "co2_monthly", "infra_hourly_ms_ingress-01-0", "m3_monthly_N2000",
        "m3_quarterly_N1071", "m3_yearly_N0323", "nile", "tourism_monthly_M355",
    ]
    static let orders = [
        (1, 1, 1, 0, 0, 0), (0, 1, 1, 0, 0, 0), (2, 0, 0, 0, 0, 0), (0, 1, 1, 0, 1, 1), (1, 0, 0, 1, 1, 0),
    ]

    static func stored() throws -> [Stored] {
        var all: [Stored] = []
        for file in files {
            let golden = try SharedData.object("golden-forecast/\(file).dev.json")
            let period = Int(golden.number("m"))
            for (p, d, q, sp, sd, sq) in orders {
                let key = "(\(p), \(d), \(q))(\(sp), \(sd), \(sq))[\(period)]"
                let fit = golden.object("ARIMA").object(key).object("statsmodels_exact_ml_on_differenced")
                guard fit.has("loglik") else { continue }
                let given = fit.object("params")
                func group(_ name: String, _ count: Int, _ spacing: Int = 1) -> [Double] {
                    (1..<count + 1).map { given.number("\(name)\($0 * spacing)") }
                }
                let order = ARIMAOrder(
                    p, d, q, seasonal: (sp, sd, sq), period: sp + sd + sq == 0 ? 1 : period,
                    hasConstant: given.has("intercept"))
                let coefficients = ARMACoefficients(
                    ar: group("ar.L", p), seasonalAR: group("ar.S.L", sp, period), ma: group("ma.L", q),
                    seasonalMA: group("ma.S.L", sq, period), period: order.period)
                // Their intercept is that of the recursion.
                let intercept = given.has("intercept") ? given.number("intercept") : 0
                all.append(
                    Stored(
                        name: "\(file) \(key)", order: order,
                        differenced: LagPolynomial.differences(order).applied(to: golden.numbers("train")),
                        coefficients: coefficients, mean: intercept / coefficients.valuePolynomial.sum,
                        variance: given.number("sigma2"), logLikelihood: fit.number("loglik")))
            }
        }
        return all
    }

    static let hasGolden = SharedData.has("golden-forecast/nile.dev.json")

    @Test(.enabled(if: hasGolden, "needs the shared golden forecasts"))
    func `the likelihood at stored parameters is the stored one`() throws {
        for stored in try Self.stored() {
            let problem = try #require(ARMAProblem(stored.differenced, stored.order))
            let found = problem.logLikelihood(
                stored.coefficients, mean: stored.mean, variance: stored.variance)
            let likelihood = try #require(found)
            #expect(
                abs(likelihood - stored.logLikelihood) <= 1e-6,
                "\(stored.name): \(likelihood) \(stored.logLikelihood)")
        }
    }

    @Test(.enabled(if: hasGolden, "needs the shared golden forecasts"))
    func `the fit is at least as likely as the stored one`() throws {
        for stored in try Self.stored() {
            let lost = stored.order.lost
            // Any levels with these differences will do.
            var levels = [Double](repeating: 0, count: lost) + stored.differenced
            let difference = LagPolynomial.differences(stored.order)
            for t in lost..<levels.count {
                for lag in difference.lags { levels[t] -= difference.coefficients[lag] * levels[t - lag] }
            }
            let estimate = try ARIMA.estimate(stored.order, levels, progress: .ignored)
            let gain = estimate.logLikelihood - stored.logLikelihood
            print("arima \(stored.name): \(estimate.logLikelihood), \(gain) above the reference")
            #expect(gain >= -0.01, "\(stored.name): \(estimate.coefficients) for \(stored.coefficients)")
        }
    }
}

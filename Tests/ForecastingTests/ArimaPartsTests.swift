import Foundation
import TestSupport
import Testing
import TimeSeries

@testable import Forecasting

@Suite struct ArimaPartsTests {
    @Test func `polynomials multiply and apply as written out`() {
        let airline = LagPolynomial([-0.4]) * LagPolynomial([-0.6], spacing: 12)
        #expect(airline.lags == [1, 12, 13])
        #expect(zip(airline.weights, [-0.4, -0.6, 0.24]).allSatisfy { abs($0 - $1) <= 1e-15 })
        let order = ARIMAOrder(0, 2, 0, seasonal: (0, 1, 0), period: 3)
        let differences = LagPolynomial.differences(order)
        #expect(differences.coefficients == [1, -2, 1, -1, 2, -1])
        #expect(differences.sum == 0 && LagPolynomial.one.applied(to: [4, 5]) == [4, 5])
        let values = (0..<20).map { Double($0 * $0 % 7) }
        let slow = (5..<20).map { t in
            (0...5).reduce(0) { $0 + differences.coefficients[$1] * values[t - $1] }
        }
        #expect(differences.applied(to: values) == slow)
        #expect(differences.applied(to: [1, 2, 3]).isEmpty)
    }

    /// Rosenbrock's valley as a sum of squares, whose bottom is at (1, 1).
    @Test func `damped steps follow a curved valley to its bottom`() {
        let found = LevenbergMarquardt(maximumSteps: 100).minimize(from: [-1.2, 1]) { point -> [Double]? in
            [10 * (point[1] - point[0] * point[0]), 1 - point[0]]
        }
        #expect(found.value <= 1e-10)
        #expect(abs(found.point[0] - 1) <= 1e-4 && abs(found.point[1] - 1) <= 1e-4)
    }

    @Test func `a descent steps back from where there is nothing`() {
        let found = LevenbergMarquardt().minimize(from: [2]) { point -> [Double]? in
            point[0] < 0.5 ? nil : [point[0] * point[0], point[0]]
        }
        #expect(found.point[0] >= 0.5 && found.point[0] < 0.7, "\(found.point)")
        let nowhere = LevenbergMarquardt().minimize(from: [2]) { _ -> [Double]? in nil }
        #expect(nowhere.value == .infinity && nowhere.point == [2])
    }

    /// Σ r² is the same at any curvature of the path; the descent must find the least of a line fit.
    @Test func `a linear problem is solved as by its normal equations`() {
        var random = SeededSeries(seed: 1)
        let x = random.noise(50)
        let noise = random.noise(50)
        let y = zip(x, noise).map { 0.5 * $0 + 0.1 * $1 }
        let found = LevenbergMarquardt().minimize(from: [0]) { point -> [Double]? in
            zip(x, y).map { $1 - point[0] * $0 }
        }
        let slope = zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } / x.reduce(0) { $0 + $1 * $1 }
        #expect(abs(found.point[0] - slope) <= 1e-5)
    }

    @Test func `two regressions start near the coefficients of a process`() throws {
        var random = SeededSeries(seed: 2)
        let noise = random.noise(2_001)
        var y = noise
        for t in 1..<y.count { y[t] = 0.6 * y[t - 1] + noise[t] + 0.4 * noise[t - 1] }
        let start = try #require(HannanRissanen.coefficients(of: y, ARIMAOrder(1, 0, 1)))
        #expect(abs(start.ar[0] - 0.6) <= 0.1 && abs(start.ma[0] - 0.4) <= 0.1, "\(start)")
        let longer = try #require(HannanRissanen.yuleWalker(noise, length: 3))
        #expect(longer.allSatisfy { abs($0) <= 0.1 })
        #expect(HannanRissanen.yuleWalker([0, 0, 0, 0], length: 1) == nil)
        #expect(HannanRissanen.coefficients(of: [1, 2, 3], ARIMAOrder(1, 0, 1)) == nil)
    }

    @Test func `a history is known between its first and last values`() throws {
        let known = try KnownHistory(Series(values: [.nan, 2, .nan, 4, .nan, .nan]), atLeast: 4)
        #expect(known.values == [2, 3, 4] && known.first == 1 && known.trailing == 2)
        #expect(known.withoutProfiles([[0, 10]]) == [-8, 3, -6])
    }

    @Test(arguments: ["arima", "harmonic"])
    func `a fit that nobody wants any more ends at once`(name: String) throws {
        var random = SeededSeries(seed: 3)
        let history = Series(values: random.season(200, period: 12))
        let method = try ForecasterCatalog.entry(name).make(MethodSettings(season: [12]))
        #expect(throws: ForecastError.cancelled) {
            try method.fit(history, progress: FitProgress(while: { false }))
        }
    }
}

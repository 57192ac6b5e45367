import Foundation
import TestSupport
import Testing

@testable import Detection

/// The regressions of the light tier against a whole matrix in double precision.
@Suite struct FactoredLeastSquaresTests {
    /// P, whole, by the formula of the textbook.
    private struct WholeMatrix {
        var covariance: [[Double]]
        var weights: [Double]
        let forgetting: Double

        init(width: Int, first: Double, forgetting: Double) {
            covariance = (0..<width).map { i in (0..<width).map { $0 == i ? 1_000 : 0 } }
            weights = (0..<width).map { $0 == 1 ? first : 0 }
            self.forgetting = forgetting
        }

        mutating func step(_ value: Double, _ u: [Double], clip: Double) -> (error: Double, leverage: Double)
        {
            let error = value - zip(weights, u).reduce(0) { $0 + $1.0 * $1.1 }
            let g = covariance.map { zip($0, u).reduce(0) { $0 + $1.0 * $1.1 } }
            let leverage = zip(g, u).reduce(0) { $0 + $1.0 * $1.1 }
            let lesson = min(max(error, -clip), clip)
            for i in weights.indices {
                weights[i] += lesson * g[i] / (forgetting + leverage)
                for j in weights.indices {
                    covariance[i][j] = (covariance[i][j] - g[i] * g[j] / (forgetting + leverage)) / forgetting
                }
            }
            return (error, leverage)
        }
    }

    /// Inputs, and zeros behind them.
    private func inputs<let padded: Int>(_ values: [Double]) -> InlineArray<padded, Float> {
        var found = InlineArray<padded, Float>(repeating: 0)
        for (place, value) in values.enumerated() { found[place] = Float(value) }
        return found
    }

    /// The largest differences from the whole matrix over a series, errors and leverages.
    private func difference<let width: Int, let padded: Int, let cells: Int>(
        of fast: FactoredLeastSquares<width, padded, cells>, first: Double, on values: [Double],
        forgetting: Float = 0.999
    ) -> (error: Double, leverage: Double) {
        var (fast, worst) = (fast, (error: 0.0, leverage: 0.0))
        var slow = WholeMatrix(width: width, first: first, forgetting: Double(forgetting))
        for step in (width - 1)..<values.count {
            let u = [1] + (1..<width).map { values[step - $0] }
            let found = fast.step(values[step], inputs(u), forgetting: forgetting, clip: 3)
            let wanted = slow.step(values[step], u, clip: 3)
            worst.error = max(worst.error, abs(found.error - wanted.error))
            // Of one value all directions but one are unknown, and the leverage is in the thousands.
            worst.leverage = max(
                worst.leverage, abs(found.leverage - wanted.leverage) / (1 + wanted.leverage))
            #expect(found.lesson == min(max(found.error, -3), 3))
        }
        return worst
    }

    @Test func `errors and leverages are those of the whole matrix`() {
        var random = SeededSeries(seed: 31)
        let values = random.season(6_000, period: 24, noise: 0.5).map { ($0 - 50) / 10 }
        for worst in [
            difference(of: FactoredLeastSquares<5, 8, 16>(first: 1), first: 1, on: values),
            difference(of: FactoredLeastSquares<7, 8, 32>(first: 1), first: 1, on: values),
            difference(
                of: FactoredLeastSquares<9, 12, 48>(first: 0), first: 0, on: values, forgetting: 0.9995),
            difference(of: FactoredLeastSquares<13, 16, 96>(first: 1), first: 1, on: values),
        ] {
            #expect(worst.error < 1e-3 && worst.leverage < 1e-3, "\(worst)")
        }
    }

    @Test func `no series makes a leverage negative, or anything infinite`() {
        var random = SeededSeries(seed: 32)
        let noise = random.noise(20_000)
        let shapes: [(String, (Int) -> Double)] = [
            ("a wave", { sin(Double($0) / 40) }), ("a slow wave", { 30 * sin(Double($0) / 4_000) }),
            ("a line", { Double($0) / 400 }), ("one value", { _ in 1 }), ("zero", { _ in 0 }),
            ("seldom anything", { $0 % 997 == 0 ? 50 : 0 }),
            ("far out", { $0 % 2_000 == 1_999 ? 30_000 : noise[$0] }),
            ("flat, then noise", { $0 < 15_000 ? 2 : noise[$0] }),
        ]
        for (name, value) in shapes {
            var regression = FactoredLeastSquares<13, 16, 96>(first: 1)
            var worst = 0.0
            for step in 12..<20_000 {
                let u: InlineArray<16, Float> = inputs([1] + (1...12).map { value(step - $0) })
                let found = regression.step(value(step), u, forgetting: 0.999, clip: 1)
                #expect(
                    found.error.isFinite && found.leverage.isFinite && found.leverage >= 0, "\(name) \(step)")
                if step > 19_900 { worst = max(worst, abs(found.error)) }
            }
            // What follows from what came before is expected in the end.
            if name.hasSuffix("wave") || name == "one value" { #expect(worst < 0.01, "\(name): \(worst)") }
        }
    }

    /// Where nothing moves for long, all but one direction are unknown, and they are not to become so without end: what
    /// then moves by a hair is no event. While nothing moves, the leverage is what is forgotten in a step, 0.001, and
    /// what rounding adds.
    @Test(arguments: [0, 0.001, 0.01, 1, 50])
    func `a hair's breadth after a long standstill is no event`(level: Double) {
        for (hair, most) in [(1e-4, 0.01), (1e-3, 0.5), (1e-2, 50)] {
            var regression = FactoredLeastSquares<13, 16, 96>(first: 1)
            var (worst, still) = (0.0, 0.0)
            let values = (0..<30_100).map { $0 < 64 ? 0 : $0 == 30_000 ? level + hair : level }
            for step in 12..<values.count {
                let u: InlineArray<16, Float> = inputs([1] + (1...12).map { values[step - $0] })
                let found = regression.step(values[step], u, forgetting: 0.999, clip: 1)
                if step > 30_000 { worst = max(worst, found.leverage) }
                if step == 30_000 { still = found.leverage }
            }
            #expect(
                still < 0.003 && worst > still && worst < most + still, "\(hair): \(worst) after \(still)")
        }
    }
}

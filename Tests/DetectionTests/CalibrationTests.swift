import Foundation
import TestSupport
import Testing

@testable import Detection

@Suite struct CalibrationTests {
    private static let grid = (0...600).map { pow(10, -4 + Double($0) / 100) }

    private func streaming(_ strengths: [Double]) -> TailCalibration {
        var calibration = TailCalibration()
        for strength in strengths { calibration.learn(strength) }
        return calibration
    }

    private func samples() -> [(String, [Double])] {
        var random = SeededSeries(seed: 1)
        return [0, 10, 63, 64, 65, 100, 199, 500, 3_000].flatMap { count in
            [
                ("\(count) normal", random.noise(count).map(abs)),
                ("\(count) t3", random.studentT3(count).map(abs)),
                ("\(count) counts", random.poisson(count, mean: 1)),
                ("\(count) equal", [Double](repeating: 1, count: count)),
                ("\(count) zero", [Double](repeating: 0, count: count)),
            ]
        }
    }

    @Test func `a stronger value never has a larger p-value`() {
        for (name, strengths) in samples() {
            var streaming = streaming(strengths)
            let batch = BatchCalibration(strengths: strengths)
            for pValue in [{ streaming.pValue(of: $0) }, batch.pValue(of:)] {
                let values = ([0] + Self.grid).map(pValue)
                #expect(values.allSatisfy { $0 >= 1e-12 && $0 <= 1 }, "\(name)")
                for (i, (a, b)) in zip(values, values.dropFirst()).enumerated() {
                    #expect(b <= a * (1 + 1e-9), "\(name) at \(i): \(a) then \(b)")
                }
            }
        }
    }

    @Test func `the strength at a p-value is its inverse`() {
        for (name, strengths) in samples() where !strengths.isEmpty {
            var streaming = streaming(strengths)
            let batch = BatchCalibration(strengths: strengths)
            for target in [0.05, 8e-4, 1e-6] {
                for (pValue, strength) in [
                    ({ streaming.pValue(of: $0) }, streaming.strength(at: target)),
                    (batch.pValue(of:), batch.strength(at: target)),
                ] {
                    #expect(pValue(strength) >= target * (1 - 1e-9), "\(name)")
                    #expect(pValue(strength * (1 + 1e-9) + 1e-300) < target * (1 + 1e-6), "\(name)")
                }
            }
        }
    }

    /// At 3.7 one value of 5,000 is to be expected: three that came by chance are believed in part.
    @Test func `p-values of normal strengths are near the true ones`() {
        var random = SeededSeries(seed: 2)
        let strengths = random.noise(5_000).map(abs)
        var streaming = streaming(strengths)
        let batch = BatchCalibration(strengths: strengths)
        for strength in [0.1, 0.5, 1, 2, 3, 3.7] {
            let truth = erfc(strength / 2.0.squareRoot())
            for got in [streaming.pValue(of: strength), batch.pValue(of: strength)] {
                #expect(
                    abs(log(got / truth)) <= (strength < 2.5 ? 0.15 : 0.85), "\(strength): \(got), \(truth)")
            }
        }
    }

    /// The rule of record counts ranks where ours counts bins, so the body is compared and loosely.
    @Test func `p-values stay near those of the rule of record`() throws {
        for golden in try GoldenFile("Tests/DetectionTests/Golden/calibration.json").cases {
            let values = golden.object("inputs").numbers("values")
            let want = golden.object("outputs").numbers("evidence")
            var calibration = TailCalibration()
            var worst = 0.0
            for (step, value) in values.enumerated() {
                if step >= 200, want[step] < 3 {
                    worst = max(worst, abs(-log(calibration.pValue(of: value)) - want[step]))
                }
                calibration.learn(value)
            }
            print("calibration \(golden.text("series")): worst \(worst) in ln p")
            #expect(worst <= 0.7, "\(golden.text("series"))")
        }
    }

    @Test(arguments: [3, 10, 40, 64])
    func `the moments of a tail are those of its definition`(count: Int) {
        var random = SeededSeries(seed: UInt64(count))
        let sorted = (0..<count).map { _ in -log(1 - random.uniform()) }.sorted()
        var cells = InlineArray<64, Double>(repeating: 0)
        for (i, value) in sorted.enumerated() { cells[i] = value }
        let tail = ParetoTail(moments: cells.span.extracting(first: count))
        let excess = sorted.dropFirst().map { $0 - sorted[0] }
        let mean = excess.reduce(0, +) / Double(excess.count)
        let variance = excess.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(excess.count - 1)
        let shape = min(max(0.5 * (1 - mean * mean / variance), -0.5), 0.45)
        #expect(tail.threshold == sorted[0])
        #expect(abs(tail.shape - shape) <= 1e-12)
        #expect(abs(tail.scale - mean * (1 - shape)) <= 1e-12)
        for x in [0.5, 1, 3, 10] {
            let base = 1 + shape * x / tail.scale
            let want = base > 0 ? pow(base, -1 / shape) : 0
            #expect(abs(tail.probability(beyond: tail.threshold + x) - want) <= 1e-9)
        }
        #expect(tail.probability(beyond: tail.threshold) == 1)
    }

    @Test func `a missing strength is no evidence`() {
        let batch = BatchCalibration(strengths: [.nan, 1, 2, .nan] + (0..<200).map { Double($0 % 17) / 5 })
        let clean = BatchCalibration(strengths: [1, 2] + (0..<200).map { Double($0 % 17) / 5 })
        #expect(batch.pValue(of: 2.5) == clean.pValue(of: 2.5))
    }
}

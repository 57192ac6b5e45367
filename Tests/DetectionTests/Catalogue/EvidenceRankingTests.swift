import Foundation
import Numerics
import TestSupport
import Testing

@testable import Detection

/// The frame around one evidence, and the parts that no other suite knows.
@Suite struct EvidenceRankingTests {
    private func values(seed: UInt64, _ count: Int = 900) -> [Double] {
        var random = SeededSeries(seed: seed)
        return random.holes(in: random.season(count, period: 24), share: 0.03)
    }

    private func expectSame<Part: CausalEvidence & BitwiseCopyable>(_ part: Part.Type) {
        let values = values(seed: 71)
        for cut in [40, 64, 300, 650] {
            var ranking = EvidenceRanking<Part>()
            for value in values.prefix(cut) { _ = ranking.push(value) }
            let bytes = withUnsafeBytes(of: ranking) { Array($0) }
            var again = bytes.withUnsafeBytes { $0.loadUnaligned(as: EvidenceRanking<Part>.self) }
            for value in values.dropFirst(cut) {
                #expect(ranking.push(value)?.bitPattern == again.push(value)?.bitPattern, "\(part)")
            }
        }
    }

    @Test func `a state goes on from its bytes`() {
        expectSame(AutoregressionError.self)
        expectSame(AutoregressionLeverage.self)
        expectSame(SeasonalError.self)
        expectSame(SeasonalDistance.self)
        expectSame(DistantRegression.self)
        expectSame(RobustDeviation.self)
        expectSame(AmplitudeDistance.self)
        expectSame(MovingLevelShift.self)
        expectSame(MovingVarianceShift.self)
        expectSame(FrozenRun.self)
        expectSame(LeftProfileDistance.self)
    }

    @Test func `the frame finds the season and learns it from what is remembered`() throws {
        var ranking = EvidenceRanking<SeasonalError>()
        for value in values(seed: 72) { _ = ranking.push(value) }
        #expect(ranking.frame.period == 24)
    }

    /// An evidence that is the value itself.
    private struct Plain: CausalEvidence {
        static let floor = 0.5
        init(period: Int) {}
        mutating func push(_ recent: inout EvidenceMemory) -> Double { abs(recent[0]) }
    }

    @Test func `a rank is the mean of the scaled strengths over a quarter of the season`() throws {
        var random = SeededSeries(seed: 73)
        let values = random.noise(250)
        let ranks = try EvidenceRanking<Plain>.ranks(of: values)
        let first = Array(values[..<64])
        let unit = StandardInput(first.span)
        var scale = EvidenceScale()
        var mean = 0.0
        for (step, value) in values.enumerated() {
            let strength = Double(Float(abs(unit.standard(value))))
            mean += 2.0 / 9 * (scale.push(strength, floor: 0.5, step: step) - mean)
            let want = (Double(max(step - 32, 0)) / 800).squareRoot() * mean
            #expect(step < 64 ? ranks[step].isNaN : abs(ranks[step] - want) < 1e-12)
        }
    }

    @Test func `the robust deviation is that of the definition`() {
        var random = SeededSeries(seed: 74)
        var values = random.studentT3(700).map { Double(Float($0)) }
        for step in 400..<460 { values[step] = values[400] }
        var recent = EvidenceMemory()
        var evidence = RobustDeviation(period: 24)
        for (step, value) in values.enumerated() {
            _ = recent.append(value)
            let got = evidence.push(&recent)
            let window = Array(values[max(0, step - RobustDeviation.window)..<step])
            guard window.count >= RobustDeviation.warmUp else {
                #expect(got == 0)
                continue
            }
            let median = Descriptive.median(window)
            let distance = Descriptive.median(window.map { abs($0 - median) })
            let scale = max(RobustDeviation.normalConsistency * distance, RobustDeviation.leastScale)
            #expect(abs(got - abs(value - median) / scale) < 1e-9 * max(1, got), "\(step)")
        }
    }

    @Test func `a forecast residual is that of the model, which an outlier does not move`() {
        let values = (0..<400).map { sin(2 * .pi * Double($0) / 24) }
        var recent = EvidenceMemory()
        var evidence = ForecastResidual(period: 24)
        var strengths: [Double] = []
        for (step, value) in values.enumerated() {
            _ = recent.append(step == 300 ? value + 10 : value)
            strengths.append(evidence.push(&recent))
        }
        #expect(strengths[..<84].allSatisfy { $0 == 0 })
        #expect(strengths[300] > 100 && (strengths[302...].max() ?? 0) < strengths[300] / 10)
    }
}

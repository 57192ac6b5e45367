import Detection
import Query
import TestSupport
import Testing

@testable import Evaluation
@testable import Pipeline

/// `evaluate calibration` is to measure what the service runs.
@Suite struct CalibratedTierTests {
    /// Noise that stands still for a while, is louder for a while, and has spikes.
    private static func values(seed: UInt64) -> [Double] {
        var random = SeededSeries(seed: seed)
        var values = random.noise(1_600).enumerated().map { 20 + $1 * ((1_300..<1_330).contains($0) ? 3 : 1) }
        for step in 1_100..<1_160 { values[step] = 20 }
        for step in [500, 900, 1_250, 1_500] { values[step] += 30 }
        return values
    }

    @Test func `the light tier of a calibration is that of a stored series, to the last bit`() {
        var byEvidence = 0
        for seed in 0..<4 as Range<UInt64> {
            var stored = StreamSeries(isCounter: false)
            var calibrated = LightStream(threshold: LightTier.threshold)
            var residual = StreamDetector(threshold: LightTier.residualShare * LightTier.threshold)
                .makeState()
            let detector = StreamDetector(threshold: LightTier.residualShare * LightTier.threshold)
            for (step, value) in Self.values(seed: seed).enumerated() {
                let outcome = stored.take(Int64(step) * 1_000, value)
                let pValue = calibrated.pValue(value)
                #expect(outcome.pValue.isNaN ? pValue == nil : pValue == outcome.pValue, "step \(step)")
                let alone = detector.assess(value, &residual)?.pValue
                detector.learn(
                    value, isAnomalous: alone.map { $0 < detector.threshold } ?? false, &residual)
                if let alone, let pValue, pValue < min(alone / LightTier.residualShare, 1) {
                    byEvidence += 1
                }
            }
        }
        // The evidence spoke, or this would not show that it is asked.
        #expect(byEvidence > 0)
    }

    @Test func `one p-value of two tests`() {
        #expect(LightTier.pValue(residual: 0.09, evidence: 1) == 0.09 / 0.9)
        #expect(LightTier.pValue(residual: 1, evidence: 0.01) == 0.01 / 0.1)
        #expect(LightTier.pValue(residual: 0.95, evidence: 0.5) == 1)
    }

    @Test func `the full tier of a calibration forecasts by what a training chooses`() throws {
        let definition = MetricDefinition(name: "load", match: try Selector(parsing: "load"))
        #expect(CalibrationStudy.usualMethod == definition.model)
    }
}

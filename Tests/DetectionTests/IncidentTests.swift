import Forecasting
import Numerics
import TestSupport
import TimeSeries
import Testing

@testable import Detection

@Suite struct IncidentTests {
    private func seasonal(_ count: Int, seed: UInt64) -> [Double] {
        var random = Xoshiro256StarStar(seed: seed)
        return (0..<count).map { Double($0 % 24) + random.nextNormal() }
    }

    private func causal(_ values: [Double]) throws -> Scores {
        try SeriesDetector(DetectionSettings(mode: .causal, method: "ridge", season: [24]))
            .scores(of: Series(values: values))
    }

    @Test(arguments: [(20.0, 1), (100, 1), (1000, 1), (100, 3)])
    func `an incident does not widen the band for good`(size: Double, length: Int) throws {
        var values = seasonal(1200, seed: 3)
        for step in 600..<(600 + length) { values[step] += size }
        let scores = try causal(values)
        func width(_ step: Int) -> Double { scores.upper[step] - scores.lower[step] }
        #expect(scores.isAnomaly[600])
        #expect(width(900) <= 1.6 * width(599), "\(width(599)) before, \(width(900)) after")
        #expect(width(1199) <= 1.5 * width(599), "\(width(599)) before, \(width(1199)) at the end")
    }

    @Test func `a gap at the start only makes the warm-up longer`() throws {
        let values = [Double](repeating: .nan, count: 40) + seasonal(200, seed: 4)
        let scores = try causal(values)
        #expect(scores.warmUp == 64)
        #expect(scores.score[100].isFinite)
        let never = try causal([Double](repeating: .nan, count: 40) + [1, 2, 3])
        #expect(!never.score.contains { $0.isFinite })
    }

    @Test(arguments: [0.05, 0.3, 1, 3])
    func `counts that repeat are not rare in batch`(mean: Double) throws {
        var random = Xoshiro256StarStar(seed: 11)
        var flagged = 0
        for _ in 0..<10 {
            let values = (0..<1000).map { _ in Double(random.nextPoisson(mean: mean)) }
            let scores = try SeriesDetector(
                DetectionSettings(alpha: 1e-3, mode: .batch, method: "ridge", season: [])
            ).scores(of: Series(values: values))
            flagged += scores.isAnomaly.count { $0 }
        }
        #expect(flagged <= 60, "\(flagged) of 10,000 at 1e-3")
    }

    @Test func `one other value in a constant series is flagged, and the return is not`() throws {
        var values = [Double](repeating: 5, count: 300)
        values[200] = 6
        let scores = try SeriesDetector(DetectionSettings(mode: .batch)).scores(of: Series(values: values))
        #expect(scores.isAnomaly.indices.filter { scores.isAnomaly[$0] } == [200])
        let ended = [Double](repeating: 5, count: 199) + [6]
        let method = try ForecasterCatalog.fit(
            "auto", to: Series(values: ended), settings: MethodSettings(horizon: 3))
        #expect(method.mean(steps: 3) == [5, 5, 5])
    }
}

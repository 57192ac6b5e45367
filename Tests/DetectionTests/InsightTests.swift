import TestSupport
import Testing
import TimeSeries

@testable import Detection

@Suite struct InsightTests {
    private func scores(spikesAt places: [Int], by height: Double = 30) throws -> (Scores, [Double]) {
        var random = SeededSeries(seed: 8)
        var values = random.noise(500)
        for place in places { values[place] += height }
        return (try Self.batch(values), values)
    }

    private static func batch(_ values: [Double]) throws -> Scores {
        try SeriesDetector(DetectionSettings(mode: .batch)).scores(of: Series(values: values))
    }

    @Test func `anomalies within ten steps are one stretch`() throws {
        let near = try scores(spikesAt: [300, 310]).0
        #expect(near.insights.contains { $0.first == 300 && $0.last == 310 })
        let far = try scores(spikesAt: [300, 311]).0
        #expect(far.insights.contains { $0.first == 300 && $0.last == 300 })
        #expect(far.insights.contains { $0.first == 311 })
    }

    @Test func `a sentence says what was seen and what was expected`() throws {
        for height in [30.0, -30] {
            let (scores, values) = try scores(spikesAt: [300], by: height)
            let insight = try #require(scores.insights.first { $0.first == 300 })
            #expect(insight.sentence.contains(NumberText.short(values[300])), "\(insight.sentence)")
            #expect(insight.sentence.contains("expected \(NumberText.short(scores.expected[300]))"))
            #expect(insight.direction == (height > 0 ? .above : .below))
            #expect(insight.sentence.contains(height > 0 ? "above" : "below"))
            #expect(insight.peakScore == scores.score[300])
        }
    }

    @Test func `insights cover exactly the flagged rows`() throws {
        let (scores, _) = try scores(spikesAt: [100, 105, 130, 300, 499])
        for step in scores.isAnomaly.indices where scores.isAnomaly[step] {
            #expect(scores.insights.count { $0.first <= step && step <= $0.last } == 1)
        }
        for insight in scores.insights {
            #expect(scores.isAnomaly[insight.first] && scores.isAnomaly[insight.last])
            #expect(insight.peakScore > 1)
        }
    }

    @Test func `scores of rows name rows`() throws {
        let (scores, _) = try scores(spikesAt: [300])
        let rows = scores.rows(atSlots: Array(stride(from: 0, to: 500, by: 2)))
        #expect(rows.score.count == 250 && rows.isAnomaly[150])
        #expect(rows.insights.contains { $0.first == 150 && $0.last == 150 })
        #expect(scores.suffix(200).insights.contains { $0.first == 0 && $0.last == 0 })
        #expect(scores.suffix(1).score.count == 1 && scores.suffix(1).score[0] == scores.score[499])
        #expect(scores.suffix(900).score.count == 500)
    }
}

import TestSupport
import Testing
import TimeSeries

@testable import Detection

@Suite struct ExplanationTests {
    @Test func `what comes again is related to what came before, and says so by its rows`() throws {
        var random = SeededSeries(seed: 12)
        var values = random.noise(1_200)
        for start in [400, 900] {
            for k in 0..<10 { values[start + k] += Double(20 - k) * (k % 2 == 0 ? 1 : -1) }
        }
        let found = try scores(of: values, .batch)
        let second = try #require(found.insights.first { $0.first >= 895 && $0.first <= 912 })
        let related = try #require(second.related.first)
        #expect(related.first >= 380 && related.last <= 440, "\(related)")
        #expect(related.similarity > 0.9 && related.similarity <= 1)
        let first = try #require(found.insights.first { $0.first >= 395 && $0.first <= 412 })
        #expect(!first.related.contains { $0.last >= 395 }, "only what was before")
        let rest = found.suffix(400)
        #expect(rest.insights.contains { $0.first == second.first - 800 && $0.related.isEmpty })
    }

    /// The correlations by their definition.
    @Test func `similarities are correlations`() {
        var random = SeededSeries(seed: 2)
        var values = random.noise(300)
        for k in 0..<17 { values[250 + k] = 3 * values[60 + k] + 5 }
        let found = RelatedWindows.like(258, 258, in: values)
        #expect(found.first.map { $0.first == 68 && abs($0.similarity - 1) < 1e-12 } == true, "\(found)")
        #expect(RelatedWindows.like(5, 5, in: values).isEmpty)
        #expect(RelatedWindows.like(0, 0, in: [1]).isEmpty)
        #expect(RelatedWindows.like(150, 150, in: [Double](repeating: 2, count: 300)).isEmpty)
        values[255] = .nan
        #expect(RelatedWindows.like(258, 258, in: values).isEmpty)
    }

    @Test func `an insight says since when, by which evidence`() throws {
        var random = SeededSeries(seed: 31)
        var values = random.noise(3_000)
        values[1_000] += 40
        for step in 2_000..<2_030 { values[step] += 8 }
        let insights = try scores(of: values, .causal).insights
        let spike = try #require(insights.first { $0.first == 1_000 })
        #expect(spike.since >= 997 && spike.since <= 1_000 && spike.evidence == "residual")
        let shift = try #require(insights.first { $0.first <= 2_003 && $0.last >= 2_000 })
        #expect((1_990...2_003).contains(shift.since), "\(shift.since)")
        for insight in insights {
            #expect(insight.since <= insight.first && insight.since >= 0)
            #expect(EvidenceKind(rawValue: insight.evidence) != nil)
        }
    }

    @Test(arguments: [DetectionMode.causal, .batch])
    func `a level that moved is an insight of its own`(mode: DetectionMode) throws {
        var random = SeededSeries(seed: 77)
        let values = random.noise(1_000).enumerated().map { 40 + $1 + ($0 >= 600 ? 15 : 0) }
        let scores = try scores(of: values, mode)
        let moved = try #require(scores.levelChanges.first)
        #expect(scores.levelChanges.count == 1 && abs(moved.at - 600) <= 1)
        #expect(moved.confirmed >= moved.at + moved.change.confirmation - 1)
        #expect(abs(moved.change.before - 40) < 1 && abs(moved.change.after - 55) < 1)
        #expect(moved.change.sentence.hasPrefix("the level moved ") && moved.change.sentence.contains("→"))
        let rows = scores.rows(atSlots: Array(stride(from: 0, to: 1_000, by: 2)))
        #expect(rows.levelChanges.first.map { abs($0.at - 300) <= 1 } == true)
        #expect(scores.suffix(300).levelChanges.isEmpty)
    }
}

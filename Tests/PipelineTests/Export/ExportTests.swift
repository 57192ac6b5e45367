import Query
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Pipeline
@testable import TimeSeries

/// What was handed over.
private final class Taken: Sendable {
    private let batches = Mutex<[ExportBatch]>([])
    var all: [ExportBatch] { batches.withLock { $0 } }
    var scores: [ExportedScore] { all.flatMap(\.scores) }
    func take(_ batch: ExportBatch) { batches.withLock { $0.append(batch) } }
}

@Suite(.timeLimit(.minutes(2)))
struct ExportTests {
    private let world = World()
    /// Ten minutes ago: the clock stands still.
    private let start: Int64 = 1_700_000_000_000 - 600_000

    private func open(_ match: String? = nil, mostAge: Int64 = 3_600_000) throws -> Monitor {
        var settings = MonitorSettings()
        settings.shards = 2
        settings.export = ExportRule(match: try match.map { try Selector(parsing: $0) }, mostAge: mostAge)
        return try Monitor.open(
            settings, store: MemoryStore(), journal: nil, definitions: [], in: world.surroundings())
    }

    /// Values of one second each that hardly differ, and a last one that does.
    private func samples(_ series: String, _ count: Int, odd: Bool = false) -> [Sample] {
        var random = SeededGenerator(seed: 3)
        return (0..<count).map { place in
            let value = Double.random(in: 49...51, using: &random)
            return Sample(series, start + Int64(place) * 1_000, odd && place == count - 1 ? 500 : value)
        }
    }

    @Test func `every judged value is handed over, with what was expected of it`() throws {
        let monitor = try open()
        defer { monitor.stop() }
        let taken = Taken()
        monitor.export { taken.take($0) }
        try monitor.send(samples("load", 300, odd: true))
        let scores = taken.scores
        #expect(scores.map(\.time) == samples("load", 300).map(\.time))
        #expect(scores[0].state == .warming && scores[0].score == nil && scores[0].sampleCount == 1)
        let last = try #require(scores.last)
        #expect(last.state == .anomalous && (last.score ?? 0) > 1 && (last.pValue ?? 1) < 1e-4)
        #expect(last.sampleCount == 6 && (last.band?.upper ?? 500) < 100)
        // One meaning of score and p, whatever the series.
        let quiet = scores[250]
        #expect(quiet.state == .ok && (quiet.score ?? 2) < 1 && (quiet.pValue ?? 0) > 1e-4)
        let band = try #require(quiet.band)
        #expect(band.lower < band.expected && band.expected < band.upper)
    }

    @Test func `only series of the rule are, and none of scores themselves`() throws {
        let monitor = try open(#"{host="a"}"#)
        defer { monitor.stop() }
        let taken = Taken()
        monitor.export { taken.take($0) }
        for series in ["load/a", "load/b", "anomaly_score/a", "bellwether_series/a"] {
            try monitor.send(samples(series, 10))
        }
        #expect(Set(taken.scores.map(\.series)) == [try #require(monitor.id("load/a"))])
        #expect(taken.scores.count == 10)
    }

    @Test func `scores that come back are judged by no definition that matches their labels`() throws {
        let match = try Selector(parsing: #"{host="a"}"#)
        var index = SeriesIndex(definitions: [MetricDefinition(name: "host", match: match)], seed: 1)
        for name in ["load/a", "anomaly_score/a", "bellwether_series/a"] {
            _ = [UInt8](name.utf8).withUnsafeBytes { index.add(labels(of: name), sentAs: $0) }
        }
        #expect(index.definitionOf == [0, -1, -1] && index.matched == [1])
        #expect(index.judged(match) == [0] && index.matching(match) == [0, 1, 2])
    }

    @Test func `values that are too old are counted and left out, late ones are not told again`() throws {
        let monitor = try open(mostAge: 595_000)
        defer { monitor.stop() }
        let taken = Taken()
        monitor.export { taken.take($0) }
        try monitor.send(samples("load", 10))
        #expect(taken.scores.count == 5 && taken.all.reduce(0) { $0 + $1.tooOld } == 5)
        try monitor.send([Sample("load", start + 8_500, 50)])
        #expect(taken.scores.count == 5)
    }

    @Test func `a series that ends is told to end, once it was told of`() throws {
        let monitor = try open()
        defer { monitor.stop() }
        let taken = Taken()
        monitor.export { taken.take($0) }
        let stale = Double(bitPattern: Point.staleMarkerBits)
        try monitor.send([Sample("gone", start, stale)])
        #expect(taken.scores.isEmpty)
        try monitor.send(samples("load", 3) + [Sample("load", start + 5_000, stale)])
        let last = try #require(taken.scores.last)
        #expect(last.isEnd && last.time == start + 5_000 && last.sampleCount == 6)
        #expect(last.value(of: .upper)?.bitPattern == Point.staleMarkerBits)
    }

    @Test func `nothing is handed over without a rule`() throws {
        let monitor = try Monitor.open(
            MonitorSettings(), store: MemoryStore(), journal: nil, definitions: [], in: world.surroundings())
        defer { monitor.stop() }
        let taken = Taken()
        monitor.export { taken.take($0) }
        try monitor.send(samples("load", 10))
        #expect(taken.all.isEmpty)
    }

    // MARK: - The newest

    private func newest(_ monitor: Monitor, _ selectors: String..., most: Int = 100) throws -> [ExportedScore]
    {
        try monitor.newestScores(matching: selectors.map { try Selector(parsing: $0) }, most: most).map(
            \.score)
    }

    @Test func `the newest scores are those of the newest points, of the union of selectors`() throws {
        let monitor = try open()
        defer { monitor.stop() }
        let now: Int64 = 1_700_000_000_000
        world.wall.store(start + 301_000, ordering: .relaxed)
        for series in ["load/a", "web/a", "disk/a"] { try monitor.send(samples(series, 300)) }
        // Before somebody asks nobody notes what was expected of values of the light tier.
        let first = try newest(monitor, "load", #"{__name__=~"load|web"}"#)
        #expect(first.map(\.state) == [.ok, .ok] && first.allSatisfy { $0.score == nil })
        #expect(first.map(\.time) == [start + 299_000, start + 299_000])
        try monitor.send([Sample("load/a", start + 300_000, 50), Sample("web/a", start + 300_000, 900)])
        let second = try newest(monitor, "load", "web")
        #expect(second.map(\.state) == [.ok, .anomalous] && second.allSatisfy { $0.sampleCount == 6 })
        #expect((second[0].score ?? 2) < 1 && (second[1].score ?? 0) > 1)
        // What is silent or has ended is left out.
        try monitor.send([Sample("web/a", start + 301_000, Double(bitPattern: Point.staleMarkerBits))])
        #expect(try newest(monitor, "load", "web").map(\.series) == [try #require(monitor.id("load/a"))])
        world.wall.store(now + 3_600_000, ordering: .relaxed)
        #expect(try newest(monitor, "load", "web").isEmpty)
    }

    @Test func `more series than an answer may have are an error that counts them`() throws {
        let monitor = try open()
        defer { monitor.stop() }
        try monitor.send(samples("load/a", 2) + samples("load/b", 2))
        #expect(throws: ExportError.tooManySeries(matching: 2, limit: 1)) {
            try newest(monitor, "load", most: 1)
        }
    }

    @Test func `nobody keeps what was not asked for in a while`() {
        var export = ShardExport()
        let score = ExportedScore(series: 8, time: 5, state: .ok)
        #expect(!export.isOn && export.newest(of: 4, at: 1) == nil && export.isOn)
        export.add(score, of: 4, isSent: true)
        #expect(export.newest(of: 4, at: 2) == score)
        export.begin(now: 0, at: 800_000_000_000)
        #expect(export.isAsked(4))
        export.begin(now: 0, at: 901_000_000_000)
        #expect(!export.isAsked(4) && !export.isOn)
    }

    @Test func `an exported series keeps its labels, and its name in a label`() throws {
        let members = [("__name__", "load"), ("host", "a"), ("for", "x"), ("exported_for", "y")]
        let labels = try Labels(members.map { (name: $0.0, value: $0.1) })
        #expect(
            "\(labels.exported(as: .pValue))"
                == #"anomaly_p_value{exported_exported_for="x", exported_for="y", for="load", host="a"}"#)
        #expect("\(Labels.none.exported(as: .score))" == "anomaly_score")
    }
}

import Ingest
import Query
import Storage
import TestSupport
import Testing

@testable import Pipeline
@testable import TimeSeries

@Suite struct MonitorIdentityTests {
    private func open(
        _ rules: [IdentityRule] = [IdentityRule(drop: [.name("host")])], store: any Store = MemoryStore(),
        _ change: (inout MonitorSettings) -> Void = { _ in }
    ) throws -> Monitor {
        var settings = MonitorSettings()
        settings.shards = 2
        settings.identity = rules
        change(&settings)
        return try Monitor.open(
            settings, store: store, journal: nil, definitions: [], in: World().surroundings())
    }

    @Test func `a thousand names of pods are one series and leave the limit alone`() throws {
        let monitor = try open { $0.mostSeries = 3 }
        defer { monitor.stop() }
        for pod in 0..<1_000 {
            let report = try monitor.send([Sample("memory/pod-\(pod)", Int64(pod) * 600_000, Double(pod))])
            #expect(report.counts.newest == 1 && report.rejected == 0, "\(report.errors)")
        }
        #expect(monitor.series(matching: nil).map { "\($0.labels)" } == ["memory"])
        let points = try monitor.points(of: 0)
        #expect(points.times == (0..<1_000).map { $0 * 600_000 })
        #expect(points.values == (0..<1_000).map { Double($0) })
        #expect(try monitor.send([Sample("a", 1, 1), Sample("b", 1, 1)]).rejected == 0)
        #expect(try monitor.send([Sample("c", 1, 1), Sample("memory/new", 600_000_000, 1)]).rejected == 1)
        #expect(monitor.counters.refusals.first { $0.reason == "max_series" }?.count == 1)
    }

    @Test func `the points of three pods are one line, every one of them counted`() throws {
        let monitor = try open()
        defer { monitor.stop() }
        for step in 0..<5 {
            let report = try monitor.send(
                (0..<3).map { Sample("load/\($0)", Int64(step) * 15_000, Double(step + 10 * $0)) })
            #expect(report.counts.accepted == 3 && report.counts.combined == 2 && report.rejected == 0)
        }
        let points = try monitor.points(of: 0)
        #expect(points.values == [10, 11, 12, 13, 14] && points.times == (0..<5).map { $0 * 15_000 })
        #expect(monitor.counters.samples.first { $0.result == "combined" }?.count == 10)
    }

    @Test func `without the labels in what is sent it is the same series`() throws {
        let monitor = try open()
        defer { monitor.stop() }
        try monitor.send([Sample("load", 0, 1)])
        try monitor.send([Sample("load/a", 1_000, 3)])
        try monitor.send([Sample("load", 2_000, 5)])
        #expect(monitor.series(matching: nil).count == 1)
        // Its first point came before anybody knew of a second sender.
        #expect(try monitor.points(of: 0).values == [1, 3, 4])
    }

    @Test func `what was stored under its own name before there was a rule goes on in the new series`() throws
    {
        let store = MemoryStore()
        let before = try open([], store: store)
        try before.send([Sample("load/a", 0, 1), Sample("load/b", 0, 2)])
        before.stop()
        let monitor = try open(store: store)
        defer { monitor.stop() }
        try monitor.send([Sample("load/a", 60_000, 3), Sample("load/b", 60_000, 5)])
        #expect(try monitor.points("load/a").values == [1] && monitor.points("load/b").values == [2])
        #expect(try monitor.points(of: 2).values == [4])
    }

    @Test func `a request without room is not half remembered`() throws {
        let monitor = try open { $0.queuedPoints = 1 }
        defer { monitor.stop() }
        try monitor.send([Sample("load/a", 0, 1)])
        let (isHeld, go) = (Promise<Bool>(), Promise<Bool>())
        monitor.shards[0].mailbox.put(
            .control { _ in
                isHeld.fulfil(true)
                _ = go.wait(seconds: 30)
            })
        _ = isHeld.wait(seconds: 30)
        let waiting = Promise<IngestReport>()
        monitor.ingest(request([Sample("load/a", 10, 1)])) { waiting.fulfil($0) }
        #expect(try monitor.send([Sample("load/a", 20, 7)]).failure == .busy)
        go.fulfil(true)
        #expect(waiting.wait(seconds: 30)?.counts.newest == 1)
        let again = try monitor.send([Sample("load/a", 20, 7)])
        #expect(again.counts.newest == 1 && again.counts.duplicates == 0)
    }

    @Test func `the mixture of random senders is that of an obvious twin`() throws {
        let monitor = try open()
        defer { monitor.stop() }
        var random = SeededGenerator(seed: 7)
        var newest: [Int: (time: Int64, value: Double, gap: Int64)] = [:]
        var wanted: [Double] = []
        for step in 0..<400 {
            let time = Int64(step) * 10_000
            let pod = Int.random(in: 0..<6, using: &random)
            let value = Double.random(in: 0..<100, using: &random)
            try monitor.send([Sample("load/\(pod)", time, value)])
            newest[pod] = (time, value, newest[pod].map { time - $0.time } ?? 0)
            let live = newest.values.filter { time - $0.time <= max(300_000, 3 * $0.gap) }
            wanted.append(live.map(\.value).reduce(0, +) / Double(live.count))
        }
        let stored = try monitor.points(of: 0).values
        #expect(zip(stored, wanted).allSatisfy { abs($0 - $1) < 1e-9 } && stored.count == 400)
    }
}

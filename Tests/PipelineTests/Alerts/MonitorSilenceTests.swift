import Alerting
import Foundation
import Ingest
import Query
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Pipeline
@testable import TimeSeries

@Suite struct MonitorSilenceTests {
    /// Told after a minute.
    private static func definition(_ policy: NoDataPolicy = .after(.steps(12))) -> MetricDefinition {
        VerdictBench.definition { $0.alert?.noData = policy }
    }

    private static let last = VerdictBench.time(59)

    @Test func `silence is told after its time, once, and over when a point comes`() throws {
        let bench = try VerdictBench(Self.definition())
        defer { bench.monitor.stop() }
        try bench.introduce("load/a", "load/b")
        try bench.send(noise(60), "load/a", from: 0)
        try bench.send(noise(60), "load/b", from: 0)
        bench.pass(seconds: 59)
        #expect(bench.recorder.all.isEmpty)
        try bench.send(noise(10), "load/b", from: 60)
        bench.pass(seconds: 1)
        let told = bench.recorder.all
        #expect(told.map(\.key) == [.init(series: 0, kind: .noData, from: Self.last)])
        #expect(told.map(\.isOver) == [false] && told.first?.time == 1_700_000_060_000)
        #expect(told.first?.labels == labels(of: "load/a"))
        #expect(told.first?.sentence == "no data for 60 s, the last at 2023-11-14T22:13:15Z.")
        bench.pass(seconds: 30)
        #expect(bench.recorder.all.count == 1)
        // A late point is no sign of life, a newer one is.
        try bench.monitor.send([Sample("load/a", Self.last - 7, 1)])
        #expect(bench.recorder.all.count == 1)
        try bench.send([1], "load/a", from: 75)
        let over = try #require(bench.recorder.all.last)
        #expect(bench.recorder.all.count == 2 && over.isOver && over.key == told.first?.key)
        #expect(over.time == VerdictBench.time(75))
        // And again.
        bench.pass(seconds: 60)
        #expect(
            bench.recorder.all.last { $0.key.series == 0 }?.key
                == .init(series: 0, kind: .noData, from: VerdictBench.time(75)))
    }

    @Test(arguments: [
        (NoDataPolicy.automatic, 600.0 as Double?), (.after(.time(.fixed(milliseconds: 90_000))), 90),
        (.off, nil),
    ])
    func `the policy says how long`(policy: NoDataPolicy, seconds: Double?) throws {
        let bench = try VerdictBench(Self.definition(policy))
        defer { bench.monitor.stop() }
        try bench.introduce("load")
        try bench.send(noise(60), from: 0)
        bench.pass(seconds: (seconds ?? 50_000) - 1)
        #expect(bench.recorder.all.isEmpty)
        bench.pass(seconds: 1)
        #expect(bench.recorder.all.count == (seconds == nil ? 0 : 1))
    }

    @Test func `a stale marker is silence, not a point`() throws {
        let bench = try VerdictBench(Self.definition())
        defer { bench.monitor.stop() }
        let marker = Double(bitPattern: Point.staleMarkerBits)
        try bench.introduce("load")
        try bench.send(noise(60) + [marker], from: 0)
        bench.pass(seconds: 50)
        try bench.send([marker], from: 70)
        bench.pass(seconds: 10)
        try bench.send([marker], from: 73)
        #expect(bench.recorder.all.map(\.key) == [.init(series: 0, kind: .noData, from: Self.last)])
        #expect(bench.recorder.all.map(\.isOver) == [false])
    }

    @Test func `points from the past begin no silence`() throws {
        let bench = try VerdictBench(Self.definition())
        defer { bench.monitor.stop() }
        try bench.send(noise(60), from: -1_000_000)
        bench.pass(seconds: 5_000)
        #expect(bench.recorder.all.isEmpty)
    }

    @Test func `a series that has left memory is silent too`() throws {
        let bench = try VerdictBench(Self.definition(.after(.steps(60)))) { $0.staleSeconds = 60 }
        defer { bench.monitor.stop() }
        try bench.introduce("load")
        try bench.send(noise(60), from: 0)
        bench.world.pass(seconds: 100)
        for _ in 0..<2 { try bench.monitor.checkpoint() }
        #expect(bench.monitor.status.seriesInMemory == 0)
        bench.world.pass(seconds: 199)
        bench.look()
        #expect(bench.recorder.all.isEmpty)
        bench.pass(seconds: 1)
        #expect(bench.recorder.all.map(\.key) == [.init(series: 0, kind: .noData, from: Self.last)])
        #expect(bench.monitor.status.seriesInMemory == 0)
        try bench.send([1], from: 70)
        #expect(bench.recorder.all.map(\.isOver) == [false, true])
    }

    @Test func `a scraped instance that was silent for a day is let go, another series is not`() throws {
        let bench = try VerdictBench(Self.definition())
        defer { bench.monitor.stop() }
        let scraped = try Labels([(name: "__name__", value: "load"), (name: "instance", value: "h:9100")])
        for time in [Self.last - 5_000, Self.last] {
            var decoded = request([Sample("load/pushed", time, 1)])
            decoded.append(scraped, [Point(milliseconds: time, value: 1)])
            _ = try bench.monitor.send(decoded)
            bench.world.pass(seconds: time == Self.last ? 0 : 5)
        }
        bench.pass(seconds: 60)
        #expect(bench.recorder.all.count == 2)
        bench.pass(seconds: 86_300)
        #expect(bench.recorder.all.count == 2)
        bench.pass(seconds: 100)
        let over = try #require(bench.recorder.all.last)
        #expect(bench.recorder.all.count == 3 && over.isOver && over.labels == scraped)
        #expect(over.sentence.contains("let go"))
        bench.pass(seconds: 200_000)
        #expect(bench.recorder.all.count == 3)
    }

    @Test func `a stretch of anomalies ends when its instance is let go`() throws {
        let bench = try VerdictBench(Self.definition())
        defer { bench.monitor.stop() }
        let labels = try Labels([(name: "__name__", value: "load"), (name: "instance", value: "h:9100")])
        func send(_ values: [Double], from step: Int) throws {
            var decoded = DecodedPoints()
            decoded.append(
                labels,
                values.enumerated().map {
                    Point(milliseconds: VerdictBench.time(step + $0), value: $1)
                })
            #expect(try bench.monitor.send(decoded).failure == nil)
        }
        try send([0], from: -1)
        bench.world.pass(seconds: 5)
        try send(noise(60), from: 0)
        try bench.install(0)
        try send(noise(4, spikes: [2]), from: 60)
        #expect(bench.recorder.all.map(\.isOver) == [false])
        for seconds in [60.0, 86_400] { bench.pass(seconds: seconds) }
        let key = Verdict.Key(series: 0, kind: .anomaly, from: VerdictBench.time(62))
        #expect(bench.recorder.of(.anomaly).map(\.key) == [key, key])
        #expect(bench.recorder.of(.anomaly).map(\.isOver) == [false, true])
        #expect(bench.recorder.of(.noData).map(\.isOver) == [false, true])
        #expect(try bench.monitor.anomalies(AnomalyFilter()).allSatisfy { anomaly in !anomaly.isOpen })
    }

    @Test func `after a start silence is counted anew, and what was told stays until a point comes`() throws {
        let store = MemoryStore()
        let world = World()
        let first = try VerdictBench(Self.definition(), store: store, world: world)
        try first.introduce("load/a", "load/b")
        try first.send(noise(60), "load/a", from: 0)
        try first.send(noise(60), "load/b", from: 0)
        first.pass(seconds: 60)
        #expect(first.recorder.all.count == 2)
        first.monitor.stop()
        // The service was away for an hour.
        world.wall.wrappingAdd(3_600_000, ordering: .relaxed)
        world.pass(seconds: 3_600)
        let second = try VerdictBench(Self.definition(), store: store, world: world)
        defer { second.monitor.stop() }
        let keys = Set(first.recorder.all.map(\.key))
        #expect(second.recorder.goingOn.withLock { $0 } == [keys])
        second.pass(seconds: 59)
        #expect(second.recorder.all.isEmpty)
        try second.send([1], "load/a", from: 800)
        #expect(second.recorder.all.map(\.isOver) == [true])
        #expect(second.recorder.all.map(\.key) == [.init(series: 0, kind: .noData, from: Self.last)])
        second.pass(seconds: 1)
        #expect(second.recorder.all.map(\.isOver) == [true, false])
        #expect(second.recorder.all.last?.key == .init(series: 1, kind: .noData, from: Self.last))
    }

    @Test func `the thread of checkpoints looks by itself`() throws {
        let bench = try VerdictBench(Self.definition())
        defer { bench.monitor.stop() }
        try bench.introduce("load")
        try bench.send(noise(60), from: 0)
        bench.world.pass(seconds: 61)
        for _ in 0..<3_000 where bench.recorder.all.isEmpty { usleep(10_000) }
        #expect(bench.recorder.all.count == 1)
    }

    @Test func `a backfill up to now begins no silence, also after a start`() throws {
        let store = MemoryStore()
        let world = World()
        let first = try VerdictBench(Self.definition(), store: store, world: world)
        // One import in two requests at once, then nothing.
        try first.send(noise(30), from: 0)
        try first.send(noise(30), from: 30)
        first.pass(seconds: 200)
        #expect(first.recorder.all.isEmpty)
        first.monitor.stop()
        let second = try VerdictBench(Self.definition(), store: store, world: world)
        defer { second.monitor.stop() }
        second.pass(seconds: 200)
        #expect(second.recorder.all.isEmpty)
        // The live feed starts: its second point begins the watch.
        try second.send([1], from: 140)
        second.pass(seconds: 5)
        try second.send([1], from: 141)
        second.pass(seconds: 59)
        #expect(second.recorder.all.isEmpty)
        second.pass(seconds: 1)
        let key = Verdict.Key(series: 0, kind: .noData, from: VerdictBench.time(141))
        #expect(second.recorder.all.map(\.key) == [key] && second.recorder.all.map(\.isOver) == [false])
    }

    @Test func `points behind one of a clock that runs ahead are signs of life`() throws {
        let bench = try VerdictBench(Self.definition()) { $0.mostAhead = 60_000 }
        defer { bench.monitor.stop() }
        try bench.introduce("load")
        let now = bench.world.wall.load(ordering: .relaxed)
        // What is further ahead than may be is refused, with a reason.
        let far = try bench.monitor.send([Sample("load", now + 300_000, 1)])
        #expect(far.rejected == 1 && far.errors.first?.reason.contains("300 s ahead") == true)
        #expect(try bench.monitor.send([Sample("load", now + 60_001, 1)]).rejected == 1)
        #expect(try bench.monitor.send([Sample("load", now + 60_000, 1)]).rejected == 0)
        for second in stride(from: 5 as Int64, through: 55, by: 5) {
            bench.pass(seconds: 5)
            let report = try bench.monitor.send([Sample("load", now + second * 1_000, 1)])
            #expect(report.counts.late == 1)
        }
        bench.pass(seconds: 59)
        #expect(bench.recorder.all.isEmpty)
        bench.pass(seconds: 1)
        #expect(bench.recorder.all.map(\.isOver) == [false])
        // A late point that is older than the silence may be ends nothing, a fresh one does.
        try bench.monitor.send([Sample("load", now + 54_000, 1)])
        #expect(bench.recorder.all.count == 1)
        try bench.monitor.send([Sample("load", now + 58_000, 1)])
        #expect(bench.recorder.all.map(\.isOver) == [false, true])
        #expect(bench.recorder.all.last?.sentence == "data come again.")
    }
}

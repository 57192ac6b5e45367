import Alerting
import Foundation
import Query
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Pipeline
@testable import TimeSeries

@Suite struct MonitorVerdictTests {
    @Test func `three anomalous values in a row confirm a stretch, each later one is told, and its end`()
        throws
    {
        let definition = VerdictBench.definition {
            $0.alert?.openAfter = .steps(3)
            $0.alert?.severity = .critical
            $0.alert?.leastOpenMilliseconds = 7_000
        }
        let bench = try VerdictBench(definition)
        defer { bench.monitor.stop() }
        try bench.teach()
        // Two in a row, twice: stored, and nobody is told.
        try bench.send(noise(20, spikes: [2, 3, 6, 7]), from: 60)
        #expect(bench.recorder.all.isEmpty)
        #expect(try bench.monitor.anomalies(AnomalyFilter()).count == 1)
        try bench.send(noise(60, seed: 3, spikes: [20, 21, 22, 23]), from: 80)
        let told = bench.recorder.all
        let stored = try bench.monitor.anomalies(AnomalyFilter())
        let confirmed = try #require(stored.first { $0.from == VerdictBench.time(100) })
        #expect(told.first?.time == VerdictBench.time(102) && told.last?.isOver == true)
        #expect(told.count { !$0.isOver } == confirmed.count - 2 && told.count { $0.isOver } == 1)
        #expect(told.map(\.time) == told.map(\.time).sorted())
        #expect(Set(told.map(\.key)) == [.init(series: 0, kind: .anomaly, from: VerdictBench.time(100))])
        let over = try #require(told.last)
        #expect(!confirmed.isOpen && over.time >= confirmed.to + 10 * VerdictBench.step)
        #expect(over.peak.value == confirmed.value && over.sentence == confirmed.sentence)
        #expect(
            over.peak.score == confirmed.score && over.peak.direction == confirmed.direction
                && over.peak.score > 1)
        #expect(over.labels == labels(of: "load") && over.definition == "load")
        #expect(over.severity == .critical && over.leastOpen == 7_000 && over.lateness == 610_000)
    }

    @Test func `series without an alert have no verdicts`() throws {
        let bench = try VerdictBench(VerdictBench.definition { $0.alert = nil })
        defer { bench.monitor.stop() }
        try bench.teach()
        try bench.send(noise(20, spikes: [2, 3]), from: 60)
        var random = SeededSeries(seed: 2)
        try bench.send(random.noise(300).map { $0 } + [90, 90], "light", from: -200)
        #expect(try bench.monitor.anomalies(AnomalyFilter()).count >= 2)
        bench.pass(seconds: 100_000)
        #expect(bench.recorder.all.isEmpty)
    }

    @Test func `each series of several shards speaks for itself, in its order`() throws {
        let bench = try VerdictBench(shards: 3)
        defer { bench.monitor.stop() }
        let names = (0..<7).map { "load/h\($0)" }
        for name in names { try bench.teach(name) }
        for (place, name) in names.enumerated() where place != 4 {
            try bench.send(noise(40, spikes: [place]), name, from: 60)
        }
        for (place, name) in names.enumerated() {
            let id = try #require(bench.monitor.id(name))
            let own = bench.recorder.all.filter { $0.key.series == id }
            guard place != 4 else {
                #expect(own.isEmpty)
                continue
            }
            #expect(own.first?.key.from == VerdictBench.time(60 + place) && own.last?.isOver == true)
            #expect(own.allSatisfy { $0.labels == labels(of: name) })
            #expect(own.map(\.time) == own.map(\.time).sorted())
        }
    }

    @Test func `an outage ends a stretch that somebody was told of`() throws {
        let bench = try VerdictBench()
        defer { bench.monitor.stop() }
        bench.world.wall.store(VerdictBench.time(MissingSteps.most + 200), ordering: .relaxed)
        try bench.teach()
        try bench.send([50, 0.1], from: 60)
        #expect(bench.recorder.all.map(\.isOver) == [false])
        try bench.send([0], from: 63 + MissingSteps.most)
        let told = bench.recorder.of(.anomaly)
        #expect(told.map(\.isOver) == [false, true] && told.first?.key == told.last?.key)
        #expect(told.last?.time == VerdictBench.time(63 + MissingSteps.most))
    }

    @Test(arguments: [1, 3])
    func `what a crash may have lost is said again when the journal is replayed`(shards: Int) throws {
        let ground = try Ground()
        let data = ground.path + "/data"
        let definition = VerdictBench.definition { $0.alert?.openAfter = .steps(2) }
        let store = try SQLiteStore(DataDirectory.open(data, holder: "a test"))
        let bench = try VerdictBench(definition, store: store, journal: data + "/journal")
        defer { bench.monitor.stop() }
        for name in ["load/a", "load/b", "load/c"] { try bench.teach(name) }
        try bench.send(noise(10, spikes: [3, 4]), "load/a", from: 60)
        let early = bench.recorder.all
        #expect(!early.isEmpty)
        try bench.monitor.checkpoint()
        bench.recorder.forget()
        try bench.send(noise(30, seed: 4, spikes: [22, 23, 24]), "load/a", from: 70)
        try bench.send(noise(30, seed: 5, spikes: [25, 26, 27]), "load/b", from: 60)
        try bench.send(noise(30, seed: 6, spikes: [25]), "load/c", from: 60)
        let lost = bench.recorder.all
        #expect(lost.contains { $0.isOver } && lost.contains { !$0.isOver })

        let crash = try ground.copy(of: data, to: "crash")
        let again = try VerdictBench(
            definition, store: SQLiteStore(DataDirectory.open(crash, holder: "a test")),
            journal: crash + "/journal", shards: shards)
        defer { again.monitor.stop() }
        #expect(again.monitor.recovery.replayedRecords > 0)
        // Of each series the same, in its order.
        for series in UInt32(0)..<3 {
            #expect(
                again.recorder.all.filter { $0.key.series == series }
                    == lost.filter { $0.key.series == series })
        }
        let open = Set(lost.filter { !$0.isOver }.map(\.key)).subtracting(lost.filter(\.isOver).map(\.key))
        let goingOn = try #require(again.recorder.goingOn.withLock { $0.first })
        #expect(goingOn.filter { $0.kind == .anomaly } == open && open.count == 2)
        #expect(again.recorder.calls.withLock { $0.first } == "start")
        #expect(again.recorder.calls.withLock { $0.last } == "reconcile")
    }

    @Test func `stretches and silences of series that were not read yet go on after a start`() throws {
        let store = MemoryStore()
        let world = World()
        let definition = VerdictBench.definition { $0.alert?.noData = .after(.steps(12)) }
        let first = try VerdictBench(definition, store: store, world: world)
        for name in ["load/a", "load/b", "load/c"] { try first.teach(name) }
        try first.send(noise(10, spikes: [8]), "load/a", from: 60)
        try first.send(noise(60, spikes: [8]), "load/b", from: 60)
        first.monitor.stop()
        let second = try VerdictBench(definition, store: store, world: world) { $0.mostRestored = 0 }
        defer { second.monitor.stop() }
        #expect(second.monitor.status.seriesInMemory == 0 && second.recorder.all.isEmpty)
        let goingOn = try #require(second.recorder.goingOn.withLock { $0.first })
        let silences = [69, 119, 59].enumerated().map {
            Verdict.Key(series: UInt32($0), kind: .noData, from: VerdictBench.time($1))
        }
        let open = Verdict.Key(series: 0, kind: .anomaly, from: VerdictBench.time(68))
        #expect(goingOn == Set(silences + [open]))
        second.pass(seconds: 59)
        #expect(second.recorder.all.isEmpty)
        second.pass(seconds: 1)
        #expect(Set(second.recorder.all.map(\.key)) == Set(silences))
        // The stretch itself goes on too, and ends.
        try second.send(noise(60, seed: 4), "load/a", from: 80)
        let ends = second.recorder.all.filter(\.isOver).map(\.key)
        #expect(ends == [silences[0], open])
    }

    @Test func `who asks without the definitions ends nothing`() throws {
        let store = MemoryStore()
        let world = World()
        let first = try VerdictBench(store: store, world: world)
        try first.teach()
        try first.send(noise(10, spikes: [8]), from: 60)
        let open = try #require(first.recorder.of(.anomaly).last).key
        first.monitor.stop()
        let other = VerdictBench.definition {
            $0.name = "other"
            $0.match = Selector(metric: "other")
        }
        let asking = try VerdictBench(other, store: store, world: world) { $0.keepsIncidents = true }
        #expect(try asking.monitor.points("load").times.count == 70)
        asking.monitor.stop()
        #expect(!asking.recorder.calls.withLock { $0.contains("reconcile") } && asking.recorder.all.isEmpty)
        // Its service finds the stretch as it was.
        let again = try VerdictBench(store: store, world: world)
        defer { again.monitor.stop() }
        #expect(again.recorder.goingOn.withLock { $0.first?.contains(open) } == true)
        try again.send(noise(60, seed: 4), from: 70)
        #expect(again.recorder.all.last.map { $0.isOver && $0.key == open } == true)
    }

    @Test func `a series whose state is of an older version starts anew`() throws {
        let store = MemoryStore()
        let first = try VerdictBench(store: store)
        try first.teach()
        #expect(first.monitor.fullTier().map(\.version) == [0])
        first.monitor.stop()
        let stored = try store.states(of: 0).filter { $0.kind == FullSeries.kind }
        #expect(stored.count == 1)
        var older = Checkpoint(journalSegment: 0)
        older.states = stored.map { StoredState(series: 0, kind: "full/1", bytes: $0.bytes) }
        try store.commit(older)
        let second = try VerdictBench(store: store)
        defer { second.monitor.stop() }
        #expect(second.monitor.fullTier().map(\.version) == [nil])
        try second.send(noise(5), from: 60)
        #expect(second.monitor.fullTier().map(\.known) == [4])
    }

    @Test func `what was said is durable before a checkpoint is, else the checkpoint fails`() throws {
        let order = Mutex<[String]>([])
        let store = WrappedStore(MemoryStore()) { isDone in
            if !isDone { order.withLock { $0.append("commit") } }
        }
        let bench = try VerdictBench(store: store) { $0.checkpointRetrySeconds = 0.001 }
        try bench.teach()
        try bench.send(noise(20, spikes: [2]), from: 60)
        bench.recorder.calls.withLock { $0 = [] }
        bench.recorder.failures.withLock { $0 = [.full(path: "alerts"), .full(path: "alerts")] }
        #expect(throws: StorageError.full(path: "alerts")) { try bench.monitor.checkpoint() }
        for _ in 0..<1_000 where (try? bench.monitor.checkpoint()) == nil { usleep(1_000) }
        #expect(bench.monitor.counters.checkpointCounts.failed == 2)
        let drains = bench.recorder.calls.withLock { $0.count { $0 == "drain" } }
        let commits = order.withLock { $0.count }
        #expect(commits >= 1 && drains == commits + 2)
        #expect(try store.size().points == 80)
        bench.monitor.stop()
        #expect(bench.recorder.calls.withLock { $0.suffix(2) } == ["drain", "stop"])
    }

    @Test func `the newest values come from memory, and nobody waits where no thread answers`() throws {
        let bench = try VerdictBench()
        try bench.send([1, 2, 3, 4], from: 0)
        let isRunning = Monitor.Flag()
        let recent = Monitor.recentValues(bench.monitor.shards, isRunning)
        #expect(recent(0, 3).isEmpty)
        isRunning.value.store(true, ordering: .releasing)
        #expect(recent(0, 3) == [2, 3, 4] && recent(0, 9) == [1, 2, 3, 4] && recent(5, 3).isEmpty)
        let go = Promise<Bool>()
        bench.monitor.shards[0].mailbox.put(.control { _ in _ = go.wait(seconds: 30) })
        #expect(recent(0, 3).isEmpty)
        go.fulfil(true)
        bench.monitor.stop()
        #expect(recent(0, 3).isEmpty)
    }

    @Test func `a past that cannot be read is said once and counted`() throws {
        let store = WrappedStore(MemoryStore())
        let bench = try VerdictBench(store: store, shards: 1) { $0.staleSeconds = 60 }
        defer { bench.monitor.stop() }
        for name in ["a", "b"] { try bench.send((0..<600).map { Double($0) }, name, from: -550) }
        try bench.monitor.checkpoint()
        store.refusesReads.store(true, ordering: .relaxed)
        for place in 0..<3 {
            try bench.monitor.send([Sample("a", VerdictBench.time(-540) + Int64(place), 1)])
        }
        #expect(bench.monitor.counters.failedReads == 3)
        bench.world.pass(seconds: 100)
        for _ in 0..<2 { try bench.monitor.checkpoint() }
        try bench.send([1], "b", from: 50)
        #expect(bench.monitor.counters.failedReads == 4)
        #expect(bench.world.lines.withLock { $0.count { $0.contains("cannot be read") } } == 1)
    }

    @Test(arguments: [50_000, 0])
    func `an edit of when to tell keeps an open stretch, an edit of the model ends it with a reason`(
        restored: Int
    ) throws {
        let store = MemoryStore()
        let world = World()
        let first = try VerdictBench(store: store, world: world)
        try first.teach()
        try first.send(noise(10, spikes: [8]), from: 60)
        let verdict = try #require(first.recorder.of(.anomaly).last)
        #expect(!verdict.isOver)
        first.monitor.stop()
        func edit(_ change: (inout MetricDefinition) -> Void) throws -> VerdictBench {
            try VerdictBench(VerdictBench.definition(change), store: store, world: world) {
                $0.mostRestored = restored
            }
        }
        let told = try edit {
            $0.alert?.closeAfter = .steps(11)
            $0.alert?.noData = .after(.steps(30))
            $0.alert?.leastOpenMilliseconds = 1
        }
        let standing = try #require(told.recorder.standings.withLock { $0.first })
        #expect(standing.goingOn.contains(verdict.key) && standing.edited.isEmpty)
        try told.send(noise(13, seed: 2), from: 70)
        #expect(told.recorder.of(.anomaly).map(\.isOver).last == true)
        told.monitor.stop()
        let model = try edit { $0.missing = .zero }
        defer { model.monitor.stop() }
        let after = try #require(model.recorder.standings.withLock { $0.first })
        #expect(!after.goingOn.contains(verdict.key))
        if restored > 0 { #expect(after.reason(for: verdict) == "the definition was changed") }
        #expect(after.watchers[0]?.definition == "load")
    }
}

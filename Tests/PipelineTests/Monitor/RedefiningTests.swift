import Alerting
import Foundation
import Query
import Storage
import Synchronization
import TestSupport
import Testing
import TimeSeries

@testable import Pipeline

private typealias Data = RegistryData

/// Everything that a series on the full tier remembers; `nil` on the light one.
///
/// The fields of its plain part one by one, since between them there may be bytes that nobody set.
private func state(_ bench: RegistryBench, _ labels: Labels = Data.labels("load")) throws -> [UInt8]? {
    try bench.full(labels) { memory(of: $0) } ?? nil
}

private func memory(of full: FullSeries) -> [UInt8]? {
    var reader = BinaryReader(full.bytes)
    var parts: [UInt8] = []
    do throws(BinaryFormatError) {
        _ = try reader.readString()
        _ = try reader.readBlob()
        parts += try reader.readBlob() + reader.readBlob()
        guard try reader.readInt() == 1 else { return parts }
        _ = try reader.readString()
        _ = try reader.readInts()
        _ = try reader.readInt()
        parts += try reader.readBlob() + reader.readBlob()
    } catch {
        return nil
    }
    let plain = "\(full.known) \(full.triedAt) \(full.next ?? -1) \(full.run) \(full.confirmation)"
    let more = "\(full.missing) \(full.aggregator) \(full.silence.last)"
    return parts + Array((plain + more).utf8)
}

@Suite(.timeLimit(.minutes(2)))
struct RedefiningTests {
    @Test func `an edit that leaves the model keeps the state to the last bit, and so does no edit`() throws {
        let bench = try RegistryBench([Data.definition(), Data.definition("other", "other")])
        bench.feed(Data.season(430))
        bench.trainer.reconcile()
        let before = try #require(try state(bench))
        #expect(try bench.live() == 0)
        let edited = try Data.definition {
            $0.direction = .below
            $0.ignore = IgnoredDeviation(absolute: 0, relative: 0.1)
            $0.latenessMilliseconds = 5_000
        }
        let changes = try bench.trainer.follow(
            [edited, Data.definition("other", "other")], alerts: AlertSettings())
        #expect(changes.edited == ["load"] && changes.added == [] && changes.removed == [])
        #expect(changes.unchanged == 1 && changes.keptSeries == 1 && changes.anewSeries == 0)
        #expect(changes.sentence == "0 definitions added, 1 edited, 0 removed")
        #expect(try state(bench) == before)
        #expect(try bench.full { $0.policy.definition.direction } == .below)
        _ = try bench.trainer.follow([edited, Data.definition("other", "other")], alerts: AlertSettings())
        #expect(try state(bench) == before)
        // What comes next is judged as if nothing had happened.
        let twin = try RegistryBench([edited])
        twin.feed(Data.season(430))
        twin.trainer.reconcile()
        for one in [bench, twin] { one.feed(Data.season(40, seed: 5), from: 430) }
        #expect(try bench.expected() == twin.expected())
        #expect(try bench.points() == twin.points())
    }

    @Test func `another model begins anew with the history that is there`() throws {
        let bench = try RegistryBench([Data.definition()])
        bench.feed(Data.season(430))
        #expect(try bench.train().version == 1)
        let before = try bench.points()
        let changes = try bench.trainer.follow(
            [Data.definition { $0.missing = .zero }], alerts: AlertSettings())
        #expect(changes.remodelled == ["load"] && changes.anewSeries == 1)
        #expect(try bench.live() == nil)
        #expect(try #require(try bench.full { $0.known }) > 24)
        // The champion it has comes back, since most edits leave its values as they are; that is said.
        bench.trainer.reconcile()
        #expect(try bench.live() == 1 && bench.clock.said("was made before the definition was edited") == 1)
        #expect(try bench.points() == before, "a point or a score changed")
    }

    @Test func `the first definition that matches takes a series over, and none gives it to the light tier`()
        throws
    {
        let bench = try RegistryBench([])
        bench.feed(Data.season(100))
        bench.feed(Data.season(100, seed: 2), Data.labels("other"))
        let scored = bench.monitor.counters.scoredPoints
        #expect(try state(bench) == nil)
        let added = try bench.trainer.follow([Data.definition()], alerts: AlertSettings())
        #expect(added.added == ["load"] && added.anewSeries == 1)
        #expect(try state(bench) != nil && state(bench, Data.labels("other")) == nil)
        let moved = try bench.trainer.follow(
            [Data.definition("first", "load"), Data.definition()], alerts: AlertSettings())
        #expect(moved.added == ["first"] && moved.unchanged == 1 && moved.anewSeries == 1)
        #expect(try bench.full { $0.policy.name } == "first")
        let removed = try bench.trainer.follow([], alerts: AlertSettings())
        #expect(removed.removed == ["first", "load"] && removed.lightSeries == 1)
        #expect(try state(bench) == nil && bench.monitor.definitions.isEmpty)
        #expect(bench.monitor.counters.scoredPoints == scored, "the past was scored again")
        // The light tier knows the series already: it scores the next point.
        bench.feed([Data.season(101)[100]], from: 100)
        #expect(bench.monitor.counters.scoredPoints == scored + 1)
    }

    @Test func `a store that refuses leaves everything as it was`() throws {
        let store = WrappedStore(MemoryStore())
        // Time passes, so that the checkpoint that failed is tried again.
        let bench = try RegistryBench(
            [Data.definition()], store: store, clock: RegistryClock(tick: 50_000_000))
        bench.feed(Data.season(430))
        bench.trainer.reconcile()
        let before = try state(bench)
        store.fail(1)
        #expect(throws: StorageError.full(path: "test")) {
            _ = try bench.trainer.follow([], alerts: AlertSettings())
        }
        #expect(try state(bench) == before && bench.monitor.definitions.count == 1)
        // The checkpoint is tried again by itself; until it succeeds the next reload is refused, too.
        let removed = Mutex<[String]>([])
        eventually("a reload succeeds") {
            let changes = try? bench.trainer.follow([], alerts: AlertSettings())
            removed.withLock { $0 = changes?.removed ?? [] }
            return changes != nil
        }
        #expect(removed.withLock { $0 } == ["load"])
    }

    @Test func `a training does not bring back a definition that was removed meanwhile`() throws {
        let bench = try RegistryBench([Data.definition()])
        bench.feed(Data.season(430))
        _ = try bench.trainer.train("load", TrainingOrder())
        let job = bench.trainer.jobs.withLock { $0["load"] }
        _ = try bench.trainer.follow([], alerts: AlertSettings())
        eventually("the training ends") { job?.current.result != nil }
        #expect(bench.monitor.definitions.isEmpty)
        #expect(try state(bench) == nil)
    }

    @Test func `points that come during reloads are stored once and scored at most once`() throws {
        let ground = try Ground()
        let directory = try DataDirectory.open(ground.path + "/data", holder: "a test")
        let bench = try RegistryBench(
            [Data.definition("all", "{host=~\".+\"}")], store: try SQLiteStore(directory),
            journal: directory.journalPath)
        let isDone = Atomic(false)
        let sent = 60
        let senders = (0..<3).map { sender in
            Threads.real.start {
                let values = Data.season(sent * 20, seed: UInt64(sender))
                for batch in 0..<sent {
                    for series in 0..<4 {
                        bench.feed(
                            values[(batch * 20)..<(batch * 20 + 20)],
                            Data.labels("load\(sender)", series), from: batch * 20)
                    }
                }
            }
        }
        let reloads = Atomic(0)
        let reloading = Threads.real.start {
            while !isDone.load(ordering: .relaxed) {
                for lists in [
                    [], [("a", "load0"), ("b", "load1")], [("b", "load1")], [("all", "{host=~\".+\"}")],
                ] {
                    let definitions = lists.compactMap { try? Data.definition($0.0, $0.1) }
                    #expect(throws: Never.self) {
                        _ = try bench.trainer.follow(definitions, alerts: AlertSettings())
                    }
                    bench.trainer.reconcile()
                    reloads.wrappingAdd(1, ordering: .relaxed)
                }
            }
        }
        for join in senders { join?() }
        isDone.store(true, ordering: .relaxed)
        reloading?()
        #expect(reloads.load(ordering: .relaxed) >= 4)
        let all = try bench.monitor.everything()
        #expect(all.count == 12 && all.values.allSatisfy { $0.count == sent * 20 })
        let counted = bench.monitor.counters
        let scored = all.values.reduce(0) { sum, points in
            sum + (0..<points.count).count { points.scores[$0] != ScoreByte.unscored }
        }
        #expect(counted.scoredPoints == scored, "\(counted.scoredPoints) verdicts on \(scored) points")
        // As a crash leaves it: what the journal and the store have is what was acknowledged.
        let copy = try ground.copy(of: ground.path + "/data", to: "crashed")
        bench.stop()
        let again = try DataDirectory.open(copy, holder: "a test")
        let restored = try RegistryBench(
            [Data.definition("b", "load1")], store: try SQLiteStore(again), journal: again.journalPath)
        let after = try restored.monitor.everything()
        #expect(after.count == 12)
        for (labels, points) in after { #expect(points.times == all[labels]?.times, "\(labels)") }
    }
}

@Suite(.timeLimit(.minutes(5)))
struct RedefiningAlertTests {
    /// A monitor whose series has an open incident.
    private func failing(_ alerts: AlertSettings = AlertSettings()) throws -> (Monitor, Trainer, World) {
        let world = World()
        var settings = MonitorSettings()
        settings.shards = 1
        let monitor = try Monitor.open(
            settings, store: MemoryStore(), journal: nil, definitions: [VerdictBench.definition()],
            alerts: alerts, in: world.surroundings())
        var random = SeededSeries(seed: 5)
        let values = random.noise(60) + [90, 90]
        try monitor.send(
            values.prefix(60).enumerated().map { Sample("load", VerdictBench.time($0), $1) })
        let trainer = Trainer(monitor)
        trainer.reconcile()
        try monitor.send(
            values.enumerated().suffix(2).map { Sample("load", VerdictBench.time($0), $1) })
        try monitor.send([Sample("load", VerdictBench.time(62), 90)])
        #expect(monitor.alerts.drain() == nil)
        #expect(monitor.alerts.status.incidents[.open] == 1)
        return (monitor, trainer, world)
    }

    @Test func `the incident of a definition that is removed is closed with a sentence`() throws {
        let (monitor, trainer, _) = try failing()
        defer { monitor.stop() }
        _ = try trainer.follow([], alerts: AlertSettings())
        #expect(monitor.alerts.drain() == nil)
        let incident = try monitor.alerts.incident(1)
        #expect(incident.state == .resolved)
        #expect(incident.timeline.last { $0.kind == .resolved }?.text == "the definition was removed")
        #expect(try monitor.anomalies(AnomalyFilter()).map(\.isOpen) == [false])
    }

    @Test func `an edit that leaves the model leaves the incident open, another model closes it`() throws {
        let (monitor, trainer, _) = try failing()
        defer { monitor.stop() }
        _ = try trainer.follow(
            [VerdictBench.definition { $0.alert?.severity = .critical }], alerts: AlertSettings())
        #expect(monitor.alerts.drain() == nil)
        #expect(try monitor.alerts.incident(1).state == .open)
        try monitor.send([Sample("load", VerdictBench.time(63), 90)])
        #expect(monitor.alerts.drain() == nil)
        #expect(try monitor.alerts.incident(1).severity == .critical)
        _ = try trainer.follow(
            [VerdictBench.definition { $0.missing = .last }], alerts: AlertSettings())
        #expect(monitor.alerts.drain() == nil)
        let incident = try monitor.alerts.incident(1)
        #expect(incident.state == .resolved)
        #expect(incident.timeline.last { $0.kind == .resolved }?.text == "the definition was changed")
    }

    @Test func `receivers that are added are told of what goes on, those that went are not`() throws {
        let (old, new) = (Recorder(), Recorder())
        let (monitor, trainer, world) = try failing(settings([("ops/old", .each(old))]))
        defer { monitor.stop() }
        let desk = monitor.alerts
        #expect(desk.look() == nil)
        eventually("the old receiver hears of the opening") { desk.channel("ops/old").delivered == 1 }
        _ = try trainer.follow([VerdictBench.definition()], alerts: settings([("ops/new", .each(new))]))
        #expect(desk.look() == nil)
        #expect(desk.status.channels.map(\.name) == ["ops/new"])
        _ = try trainer.follow([], alerts: settings([("ops/new", .each(new))]))
        world.pass(milliseconds: 1_000)
        #expect(desk.look() == nil)
        eventually("the new receiver hears of the end") { !new.ids.isEmpty }
        #expect(new.ids == ["incident-1-resolved"])
        #expect(old.ids == ["incident-1-opened"])
    }
}

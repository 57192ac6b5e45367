import Foundation
import Query
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Pipeline
@testable import TimeSeries

@Suite struct MonitorCheckpointTests {
    private func open(
        _ store: any Store, journal: String? = nil, definitions: [MetricDefinition] = [],
        world: World = World(),
        _ change: (inout MonitorSettings) -> Void = { _ in }
    ) throws -> Monitor {
        var settings = MonitorSettings()
        settings.shards = 2
        change(&settings)
        return try Monitor.open(
            settings, store: store, journal: journal, definitions: definitions, in: world.surroundings())
    }

    @Test func `every point is read once before, during and after checkpoints`() throws {
        let reader = Mutex<(@Sendable () -> Void)?>(nil)
        let store = WrappedStore(MemoryStore()) { _ in reader.withLock { $0 }?() }
        let monitor = try open(store)
        defer { monitor.stop() }
        var twin: [Int64: Double] = [:]
        var random = SeededGenerator(seed: 3)
        for round in 0..<12 {
            var samples: [Sample] = []
            for place in 0..<150 {
                let isLate = place % 7 == 3
                let time =
                    isLate
                    ? Int64.random(in: 0..<Int64(round * 300 + 1), using: &random)
                    : Int64(round * 300 + 2 * place)
                guard twin[time] == nil else { continue }
                twin[time] = Double(place)
                samples.append(Sample("a", time, Double(place)))
            }
            #expect(try monitor.send(samples).counts.accepted == samples.count)
            let expected = twin.keys.sorted()
            let looks = Atomic<Int>(0)
            reader.withLock {
                $0 = {
                    looks.wrappingAdd(1, ordering: .relaxed)
                    #expect((try? monitor.points("a").times) == expected, "round \(round)")
                }
            }
            if round % 2 == 0 {
                try monitor.checkpoint()
                #expect(looks.load(ordering: .relaxed) == 2)
            }
            #expect(try monitor.points("a").times == expected, "round \(round)")
        }
        let points = try monitor.points("a")
        #expect(points.values == twin.sorted { $0.key < $1.key }.map(\.value))
        let id = try #require(monitor.id("a"))
        let cut = try monitor.points(of: id, in: 100...200)
        #expect(cut.times == points.times.filter { (100...200).contains($0) })
    }

    @Test func `a late point does not hide the value that is stored for its time`() throws {
        let monitor = try open(MemoryStore())
        defer { monitor.stop() }
        try monitor.send((0..<600).map { Sample("a", $0, 1) })
        try monitor.checkpoint()
        try monitor.send([Sample("a", 5, 2)])
        #expect(try monitor.points("a").values[5] == 1)
        try monitor.checkpoint()
        #expect(try monitor.points("a").values[5] == 1)
    }

    @Test func `four senders and checkpoints between them lose nothing`() throws {
        let ground = try Ground()
        let monitor = try open(MemoryStore(), journal: ground.path)
        defer { monitor.stop() }
        let joins = (0..<4).compactMap { sender in
            Threads.real.start {
                for round in 0..<30 {
                    // Two series of its own and one that all write.
                    let time = Int64(round * 4 + sender)
                    let samples = ["a\(sender)", "b\(sender)", "all"].map { Sample($0, time, Double(time)) }
                    let report = try? monitor.send(samples)
                    #expect(report?.counts.accepted == 3 && report?.failure == nil)
                    // What was acknowledged is there.
                    #expect((try? monitor.points("all").times.contains(time)) == true)
                    if round % 10 == 5 { try? monitor.checkpoint() }
                }
            }
        }
        for join in joins { join() }
        #expect(try monitor.points("all").times == (0..<120).map { Int64($0) })
        for sender in 0..<4 {
            for name in ["a", "b"] {
                #expect(
                    try monitor.points(name + "\(sender)").times == (0..<30).map { Int64($0 * 4 + sender) })
            }
        }
        #expect(monitor.series(matching: nil).count == 9)
    }

    @Test func `what the store holds is compared with late samples as what memory holds`() throws {
        let monitor = try open(MemoryStore())
        defer { monitor.stop() }
        try monitor.send((0..<2_000).map { Sample("a", $0, Double($0)) })
        try monitor.checkpoint()
        let report = try monitor.send([Sample("a", 7, 7), Sample("a", 8, 9), Sample("a", 1_999, 1_999)])
        #expect(report.counts.duplicates == 2 && report.counts.conflicts == 1 && report.counts.late == 0)
        #expect(
            report.errors.contains { "\($0)".contains("a at 1970-01-01T00:00:00.008Z") }, "\(report.errors)")
        #expect(try monitor.points("a").values[8] == 8)
    }

    @Test func `a store that fails loses nothing, keeps the journal, and refuses champions`() throws {
        let ground = try Ground()
        let store = WrappedStore(MemoryStore())
        let world = World()
        let monitor = try open(store, journal: ground.path, world: world) {
            $0.checkpointRetrySeconds = 0.001
        }
        try monitor.send((0..<1_200).map { Sample("a", $0, Double($0)) })
        let before = try Journal.segments(in: ground.path)
        store.fail(3)
        let model = StoredModel(
            definition: "d", version: 0, method: "ridge", created: 0, windowFirst: 0, windowLast: 0,
            configurationHash: "", metrics: [], parent: nil, checksum: "", parameters: [1])
        let version = try store.add(model)
        #expect(throws: StorageError.full(path: "test")) {
            try monitor.checkpoint(champions: [("d", version)])
        }
        // Whoever asks while it fails hears why; the checkpoint itself is tried again, without the champion.
        for _ in 0..<1_000 where (try? monitor.checkpoint()) == nil { usleep(1_000) }
        #expect(try store.champions().isEmpty)
        #expect(monitor.counters.checkpointCounts.failed == 3 && monitor.status.failure == nil)
        #expect(try store.size().points == 1_200)
        #expect(try Journal.segments(in: ground.path).first != before.first)
        try monitor.checkpoint(champions: [("d", version)])
        #expect(try store.champions() == ["d": version])
        #expect(try monitor.points("a").count == 1_200)
        monitor.stop()
    }

    @Test(arguments: [StorageError.full(path: "x"), .syncFailed(path: "x", reason: "test")])
    func `a monitor stops although its store never recovers, and replay brings everything back`(
        error: StorageError
    ) throws {
        let ground = try Ground()
        let memory = MemoryStore()
        let store = WrappedStore(memory)
        let monitor = try open(store, journal: ground.path)
        try monitor.send([Sample("a", 1, 1), Sample("b", 1, 1)])
        try monitor.checkpoint()
        try monitor.send([Sample("a", 2, 1), Sample("c", 1, 1)])
        let kept = try Journal.segments(in: ground.path)
        store.fail(.max, error)
        let answer = Promise<Bool>()
        _ = Threads.real.start {
            do throws(StorageError) { try monitor.checkpoint() } catch { answer.fulfil(true) }
        }
        for _ in 0..<20_000 where store.attempts.load(ordering: .relaxed) < 3 {
            if case .syncFailed = error { break }
            usleep(500)
        }
        if case .syncFailed = error { #expect(answer.wait(seconds: 30) == true) }
        try monitor.send([Sample("a", 3, 1)])
        // As if the device were well again: what comes later must not cover what was given up.
        if case .syncFailed = error { store.fail(0) }
        monitor.stop()
        #expect(Set(try Journal.segments(in: ground.path)).isSuperset(of: kept))
        let again = try open(memory, journal: ground.path)
        defer { again.stop() }
        #expect(try again.points("a").times == [1, 2, 3])
        #expect(try again.points("b").times == [1] && again.points("c").times == [1])
    }

    @Test func `stale series leave memory and come back as they were`() throws {
        let world = World()
        let monitor = try open(MemoryStore(), world: world) { $0.staleSeconds = 60 }
        let keeper = try open(MemoryStore())
        defer {
            monitor.stop()
            keeper.stop()
        }
        var random = SeededSeries(seed: 8)
        var time: Int64 = 0
        for round in 0..<12 {
            var samples: [Sample] = []
            for _ in 0..<60 {
                time += 1_000
                for name in ["a", "b_total"] where round % 3 != 2 || name == "a" {
                    let spike = random.uniform() < 0.02 ? 60.0 : 0
                    samples.append(Sample(name, time, name == "a" ? random.normal() + spike : Double(time)))
                }
            }
            try monitor.send(samples)
            try keeper.send(samples)
            world.pass(seconds: 100)
            // The first brings everything into the store, what it settles is let go by the next.
            for _ in 0..<2 { try monitor.checkpoint() }
            let late = [Sample("a", time - 59_500, 5)]
            if round % 4 == 1 {
                try monitor.send(late)
                try keeper.send(late)
            }
        }
        #expect(monitor.status.seriesInMemory < 2)
        #expect(try monitor.everything() == keeper.everything())
        #expect(try monitor.anomalies(AnomalyFilter()) == keeper.anomalies(AnomalyFilter()))
        #expect(try monitor.points("a").scores.contains { $0 != ScoreByte.unscored })
    }

    @Test func `a stale series of the full tier leaves memory and comes back with its model`() throws {
        let world = World()
        let definition = MetricDefinition(name: "level", match: try Selector(parsing: "a"))
        let monitor = try open(MemoryStore(), definitions: [definition], world: world) {
            $0.staleSeconds = 60
        }
        let keeper = try open(MemoryStore(), definitions: [definition])
        defer {
            monitor.stop()
            keeper.stop()
        }
        var random = SeededSeries(seed: 5)
        var time: Int64 = 0
        for round in 0..<6 {
            var samples: [Sample] = []
            for _ in 0..<60 {
                time += 1_000
                samples.append(Sample("a", time, random.normal() + (random.uniform() < 0.02 ? 60 : 0)))
            }
            for one in [monitor, keeper] {
                try one.send(samples)
                guard round == 0 else { continue }
                let start = try #require(one.record([0]).first)
                let history = try #require(
                    try one.history(of: 0, policy: start.policy, clock: start.clock, end: start.next))
                #expect(one.install([0: try PreparedModel(defaultFor: history, season: nil)]) == [0])
            }
            world.pass(seconds: 100)
            for _ in 0..<2 { try monitor.checkpoint() }
            #expect(monitor.status.seriesInMemory == 0, "round \(round)")
        }
        #expect(monitor.fullTier().isEmpty && keeper.fullTier().count == 1)
        #expect(try monitor.everything() == keeper.everything())
        #expect(try monitor.points("a").scores.count { $0 != ScoreByte.unscored } > 250)
    }

    @Test func `anomalies are listed while they last, when they are over, and after a restart`() throws {
        let store = MemoryStore()
        var random = SeededSeries(seed: 2)
        var time: Int64 = 0
        func quiet(_ monitor: Monitor, _ count: Int, _ spike: Double = 0) throws {
            try monitor.send(
                (0..<count).map { _ in
                    time += 1_000
                    return Sample("a", time, random.normal() + spike)
                })
        }
        func listed(_ monitor: Monitor) throws -> [StoredAnomaly] {
            let all = try monitor.anomalies(AnomalyFilter())
            var filter = AnomalyFilter()
            filter.series = [0]
            filter.times = time...time + 5
            #expect(try monitor.anomalies(filter) == all.filter { $0.to >= time })
            return all
        }
        var monitor = try open(store)
        try quiet(monitor, 300)
        let before = try listed(monitor).count
        try quiet(monitor, 1, 80)
        let spike = time
        #expect(
            try listed(monitor).first.map { $0.isOpen && $0.from == spike && $0.definition.isEmpty } == true)
        try monitor.checkpoint()
        #expect(try listed(monitor).count == before + 1)
        monitor.stop()
        monitor = try open(store)
        #expect(try listed(monitor).first.map { $0.isOpen && $0.from == spike } == true)
        try quiet(monitor, 40)
        #expect(try listed(monitor).first { $0.from == spike }?.isOpen == false)
        try monitor.checkpoint()
        #expect(try listed(monitor).first { $0.from == spike }?.isOpen == false)
        monitor.stop()
        monitor = try open(store)
        #expect(try listed(monitor).count { $0.from == spike } == 1)
        monitor.stop()
    }

    @Test func `a definition that takes a series over ends what the light tier had opened`() throws {
        let store = MemoryStore()
        var monitor = try open(store)
        var random = SeededSeries(seed: 2)
        try monitor.send((0..<300).map { Sample("load", $0 * 1_000, random.normal() + ($0 == 299 ? 90 : 0)) })
        #expect(try monitor.anomalies(AnomalyFilter()).first?.isOpen == true)
        let open = try monitor.anomalies(AnomalyFilter())
        monitor.stop()
        let definition = MetricDefinition(name: "load", match: Selector(metric: "load"))
        for _ in 0..<2 {
            monitor = try self.open(store, definitions: [definition])
            #expect(monitor.series(matching: nil).first?.definition?.name == "load")
            let listed = try monitor.anomalies(AnomalyFilter())
            #expect(
                listed.map(\.from) == open.map(\.from) && listed.map(\.definition) == open.map(\.definition))
            #expect(listed.allSatisfy { anomaly in !anomaly.isOpen })
            try monitor.send([Sample("load", 1_000_000, 1)])
            monitor.stop()
        }
    }

    @Test func `a definition puts the series that it matches on the full tier`() throws {
        let definition = MetricDefinition(name: "load", match: Selector(metric: "load"))
        let monitor = try open(MemoryStore(), definitions: [definition])
        defer { monitor.stop() }
        try monitor.send(
            (0..<40).flatMap { [Sample("load/x", $0 * 1_000, 1), Sample("other", $0 * 1_000, 1)] })
        let known = Promise<[Int?]>()
        monitor.shards[0].mailbox.put(.control { shard in known.fulfil(shard.fulls.map { $0?.known }) })
        #expect(known.wait(seconds: 30) == [31])
        let light = Promise<[Int?]>()
        monitor.shards[1].mailbox.put(.control { shard in light.fulfil(shard.fulls.map { $0?.known }) })
        #expect(light.wait(seconds: 30) == [nil])
        #expect(try monitor.points("load/x").count == 40)
        let described = try #require(monitor.series(0))
        #expect(
            described.definition == definition && described.aggregation == .mean && monitor.series(9) == nil)
    }
}

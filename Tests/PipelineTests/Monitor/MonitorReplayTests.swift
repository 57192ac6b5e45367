import Detection
import Forecasting
import Foundation
import Query
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Pipeline
@testable import TimeSeries

/// The same stream in one go, with restarts, and after crashes: every point once, every score the same.
@Suite struct MonitorReplayTests {
    /// A definition whose threshold depends on how many series there are.
    private static var definition: MetricDefinition {
        var definition = MetricDefinition(name: "load", match: Selector(metric: "load"))
        definition.step = .fixed(milliseconds: 5_000)
        definition.alert = AlertPolicy(budget: AlertBudget(count: 1, per: .day))
        return definition
    }

    /// Requests of light and full series, among them late, equal and conflicting points, gaps and ends of series.
    private static func stream(_ seed: UInt64) -> [[Sample]] {
        var random = SeededSeries(seed: seed)
        var time: Int64 = 1_600_000_000_000
        var sent: [Sample] = []
        return (0..<40).map { round in
            var samples: [Sample] = []
            for _ in 0..<30 {
                time += random.uniform() < 0.01 ? 90_000 : 5_000
                for name in ["a", "b/x", "load/0", "hits_total"] {
                    let spike = random.uniform() < 0.01 ? 50.0 : 0
                    let value = name == "hits_total" ? Double(time % 100_000_000) : random.normal() + spike
                    samples.append(Sample(name, time, random.uniform() < 0.005 ? .nan : value))
                }
                if random.uniform() < 0.2,
                    let old = sent.isEmpty ? nil : sent[Int(random.uniform() * Double(sent.count))]
                {
                    let isConflict = random.uniform() < 0.3
                    let isNew = random.uniform() < 0.6
                    samples.append(
                        Sample(old.series, old.time - (isNew ? 7 : 0), isConflict ? 77 : old.value))
                }
            }
            // New series appear all along, so that budgets are shared by more.
            if round % 6 == 0 { samples.append(Sample("load/\(1 + round / 6)", time, 1)) }
            sent += samples
            return samples
        }
    }

    /// After this request the first full series gets its model.
    private static let modelAfter = 12

    private static func open(
        _ path: String?, store: (any Store)? = nil, shards: Int, mostRestored: Int? = nil
    ) throws -> Monitor {
        var settings = MonitorSettings()
        settings.shards = shards
        if let mostRestored { settings.mostRestored = mostRestored }
        var kept: any Store = store ?? MemoryStore()
        if let path, store == nil { kept = try SQLiteStore(DataDirectory.open(path, holder: "a test")) }
        return try Monitor.open(
            settings, store: kept, journal: path.map { $0 + "/journal" },
            definitions: [definition], in: World().surroundings())
    }

    private static func send(_ stream: [[Sample]], _ place: Int, to monitor: Monitor) throws {
        let report = try monitor.send(stream[place])
        #expect(report.failure == nil)
        if place == modelAfter { try install(monitor) }
    }

    private static func install(_ monitor: Monitor) throws {
        let id = try #require(monitor.id("load/0"))
        let past = Series(values: (0..<200).map { Double($0 % 7) / 3 })
        let model = try SeasonalNaive(period: 7).fit(past, progress: .ignored)
        let errors = zip(past.values, model.fitted(on: past)).map { $0 - $1 + 0.3 }
        let done = Promise<Bool>()
        monitor.shards[Int(id) % monitor.shards.count].mailbox.put(
            .control { shard in
                let full = shard.fulls[shard.slot(shard.local(id))]
                _ = full?.record()
                let judge = CausalJudge(residuals: errors, values: past.values, period: 7, threshold: 1e-3)
                let live = FullSeries.LiveModel(
                    model: model, method: "seasonal-naive", season: [7], version: 1)
                shard.note(shard.slot(shard.local(id)))
                done.fulfil(full?.install(live, judge: judge) ?? false)
            })
        #expect(done.wait(seconds: 30) == true)
        // A model is part of what a checkpoint keeps, not of the journal.
        try monitor.checkpoint()
    }

    /// The threshold of every full series, by number; one that a start has left on disk is read for it.
    private static func thresholds(_ monitor: Monitor) -> [Double] {
        monitor.shards.flatMap { shard -> [Double] in
            let answer = Promise<[Double]>()
            shard.mailbox.put(
                .control { shard in
                    for local in shard.registrations.indices where shard.registrations[local].policy != nil {
                        _ = shard.slot(local)
                    }
                    answer.fulfil(shard.fulls.compactMap { $0?.threshold })
                })
            return answer.wait(seconds: 30) ?? []
        }
    }

    /// What a stream leaves.
    private struct Expected {
        var points: [Labels: PointColumns]
        var anomalies: [StoredAnomaly]
        var thresholds: Set<Double>
    }

    /// What the stream leaves when nothing interrupts it.
    private static func undisturbed(_ stream: [[Sample]]) throws -> Expected {
        let monitor = try open(nil, shards: 1)
        defer { monitor.stop() }
        for place in stream.indices { try send(stream, place, to: monitor) }
        return Expected(
            points: try monitor.everything(), anomalies: try monitor.anomalies(AnomalyFilter()),
            thresholds: Set(thresholds(monitor)))
    }

    private static func expectSame(_ monitor: Monitor, _ expected: Expected, _ comment: Comment) throws {
        let points = try monitor.everything()
        #expect(points.count == expected.points.count, comment)
        for (labels, columns) in expected.points {
            let got = points[labels] ?? PointColumns()
            #expect(got.times == columns.times, "\(comment): times of \(labels)")
            #expect(
                got.values.map(\.bitPattern) == columns.values.map(\.bitPattern),
                "\(comment): values of \(labels)")
            #expect(got.scores == columns.scores, "\(comment): scores of \(labels)")
        }
        let full = expected.points[labels(of: "load/0")]
        #expect(full?.scores.contains { $0 != ScoreByte.unscored } == true)
        #expect(Set(thresholds(monitor)) == expected.thresholds && expected.thresholds.count == 1, comment)
        #expect(try monitor.anomalies(AnomalyFilter()) == expected.anomalies, comment)
    }

    @Test(arguments: 0..<3 as Range<UInt64>)
    func `restarts at any place with any number of shards change nothing`(seed: UInt64) throws {
        let stream = Self.stream(seed)
        let expected = try Self.undisturbed(stream)
        let ground = try Ground()
        var random = SeededGenerator(seed: seed)
        // Each monitor finds what the last left in a directory of its own, since a directory has one owner.
        var data = ground.path + "/0"
        var monitor = try Self.open(data, shards: 2)
        func reopen(_ place: Int, shards: Int) throws {
            monitor.stop()
            data = try ground.copy(of: data, to: "\(place + 1)")
            monitor = try Self.open(data, shards: shards)
            #expect(monitor.recovery.replayedRecords == 0)
        }
        for place in stream.indices {
            try Self.send(stream, place, to: monitor)
            switch Int.random(in: 0..<8, using: &random) {
            case 0: try reopen(place, shards: Int.random(in: 1...4, using: &random))
            case 1: try monitor.checkpoint()
            default: break
            }
        }
        try Self.expectSame(monitor, expected, "seed \(seed)")
        try reopen(stream.count, shards: 3)
        try Self.expectSame(monitor, expected, "seed \(seed), opened once more")
        monitor.stop()
    }

    @Test(arguments: 0..<6 as Range<UInt64>)
    func `a crash at any moment loses nothing that was acknowledged`(seed: UInt64) throws {
        let stream = Self.stream(seed)
        let expected = try Self.undisturbed(stream)
        let ground = try Ground()
        var random = SeededGenerator(seed: seed &+ 100)
        let acknowledged = Atomic<Int>(-1)
        let crash = Mutex<(path: String, after: Int)?>(nil)
        let data = ground.path + "/data"
        // Even seeds crash between requests, odd ones within a commit: before it, or before its segments go.
        let crashAt = Int.random(in: Self.modelAfter + 1..<stream.count, using: &random)
        let isAfterCommit = seed % 4 == 1
        let copy: @Sendable () -> Void = {
            crash.withLock { crash in
                guard crash == nil else { return }
                let after = acknowledged.load(ordering: .sequentiallyConsistent)
                crash = (try? ground.copy(of: data, to: "crash")).map { ($0, after) }
            }
        }
        let sqlite = try SQLiteStore(DataDirectory.open(data, holder: "a test"))
        let store = WrappedStore(sqlite) { isDone in
            let place = acknowledged.load(ordering: .sequentiallyConsistent)
            if seed % 2 == 1, place >= crashAt, isDone == isAfterCommit { copy() }
        }
        let monitor = try Self.open(data, store: store, shards: 2)
        let checkpoints = Threads.real.start {
            // Checkpoints come while points are taken.
            for _ in 0..<400 where acknowledged.load(ordering: .sequentiallyConsistent) < stream.count - 1 {
                if acknowledged.load(ordering: .sequentiallyConsistent) % 5 == 4 { try? monitor.checkpoint() }
                usleep(2_000)
            }
        }
        for place in stream.indices {
            try Self.send(stream, place, to: monitor)
            acknowledged.store(place, ordering: .sequentiallyConsistent)
            if seed % 2 == 0, place == crashAt { copy() }
        }
        checkpoints?()
        if seed % 2 == 1 { try monitor.checkpoint() }
        try Self.expectSame(monitor, expected, "seed \(seed), the one that did not crash")
        monitor.stop()

        let (path, after) = try #require(crash.withLock { $0 })
        // Of a few series all are read at the start, of many those that are needed.
        let again = try Self.open(
            path, shards: Int.random(in: 1...3, using: &random), mostRestored: seed < 3 ? 0 : nil)
        for sample in stream[...after].joined() {
            let known = again.id(sample.series)
            try #require(known != nil, "seed \(seed): \(sample.series)")
        }
        var held: [String: Set<Int64>] = [:]
        for name in Set(stream[...after].joined().map(\.series)) {
            held[name] = Set(try again.points(name).times)
        }
        #expect(
            stream[...after].joined().allSatisfy { held[$0.series]?.contains($0.time) ?? false },
            "seed \(seed)")
        for place in (after + 1)..<stream.count { try Self.send(stream, place, to: again) }
        try Self.expectSame(again, expected, "seed \(seed), crashed after \(after)")
        again.stop()
    }

    @Test func `a full device refuses points until there is room and forgets no series`() async throws {
        // The limit on files is one of the process: so a process of its own.
        await #expect(processExitsWith: .success) {
            signal(SIGXFSZ, SIG_IGN)
            let ground = try Ground()
            let journal = ground.path + "/journal"
            try FileManager.default.createDirectory(atPath: journal, withIntermediateDirectories: false)
            let world = World()
            let monitor = try Monitor.open(
                MonitorSettings(), store: MemoryStore(), journal: journal, definitions: [],
                in: world.surroundings())
            try monitor.send([Sample("a", 1, 1)])
            var limit = rlimit()
            getrlimit(__rlimit_resource_t(1), &limit)
            let most = limit.rlim_cur
            limit.rlim_cur = 2_000
            setrlimit(__rlimit_resource_t(1), &limit)
            let many = (0..<500).map { Sample("new", $0, 1) }
            for _ in 0..<2 {
                let report = try monitor.send(many)
                guard case .storage(.full) = report.failure else {
                    fatalError("the journal is full: \(report)")
                }
            }
            limit.rlim_cur = most
            setrlimit(__rlimit_resource_t(1), &limit)
            let report = try monitor.send(many)
            precondition(report.failure == nil && report.counts.accepted == 500, "\(report)")
            precondition(world.lines.withLock { $0.count } == 2, "\(world.lines.withLock { $0 })")
            // Not stopped: what another process finds after this one is gone.
            let copy = ground.path + "/copy"
            try FileManager.default.copyItem(atPath: journal, toPath: copy)
            let again = try Monitor.open(
                MonitorSettings(), store: MemoryStore(), journal: copy, definitions: [],
                in: World().surroundings())
            let (old, new) = (try again.points("a"), try again.points("new"))
            precondition(old.times == [1] && new.count == 500, "\(old.times), \(new.count)")
            again.stop()
            monitor.stop()
            exit(0)
        }
    }
}

import Storage
import Synchronization
import TestSupport
import Testing

@testable import Pipeline
@testable import TimeSeries

/// States of the light tier are stored now and then; what came since is put through them again.
@Suite struct StateReplayTests {
    private static func open(_ store: any Store, _ journal: String?, stale: Double = 900) throws -> Monitor {
        var settings = MonitorSettings()
        settings.staleSeconds = stale
        return try Monitor.open(
            settings, store: store, journal: journal, definitions: [], in: World().surroundings())
    }

    /// The bytes of every state in memory, by the labels of its series.
    private static func states(_ monitor: Monitor) -> [Labels: [UInt8]] {
        var found: [Labels: [UInt8]] = [:]
        for series in monitor.series(matching: nil) {
            let shard = monitor.shards[Int(series.id) % monitor.shards.count]
            let promise = Promise<[UInt8]>()
            shard.mailbox.put(
                .control { promise.fulfil($0.states[$0.slot($0.local(series.id))].bytes) })
            found[series.labels] = promise.wait()
        }
        return found
    }

    /// Requests with late and equal points, gaps, ends of series, and a series that begins after the others.
    private static func stream(_ seed: UInt64, rounds: Int) -> [[Sample]] {
        var random = SeededSeries(seed: seed)
        var time: Int64 = 1_600_000_000_000
        return (0..<rounds).map { round in
            var samples: [Sample] = []
            for _ in 0..<45 {
                time += random.uniform() < 0.01 ? 90_000 : 5_000
                for name in ["a", "b/x", "hits_total", "c"] where name != "c" || round > rounds / 2 {
                    let value =
                        name == "hits_total"
                        ? Double(time % 100_000_000)
                        : random.normal() + (random.uniform() < 0.01 ? 40 : 0)
                    samples.append(Sample(name, time, random.uniform() < 0.005 ? .nan : value))
                }
                if random.uniform() < 0.1 {
                    let back = Int64(random.uniform() * 3_000_000) / 5 * 5
                    samples.append(Sample("a", time - back - 2, random.normal()))
                    samples.append(Sample("b/x", time, samples.last { $0.series == "b/x" }?.value ?? 0))
                }
            }
            return samples
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `after a crash every state is to the last bit what it was`(seed: UInt64) throws {
        let ground = try Ground()
        let stream = Self.stream(seed, rounds: 36)
        let keeper = try Self.open(MemoryStore(), nil)
        defer { keeper.stop() }
        var monitor = try Self.open(
            SQLiteStore(DataDirectory.open(ground.path + "/data", holder: "a test")),
            ground.path + "/data/journal")
        var data = ground.path + "/data"
        for (round, samples) in stream.enumerated() {
            try keeper.send(samples)
            try monitor.send(samples)
            if round % 3 != 1 { try monitor.checkpoint() }
            guard round % 7 == 6 else { continue }
            let copy = try ground.copy(of: data, to: "crash-\(round)")
            monitor.stop()
            monitor = try Self.open(
                SQLiteStore(DataDirectory.open(copy, holder: "a test")), copy + "/journal")
            data = copy
            #expect(Self.states(monitor) == Self.states(keeper), "seed \(seed), round \(round)")
            #expect(try monitor.anomalies(AnomalyFilter()) == keeper.anomalies(AnomalyFilter()))
        }
        #expect(try monitor.everything() == keeper.everything())
        monitor.stop()
    }

    @Test
    func `a state is stored once in a while, and all of them when the service stops`() throws {
        let store = WrappedStore(MemoryStore())
        let monitor = try Self.open(store, nil)
        var time: Int64 = 0
        for _ in 0..<40 {
            time += 20_000
            try monitor.send(
                (0..<20).flatMap { point in
                    (0..<16).map { Sample("s/\($0)", time + Int64(point) * 1_000, Double(point)) }
                })
            try monitor.checkpoint()
        }
        // 800 points each, of which 128 at least lie between two states of a series, and 147 at most.
        let stored = store.statesStored.load(ordering: .relaxed)
        #expect((64...112).contains(stored), "\(stored) states")
        monitor.stop()
        #expect(store.statesStored.load(ordering: .relaxed) > stored)
        let last = try store.states().compactMap { StreamSeries(bytes: $0.bytes)?.lastTime }
        #expect(last.count == 16 && Set(last) == [time + 19_000])
    }

    @Test
    func `the oldest states are stored first when too many are due`() {
        var few = StateAges()
        for age in 0..<700 as Range<UInt16> { few.note(age) }
        #expect(few.threshold == StateAges.due)
        var many = StateAges()
        for age in 0..<700 as Range<UInt16> { for _ in 0..<100 { many.note(age) } }
        #expect(many.threshold > 500 && many.threshold < 700)
        var full = StateAges()
        for _ in 0..<100_000 { full.note(StateAges.latest) }
        #expect(full.threshold == StateAges.latest)
        #expect(StateAges().threshold == StateAges.due)
        let ages = Set((0..<1_000 as Range<UInt32>).map(StateAges.firstAge))
        #expect(ages.count > 75 && ages.allSatisfy { $0 < StateAges.due })
    }
}

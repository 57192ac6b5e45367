import Ingest
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Forecasting
@testable import Pipeline
@testable import TimeSeries

@Suite(.timeLimit(.minutes(2)))
struct SwapTests {
    private typealias Data = RegistryData

    /// The next expectation of a stored version, continued by hand over all values.
    private func continued(_ bench: RegistryBench, version: Int, over values: [Double]) throws -> Double {
        let (_, parameters) = try bench.trainer.version(version, of: "load")
        let trained = try #require(parameters[Data.labels("load").encoded])
        var model = trained.model
        let seen = Int((trained.lastTime.milliseconds - Data.start) / Data.minute)
        for value in values[(seen + 1)...] { model.observe(value) }
        return model.next
    }

    @Test func `between two points the new model takes over, continued over all values`() throws {
        let bench = try RegistryBench([Data.definition()])
        let values = Data.season(360)
        bench.feed(values[..<300])
        bench.trainer.reconcile()
        #expect(try bench.live() == 0)
        let result = try bench.train()
        #expect(result.decision == .promoted && result.version == 1, "\(result.detail)")
        #expect(try bench.live() == 1)
        // Swapped in again while points come: what is recorded reaches the new model before it is live.
        let (stored, parameters) = try bench.trainer.version(1, of: "load")
        #expect(stored.method == "ridge" && stored.parent == nil)
        let id = try bench.id()
        let start = try #require(bench.monitor.record([id]).first)
        let trained = try #require(parameters[Data.labels("load").encoded])
        let history = try #require(
            try bench.monitor.history(of: id, policy: start.policy, clock: start.clock, end: start.next))
        let prepared = PreparedModel(trained, version: 7, history: history)
        bench.feed(values[300..<340], from: 300)
        #expect(try bench.live() == 1)
        #expect(bench.monitor.install([id: prepared]) == [id])
        #expect(try bench.live() == 7)
        bench.feed(values[340...], from: 340)
        let expected = try bench.expected()
        #expect(abs(expected - (try continued(bench, version: 1, over: Array(values[..<359])))) < 1)
        // The last value is not judged before its step ends; all others since the first model are.
        let scores = try bench.points().scores
        #expect(scores[299..<359].allSatisfy { $0 != 255 } && scores[359] == 255)
    }

    @Test func `while a sender goes on without pause no step is left out or judged twice`() throws {
        let bench = try RegistryBench([Data.definition()])
        let values = Data.season(1_200)
        bench.feed(values[..<300])
        bench.trainer.reconcile()
        let old = try RegistryBench([Data.definition()])
        old.feed(values[..<300])
        old.trainer.reconcile()
        let sent = Mutex(300)
        let isOver = Atomic(false)
        let join = try #require(
            Data.threads.start {
                while !isOver.load(ordering: .relaxed), sent.withLock({ $0 }) < 1_200 {
                    let step = sent.withLock { $0 }
                    bench.feed([values[step]], from: step)
                    sent.withLock { $0 = step + 1 }
                }
            })
        let result = try bench.train()
        let live = try bench.live()
        isOver.store(true, ordering: .relaxed)
        join()
        let count = sent.withLock { $0 }
        #expect(result.decision == .promoted && live == 1, "\(result.detail)")
        let points = try bench.points()
        #expect(points.count == count && bits(points.values) == bits(Array(values[..<count])))
        let scores = points.scores
        #expect(scores[299..<(count - 1)].allSatisfy { $0 != 255 })
        // Before the training began, and after it for as long as it took, the old model judged.
        old.feed(values[300..<count], from: 300)
        let before = try old.points().scores
        let same = zip(scores, before).prefix { $0 == $1 }.count
        #expect(same >= 300)
        #expect(bench.monitor.counters.scoredPoints == scores.count { $0 != 255 })
        let status = try #require(bench.monitor.fullTier().first)
        #expect(status.version == 1 && status.known == count - 1)
    }

    @Test func `an older version is brought up to date from the store`() throws {
        let bench = try RegistryBench([Data.definition()])
        let values = Data.season(4_000)
        bench.feed(values[..<300])
        #expect(try bench.train().version == 1)
        bench.feed(values[300..<700], from: 300)
        #expect(try bench.train("load", Data.order(keeps: true)).version == 2)
        if try bench.trainer.champions()["load"] == 1 {
            let (champion, previous) = try bench.trainer.promote("load", version: 2)
            #expect(champion == 2 && previous == 1)
        }
        // More than two days of points, some of them missing.
        bench.feed(values[700..<2_000], from: 700)
        bench.feed(values[2_010...], from: 2_010)
        let (champion, previous) = try bench.trainer.promote("load", version: nil)
        #expect(champion == 1 && previous == 2)
        #expect(try bench.live() == 1)
        var all = Array(values[..<3_999])
        for step in 2_000..<2_010 { all[step] = .nan }
        let expected = try bench.expected()
        #expect(expected == (try continued(bench, version: 1, over: all)))
        #expect(try bench.trainer.history(of: "load").map(\.version) == [1, 2, 1])
        #expect(try bench.trainer.promote("load", version: 1).previous == nil)
        #expect(throws: TrainerError.unknownVersion(definition: "load", version: 3)) {
            _ = try bench.trainer.promote("load", version: 3)
        }
    }

    @Test func `without a version before there is nothing to go back to`() throws {
        let bench = try RegistryBench([Data.definition()])
        bench.feed(Data.season(300))
        #expect(throws: TrainerError.noPrevious(definition: "load")) {
            _ = try bench.trainer.promote("load", version: nil)
        }
        try bench.train()
        #expect(throws: TrainerError.noPrevious(definition: "load")) {
            _ = try bench.trainer.promote("load", version: nil)
        }
    }

    @Test func `a damaged version is refused before anything changes`() throws {
        let store = MemoryStore()
        let bench = try RegistryBench([Data.definition()], store: store)
        bench.feed(Data.season(300))
        try bench.train()
        var damaged = try #require(try store.model("load", version: 1))
        damaged.parameters[40] ^= 1
        #expect(try store.add(damaged) == 2)
        #expect(throws: TrainerError.self) { _ = try bench.trainer.promote("load", version: 2) }
        #expect(try bench.trainer.champions() == ["load": 1])
        #expect(try bench.live() == 1)
        #expect(throws: TrainerError.self) { _ = try bench.trainer.version(2, of: "load") }
    }

    @Test func `a damaged champion is told once, and its series have default models`() throws {
        let store = MemoryStore()
        let bench = try RegistryBench([Data.definition()], store: store)
        bench.feed(Data.season(300))
        try bench.train()
        var damaged = try #require(try store.model("load", version: 1))
        damaged.parameters[40] ^= 1
        let version = try store.add(damaged)
        try bench.monitor.checkpoint(champions: [("load", version)])
        bench.stop()
        let clock = RegistryClock()
        let again = try RegistryBench([Data.definition { $0.missing = .zero }], store: store, clock: clock)
        again.feed(Data.season(40, seed: 3), from: 300)
        for _ in 0..<3 { again.trainer.reconcile() }
        #expect(clock.said("cannot be made live") == 1, "\(clock.lines.withLock { $0 })")
        #expect(try again.live() == 0)
        #expect(try again.train().decision == .failed)
    }

    @Test func `many promotions at once leave the champion live`() throws {
        let bench = try RegistryBench([Data.definition()])
        bench.feed(Data.season(300))
        try bench.train()
        for _ in 0..<2 { try bench.train("load", Data.order("seasonal-naive", keeps: true)) }
        let joins = (0..<4).compactMap { thread in
            Data.threads.start {
                for round in 0..<5 {
                    _ = try? bench.trainer.promote("load", version: (thread + round) % 3 + 1)
                    bench.trainer.reconcile()
                }
            }
        }
        for join in joins { join() }
        #expect(try bench.live() == bench.trainer.champions()["load"])
        #expect(try bench.full { $0.recorded == nil } == true)
    }

    @Test(arguments: [MissingPolicy.unknown, .zero, .last, .interpolate(most: 3)])
    func `steps that are missing or wait for a neighbour reach the new model too`(policy: MissingPolicy)
        throws
    {
        let bench = try RegistryBench([Data.definition { $0.missing = policy }])
        let values = Data.season(500)
        bench.feed(values[..<300])
        try bench.train()
        let (_, parameters) = try bench.trainer.version(1, of: "load")
        let trained = try #require(parameters[Data.labels("load").encoded])
        let id = try bench.id()
        var step = 300
        for gap in [0, 1, 2, 3, 4, 2] {
            step += gap
            bench.feed(values[step..<(step + 5)], from: step)
            step += 5
            let start = try #require(bench.monitor.record([id]).first)
            let before = try #require(
                try bench.monitor.history(
                    of: id, policy: start.policy, clock: start.clock, end: start.next))
            step += gap
            bench.feed(values[step..<(step + 3)], from: step)
            step += 3
            let prepared = PreparedModel(trained, version: 1, history: before)
            #expect(bench.monitor.install([id: prepared]) == [id])
            let next = try #require(try bench.full { $0.next } ?? nil)
            let after = try #require(
                try bench.monitor.history(of: id, policy: start.policy, clock: start.clock, end: next))
            let whole = PreparedModel(trained, version: 1, history: after)
            // Filled with zeros, a gap is an anomaly, and what is withheld from a model moves it a little.
            let allowed = policy == .zero ? 25 : 1.5
            let found = try bench.expected()
            #expect(abs(found - whole.live.model.next) < allowed, "\(policy), gap \(gap)")
            #expect(after.end == next && before.end == start.next)
        }
    }
}

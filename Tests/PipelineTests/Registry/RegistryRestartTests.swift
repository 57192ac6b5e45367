import Foundation
import Query
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Forecasting
@testable import Pipeline
@testable import TimeSeries

@Suite(.timeLimit(.minutes(2)))
struct RegistryRestartTests {
    private typealias Data = RegistryData

    @Test func `a kill before, during and after a promotion leaves the old champion or the new one`() throws {
        let place = try RegistryDirectory()
        let bench = try place.open("data", [Data.definition()]) { isDone in
            place.copy("data", to: isDone ? "committed" : "begun")
        }
        let values = Data.season(360)
        bench.feed(values[..<300])
        bench.trainer.reconcile()
        try bench.monitor.checkpoint()
        bench.feed(values[300..<320], from: 300)
        place.copy("data", to: "before")
        #expect(try bench.train().decision == .promoted)
        place.copy("data", to: "live")
        bench.feed(values[320...], from: 320)
        place.copy("data", to: "after")
        let expected = try bench.expected()
        let scores = try bench.points().scores
        bench.stop()
        for (name, champion, count) in [
            ("before", nil, 320), ("begun", nil, 320), ("committed", 1, 320), ("live", 1, 320),
            ("after", 1, 360),
        ] {
            let again = try place.open(name, [Data.definition()])
            #expect(try again.trainer.champions()["load"] == champion, "\(name)")
            #expect(try again.trainer.versions(of: "load").count == (name == "before" ? 0 : 1), "\(name)")
            // The default and the champion are live where they were; a champion that was not is brought by the next look.
            let isLive = name == "live" || name == "after"
            #expect(try again.live() == (isLive ? 1 : 0), "\(name)")
            let points = try again.points()
            #expect(bits(points.values) == bits(Array(values[..<count])), "\(name)")
            #expect(points.scores.dropLast().elementsEqual(scores.prefix(count - 1)), "\(name)")
            if name == "after" { #expect(try again.expected() == expected) }
            again.trainer.reconcile()
            #expect(try again.live() == champion ?? 0, "\(name)")
            again.feed(Data.season(10, seed: 4), from: count)
            #expect(try again.points().scores[(count - 1)..<(count + 9)].allSatisfy { $0 != 255 }, "\(name)")
        }
    }

    @Test func `a champion that cannot be made durable is none`() throws {
        let store = PausingStore(MemoryStore())
        let bench = try RegistryBench([Data.definition()], store: store)
        bench.feed(Data.season(430))
        bench.trainer.reconcile()
        store.refusesChampions.store(true, ordering: .relaxed)
        let result = try bench.train()
        #expect(result.decision == .failed && result.version == 1, "\(result)")
        #expect(try bench.trainer.champions().isEmpty && bench.live() == 0)
        #expect(throws: TrainerError.storage(.full(path: "test"))) {
            _ = try bench.trainer.promote("load", version: 1)
        }
        store.refusesChampions.store(false, ordering: .relaxed)
        #expect(try bench.trainer.promote("load", version: 1).champion == 1)
        #expect(try bench.live() == 1)
    }

    @Test func `a selector has the full tier from its promotion on, and over a restart`() throws {
        let store = MemoryStore()
        let mine = try Data.definition("mine", #"load{host="1"}"#)
        let bench = try RegistryBench([mine], store: store)
        for host in 0..<2 { bench.feed(Data.season(430, seed: UInt64(host)), Data.labels("load", host)) }
        #expect(try bench.full { $0.known } == nil)
        #expect(try bench.train("load", Data.order("seasonal-naive")).decision == .notBetter)
        #expect(try bench.full { $0.known } == nil && bench.monitor.definitions.count == 1)
        let result = try bench.train("load", Data.order("ridge"))
        #expect(result.decision == .promoted && result.version == 1, "\(result)")
        #expect(try bench.live() == 1 && bench.full { $0.policy.name } == "load")
        // The definition of the configuration keeps its series.
        #expect(try bench.full(Data.labels("load", 1)) { $0.policy.name } == "mine")
        let (_, parameters) = try bench.trainer.version(1, of: "load")
        #expect(parameters.series.map(\.labels) == [Data.labels("load").encoded])
        bench.feed(Data.season(60, seed: 5), from: 430)
        let before = try bench.full { ($0.known, $0.live?.version, $0.expectation?.expected) }
        bench.stop()
        let again = try RegistryBench([mine], store: store)
        let after = try again.full { ($0.known, $0.live?.version, $0.expectation?.expected) }
        #expect(after?.0 == before?.0 && after?.1 == 1 && after?.2 == before?.2)
        #expect(again.monitor.definitions.map(\.name) == ["mine", "load"])
        again.feed(Data.season(60, seed: 6), Data.labels("load", 2))
        again.trainer.reconcile()
        #expect(try again.live(Data.labels("load", 2)) == 0)
    }

    @Test func `a selector whose series definitions have is refused, and says whose`() throws {
        let bench = try RegistryBench([Data.definition("mine", #"load{host="1"}"#)])
        bench.feed(Data.season(40), Data.labels("load", 1))
        #expect(throws: TrainerError.owned(selector: "load", by: ["mine"])) {
            _ = try bench.trainer.train("load", Data.order("ridge"))
        }
        bench.feed(Data.season(40), Data.labels("load", 2))
        #expect(try bench.trainer.definition("load").name == "load")
    }

    @Test func `a definition that left the configuration leaves its champion for its return`() throws {
        let store = MemoryStore()
        let definition = try Data.definition("load", #"load{host="0"}"#)
        let bench = try RegistryBench([definition], store: store)
        bench.feed(Data.season(430))
        #expect(try bench.train().version == 1)
        bench.stop()
        let without = try RegistryBench([], store: store)
        without.trainer.reconcile()
        // Its name reads as a selector, and yet it was none.
        #expect(try without.full { $0.known } == nil && without.monitor.definitions.isEmpty)
        #expect(try without.trainer.champions() == ["load": 1])
        without.feed(Data.season(40, seed: 7), from: 430)
        without.stop()
        let again = try RegistryBench([definition], store: store)
        again.feed(Data.season(20, seed: 8), from: 470)
        again.trainer.reconcile()
        #expect(try again.live() == 1)
    }

    @Test func `an edited definition begins anew with the champion it has, and says so once`() throws {
        let store = MemoryStore()
        let bench = try RegistryBench([Data.definition()], store: store)
        bench.feed(Data.season(430))
        #expect(try bench.train().version == 1)
        bench.stop()
        let clock = RegistryClock()
        let edited = try RegistryBench(
            [Data.definition { $0.missing = .zero }], store: store, clock: clock)
        #expect(try edited.live() == nil && edited.full { $0.known } == 0)
        edited.feed(Data.season(3, seed: 7), from: 430)
        for _ in 0..<3 { edited.trainer.reconcile() }
        #expect(try edited.live() == 1)
        #expect(clock.said("was made before the definition was edited") == 1)
        edited.stop()
        let step = try RegistryBench(
            [Data.definition { $0.step = .fixed(milliseconds: 120_000) }], store: store)
        step.feed(Data.season(60, seed: 7), from: 433)
        for _ in 0..<3 { step.trainer.reconcile() }
        #expect(try step.live() == 0)
        #expect(try step.trainer.champions() == ["load": 1])
    }

    @Test func `an anomaly whose definition is gone does not stay open`() throws {
        let store = MemoryStore()
        let definition = try Data.definition()
        let bench = try RegistryBench([definition], store: store)
        bench.feed(Data.season(430))
        bench.trainer.reconcile()
        bench.feed([400, 400, 50], from: 430)
        let open = { (bench: RegistryBench) in
            try bench.monitor.anomalies(AnomalyFilter()).filter { $0.value == 400 }.map(\.isOpen)
        }
        #expect(try open(bench) == [true])
        bench.stop()
        for other in [[], [try Data.definition { $0.missing = .zero }]] {
            let without = try RegistryBench(other, store: store)
            #expect(try open(without) == [false])
            without.stop()
        }
        let again = try RegistryBench([definition], store: store)
        #expect(try open(again) == [true])
    }

    @Test func `a selector whose points have just left memory gets its model with its next steps`() throws {
        let bench = try RegistryBench([])
        bench.feed(Data.season(643))
        #expect(try bench.train("load", Data.order("ridge")).decision == .promoted)
        bench.trainer.reconcile()
        #expect(try bench.live() == nil)
        bench.feed(Data.season(12, seed: 2), from: 643)
        bench.trainer.reconcile()
        #expect(try bench.live() == 1)
    }
}

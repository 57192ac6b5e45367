import Glibc
import Query
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Forecasting
@testable import Pipeline
@testable import TimeSeries

@Suite(.timeLimit(.minutes(2)))
struct DecisionTests {
    private typealias Data = RegistryData

    /// Trains, and expects champion, scores and the live model to be as before.
    private func expectUntouched(
        _ bench: RegistryBench, _ decision: TrainingState.Decision, _ words: String,
        _ order: TrainingOrder = TrainingOrder(), stored: Bool = false
    ) throws {
        let champions = try bench.trainer.champions()
        let live = try bench.live()
        let scores = try bench.points().scores
        let versions = try bench.trainer.versions(of: "load").count
        let result = try bench.train("load", order)
        #expect(result.decision == decision && result.detail.contains(words), "\(result)")
        #expect((result.version != nil) == stored)
        #expect(try bench.trainer.versions(of: "load").count == versions + (stored ? 1 : 0))
        #expect(try bench.trainer.champions() == champions)
        #expect(try bench.live() == live)
        #expect(try bench.points().scores == scores)
    }

    @Test func `each decision but the first leaves champion and scores as they are`() throws {
        let bench = try RegistryBench([Data.definition()])
        bench.feed(Data.season(30))
        try expectUntouched(
            bench, .notEnoughData, "52 values are needed for a comparison, the longest series has 29")
        bench.feed(Data.season(400), from: 30)
        bench.trainer.reconcile()
        try expectUntouched(bench, .notBetter, "the champion stays", Data.order("seasonal-naive"))
        try expectUntouched(
            bench, .notBetter, "the champion stays", Data.order("seasonal-naive", keeps: true), stored: true)
        let promoted = try bench.train()
        #expect(promoted.decision == .promoted && promoted.version == 2, "\(promoted)")
        #expect(promoted.metrics.map(\.name).contains("coverage_95") && promoted.failures.isEmpty)
        try expectUntouched(bench, .notBetter, "the champion stays")
        let versions = try bench.trainer.versions(of: "load")
        #expect(
            versions.map(\.method) == ["seasonal-naive", "ridge"]
                && versions.allSatisfy { $0.parameters.isEmpty })
        #expect(versions[1].configurationHash == (try Data.definition()).configurationHash)
        #expect(
            versions[1].windowFirst == Data.start && versions[1].windowLast == Data.start + 428 * Data.minute)
        // What was kept can be promoted later, and knows what came since.
        bench.feed(Data.season(50, seed: 9), from: 430)
        #expect(try bench.trainer.promote("load", version: 1).previous == 2)
        #expect(try bench.live() == 1)
    }

    @Test(arguments: [true, false])
    func `a gate of the definition holds a challenger back`(isError: Bool) throws {
        let definition = try Data.definition {
            if isError { $0.retrain.maxScaledError = 0.01 } else { $0.retrain.minCoverage = 1 }
        }
        let bench = try RegistryBench([definition])
        bench.feed(Data.season(430))
        try expectUntouched(bench, .gateBreached, isError ? "max_scaled_error" : "min_coverage")
    }

    @Test func `what the store refuses is told, and the champion stays`() throws {
        let bench = try RegistryBench([Data.definition { $0.model = "nonsense" }])
        bench.feed(Data.season(430))
        try expectUntouched(bench, .failed, "nonsense")
        #expect(throws: TrainerError.self) { _ = try bench.trainer.train("load", Data.order("ridg")) }
        #expect(try bench.trainer.training(of: "load")?.result?.decision == .failed)
    }

    @Test func `orders for what is not there are refused`() throws {
        let bench = try RegistryBench([Data.definition()])
        #expect(throws: TrainerError.unknownDefinition("laod", known: ["load"])) {
            _ = try bench.trainer.train("laod", TrainingOrder())
        }
        #expect {
            try bench.trainer.cancel("{")
        } throws: { error in
            if case .invalidSelector? = error as? TrainerError { true } else { false }
        }
        #expect(try bench.trainer.training(of: "load") == nil)
        #expect(try bench.train().decision == .notEnoughData)
        #expect(try bench.result().detail == "no series has values yet")
        bench.trainer.stop()
        #expect(throws: TrainerError.stopping) { _ = try bench.trainer.train("load", TrainingOrder()) }
    }

    @Test func `old points are trained on as well as new ones`() throws {
        let bench = try RegistryBench([Data.definition()])
        bench.feed(Data.season(430))
        bench.clock.wall.withLock { $0 += 3_000 * 86_400_000 }
        #expect(try bench.train().decision == .promoted)
        var order = TrainingOrder()
        order.window = .fixed(milliseconds: 600_000)
        #expect(try bench.train("load", order).decision == .notEnoughData)
    }

    /// A store that waits at the place where a test wants to cancel.
    private final class Gate: Sendable {
        let isClosed = Atomic(true)
        let hasArrived = Promise<Bool>()
        func pass() {
            hasArrived.abandon()
            while isClosed.load(ordering: .relaxed) { usleep(200) }
        }
    }

    @Test func `a training is cancelled at each stage, and another one is refused meanwhile`() throws {
        for stage in [TrainingState.Stage.load, .backTest] {
            let gate = Gate()
            let hosts = 3
            let store = PausingStore(
                MemoryStore(),
                beforeChunks: { call in
                    if stage == .load, call == 2 { gate.pass() }
                })
            let clock = RegistryClock(tick: 1_000_000)
            let bench = try RegistryBench([Data.definition()], store: store, clock: clock)
            for host in 0..<hosts {
                bench.feed(Data.season(430, seed: UInt64(host)), Data.labels("load", host))
            }
            try bench.monitor.checkpoint()
            var order = TrainingOrder()
            // A share so small that it sleeps after every piece of work until it is cancelled.
            if stage == .backTest { order.maxCPUShare = 1e-7 }
            store.calls.store(0, ordering: .relaxed)
            _ = try bench.trainer.train("load", order)
            if stage == .load { _ = gate.hasArrived.wait(seconds: 20) }
            while try bench.trainer.training(of: "load")?.stage != stage { usleep(200) }
            #expect(throws: TrainerError.alreadyRunning("load")) {
                _ = try bench.trainer.train("load", TrainingOrder())
            }
            #expect(throws: TrainerError.alreadyRunning("load")) {
                _ = try bench.trainer.promote("load", version: 1)
            }
            try bench.trainer.cancel("load")
            gate.isClosed.store(false, ordering: .relaxed)
            let result = try bench.result()
            #expect(result.decision == .cancelled && result.version == nil, "\(result)")
            #expect(try bench.trainer.champions().isEmpty && bench.trainer.versions(of: nil).isEmpty)
            #expect(try bench.live() == nil)
            #expect(try bench.train().decision == .promoted)
        }
    }

    @Test func `series beyond the champion keep what they have`() throws {
        let bench = try RegistryBench([Data.definition()])
        bench.feed(Data.season(430))
        bench.feed(Data.season(30, seed: 2), Data.labels("load", 1))
        let result = try bench.train()
        #expect(result.decision == .promoted && result.failures.map(\.labels) == [Data.labels("load", 1)])
        // New, and not covered: a default model of its own.
        bench.feed(Data.season(30, seed: 3), Data.labels("load", 2))
        bench.trainer.reconcile()
        #expect(try bench.live() == 1)
        #expect(try bench.live(Data.labels("load", 1)) == 0)
        #expect(try bench.live(Data.labels("load", 2)) == 0)
        bench.feed(Data.season(400, seed: 2), Data.labels("load", 1), from: 30)
        var order = Data.order("seasonal-naive", keeps: true)
        #expect(try bench.train("load", order).version == 2)
        _ = try bench.trainer.promote("load", version: 2)
        #expect(try bench.live(Data.labels("load", 1)) == 2)
        // A version that does not cover a series any more leaves it the model it has.
        _ = try bench.trainer.promote("load", version: 1)
        bench.trainer.reconcile()
        #expect(try bench.live() == 1)
        #expect(try bench.live(Data.labels("load", 1)) == 2)
        order.method = nil
        #expect(try bench.trainer.training(of: "load")?.result?.version == 2)
    }

    @Test func `a season given as a time counts in the steps that were found`() throws {
        let bench = try RegistryBench([
            Data.definition {
                $0.step = nil
                $0.season = .time(.fixed(milliseconds: 24 * 60_000))
            }
        ])
        bench.feed(Data.season(430))
        #expect(try bench.train().decision == .promoted)
        let (_, parameters) = try bench.trainer.version(1, of: "load")
        #expect(parameters.series.first?.season == [24])
    }
}

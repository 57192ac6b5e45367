import Glibc
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Pipeline
@testable import TimeSeries

@Suite(.timeLimit(.minutes(2)))
struct ScheduleTests {
    private typealias Data = RegistryData

    private func bench(
        share: Double? = nil, store: any Store = MemoryStore(), clock: RegistryClock = RegistryClock()
    ) throws -> RegistryBench {
        let definition = try Data.definition {
            $0.retrain.every = .fixed(milliseconds: 3_600_000)
            $0.retrain.maxCPUShare = share
        }
        return try RegistryBench([definition], store: store, clock: clock)
    }

    private func look(_ bench: RegistryBench, after minutes: Int64) throws -> TrainingState? {
        bench.clock.wall.withLock { $0 += minutes * 60_000 }
        bench.trainer.schedule()
        return try bench.trainer.training(of: "load")
    }

    @Test func `a training is due once in each interval`() throws {
        let store = MemoryStore()
        let bench = try bench(store: store)
        bench.feed(Data.season(430))
        #expect(try look(bench, after: 0) == nil)
        #expect(try look(bench, after: 59) == nil)
        #expect(try look(bench, after: 1) != nil)
        #expect(try bench.result().decision == .promoted)
        let lines = { bench.clock.said("training of load:") }
        #expect(lines() == 1)
        #expect(try look(bench, after: 59)?.result != nil && lines() == 1)
        _ = try look(bench, after: 1)
        #expect(try bench.result().decision == .notBetter && lines() == 2)
        bench.stop()
        // A restart does not put the next one off.
        let again = try self.bench(store: store, clock: bench.clock)
        #expect(try look(again, after: 0) != nil)
        _ = try again.result()
    }

    @Test func `a training keeps its share of a core, and no other begins meanwhile`() throws {
        let clock = RegistryClock(tick: 10_000_000, sleepsPass: true)
        let bench = try bench(share: 0.25, clock: clock)
        bench.feed(Data.season(430))
        _ = try look(bench, after: 0)
        clock.slept.withLock { $0 = [] }
        _ = try look(bench, after: 60)
        let isRefused = try look(bench, after: 60)?.result == nil
        let seconds = try bench.result().seconds
        let slept = clock.slept.withLock { $0 }
        // Eight origins and the fit to all data took a tick each at least, and three are slept for each. The clock
        // also ticks when it is read after a sleep, which nobody works for:
        // with one sleep as long as the work the share would be a third.
        #expect(slept.count >= 9 && slept.allSatisfy { $0 >= 0.03 - 1e-9 && $0 <= 0.5 }, "\(slept)")
        #expect(slept.reduce(0, +) / seconds > 0.4, "\(slept) of \(seconds)")
        #expect(clock.said("did not start") == (isRefused ? 1 : 0))
    }

    @Test func `a service that stops does not wait for a training`() throws {
        let bench = try bench(share: 1e-9, clock: RegistryClock(tick: 1_000_000))
        for host in 0..<5 { bench.feed(Data.season(430), Data.labels("load", host)) }
        bench.trainer.start()
        bench.clock.wall.withLock { $0 += 3_600_001 }
        while try bench.trainer.training(of: "load")?.stage != .backTest {
            bench.clock.wall.withLock { $0 += 3_600_001 }
            usleep(500)
        }
        let took = ContinuousClock().measure { bench.stop() }
        #expect(took < .seconds(5), "\(took)")
        #expect(try bench.result().decision == .cancelled)
        #expect(try bench.trainer.champions().isEmpty)
    }

    @Test func `threads of trainings that are over are let go`() throws {
        let bench = try bench()
        for _ in 0..<20 { #expect(try bench.train().decision == .notEnoughData) }
        usleep(20_000)
        _ = try bench.train()
        #expect(bench.trainer.threads <= 3)
    }
}

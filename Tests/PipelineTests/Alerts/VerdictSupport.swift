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

/// Stands for the desk, and keeps what it is told.
final class VerdictRecorder: Sendable {
    let verdicts = Mutex<[Verdict]>([])
    let goingOn = Mutex<[Set<Verdict.Key>]>([])
    let standings = Mutex<[Standing]>([])
    /// What was asked for, in order.
    let calls = Mutex<[String]>([])
    /// Why the next drains fail.
    let failures = Mutex<[StorageError]>([])

    var sink: VerdictSink {
        VerdictSink(
            start: { () throws(StorageError) in self.note("start") },
            take: { verdicts in
                self.note("take")
                self.verdicts.withLock { $0 += verdicts }
            },
            reconcile: { standing in
                self.note("reconcile")
                self.goingOn.withLock { $0.append(standing.goingOn) }
                self.standings.withLock { $0.append(standing) }
            },
            drain: {
                self.note("drain")
                return self.failures.withLock { $0.isEmpty ? nil : $0.removeFirst() }
            }, stop: { self.note("stop") })
    }

    func note(_ call: String) { calls.withLock { $0.append(call) } }
    var all: [Verdict] { verdicts.withLock { $0 } }
    func of(_ kind: Verdict.Kind) -> [Verdict] { all.filter { $0.key.kind == kind } }
    func forget() { verdicts.withLock { $0 = [] } }
}

/// A monitor over series with alerts, whose steps of five seconds end at the clock of its world.
struct VerdictBench {
    let world: World
    let recorder = VerdictRecorder()
    let monitor: Monitor
    /// The time of the first sample.
    static let start: Int64 = 1_700_000_000_000 - 300_000
    static let step: Int64 = 5_000

    static func definition(_ change: (inout MetricDefinition) -> Void = { _ in }) -> MetricDefinition {
        var definition = MetricDefinition(name: "load", match: Selector(metric: "load"))
        definition.step = .fixed(milliseconds: step)
        definition.alert = AlertPolicy(budget: AlertBudget(count: 1, per: .day, scope: .series))
        change(&definition)
        return definition
    }

    init(
        _ definition: MetricDefinition = definition(), store: any Store = MemoryStore(),
        journal: String? = nil, world: World = World(), shards: Int = 2,
        _ change: (inout MonitorSettings) -> Void = { _ in }
    ) throws {
        self.world = world
        var settings = MonitorSettings()
        settings.shards = shards
        // The clock of the world stands still while points come.
        settings.mostAhead = 600_000
        change(&settings)
        let sink = recorder.sink
        monitor = try Monitor.open(
            settings, store: store, journal: journal, definitions: [definition], in: world.surroundings(),
            telling: { _ in sink })
    }

    static func time(_ step: Int) -> Int64 { start + Int64(step) * Self.step }

    /// Sends values of a series, one a step.
    func send(_ values: [Double], _ series: String = "load", from step: Int) throws {
        let samples = values.enumerated().map { Sample(series, Self.time(step + $0), $1) }
        let report = try monitor.send(samples)
        #expect(report.failure == nil && report.rejected == 0)
    }

    /// Lets points of series come a step before the others: whose points come once more is listened for.
    func introduce(_ series: String...) throws {
        for one in series { try send([0], one, from: -1) }
        world.pass(seconds: 5)
    }

    /// Teaches a series what is normal: sixty steps of noise, and a model of them.
    func teach(_ series: String = "load") throws {
        var random = SeededSeries(seed: 5)
        let values = random.noise(60)
        try send(Array(values.prefix(1)), series, from: 0)
        world.pass(seconds: 5)
        try send(Array(values.dropFirst()), series, from: 1)
        try install(#require(monitor.id(series)))
    }

    /// Makes a model of what a series has sent.
    func install(_ id: UInt32) throws {
        let start = try #require(monitor.record([id]).first)
        let history = try #require(
            try monitor.history(of: id, policy: start.policy, clock: start.clock, end: start.next))
        #expect(monitor.install([id: try PreparedModel(defaultFor: history, season: nil)]) == [id])
    }

    /// Lets the shards look for silence, and waits until they did.
    func look() {
        monitor.lookForSilence()
        for shard in monitor.shards {
            let done = Promise<Bool>()
            shard.mailbox.put(.control { _ in done.fulfil(true) })
            #expect(done.wait(seconds: 30) == true)
        }
    }

    /// Passes time on both clocks, and looks.
    func pass(seconds: Double) {
        world.pass(seconds: seconds)
        world.wall.wrappingAdd(Int64(seconds * 1000), ordering: .relaxed)
        look()
    }
}

/// Quiet values with some that are not.
func noise(_ count: Int, seed: UInt64 = 9, spikes: Set<Int> = []) -> [Double] {
    var random = SeededSeries(seed: seed)
    // Up and down, so that no spike is a part of a new level.
    return (0..<count).map { random.normal() * 0.3 + (spikes.contains($0) ? ($0 % 2 == 0 ? 60 : -60) : 0) }
}

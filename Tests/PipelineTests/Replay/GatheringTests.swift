import Foundation
import Ingest
import Query
import Storage
import Synchronization
import TestSupport
import Testing
import TimeSeries

@testable import Pipeline

/// A monitor whose series of seconds have a model; its steady clock stands, so that a replay takes no time.
private final class Late: Sendable {
    static let first = RegistryData.start
    static let second: Int64 = 1_000

    let bench: RegistryBench
    let labels = RegistryData.labels("load", 0)

    init(
        lateness: Int64 = 600_000, step: Int64 = second, store: any Store = MemoryStore(),
        journal: String? = nil
    ) throws {
        let definition = try RegistryData.definition {
            $0.step = .fixed(milliseconds: step)
            $0.latenessMilliseconds = lateness
        }
        bench = try RegistryBench([definition], store: store, journal: journal)
    }

    var monitor: Monitor { bench.monitor }

    static func value(_ step: Int) -> Double {
        var random = SeededSeries(seed: UInt64(step))
        return 10 + 3 * sin(Double(step % 24) / 24 * 2 * .pi) + 0.3 * random.normal()
            + (step % 97 == 50 ? 30 : 0)
    }

    /// Sends the points of some seconds, in this order.
    func send(_ steps: some Sequence<Int>) throws {
        var decoded = DecodedPoints()
        for step in steps {
            let time = Self.first + Int64(step) * Self.second
            decoded.append(labels, [Point(milliseconds: time, value: Self.value(step))])
        }
        #expect(try monitor.send(decoded).failure == nil)
    }

    /// Sends steps with a model at the 400th; of each four the second comes three steps late, from `late` on.
    func sendLate(until end: Int, from late: Int) throws {
        try send(0..<400)
        try install()
        try send(400..<late)
        for start in stride(from: late, to: end, by: 4) {
            try send(
                [start, start + 2, start + 3, start + 4, start + 1].filter { $0 % 4 != 0 || $0 == start })
        }
    }

    func install() throws {
        let id = try bench.id(labels)
        let start = try #require(monitor.record([id]).first)
        let history = try #require(
            try monitor.history(of: id, policy: start.policy, clock: start.clock, end: start.next))
        let prepared = try PreparedModel(defaultFor: history, season: 24)
        #expect(monitor.install([id: prepared]) == [id])
        try monitor.checkpoint()
    }

    /// Leaves time for replays that can wait, or none.
    func leaveTime(_ isLeft: Bool) throws {
        for shard in monitor.shards {
            let done = monitor.ask(shard) { shard -> Bool? in
                shard.gathering.rest = isLeft ? 0 : .max
                return true
            }
            #expect(done == true)
        }
    }

    /// The state but for how often its past was said anew; what waits is gone over first.
    func state() throws -> [UInt8] {
        let id = try bench.id(labels)
        return try #require(
            monitor.ask(monitor.shards[Int(id) % monitor.shards.count]) { shard -> [UInt8]? in
                shard.settleLate(id)
                guard let full = shard.fulls[shard.slot(shard.local(id))] else { return nil }
                let revisions = (full.revision, full.run.revision)
                defer { (full.revision, full.run.revision) = revisions }
                (full.revision, full.run.revision) = (0, 0)
                return full.bytes
            })
    }

    func waiting() throws -> Int {
        try #require(try bench.full(labels) { $0.gathered.count })
    }
}

@Suite struct GatheringTests {
    @Test(arguments: [true, false])
    func `points that come out of order leave what they leave in order, whenever they are gone over`(
        hasTime: Bool
    ) throws {
        let inOrder = try Late()
        try inOrder.send(0..<400)
        try inOrder.install()
        try inOrder.send(400..<1_200)
        let late = try Late()
        try late.leaveTime(hasTime)
        try late.sendLate(until: 1_200, from: 600)
        #expect(try late.waiting() == (hasTime ? 0 : 150))
        #expect(try late.state() == inOrder.state())
        #expect(try late.bench.points() == inOrder.bench.points())
        #expect(late.monitor.counters.lateness.tooLate == 0)
    }

    @Test func `late points wait while there is no time, and are gone over together`() throws {
        let late = try Late()
        try late.leaveTime(false)
        try late.sendLate(until: 900, from: 600)
        #expect(late.monitor.counters.lateness.revisions == 0)
        #expect(try late.waiting() == 75)
        try late.leaveTime(true)
        try late.send([900])
        #expect(try late.waiting() == 0)
        #expect(late.monitor.counters.lateness.revisions == 1)
    }

    @Test func `what waits is gone over before it would be final`() throws {
        let late = try Late(lateness: 20_000)
        try late.leaveTime(false)
        try late.sendLate(until: 1_000, from: 600)
        let revisions = late.monitor.counters.lateness.revisions
        #expect(revisions >= 12 && revisions <= 20, "\(revisions)")
        #expect(late.monitor.counters.lateness.tooLate == 0)
        let id = try late.bench.id()
        let finality = try #require(try late.monitor.finality(of: [id])[id])
        let points = try late.bench.points()
        let final = points.times.indices.filter { finality.isFinal(at: points.times[$0]) }
        #expect(final.count > 900)
        for place in final.dropFirst(440) { #expect(ScoreByte.isScore(points.scores[place]), "\(place)") }
    }

    @Test func `a checkpoint stores nothing that does not know of late points`() throws {
        let ground = try Ground()
        let inOrder = try Late()
        try inOrder.send(0..<400)
        try inOrder.install()
        try inOrder.send(400..<700)
        let path = ground.path + "/0"
        let store = try SQLiteStore(DataDirectory.open(path, holder: "a test"))
        let late = try Late(store: store, journal: path + "/journal")
        try late.leaveTime(false)
        try late.sendLate(until: 700, from: 640)
        #expect(try late.waiting() > 0)
        try late.monitor.checkpoint()
        #expect(try late.waiting() == 0)
        let copy = try ground.copy(of: path, to: "1")
        late.bench.stop()
        let again = try Late(
            store: SQLiteStore(DataDirectory.open(copy, holder: "a test")), journal: copy + "/journal")
        #expect(try again.state() == inOrder.state())
    }

    @Test func `a late point within a long lateness is gone over, however many points there are since`()
        throws
    {
        // A minute is a step, so that most points cost little; a shard goes over 20,000 of them at a time.
        let count = 120_000
        let lateness = Int64(count + 10_000) * Late.second
        let inOrder = try Late(lateness: lateness, step: 60_000)
        let late = try Late(lateness: lateness, step: 60_000)
        let missing = 1_000
        for start in stride(from: 0, to: count, by: 20_000) {
            let steps = start..<start + 20_000
            try inOrder.send(steps)
            try late.send(steps.filter { $0 != missing })
        }
        #expect(try late.state() != inOrder.state())
        try late.send([missing])
        #expect(late.monitor.counters.lateness.tooLate == 0)
        #expect(try late.state() == inOrder.state())
        #expect(late.monitor.counters.lateness.revisions == 1)
        #expect(try late.bench.points() == inOrder.bench.points())
    }
}

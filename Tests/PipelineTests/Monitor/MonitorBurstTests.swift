import Glibc
import Query
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Pipeline
@testable import TimeSeries

/// Requests that come faster than they are scored.
@Suite struct MonitorBurstTests {
    private static let series = ["a", "b/x", "b/y", "hits_total", "load/0"]

    /// A point of every series a request, some of them late, doubled or in conflict.
    private static func stream(requests: Int) -> [[Sample]] {
        var random = SeededSeries(seed: 11)
        return (0..<requests).map { round in
            let time = 1_600_000_000_000 + Int64(round) * 5_000
            return series.flatMap { name -> [Sample] in
                let spike = random.uniform() < 0.01 ? 50.0 : 0
                let point = Sample(
                    name, time, name == "hits_total" ? Double(round * 7) : random.normal() + spike)
                guard random.uniform() < 0.02 else { return [point] }
                return [point, Sample(name, time - 12_345, 3), point, Sample(name, time, 77)]
            }
        }
    }

    private static func open(
        _ path: String? = nil, mostRestored: Int? = nil, mostUnread: Int? = nil, export: ExportRule? = nil
    ) throws -> Monitor {
        var definition = MetricDefinition(name: "load", match: Selector(metric: "load"))
        definition.step = .fixed(milliseconds: 5_000)
        var settings = MonitorSettings()
        settings.shards = 2
        settings.export = export
        if let mostRestored { settings.mostRestored = mostRestored }
        if let mostUnread { settings.mostUnread = mostUnread }
        var store: any Store = MemoryStore()
        if let path { store = try SQLiteStore(DataDirectory.open(path, holder: "a test")) }
        return try Monitor.open(
            settings, store: store, journal: path.map { $0 + "/journal" }, definitions: [definition],
            in: World().surroundings())
    }

    private struct Outcome: Equatable {
        var points: [Labels: [[Double]]] = [:]
        var anomalies: [StoredAnomaly] = []
        var scored = 0
        var counts: [Int] = []

        init(_ monitor: Monitor) throws {
            for (labels, columns) in try monitor.everything() {
                points[labels] = [
                    columns.times.map(Double.init), columns.values, columns.scores.map(Double.init),
                ]
            }
            anomalies = try monitor.anomalies(AnomalyFilter())
            scored = monitor.counters.scoredPoints
            counts = monitor.counters.samples.map(\.count)
        }
    }

    @Test func `what comes at once is scored as what comes one by one, and every request is answered`() throws
    {
        let stream = Self.stream(requests: 900)
        let slow = try Self.open()
        defer { slow.stop() }
        let singly = try stream.map { try slow.send($0).counts }
        let expected = try Outcome(slow)
        #expect(expected.anomalies.count > 3 && expected.scored > 3_000)

        let fast = try Self.open()
        defer { fast.stop() }
        // Nobody reads the mailboxes until everything is in them.
        let gate = Promise<Bool>()
        for shard in fast.shards { shard.mailbox.put(.control { _ in _ = gate.wait(seconds: 60) }) }
        let answers = stream.map { samples in
            let answer = Promise<IngestReport>()
            fast.ingest(request(samples)) { answer.fulfil($0) }
            return answer
        }
        gate.fulfil(true)
        gate.abandon()
        for (place, answer) in answers.enumerated() {
            let report = try #require(answer.wait(seconds: 60), "request \(place)")
            var counts = (report.counts, singly[place])
            // Which of several conflicts is told first is the shards' race.
            (counts.0.conflict, counts.1.conflict) = (nil, nil)
            #expect(report.failure == nil && counts.0 == counts.1, "request \(place)")
        }
        // What is asked of a series has seen all that was accepted of it.
        #expect(try fast.points("a").times.count == expected.points[labels(of: "a")]?[0].count)
        #expect(try Outcome(fast) == expected)
        let delays = fast.counters.scoreDelays.snapshot
        #expect(delays.cumulative.last == expected.counts[0])
    }

    @Test func `who asks of definitions does not wait for the scores of other series`() throws {
        let monitor = try Self.open()
        defer { monitor.stop() }
        let gate = Promise<Bool>()
        for shard in monitor.shards {
            let entered = Promise<Bool>()
            shard.mailbox.put(
                .control { _ in
                    entered.fulfil(true)
                    _ = gate.wait(seconds: 60)
                })
            try #require(entered.wait(seconds: 60) == true)
        }
        for samples in Self.stream(requests: 300) { monitor.ingest(request(samples)) { _ in } }
        let before = monitor.shards.map(\.mailbox.weight)
        let answer = Promise<[FullStatus]>()
        let thread = Threads.real.start { answer.fulfil(monitor.fullTier()) }
        let patience = ContinuousClock.now + .seconds(60)
        while zip(monitor.shards, before).contains(where: { $0.mailbox.weight == $1 }), .now < patience {
            usleep(200)
        }
        // Behind the question; all that is in the mailbox is read at once. Late points have some series scored.
        let waiting = monitor.shards.map { shard in
            let count = Promise<Int>()
            shard.mailbox.put(.task { count.fulfil($0.waiting.count) })
            return count
        }
        gate.fulfil(true)
        gate.abandon()
        #expect(answer.wait(seconds: 60)?.map(\.definition) == ["load"])
        for count in waiting { #expect((count.wait(seconds: 60) ?? 0) > 0) }
        thread?()
    }

    @Test func `scores that a start makes again are not handed over, and the newest times are told at once`()
        throws
    {
        let ground = try Ground()
        let crashed = try Self.open(ground.path + "/data")
        let stream = Self.stream(requests: 300)
        for (place, samples) in stream.enumerated() {
            _ = try crashed.send(samples)
            if place == 200 { try crashed.checkpoint() }
        }
        let data = try ground.copy(of: ground.path + "/data", to: "crash")
        crashed.stop()

        let again = try Self.open(data, mostRestored: 0, export: ExportRule(match: nil, mostAge: .max))
        defer { again.stop() }
        let batches = Mutex<[ExportBatch]>([])
        again.export { batch in batches.withLock { $0.append(batch) } }
        let id = try #require(again.id("a"))
        let newest = stream[299][0].time
        #expect(again.lastTimesInMemory(of: [id]) == [id: newest])
        _ = try again.send([Sample("a", newest + 5_000, 1), Sample("b/x", newest + 5_000, 1)])
        _ = try again.anomalies(AnomalyFilter())
        #expect(batches.withLock { $0.flatMap(\.scores) }.map(\.time) == [newest + 5_000, newest + 5_000])
    }

    @Test func `a journal that is too long for memory is read as it goes, with the same scores`() throws {
        let stream = Self.stream(requests: 400)
        let undisturbed = try Self.open()
        defer { undisturbed.stop() }
        for samples in stream { _ = try undisturbed.send(samples) }
        let ground = try Ground()
        let crashed = try Self.open(ground.path + "/data")
        for (place, samples) in stream.enumerated() {
            _ = try crashed.send(samples)
            if place == 100 { try crashed.checkpoint() }
        }
        let data = try ground.copy(of: ground.path + "/data", to: "crash")
        crashed.stop()
        // Every series was read before the service was ready: it would hold none of them otherwise.
        let again = try Self.open(data, mostRestored: 0, mostUnread: 1)
        defer { again.stop() }
        #expect(again.counters.revived.value >= 4)
        let (found, expected) = (try Outcome(again), try Outcome(undisturbed))
        #expect(found.points == expected.points && found.anomalies == expected.anomalies)
    }

    /// What is asked first of a service that has points in its journal of series that it has not read.
    enum First: CaseIterable {
        case checkpoint, stop, series, anomalies, points
    }

    @Test(arguments: First.allCases)
    func `points of the journal whose series are still on disk are lost by nothing`(first: First) throws {
        let stream = Self.stream(requests: 500)
        let undisturbed = try Self.open()
        defer { undisturbed.stop() }
        for samples in stream { _ = try undisturbed.send(samples) }
        let expected = try Outcome(undisturbed)

        let ground = try Ground()
        let crashed = try Self.open(ground.path + "/data")
        for (place, samples) in stream.dropLast().enumerated() {
            _ = try crashed.send(samples)
            if place == 200 { try crashed.checkpoint() }
        }
        var data = try ground.copy(of: ground.path + "/data", to: "crash")
        crashed.stop()

        var again = try Self.open(data, mostRestored: 0)
        let id = try #require(again.id("a"))
        switch first {
        case .checkpoint: try again.checkpoint()
        case .stop: break
        case .series:
            #expect(try again.points("a").times.last == stream[stream.count - 2][0].time)
            #expect(try again.points("b/x").times.count > 490)
        case .anomalies: #expect(try again.anomalies(AnomalyFilter()).contains { $0.series == id })
        case .points: _ = try again.send(stream[stream.count - 1])
        }
        again.stop()
        data = try ground.copy(of: data, to: "again")
        again = try Self.open(data)
        defer { again.stop() }
        if first != .points { _ = try again.send(stream[stream.count - 1]) }
        var outcome = try Outcome(again)
        // What was counted before the crash is not counted again.
        (outcome.scored, outcome.counts) = (expected.scored, expected.counts)
        #expect(outcome == expected)
    }
}

import Foundation
import Ingest
import Query
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Pipeline
@testable import TimeSeries

@Suite struct MonitorIngestTests {
    private func open(
        _ store: any Store = MemoryStore(), journal: String? = nil, definitions: [MetricDefinition] = [],
        world: World = World(), threads: Threads = .real, _ change: (inout MonitorSettings) -> Void = { _ in }
    ) throws -> Monitor {
        var settings = MonitorSettings()
        settings.shards = 2
        change(&settings)
        return try Monitor.open(
            settings, store: store, journal: journal, definitions: definitions,
            in: world.surroundings(threads: threads))
    }

    @Test func `a report tells new, late, equal and conflicting points apart`() throws {
        let monitor = try open()
        defer { monitor.stop() }
        let first = try monitor.send([Sample("a", 10, 1), Sample("a", 20, 2), Sample("b", 20, 3)])
        #expect(first.counts.newest == 3 && first.rejected == 0 && first.failure == nil)
        let second = try monitor.send([
            Sample("a", 20, 2), Sample("a", 20, 9), Sample("a", 15, 5), Sample("a", 15, 6),
            Sample("a", 30, 1),
        ])
        #expect(second.counts.duplicates == 1 && second.counts.conflicts == 2)
        #expect(second.counts.late == 1 && second.counts.newest == 1)
        #expect(second.rejected == 2)
        #expect(second.errors.map(\.reason).joined().contains("2 samples differ"))
        #expect(try monitor.points("a").times == [10, 15, 20, 30])
        #expect(try monitor.points("a").values == [1, 5, 2, 1])
        #expect(monitor.counters.samples.map(\.count) == [4, 1, 1, 2, 0, 0])
    }

    @Test func `points far ahead of the clock are refused and the rest is taken`() throws {
        let world = World()
        let monitor = try open(world: world)
        defer { monitor.stop() }
        let now = world.wall.load(ordering: .relaxed)
        let report = try monitor.send([
            Sample("a", now + 600_000, 1), Sample("a", now + 600_001, 2), Sample("b", now + 7_200_000, 2),
        ])
        #expect(report.counts.newest == 1 && report.rejected == 2 && report.errors.count == 2)
        #expect(report.errors.last?.reason.contains("7200 s ahead") == true)
        #expect(try monitor.points("a").times == [now + 600_000])
        #expect(try monitor.points("b").count == 0)
    }

    @Test func `a series without a name is refused and the rest is taken`() throws {
        let monitor = try open()
        defer { monitor.stop() }
        var decoded = request([Sample("a", 1, 1)])
        decoded.append(
            try Labels([("host", "x")]), [Point(milliseconds: 1, value: 1), Point(milliseconds: 2, value: 1)])
        let report = try monitor.send(decoded)
        #expect(report.counts.newest == 1 && report.rejected == 2)
        #expect(report.errors.first?.reason.contains("__name__") == true)
        #expect(monitor.series(matching: nil).count == 1)
    }

    @Test func `the limit of series refuses new ones, known ones go on, and it is logged once`() throws {
        let world = World()
        let monitor = try open(world: world) { $0.mostSeries = 2 }
        defer { monitor.stop() }
        try monitor.send([Sample("a", 1, 1), Sample("b", 1, 1)])
        let report = try monitor.send([Sample("c", 2, 1), Sample("a", 2, 1), Sample("d", 2, 1)])
        #expect(report.counts.newest == 1 && report.rejected == 2)
        _ = try monitor.send([Sample("e", 2, 1)])
        #expect(world.lines.withLock { $0.count { $0.contains("max-series") } } == 1)
    }

    @Test func `labels in another order are the same series and cannot fill memory`() {
        var index = SeriesIndex(definitions: [], seed: 1)
        for place in 0..<3_000 {
            let raw = Array("way \(place)".utf8)
            let (id, _) = raw.withUnsafeBytes { index.add(labels(of: "a/x"), sentAs: $0) }
            #expect(id == 0)
        }
        #expect(index.count == 1)
        #expect(Array("way 5".utf8).withUnsafeBytes { index.find($0) } == 0)
        #expect(Array("way 2999".utf8).withUnsafeBytes { index.find($0) } == nil)
    }

    @Test func `a full queue refuses a request as a whole`() throws {
        let monitor = try open { $0.queuedPoints = 4 }
        defer { monitor.stop() }
        try monitor.send([Sample("a", 1, 1), Sample("b", 1, 1)])
        let (isHeld, go) = (Promise<Bool>(), Promise<Bool>())
        monitor.shards[1].mailbox.put(
            .control { _ in
                isHeld.fulfil(true)
                _ = go.wait(seconds: 30)
            })
        _ = isHeld.wait(seconds: 30)
        // Series 1 waits; series 0 has room, and must not get its part of a request that is refused.
        let waiting = Promise<IngestReport>()
        monitor.ingest(request((2...5).map { Sample("b", $0, 1) })) { waiting.fulfil($0) }
        let refused = try monitor.send([Sample("a", 9, 1), Sample("b", 9, 1)])
        #expect(refused.failure == .busy && refused.counts == IngestCounts())
        #expect(monitor.shards[0].mailbox.weight == 0)
        go.fulfil(true)
        #expect(waiting.wait(seconds: 30)?.counts.newest == 4)
        #expect(try monitor.points("a").times == [1])
        #expect(try monitor.send([Sample("a", 9, 1), Sample("b", 9, 1)]).counts.newest == 2)
    }

    @Test(arguments: [false, true])
    func `a monitor that has stopped refuses points and still answers`(isDurable: Bool) throws {
        let ground = try Ground()
        let monitor = try open(journal: isDurable ? ground.path : nil)
        try monitor.send([Sample("a", 1, 1), Sample("a", 2, 1)])
        monitor.stop()
        monitor.stop()
        #expect(try monitor.send([Sample("a", 3, 1)]).failure == .stopping)
        #expect(try monitor.points("a").times == [1, 2])
        #expect(try monitor.anomalies(AnomalyFilter()).isEmpty)
        #expect(monitor.status.series == 1)
        #expect(throws: StorageError.self) { try monitor.checkpoint() }
    }

    @Test(arguments: 0..<4)
    func `a system without threads is an error and leaves none behind`(started: Int) throws {
        let ground = try Ground()
        let count = Mutex(0)
        let ended = Mutex(0)
        let threads = Threads { body in
            let isLast = count.withLock { count in
                defer { count += 1 }
                return count == started
            }
            return isLast
                ? nil
                : Threads.real.start {
                    body()
                    ended.withLock { $0 += 1 }
                }
        }
        #expect(throws: StorageError.self) { try open(journal: ground.path, threads: threads) }
        #expect(ended.withLock { $0 } == started)
    }

    @Test func `a request larger than a record of the journal is kept in several`() throws {
        let batch = PointBatch(
            series: (0..<10).map { UInt32($0) }, times: (0..<10).map { Int64($0) },
            values: (0..<10).map { Double($0) })
        var read = PointBatch()
        for bytes in JournalGroup.entries(of: batch, most: 3) {
            guard case .points(let part) = try JournalEntry(decoding: bytes) else { continue }
            #expect(part.count <= 3)
            read.series += part.series
            read.times += part.times
            read.values += part.values
        }
        #expect(read == batch)
        let series = (0..<7).map { StoredSeries(id: UInt32($0), labels: [UInt8](repeating: 7, count: 40)) }
        let parts = try JournalGroup.entries(of: series, most: 100).map { try JournalEntry(decoding: $0) }
        #expect(
            parts == [.series(Array(series[0..<3])), .series(Array(series[3..<6])), .series([series[6]])])
    }

    @Test func `what waits for the journal is written in records that it can hold`() throws {
        let ground = try Ground()
        let writer = try JournalWriter(directory: ground.path, segment: 1)
        let journalist = Journalist(
            writer, capacity: .max, mostBytes: 250, counters: PipelineCounters(),
            surroundings: World().surroundings())
        let entry = [UInt8](repeating: 1, count: 100)
        let done = Promise<Bool>()
        let ticket = Ticket(parts: 4) { result in done.fulfil((try? result.get()) != nil) }
        for _ in 0..<3 { journalist.mailbox.put(.series(entry)) }
        for _ in 0..<4 { journalist.mailbox.put(.points(entry, ticket)) }
        journalist.mailbox.close()
        journalist.work()
        #expect(done.wait(seconds: 30) == true)
        var sizes: [Int] = []
        _ = try Journal.replay(in: ground.path, from: 0) { sizes.append($0.count) }
        #expect(sizes == [208, 104 + 104, 208, 104])
    }
}

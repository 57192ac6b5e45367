import Foundation
import Ingest
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Pipeline
@testable import TimeSeries

extension Threads {
    /// Threads of the system.
    static let real = Threads { body in
        let ended = Promise<Bool>()
        Thread(block: {
            body()
            ended.fulfil(true)
        }).start()
        return { _ = ended.wait() }
    }
}

/// Clocks that stand still until a test moves them, and what was logged.
final class World: Sendable {
    private let nanoseconds = Atomic<UInt64>(1_000_000_000)
    let wall = Atomic<Int64>(1_700_000_000_000)
    let lines = Mutex<[String]>([])

    func pass(seconds: Double) {
        nanoseconds.wrappingAdd(UInt64(seconds * 1e9), ordering: .relaxed)
    }

    func surroundings(threads: Threads = .real) -> PipelineSurroundings {
        PipelineSurroundings(
            steady: { self.nanoseconds.load(ordering: .relaxed) },
            wall: { self.wall.load(ordering: .relaxed) },
            threads: threads, sleep: { _ in usleep(200) }, sha256: { _ in "" },
            log: { _, line in self.lines.withLock { $0.append(line) } })
    }
}

/// A point of one of the series of a test.
struct Sample: Equatable {
    var series: String
    var time: Int64
    var value: Double

    init(_ series: String, _ time: Int64, _ value: Double) {
        self.series = series
        self.time = time
        self.value = value
    }
}

/// One request: samples in the order in which they are sent.
func request(_ samples: [Sample]) -> DecodedPoints {
    var decoded = DecodedPoints()
    for sample in samples {
        decoded.append(
            labels(of: sample.series), [Point(milliseconds: sample.time, value: sample.value)])
    }
    return decoded
}

func labels(of series: String) -> Labels {
    let name = series.prefix { $0 != "/" }
    let host = series.dropFirst(name.count + 1)
    return (try? Labels([("__name__", String(name)), ("host", String(host))])) ?? .none
}

extension Monitor {
    /// Sends a request and waits for what became of it.
    func send(_ decoded: DecodedPoints, sourceLocation: SourceLocation = #_sourceLocation) throws
        -> IngestReport
    {
        let promise = Promise<IngestReport>()
        ingest(decoded) { promise.fulfil($0) }
        return try #require(promise.wait(seconds: 30), sourceLocation: sourceLocation)
    }

    @discardableResult
    func send(_ samples: [Sample], sourceLocation: SourceLocation = #_sourceLocation) throws -> IngestReport {
        try send(request(samples), sourceLocation: sourceLocation)
    }

    /// The number of a series; `nil` when it was never announced.
    func id(_ series: String) -> UInt32? {
        let labels = labels(of: series)
        return self.series(matching: nil).first { $0.labels == labels }?.id
    }

    /// Every stored point of each series, by its labels.
    func everything() throws -> [Labels: PointColumns] {
        var all: [Labels: PointColumns] = [:]
        for series in series(matching: nil) { all[series.labels] = try points(of: series.id) }
        return all
    }

    func points(_ series: String) throws -> PointColumns {
        try id(series).map { try points(of: $0) } ?? PointColumns()
    }
}

/// A directory of its own for one test, gone afterwards.
final class Ground: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/bellwether-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The files as a crash at this moment would leave them: the journal first, since a checkpoint that comes in
    /// between lets go of segments only when the database is ahead of them.
    func copy(of data: String, to name: String) throws -> String {
        let target = path + "/" + name
        try FileManager.default.createDirectory(
            atPath: target + "/journal", withIntermediateDirectories: true)
        for file in try FileManager.default.contentsOfDirectory(atPath: data + "/journal").sorted() {
            copyFile(data + "/journal/" + file, target + "/journal/" + file)
        }
        for file in ["bellwether.db", "bellwether.db-wal"] {
            copyFile(data + "/" + file, target + "/" + file)
        }
        return target
    }

    private func copyFile(_ from: String, _ to: String) {
        // A segment may go while it is copied; then the database holds its points.
        guard let bytes = FileManager.default.contents(atPath: from) else { return }
        _ = FileManager.default.createFile(atPath: to, contents: bytes)
    }
}

/// A store whose commits fail as often as a test wants, and that lets a test look before and after each.
final class WrappedStore: Store {
    private let store: any Store
    let failures = Mutex<(left: Int, error: StorageError)>((0, .full(path: "test")))
    let attempts = Atomic<Int>(0)
    /// How many states were handed over.
    let statesStored = Atomic<Int>(0)
    /// What commits of incidents fail with, while it is there.
    let alertFailure = Mutex<StorageError?>(nil)
    /// Whether chunks and states of the past cannot be read.
    let refusesReads = Atomic(false)
    /// So many reads of the past fail as those of a busy store do.
    let busyReads = Atomic<Int>(0)
    /// Whether nothing can be let go.
    let refusesExpiry = Atomic(false)
    private let around: @Sendable (_ isDone: Bool) -> Void

    init(_ store: any Store, around: @escaping @Sendable (_ isDone: Bool) -> Void = { _ in }) {
        self.store = store
        self.around = around
    }

    func fail(_ times: Int, _ error: StorageError = .full(path: "test")) {
        failures.withLock { $0 = (times, error) }
    }

    func commit(_ checkpoint: Checkpoint) throws(StorageError) {
        attempts.wrappingAdd(1, ordering: .relaxed)
        let error: StorageError? = failures.withLock { failures in
            guard failures.left > 0 else { return nil }
            failures.left -= 1
            return failures.error
        }
        if let error { throw error }
        around(false)
        try store.commit(checkpoint)
        statesStored.wrappingAdd(checkpoint.states.count, ordering: .relaxed)
        around(true)
    }

    func series() throws(StorageError) -> [StoredSeries] { try store.series() }
    func chunks(of series: UInt32, in times: ClosedRange<Int64>) throws(StorageError) -> [StoredChunk] {
        try read()
        return try store.chunks(of: series, in: times)
    }
    private func read() throws(StorageError) {
        if busyReads.load(ordering: .relaxed) > 0 {
            busyReads.wrappingSubtract(1, ordering: .relaxed)
            throw .locked(path: "test", holder: nil)
        }
        guard refusesReads.load(ordering: .relaxed) else { return }
        throw .corrupt(path: "test", detail: "refused")
    }
    func lastChunks() throws(StorageError) -> [StoredChunk] { try store.lastChunks() }
    func lastChunk(of series: UInt32) throws(StorageError) -> StoredChunk? {
        try read()
        return try store.lastChunk(of: series)
    }
    func firstTime(of series: UInt32) throws(StorageError) -> Int64? { try store.firstTime(of: series) }
    func journalSegment() throws(StorageError) -> Int { try store.journalSegment() }
    func expire(_ expiry: Expiry) throws(StorageError) -> Expired {
        if refusesExpiry.load(ordering: .relaxed) { throw .full(path: "test") }
        return try store.expire(expiry)
    }
    func rollups(
        of series: UInt32, _ width: RollupWidth, in times: Range<Int64>
    ) throws(StorageError) -> RollupColumns { try store.rollups(of: series, width, in: times) }
    func firstRollup(of series: UInt32, _ width: RollupWidth) throws(StorageError) -> Int64? {
        try store.firstRollup(of: series, width)
    }
    func size() throws(StorageError) -> (points: Int, chunkBytes: Int) { try store.size() }
    func states() throws(StorageError) -> [StoredState] { try store.states() }
    func states(of series: UInt32) throws(StorageError) -> [StoredState] { try store.states(of: series) }
    func anomalies(_ filter: AnomalyFilter) throws(StorageError) -> [StoredAnomaly] {
        try store.anomalies(filter)
    }

    func levelChanges(_ filter: AnomalyFilter) throws(StorageError) -> [StoredLevelChange] {
        try store.levelChanges(filter)
    }
    func snapshot(
        of series: UInt32, kind: String, before time: Int64
    ) throws(StorageError) -> StoredSnapshot? {
        try read()
        return try store.snapshot(of: series, kind: kind, before: time)
    }
    func snapshots(
        of series: UInt32, kind: String, in times: ClosedRange<Int64>
    ) throws(StorageError) -> [StoredSnapshot] {
        try read()
        return try store.snapshots(of: series, kind: kind, in: times)
    }
    func add(_ model: StoredModel) throws(StorageError) -> Int { try store.add(model) }
    func model(_ definition: String, version: Int) throws(StorageError) -> StoredModel? {
        try store.model(definition, version: version)
    }
    func models(of definition: String?) throws(StorageError) -> [StoredModel] {
        try store.models(of: definition)
    }
    func champions() throws(StorageError) -> [String: Int] { try store.champions() }
    func championHistory(of definition: String) throws(StorageError) -> [(version: Int, since: Int64)] {
        try store.championHistory(of: definition)
    }
    func commit(_ changes: AlertChanges) throws(StorageError) {
        if let error = alertFailure.withLock({ $0 }) { throw error }
        try store.commit(changes)
    }
    func incidents(_ filter: IncidentFilter) throws(StorageError) -> [StoredIncident] {
        try store.incidents(filter)
    }
    func incident(_ id: Int64) throws(StorageError) -> StoredIncident? { try store.incident(id) }
    func deliveries(in state: String, limit: Int) throws(StorageError) -> [StoredDelivery] {
        try store.deliveries(in: state, limit: limit)
    }
    func deliveries(of incident: Int64) throws(StorageError) -> [StoredDelivery] {
        try store.deliveries(of: incident)
    }
    func silences() throws(StorageError) -> [StoredSilence] { try store.silences() }
    func event(_ id: String) throws(StorageError) -> StoredEvent? { try store.event(id) }
    func events(in times: ClosedRange<Int64>, limit: Int) throws(StorageError) -> [StoredEvent] {
        try store.events(in: times, limit: limit)
    }
    func lastNumbers() throws(StorageError) -> (incident: Int64, delivery: Int64) {
        try store.lastNumbers()
    }
}

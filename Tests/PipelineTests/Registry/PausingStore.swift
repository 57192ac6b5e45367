import Storage
import Synchronization

@testable import Pipeline

/// A store that calls a body before it reads chunks, and can refuse to make a version champion.
final class PausingStore: Store {
    let inner: any Store
    let calls = Atomic<Int>(0)
    let refusesChampions = Atomic(false)
    private let beforeChunks: @Sendable (_ call: Int) -> Void
    private let aroundCrown: @Sendable (_ isDone: Bool) -> Void

    init(
        _ inner: any Store, aroundCrown: @escaping @Sendable (_ isDone: Bool) -> Void = { _ in },
        beforeChunks: @escaping @Sendable (_ call: Int) -> Void = { _ in }
    ) {
        self.inner = inner
        self.aroundCrown = aroundCrown
        self.beforeChunks = beforeChunks
    }

    func chunks(of series: UInt32, in times: ClosedRange<Int64>) throws(StorageError) -> [StoredChunk] {
        beforeChunks(calls.wrappingAdd(1, ordering: .relaxed).newValue)
        return try inner.chunks(of: series, in: times)
    }
    func commit(_ checkpoint: Checkpoint) throws(StorageError) {
        if !checkpoint.champions.isEmpty, refusesChampions.load(ordering: .relaxed) {
            throw .full(path: "test")
        }
        if !checkpoint.champions.isEmpty { aroundCrown(false) }
        try inner.commit(checkpoint)
        if !checkpoint.champions.isEmpty { aroundCrown(true) }
    }
    func series() throws(StorageError) -> [StoredSeries] { try inner.series() }
    func lastChunks() throws(StorageError) -> [StoredChunk] { try inner.lastChunks() }
    func lastChunk(of series: UInt32) throws(StorageError) -> StoredChunk? { try inner.lastChunk(of: series) }
    func firstTime(of series: UInt32) throws(StorageError) -> Int64? { try inner.firstTime(of: series) }
    func journalSegment() throws(StorageError) -> Int { try inner.journalSegment() }
    func expire(_ expiry: Expiry) throws(StorageError) -> Expired { try inner.expire(expiry) }
    func rollups(
        of series: UInt32, _ width: RollupWidth, in times: Range<Int64>
    ) throws(StorageError) -> RollupColumns { try inner.rollups(of: series, width, in: times) }
    func firstRollup(of series: UInt32, _ width: RollupWidth) throws(StorageError) -> Int64? {
        try inner.firstRollup(of: series, width)
    }
    func size() throws(StorageError) -> (points: Int, chunkBytes: Int) { try inner.size() }
    func states() throws(StorageError) -> [StoredState] { try inner.states() }
    func states(of series: UInt32) throws(StorageError) -> [StoredState] { try inner.states(of: series) }
    func anomalies(_ filter: AnomalyFilter) throws(StorageError) -> [StoredAnomaly] {
        try inner.anomalies(filter)
    }

    func levelChanges(_ filter: AnomalyFilter) throws(StorageError) -> [StoredLevelChange] {
        try inner.levelChanges(filter)
    }
    func snapshot(
        of series: UInt32, kind: String, before time: Int64
    ) throws(StorageError) -> StoredSnapshot? {
        try inner.snapshot(of: series, kind: kind, before: time)
    }
    func snapshots(
        of series: UInt32, kind: String, in times: ClosedRange<Int64>
    ) throws(StorageError) -> [StoredSnapshot] {
        try inner.snapshots(of: series, kind: kind, in: times)
    }
    func add(_ model: StoredModel) throws(StorageError) -> Int { try inner.add(model) }
    func model(_ definition: String, version: Int) throws(StorageError) -> StoredModel? {
        try inner.model(definition, version: version)
    }
    func models(of definition: String?) throws(StorageError) -> [StoredModel] {
        try inner.models(of: definition)
    }
    func champions() throws(StorageError) -> [String: Int] { try inner.champions() }
    func championHistory(of definition: String) throws(StorageError) -> [(version: Int, since: Int64)] {
        try inner.championHistory(of: definition)
    }
    func commit(_ changes: AlertChanges) throws(StorageError) { try inner.commit(changes) }
    func incidents(_ filter: IncidentFilter) throws(StorageError) -> [StoredIncident] {
        try inner.incidents(filter)
    }
    func incident(_ id: Int64) throws(StorageError) -> StoredIncident? { try inner.incident(id) }
    func deliveries(in state: String, limit: Int) throws(StorageError) -> [StoredDelivery] {
        try inner.deliveries(in: state, limit: limit)
    }
    func deliveries(of incident: Int64) throws(StorageError) -> [StoredDelivery] {
        try inner.deliveries(of: incident)
    }
    func silences() throws(StorageError) -> [StoredSilence] { try inner.silences() }
    func event(_ id: String) throws(StorageError) -> StoredEvent? { try inner.event(id) }
    func events(in times: ClosedRange<Int64>, limit: Int) throws(StorageError) -> [StoredEvent] {
        try inner.events(in: times, limit: limit)
    }
    func lastNumbers() throws(StorageError) -> (incident: Int64, delivery: Int64) {
        try inner.lastNumbers()
    }
}

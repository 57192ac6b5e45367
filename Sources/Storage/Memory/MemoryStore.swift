import Synchronization

/// A store that lives as long as the process, for tests and for a service without a data directory.
///
/// It answers as ``SQLiteStore`` does; only a loss of power it does not survive.
public final class MemoryStore: Store {
    let content = Mutex(MemoryContent())

    /// An empty store.
    public init() {}

    /// Every series, by number.
    public func series() throws(StorageError) -> [StoredSeries] {
        content.withLock { $0.series.map { StoredSeries(id: $0.key, labels: $0.value) } }
            .sorted { $0.id < $1.id }
    }

    /// The chunks of a series that overlap some times, the earliest first.
    public func chunks(
        of series: UInt32, in times: ClosedRange<Int64>
    ) throws(StorageError) -> [StoredChunk] {
        content.withLock { $0.shelf.chunks(of: series) }
            .filter { $0.first <= times.upperBound && $0.last >= times.lowerBound }
    }

    /// The last chunk of each series.
    public func lastChunks() throws(StorageError) -> [StoredChunk] {
        content.withLock { content in
            content.shelf.series.compactMap { content.shelf.chunks(of: $0).last }
        }
        .sorted { $0.series < $1.series }
    }

    /// The last chunk of one series.
    public func lastChunk(of series: UInt32) throws(StorageError) -> StoredChunk? {
        content.withLock { $0.shelf.heads[series] ?? $0.shelf.rows[series]?.last?.chunk }
    }

    /// The time of the first point of one series.
    public func firstTime(of series: UInt32) throws(StorageError) -> Int64? {
        content.withLock { $0.shelf.chunks(of: series).first?.first }
    }

    /// Takes a checkpoint: all of it, or nothing.
    public func commit(_ checkpoint: Checkpoint) throws(StorageError) {
        try content.withLock { (content) throws(StorageError) in
            // All or nothing: the copy shares its memory until it is changed.
            var next = content
            try next.apply(checkpoint)
            content = next
        }
    }

    /// The journal segment of the last checkpoint.
    public func journalSegment() throws(StorageError) -> Int { content.withLock { $0.journalSegment } }

    /// How many points and bytes of chunks there are. O(*n*) in the number of chunks.
    public func size() throws(StorageError) -> (points: Int, chunkBytes: Int) {
        content.withLock { content in
            let closed = content.shelf.rows.values.joined().map(\.chunk)
            return (closed + content.shelf.heads.values).reduce((points: 0, chunkBytes: 0)) {
                ($0.points + $1.count, $0.chunkBytes + $1.bytes.count)
            }
        }
    }

    /// Every state, by series and kind.
    public func states() throws(StorageError) -> [StoredState] {
        content.withLock { content in
            content.states.sorted { ($0.key.series, $0.key.kind) < ($1.key.series, $1.key.kind) }.map(\.value)
        }
    }

    /// The states of one series.
    public func states(of series: UInt32) throws(StorageError) -> [StoredState] {
        try states().filter { $0.series == series }
    }

    /// The newest snapshot of a kind that was taken before a moment.
    public func snapshot(
        of series: UInt32, kind: String, before time: Int64
    ) throws(StorageError) -> StoredSnapshot? {
        content.withLock { content in
            content.snapshots[MemoryContent.StateKey(series: series, kind: kind)]?.last { $0.time < time }
        }
    }

    /// The snapshots of a kind of some times, the earliest first.
    public func snapshots(
        of series: UInt32, kind: String, in times: ClosedRange<Int64>
    ) throws(StorageError) -> [StoredSnapshot] {
        content.withLock { content in
            let all = content.snapshots[MemoryContent.StateKey(series: series, kind: kind)] ?? []
            return all.filter { times.contains($0.time) }
        }
    }

    /// The anomalies that pass a filter, by their first value, the latest first.
    public func anomalies(_ filter: AnomalyFilter) throws(StorageError) -> [StoredAnomaly] {
        let passing = content.withLock { content in
            content.anomalies.values.filter {
                $0.from <= filter.times.upperBound && $0.to >= filter.times.lowerBound
                    && filter.series?.contains($0.series) ?? true
            }
        }
        return Array(passing.sorted(by: StoredAnomaly.isLater).prefix(max(filter.limit, 0)))
    }

    /// The changes of level that pass a filter, by their moment, the latest first.
    public func levelChanges(_ filter: AnomalyFilter) throws(StorageError) -> [StoredLevelChange] {
        let passing = content.withLock { content in
            content.levelChanges.values.filter {
                $0.at <= filter.times.upperBound && $0.confirmed >= filter.times.lowerBound
                    && filter.series?.contains($0.series) ?? true
            }
        }
        return Array(passing.sorted(by: StoredLevelChange.isLater).prefix(max(filter.limit, 0)))
    }

    /// Keeps a version under the next number of its definition.
    public func add(_ model: StoredModel) throws(StorageError) -> Int {
        content.withLock { content in
            var stored = model
            stored.version = (content.models[model.definition]?.count ?? 0) + 1
            content.models[model.definition, default: []].append(stored)
            return stored.version
        }
    }

    /// One version with its parameters; `nil` when there is none.
    public func model(_ definition: String, version: Int) throws(StorageError) -> StoredModel? {
        content.withLock { $0.models[definition]?.first { $0.version == version } }
    }

    /// The versions of a definition, or of all, without their parameters, by definition and number.
    public func models(of definition: String?) throws(StorageError) -> [StoredModel] {
        let found = content.withLock { content in
            content.models.filter { definition == nil || $0.key == definition }.sorted { $0.key < $1.key }
        }
        return found.flatMap(\.value).map { model in
            var listed = model
            listed.parameters = []
            return listed
        }
    }

    /// The version that is live for each definition that has one.
    public func champions() throws(StorageError) -> [String: Int] {
        content.withLock { $0.champions.compactMapValues { $0.last?.version } }
    }

    /// Which versions of a definition were champion, the latest first.
    public func championHistory(
        of definition: String
    ) throws(StorageError) -> [(version: Int, since: Int64)] {
        content.withLock { $0.champions[definition]?.reversed() ?? [] }
    }
}

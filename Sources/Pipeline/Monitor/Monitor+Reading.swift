public import Query
public import Storage
public import TimeSeries
internal import Synchronization

/// What one series is.
public struct SeriesDescription: Sendable {
    /// Its dense number.
    public var id: UInt32
    /// Its labels.
    public var labels: Labels
    /// The definition that matches it; `nil` for the light tier.
    public var definition: MetricDefinition?
    /// How its samples become values where nobody says otherwise.
    public var aggregation: Aggregation?
}

/// What a monitor holds now.
public struct MonitorStatus: Sendable {
    /// Series that are known.
    public var series = 0
    /// Series whose state is in memory.
    public var seriesInMemory = 0
    /// Bytes of the states in memory.
    public var stateBytes = 0
    /// Bytes of the index of labels.
    public var indexBytes = 0
    /// Points in the store, as of the last checkpoint.
    public var storedPoints = 0
    /// Points that are kept: in the store, or in memory and the journal until the next checkpoint.
    public var keptPoints = 0
    /// Bytes of their chunks.
    public var chunkBytes = 0
    /// Points that wait for shards.
    public var waitingPoints = 0
    /// Bytes that wait for the journal.
    public var waitingBytes = 0
    /// Why points are refused or not brought into the store; `nil` when all is well.
    public var failure: StorageError?
}

extension Monitor {
    /// The series that a selector matches, by number; all when `nil`. O(series).
    public func series(matching selector: Selector?) -> [SeriesDescription] {
        core.withLock { core in
            let ids = selector.map { core.index.matching($0) } ?? Array(0..<UInt32(core.index.count))
            return ids.map { describe($0, core.index) }
        }
    }

    /// What a series is; `nil` when there is none of this number.
    public func series(_ id: UInt32) -> SeriesDescription? {
        core.withLock { $0.index.count > id ? describe(id, $0.index) : nil }
    }

    /// The definitions of the configuration.
    public var definitions: [MetricDefinition] {
        core.withLock { $0.index.definitions.map(\.definition) }
    }

    private func describe(_ id: UInt32, _ index: SeriesIndex) -> SeriesDescription {
        let labels = index.labels(of: id)
        let definition = index.definition(of: id)?.definition
        let name = labels[Labels.metricName] ?? ""
        let aggregation =
            definition?.aggregation(metricName: name) ?? (Counter.isCounter(metricName: name) ? .rate : nil)
        return SeriesDescription(
            id: id, labels: labels, definition: definition, aggregation: aggregation)
    }

    /// The stored points of a series, those in memory included.
    ///
    /// - Parameter times: Milliseconds since 1970, ends included.
    public func points(
        of series: UInt32, in times: ClosedRange<Int64> = Int64.min...Int64.max
    ) throws(StorageError) -> PointColumns {
        // Memory first: what a checkpoint takes from it meanwhile is then in the store, and may come twice, not never.
        // A monitor that has stopped has brought everything into the store.
        let held = shards[Int(series) % shards.count].ask { .read(series, $0) }.wait()
        var parts = held?.runs ?? []
        for chunk in try store.chunks(of: series, in: times) {
            parts.append(try ChunkCodec.decode(chunk.bytes))
        }
        parts += held?.late ?? []
        let joined = parts.count == 1 ? parts[0] : PointColumns(joining: parts)
        let all = held?.rescoring(joined) ?? joined
        guard times != Int64.min...Int64.max else { return all }
        var cut = PointColumns()
        for place in 0..<all.count where times.contains(all.times[place]) {
            cut.append(all.times[place], all.values[place], all.scores[place])
        }
        return cut
    }

    /// The time of the last point of a series, milliseconds since 1970; `nil` when it has none.
    func lastTime(of series: UInt32) throws(StorageError) -> Int64? {
        let held = shards[Int(series) % shards.count].ask { .read(series, $0) }.wait()
        let inMemory = held?.runs.compactMap(\.times.last).max()
        return [inMemory, try store.lastChunk(of: series)?.last].compactMap { $0 }.max()
    }

    /// The time of the first point of a series that is kept, milliseconds since 1970; `nil` when it has none.
    func firstPointTime(of series: UInt32) throws(StorageError) -> Int64? {
        let held = shards[Int(series) % shards.count].ask { .read(series, $0) }.wait()
        let parts = (held?.runs ?? []) + (held?.late ?? [])
        return [parts.compactMap(\.times.first).min(), try store.firstTime(of: series)].compactMap { $0 }
            .min()
    }

    /// Stretches of anomalies, the latest first, those that go on included.
    public func anomalies(_ filter: AnomalyFilter) throws(StorageError) -> [StoredAnomaly] {
        struct Key: Hashable {
            let series: UInt32
            let from: Int64
            let definition: String
        }
        var found: [Key: StoredAnomaly] = [:]
        let reports = report()
        let revisions = reports.flatMap(\.revisions)
        for stored in try store.anomalies(filter) where !revisions.contains(where: { $0.covers(stored) }) {
            var anomaly = stored
            anomaly.isOpen = anomaly.isOpen && isCurrent(anomaly)
            found[Key(series: anomaly.series, from: anomaly.from, definition: anomaly.definition)] = anomaly
        }
        for anomaly in reports.flatMap(\.anomalies) {
            guard filter.series?.contains(anomaly.series) ?? true, anomaly.from <= filter.times.upperBound,
                anomaly.to >= filter.times.lowerBound
            else { continue }
            found[Key(series: anomaly.series, from: anomaly.from, definition: anomaly.definition)] = anomaly
        }
        let sorted = found.values.sorted {
            ($1.from, $0.series, $0.definition) < ($0.from, $1.series, $1.definition)
        }
        return Array(sorted.prefix(max(filter.limit, 0)))
    }

    /// Levels that moved, the latest first.
    public func levelChanges(_ filter: AnomalyFilter) throws(StorageError) -> [StoredLevelChange] {
        struct Key: Hashable {
            let series: UInt32
            let at: Int64
            let definition: String
        }
        var found: [Key: StoredLevelChange] = [:]
        let reports = report()
        let revisions = reports.flatMap(\.revisions)
        let stored = try store.levelChanges(filter).filter { change in
            !revisions.contains { $0.covers(change) }
        }
        for change in stored + reports.flatMap(\.levelChanges) {
            guard filter.series?.contains(change.series) ?? true, change.at <= filter.times.upperBound,
                change.confirmed >= filter.times.lowerBound
            else { continue }
            found[Key(series: change.series, at: change.at, definition: change.definition)] = change
        }
        let sorted = found.values.sorted {
            ($1.at, $0.series, $0.definition) < ($0.at, $1.series, $1.definition)
        }
        return Array(sorted.prefix(max(filter.limit, 0)))
    }

    /// Whether what found an anomaly still judges its series: a definition that was edited or left the configuration
    /// closes nothing any more.
    private func isCurrent(_ anomaly: StoredAnomaly) -> Bool {
        core.withLock { core in
            guard core.index.count > anomaly.series else { return false }
            let now = core.index.definition(of: anomaly.series)
            return now?.definition.name ?? "" == anomaly.definition
                && now?.hash ?? "" == anomaly.definitionHash
        }
    }

    private func report() -> [ShardReport] {
        let promises = shards.map { shard in shard.ask { .report($0) } }
        return promises.compactMap { $0.wait() }
    }

    /// Why no point is accepted until a restart; `nil` when all is well.
    public var lastingFailure: StorageError? { journalist?.failure.withLock { $0 } }

    /// What the monitor holds now; asks no shard, so that nobody waits.
    public var status: MonitorStatus {
        var status = MonitorStatus()
        status.seriesInMemory = shards.reduce(0) { $0 + $1.inMemory.load(ordering: .relaxed) }
        status.stateBytes = status.seriesInMemory * MemoryLayout<StreamSeries>.stride
        (status.series, status.indexBytes) = core.withLock { ($0.index.count, $0.index.bytes) }
        (status.storedPoints, status.chunkBytes) = checkpointer.size.withLock { $0 }
        status.keptPoints =
            checkpointer.pointsAtStart.withLock { $0 } + counters.newest.value + counters.late.value
            - expired.points
        status.waitingPoints = shards.reduce(0) { sum, shard in
            sum + shard.mailbox.weight + shard.unscored.load(ordering: .relaxed)
        }
        status.waitingBytes = journalist?.mailbox.weight ?? 0
        status.failure = journalist?.failure.withLock { $0 } ?? checkpointer.failure.withLock { $0 }
        return status
    }
}

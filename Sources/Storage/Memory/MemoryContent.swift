/// What a ``MemoryStore`` holds, as one value.
struct MemoryContent {
    var journalSegment = 0
    var series: [UInt32: [UInt8]] = [:]
    var shelf = MemoryShelf()
    var states: [StateKey: StoredState] = [:]
    var anomalies: [AnomalyKey: StoredAnomaly] = [:]
    var levelChanges: [AnomalyKey: StoredLevelChange] = [:]
    /// By series and kind, the earliest first.
    var snapshots: [StateKey: [StoredSnapshot]] = [:]
    /// By definition, version 1 first.
    var models: [String: [StoredModel]] = [:]
    /// By definition, the latest last.
    var champions: [String: [(version: Int, since: Int64)]] = [:]
    var alerts = MemoryAlerts()
    private var labels: Set<[UInt8]> = []

    struct StateKey: Hashable {
        let series: UInt32
        let kind: String
    }

    struct AnomalyKey: Hashable {
        let series: UInt32
        let from: Int64
        let definition: String
    }

    /// Applies a checkpoint; after an error the content is of no use.
    mutating func apply(_ checkpoint: Checkpoint) throws(StorageError) {
        for series in checkpoint.series { try add(series) }
        for chunk in checkpoint.chunks {
            try expect(chunk.series)
            try shelf.store(closed: chunk)
        }
        for late in checkpoint.late where late.points.count > 0 { try expect(late.series) }
        try shelf.merge(checkpoint.late)
        for revision in checkpoint.revisions {
            try expect(revision.series)
            try apply(revision)
        }
        for snapshot in checkpoint.snapshots {
            try expect(snapshot.series)
            add(snapshot)
        }
        for head in checkpoint.heads {
            try expect(head.series)
            try shelf.store(head: head)
        }
        for state in checkpoint.states {
            try expect(state.series)
            states[StateKey(series: state.series, kind: StateKind(state.kind).name)] = state
        }
        for anomaly in checkpoint.anomalies {
            try expect(anomaly.series)
            let key = AnomalyKey(series: anomaly.series, from: anomaly.from, definition: anomaly.definition)
            anomalies[key] = anomaly
        }
        for change in checkpoint.levelChanges {
            try expect(change.series)
            let key = AnomalyKey(series: change.series, from: change.at, definition: change.definition)
            levelChanges[key] = change
        }
        for (definition, version) in checkpoint.champions {
            guard version >= 1, version <= models[definition]?.count ?? 0
            else { throw .noModel(definition, version, path: shelf.path) }
            guard champions[definition]?.last?.version != version else { continue }
            champions[definition, default: []].append((version, checkpoint.time))
        }
        journalSegment = checkpoint.journalSegment
    }

    private mutating func apply(_ revision: StoredRevision) throws(StorageError) {
        try shelf.rescore(revision)
        snapshots[StateKey(series: revision.series, kind: StoredSnapshot.stateKind)]?.removeAll {
            $0.time > revision.statesAfter
        }
        let isGone = { (series: UInt32, definition: String, time: Int64) in
            series == revision.series && definition == revision.definition && time >= revision.from
        }
        anomalies = anomalies.filter { !isGone($0.value.series, $0.value.definition, $0.value.from) }
        levelChanges = levelChanges.filter {
            !isGone($0.value.series, $0.value.definition, $0.value.confirmed)
        }
    }

    private mutating func add(_ snapshot: StoredSnapshot) {
        let kind = StateKind(snapshot.kind).name
        for key in snapshots.keys where key.series == snapshot.series {
            snapshots[key]?.removeAll {
                $0.time < snapshot.time - StoredSnapshot.kept || key.kind == kind && $0.time == snapshot.time
            }
        }
        let key = StateKey(series: snapshot.series, kind: kind)
        snapshots[key, default: []].append(snapshot)
        snapshots[key]?.sort { $0.time < $1.time }
    }

    private mutating func add(_ new: StoredSeries) throws(StorageError) {
        if let stored = series[new.id] {
            guard stored == new.labels else { throw .seriesChanged(new.id, path: shelf.path) }
            return
        }
        guard labels.insert(new.labels).inserted else {
            throw .refused(path: shelf.path, reason: "the labels of series \(new.id) are those of another")
        }
        series[new.id] = new.labels
    }

    private func expect(_ id: UInt32) throws(StorageError) {
        guard series[id] != nil else {
            throw .refused(path: shelf.path, reason: "there is no series \(id): add it first")
        }
    }
}

/// Chunks in memory, those of a series by first time.
struct MemoryShelf: ChunkShelf {
    var rollups: [RollupKey: StoredRollup] = [:]
    private(set) var rows: [UInt32: [(chunk: StoredChunk, origin: ChunkOrigin)]] = [:]
    private(set) var heads: [UInt32: StoredChunk] = [:]

    var path: String { "memory" }

    func floor(_ series: UInt32, _ time: Int64) -> ShelvedChunk? {
        let place = end(series, time)
        return place > 0 ? shelved(series, place - 1) : nil
    }

    func next(_ series: UInt32, after time: Int64) -> ShelvedChunk? {
        let place = end(series, time)
        return place < rows[series]?.count ?? 0 ? shelved(series, place) : nil
    }

    func bytes(of chunk: ShelvedChunk) -> [UInt8] {
        rows[chunk.series]?[end(chunk.series, chunk.first) - 1].chunk.bytes ?? []
    }

    mutating func insert(_ chunk: StoredChunk, origin: ChunkOrigin) {
        let place = end(chunk.series, chunk.first)
        rows[chunk.series, default: []].insert((chunk, origin), at: place)
    }

    mutating func remove(_ chunk: ShelvedChunk) {
        let place = end(chunk.series, chunk.first) - 1
        rows[chunk.series]?.remove(at: place)
    }

    mutating func replace(_ old: ShelvedChunk, with chunk: StoredChunk) {
        let place = end(old.series, old.first) - 1
        rows[old.series]?[place] = (chunk, .whole)
    }

    func head(of series: UInt32) -> StoredChunk? { heads[series] }

    mutating func setHead(of series: UInt32, to head: StoredChunk?) { heads[series] = head }

    /// Every chunk of a series, the open one included, the earliest first.
    func chunks(of series: UInt32) -> [StoredChunk] {
        (rows[series] ?? []).map(\.chunk) + (heads[series].map { [$0] } ?? [])
    }

    /// Every series of which there are chunks.
    var series: Set<UInt32> { Set(rows.keys).union(heads.keys) }

    /// The place after the last chunk that begins at a time or before it.
    private func end(_ series: UInt32, _ time: Int64) -> Int {
        guard let chunks = rows[series] else { return 0 }
        var (low, high) = (0, chunks.count)
        while low < high {
            let middle = low + (high - low) / 2
            if chunks[middle].chunk.first <= time { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func shelved(_ series: UInt32, _ place: Int) -> ShelvedChunk? {
        rows[series].map { rows in
            let (chunk, origin) = rows[place]
            return ShelvedChunk(
                series: series, first: chunk.first, last: chunk.last, count: chunk.count,
                byteCount: chunk.bytes.count, origin: origin)
        }
    }
}

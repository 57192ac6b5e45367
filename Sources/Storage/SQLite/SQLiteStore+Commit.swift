extension SQLiteStore {
    /// Stores a checkpoint in one transaction: all of it, or nothing; what it stored survives a loss of
    /// power.
    public func commit(_ checkpoint: Checkpoint) throws(StorageError) {
        try write { (database) throws(StorageError) in
            for series in checkpoint.series { try store(series, in: database) }
            var shelf = SQLiteShelf(database)
            for chunk in checkpoint.chunks { try shelf.store(closed: chunk) }
            try shelf.merge(checkpoint.late)
            try expectSeries(of: checkpoint.heads, in: database)
            for head in checkpoint.heads { try shelf.store(head: head) }
            try shelf.writeHeads()
            for revision in checkpoint.revisions { try apply(revision, on: &shelf, in: database) }
            for snapshot in checkpoint.snapshots { try store(snapshot, in: database) }
            for state in checkpoint.states { try store(state, in: database) }
            for anomaly in checkpoint.anomalies { try store(anomaly, in: database) }
            for change in checkpoint.levelChanges { try store(change, in: database) }
            for champion in checkpoint.champions {
                try promote(champion.definition, champion.version, at: checkpoint.time, in: database)
            }
            try database.run(
                """
                UPDATE meta SET journal_segment = ?, created = coalesce(created, ?), points = points + ?,
                    chunk_bytes = chunk_bytes + ?
                """, .integer(checkpoint.journalSegment), .integer(checkpoint.time), .integer(shelf.points),
                .integer(shelf.chunkBytes))
        }
        trimLog()
    }

    private func store(_ series: StoredSeries, in database: Connection) throws(StorageError) {
        let stored = try database.first("SELECT labels FROM series WHERE id = ?", .integer(series.id)) {
            $0.bytes(0)
        }
        guard stored != series.labels else { return }
        guard stored == nil else { throw .seriesChanged(series.id, path: path) }
        try database.run(
            "INSERT INTO series (id, labels) VALUES (?, ?)", .integer(series.id), .bytes(series.labels))
    }

    /// Blobs of many series name them where no constraint of the database looks.
    private func expectSeries(of heads: [StoredChunk], in database: Connection) throws(StorageError) {
        guard let largest = heads.map(\.series).max() else { return }
        let known = try database.first("SELECT max(id) FROM series") { $0.isNull(0) ? -1 : $0.integer(0) }
        guard largest <= known ?? -1 else {
            throw .refused(path: path, reason: "there is no series \(largest): add it first")
        }
    }

    private func store(_ state: StoredState, in database: Connection) throws(StorageError) {
        let parts = StateKind(state.kind)
        try database.run(
            """
            INSERT INTO state (series, kind, version, bytes) VALUES (?, ?, ?, ?)
            ON CONFLICT (series, kind) DO UPDATE SET version = excluded.version, bytes = excluded.bytes
            """, .integer(state.series), .text(parts.name), parts.version.map { .text($0) } ?? .null,
            .bytes(SealedBytes.seal(state.bytes)))
    }

    private func store(_ anomaly: StoredAnomaly, in database: Connection) throws(StorageError) {
        try database.run(
            """
            REPLACE INTO anomaly (series, first, definition, last, count, open, peak, value, expected, lower,
                upper, score, p_value, direction, evidence, definition_hash, began, revision)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, .integer(anomaly.series), .integer(anomaly.from), .text(anomaly.definition),
            .integer(anomaly.to), .integer(anomaly.count), .integer(anomaly.isOpen ? 1 : 0),
            .integer(anomaly.peak), .real(anomaly.value), .real(anomaly.expected), .real(anomaly.lower),
            .real(anomaly.upper), .real(anomaly.score), .real(anomaly.pValue),
            .integer(Int64(anomaly.direction)), .text(anomaly.evidence), .text(anomaly.definitionHash),
            .integer(anomaly.began), .integer(anomaly.revision))
    }

    private func promote(
        _ definition: String, _ version: Int, at time: Int64, in database: Connection
    ) throws(StorageError) {
        let exists = try database.first(
            "SELECT 1 FROM model WHERE definition = ? AND version = ?", .text(definition), .integer(version)
        ) { _ in true }
        guard exists != nil else { throw .noModel(definition, version, path: path) }
        let current = try database.first(
            "SELECT version FROM champion WHERE definition = ? ORDER BY place DESC LIMIT 1", .text(definition)
        ) { $0.integer(0) }
        guard current != Int64(version) else { return }
        try database.run(
            "INSERT INTO champion (definition, version, since) VALUES (?, ?, ?)", .text(definition),
            .integer(version), .integer(time))
    }
}

/// The parts of ``StoredState/kind``: whose state it is, and in which version.
struct StateKind {
    let name: String
    let version: String?

    init(_ kind: String) {
        let parts = kind.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        name = String(parts[0])
        version = parts.count > 1 ? String(parts[1]) : nil
    }
}

extension StorageError {
    static func seriesChanged(_ id: UInt32, path: String) -> StorageError {
        .refused(path: path, reason: "series \(id) is stored with other labels, which never change")
    }

    static func noModel(_ definition: String, _ version: Int, path: String) -> StorageError {
        .refused(path: path, reason: "\(definition) has no model of version \(version): add it first")
    }
}

extension SQLiteStore {
    /// The newest snapshot of a kind that was taken before a moment.
    public func snapshot(
        of series: UInt32, kind: String, before time: Int64
    ) throws(StorageError) -> StoredSnapshot? {
        try read { (database) throws(StorageError) in
            try database.first(
                SQLiteStore.snapshotColumns
                    + " WHERE series = ? AND kind = ? AND time < ? ORDER BY time DESC LIMIT 1",
                .integer(series), .text(kind), .integer(time), body: snapshot)
        }
    }

    /// The snapshots of a kind of some times, the earliest first.
    public func snapshots(
        of series: UInt32, kind: String, in times: ClosedRange<Int64>
    ) throws(StorageError) -> [StoredSnapshot] {
        try read { (database) throws(StorageError) in
            try database.all(
                SQLiteStore.snapshotColumns
                    + " WHERE series = ? AND kind = ? AND time BETWEEN ? AND ? ORDER BY time",
                .integer(series), .text(kind), .integer(times.lowerBound), .integer(times.upperBound),
                body: snapshot)
        }
    }

    private static let snapshotColumns = "SELECT series, time, kind, version, bytes FROM snapshot"

    private func snapshot(_ row: borrowing Statement) throws(StorageError) -> StoredSnapshot {
        StoredSnapshot(
            series: try row.number(0), time: row.integer(1),
            kind: row.text(2) + (row.isNull(3) ? "" : "/" + row.text(3)),
            bytes: try row.sealed(
                4, of: "the snapshot of series \(row.integer(0)) at \(row.integer(1))", in: path))
    }

    /// Stores one; those of its series that are too old for any replay go.
    func store(_ snapshot: StoredSnapshot, in database: Connection) throws(StorageError) {
        let parts = StateKind(snapshot.kind)
        try database.run(
            "REPLACE INTO snapshot (series, time, kind, version, bytes) VALUES (?, ?, ?, ?, ?)",
            .integer(snapshot.series), .integer(snapshot.time), .text(parts.name),
            parts.version.map { .text($0) } ?? .null, .bytes(SealedBytes.seal(snapshot.bytes)))
        try database.run(
            "DELETE FROM snapshot WHERE series = ? AND time < ?", .integer(snapshot.series),
            .integer(snapshot.time - StoredSnapshot.kept))
    }

    /// Takes back what was said of a series, and writes the scores that are said instead.
    func apply(
        _ revision: StoredRevision, on shelf: inout SQLiteShelf, in database: Connection
    ) throws(StorageError) {
        try shelf.rescore(revision)
        try database.run(
            "DELETE FROM snapshot WHERE series = ? AND kind = ? AND time > ?", .integer(revision.series),
            .text(StoredSnapshot.stateKind), .integer(revision.statesAfter))
        try database.run(
            "DELETE FROM anomaly WHERE series = ? AND definition = ? AND first >= ?",
            .integer(revision.series), .text(revision.definition), .integer(revision.from))
        try database.run(
            "DELETE FROM level_change WHERE series = ? AND definition = ? AND confirmed >= ?",
            .integer(revision.series), .text(revision.definition), .integer(revision.from))
    }
}

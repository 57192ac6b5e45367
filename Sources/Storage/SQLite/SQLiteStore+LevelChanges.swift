extension SQLiteStore {
    /// The changes of level that pass a filter, by their moment, the latest first.
    public func levelChanges(_ filter: AnomalyFilter) throws(StorageError) -> [StoredLevelChange] {
        let limit = max(filter.limit, 0)
        let times = filter.times
        guard let series = filter.series else {
            return try read { (database) throws(StorageError) in
                try database.all(
                    SQLiteStore.levelChangeColumns + """
                         WHERE at <= ? AND confirmed >= ? ORDER BY at DESC, series, definition LIMIT ?
                        """, .integer(times.upperBound), .integer(times.lowerBound), .integer(limit),
                    body: SQLiteStore.levelChange)
            }
        }
        return try read { (database) throws(StorageError) in
            var found: [StoredLevelChange] = []
            for id in series {
                found += try database.all(
                    SQLiteStore.levelChangeColumns + """
                         WHERE series = ? AND at <= ? AND confirmed >= ? ORDER BY at DESC, definition LIMIT ?
                        """, .integer(id), .integer(times.upperBound), .integer(times.lowerBound),
                    .integer(limit), body: SQLiteStore.levelChange)
            }
            return Array(found.sorted(by: StoredLevelChange.isLater).prefix(limit))
        }
    }

    /// Stores one; it replaces that of the same series, moment and definition.
    func store(_ change: StoredLevelChange, in database: Connection) throws(StorageError) {
        try database.run(
            """
            REPLACE INTO level_change (series, at, definition, confirmed, count, before, after)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """, .integer(change.series), .integer(change.at), .text(change.definition),
            .integer(change.confirmed), .integer(change.count), .real(change.before), .real(change.after))
    }

    private static let levelChangeColumns =
        "SELECT series, at, confirmed, count, before, after, definition FROM level_change"

    private static func levelChange(_ row: borrowing Statement) throws(StorageError) -> StoredLevelChange {
        StoredLevelChange(
            series: try row.number(0), at: row.integer(1), confirmed: row.integer(2),
            count: try row.number(3), before: row.real(4), after: row.real(5), definition: row.text(6))
    }
}

extension StoredLevelChange {
    /// The order of answers: the latest first, then by series and definition.
    static func isLater(_ a: StoredLevelChange, _ b: StoredLevelChange) -> Bool {
        (b.at, a.series, a.definition) < (a.at, b.series, b.definition)
    }
}

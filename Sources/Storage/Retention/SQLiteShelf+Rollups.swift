extension SQLiteShelf: RollupShelf {
    func rollup(
        _ series: UInt32, _ width: RollupWidth, at first: Int64
    ) throws(StorageError) -> RollupColumns? {
        try database.first(
            "SELECT bytes FROM rollup WHERE series = ? AND width = ? AND first = ?", .integer(series),
            .integer(width.rawValue), .integer(first)
        ) { (row) throws(StorageError) in
            try SQLiteStore.rollup(row, column: 0, series: series, first: first, path: path)
        }
    }

    mutating func put(_ rollup: StoredRollup) throws(StorageError) {
        try database.run(
            "REPLACE INTO rollup (series, width, first, last, count, bytes) VALUES (?, ?, ?, ?, ?, ?)",
            .integer(rollup.series), .integer(rollup.width.rawValue), .integer(rollup.first),
            .integer(rollup.last), .integer(rollup.count), .bytes(SealedBytes.seal(rollup.bytes)))
    }

    func firstBlock(_ series: UInt32, _ width: RollupWidth) throws(StorageError) -> Int64? {
        try database.first(
            "SELECT first FROM rollup WHERE series = ? AND width = ? ORDER BY first LIMIT 1",
            .integer(series),
            .integer(width.rawValue)
        ) { $0.integer(0) }
    }

    mutating func removeRollup(
        _ series: UInt32, _ width: RollupWidth, at first: Int64
    ) throws(StorageError) {
        try database.run(
            "DELETE FROM rollup WHERE series = ? AND width = ? AND first = ?", .integer(series),
            .integer(width.rawValue), .integer(first))
    }
}

extension SQLiteStore {
    /// Lets go of some of what is old, in one transaction; freed pages are used again by what comes.
    public func expire(_ expiry: Expiry) throws(StorageError) -> Expired {
        let expired = try write { (database) throws(StorageError) -> Expired in
            var expired = Expired()
            var left = expiry.most
            if let before = expiry.recordsBefore {
                expired.records = try Self.expireRecords(before: before, most: expiry.most, in: database)
                left = max(left - expired.records, 1)
            }
            var shelf = SQLiteShelf(database)
            let series = try database.all(
                "SELECT id FROM series WHERE id >= ? ORDER BY id LIMIT ?", .integer(expiry.from),
                .integer(expiry.mostSeries + 1)
            ) { (row) throws(StorageError) in try row.number(0, UInt32.self) }
            for id in series.prefix(expiry.mostSeries) {
                try shelf.expire(id, expiry, left: &left, &expired)
                guard left > 0 else {
                    expired.next = id
                    break
                }
            }
            if left > 0, series.count > expiry.mostSeries { expired.next = series.last }
            if expired.points > 0 {
                try database.run(
                    "UPDATE meta SET points = points + ?, chunk_bytes = chunk_bytes + ?",
                    .integer(shelf.points), .integer(shelf.chunkBytes))
            }
            return expired
        }
        trimLog()
        return expired
    }

    /// Anomalies and changes of level that are over, and incidents that are resolved, with their deliveries.
    private static func expireRecords(
        before: Int64, most: Int, in database: Connection
    ) throws(StorageError) -> Int {
        let anomalies = try database.all(
            """
            SELECT series, first, definition FROM anomaly WHERE first < ? AND last < ? AND open = 0
            ORDER BY first LIMIT ?
            """, .integer(before), .integer(before), .integer(most)
        ) { ($0.integer(0), $0.integer(1), $0.text(2)) }
        for (series, first, definition) in anomalies {
            try database.run(
                "DELETE FROM anomaly WHERE series = ? AND first = ? AND definition = ?", .integer(series),
                .integer(first), .text(definition))
        }
        let changes = try database.all(
            """
            SELECT series, at, definition FROM level_change WHERE at < ? AND confirmed < ? ORDER BY at LIMIT ?
            """, .integer(before), .integer(before), .integer(most)
        ) { ($0.integer(0), $0.integer(1), $0.text(2)) }
        for (series, at, definition) in changes {
            try database.run(
                "DELETE FROM level_change WHERE series = ? AND at = ? AND definition = ?", .integer(series),
                .integer(at), .text(definition))
        }
        let incidents = try database.all(
            "SELECT id FROM incident WHERE opened < ? AND resolved < ? ORDER BY opened LIMIT ?",
            .integer(before), .integer(before), .integer(most)
        ) { $0.integer(0) }
        for id in incidents {
            try database.run("DELETE FROM delivery WHERE incident = ?", .integer(id))
            try database.run("DELETE FROM incident WHERE id = ?", .integer(id))
        }
        return anomalies.count + changes.count + incidents.count
    }

    /// The rollups of a series that begin in some times, the earliest first.
    public func rollups(
        of series: UInt32, _ width: RollupWidth, in times: Range<Int64>
    ) throws(StorageError) -> RollupColumns {
        try read { (database) throws(StorageError) in
            var all = RollupColumns()
            let first = width.block(of: times.lowerBound)
            try database.each(
                """
                SELECT first, bytes FROM rollup WHERE series = ? AND width = ? AND first >= ? AND first < ?
                ORDER BY first
                """, .integer(series), .integer(width.rawValue), .integer(first), .integer(times.upperBound)
            ) { (row) throws(StorageError) in
                all.append(
                    try Self.rollup(row, column: 1, series: series, first: row.integer(0), path: path),
                    in: times)
            }
            return all
        }
    }

    /// When the first interval of the rollups of a series begins.
    public func firstRollup(of series: UInt32, _ width: RollupWidth) throws(StorageError) -> Int64? {
        try read { (database) throws(StorageError) in
            try database.first(
                "SELECT first, bytes FROM rollup WHERE series = ? AND width = ? ORDER BY first LIMIT 1",
                .integer(series), .integer(width.rawValue)
            ) { (row) throws(StorageError) in
                try Self.rollup(row, column: 1, series: series, first: row.integer(0), path: path).times.first
            } ?? nil
        }
    }

    static func rollup(
        _ row: borrowing Statement, column: Int32, series: UInt32, first: Int64, path: String
    ) throws(StorageError) -> RollupColumns {
        let name = "the rollup of series \(series) at \(first)"
        let bytes = try row.sealed(column, of: name, in: path)
        do throws(StorageError) {
            return try RollupCodec.decode(bytes)
        } catch {
            guard case .corrupt(_, let detail) = error else { throw error }
            throw .corrupt(path: path, detail: "\(name): \(detail)")
        }
    }
}

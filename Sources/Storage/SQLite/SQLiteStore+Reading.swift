extension SQLiteStore {
    /// Every series, by number.
    public func series() throws(StorageError) -> [StoredSeries] {
        try read { (database) throws(StorageError) in
            try database.all("SELECT id, labels FROM series ORDER BY id") { (row) throws(StorageError) in
                StoredSeries(id: try row.number(0), labels: row.bytes(1))
            }
        }
    }

    /// The chunks of a series that overlap some times, the earliest first.
    public func chunks(
        of series: UInt32, in times: ClosedRange<Int64>
    ) throws(StorageError) -> [StoredChunk] {
        try read { (database) throws(StorageError) in
            // Chunks do not overlap: only the last that begins before the range may reach into it.
            let below = try SQLiteShelf(database).floor(series, times.lowerBound)
            let first = below.flatMap { $0.last >= times.lowerBound ? $0.first : nil } ?? times.lowerBound
            let closed = try database.all(
                """
                SELECT series, first, last, count, bytes FROM chunk
                WHERE series = ? AND first BETWEEN ? AND ? ORDER BY first
                """, .integer(series), .integer(first), .integer(times.upperBound), body: chunk)
            guard let head = try head(of: series, in: database), head.first <= times.upperBound,
                head.last >= times.lowerBound
            else { return closed }
            return closed + [head]
        }
    }

    /// Columns as of `chunk(_:)`; CROSS makes it walk the series and look up one chunk of each, not walk all
    /// chunks.
    static let lastChunksQuery = """
        SELECT c.series, c.first, c.last, c.count, c.bytes FROM series s CROSS JOIN chunk c
        ON c.series = s.id AND c.first = (SELECT max(l.first) FROM chunk l WHERE l.series = s.id)
        ORDER BY s.id
        """

    /// The last chunk of each series.
    public func lastChunks() throws(StorageError) -> [StoredChunk] {
        try read { (database) throws(StorageError) in
            var last = try database.all(SQLiteStore.lastChunksQuery, body: chunk)
            var heads: [StoredChunk] = []
            try database.eachHeadGroup { heads += $0.heads }
            guard !heads.isEmpty else { return last }
            var place = 0
            // Both by series.
            for index in last.indices {
                while place < heads.count, heads[place].series < last[index].series { place += 1 }
                if place < heads.count, heads[place].series == last[index].series {
                    last[index] = heads[place]
                }
            }
            let found = Set(last.map(\.series))
            last += heads.filter { !found.contains($0.series) }
            return last.sorted { $0.series < $1.series }
        }
    }

    /// The open chunk of one series; `nil` when there is none.
    private func head(of series: UInt32, in database: Connection) throws(StorageError) -> StoredChunk? {
        try database.headGroup(HeadGroup.number(of: series), only: series)?[series]
    }

    /// The last chunk of one series.
    public func lastChunk(of series: UInt32) throws(StorageError) -> StoredChunk? {
        try lastChunks(of: series, limit: 1).first
    }

    /// The last chunks of one series, at most so many, the earliest first.
    public func lastChunks(of series: UInt32, limit: Int) throws(StorageError) -> [StoredChunk] {
        guard limit > 0 else { return [] }
        return try read { (database) throws(StorageError) in
            let head = try head(of: series, in: database)
            guard head == nil || limit > 1 else { return head.map { [$0] } ?? [] }
            let closed = try lastClosed(series, limit - (head == nil ? 0 : 1), in: database)
            return closed.reversed() + (head.map { [$0] } ?? [])
        }
    }

    /// What some series go on from. Each group of open chunks is read once for neighbours that follow one another.
    public func pasts(of series: [UInt32]) throws(StorageError) -> [StoredPast] {
        try read { (database) throws(StorageError) in
            var pasts: [StoredPast] = []
            pasts.reserveCapacity(series.count)
            var group: HeadGroup?
            for id in series {
                let number = HeadGroup.number(of: id)
                if group?.number != number {
                    group = try database.headGroup(number) ?? HeadGroup(number: number)
                }
                let last =
                    if let head = group?[id] { head } else { try lastClosed(id, 1, in: database).first }
                pasts.append(StoredPast(last: last, states: try states(of: id, in: database)))
            }
            return pasts
        }
    }

    /// The last full chunks of one series, the latest first.
    private func lastClosed(
        _ series: UInt32, _ limit: Int, in database: Connection
    ) throws(StorageError) -> [StoredChunk] {
        try database.all(
            """
            SELECT series, first, last, count, bytes FROM chunk
            WHERE series = ? ORDER BY first DESC LIMIT ?
            """, .integer(series), .integer(limit), body: chunk)
    }

    /// The time of the first point of one series: one look into the key of the chunks.
    public func firstTime(of series: UInt32) throws(StorageError) -> Int64? {
        try read { (database) throws(StorageError) in
            let closed = try database.first(
                "SELECT first FROM chunk WHERE series = ? ORDER BY first LIMIT 1", .integer(series)
            ) { $0.integer(0) }
            return if let closed { closed } else { try head(of: series, in: database)?.first }
        }
    }

    /// The journal segment with which replay begins; 0 for a new store.
    public func journalSegment() throws(StorageError) -> Int {
        try read { (database) throws(StorageError) in
            try database.first("SELECT journal_segment FROM meta") { Int($0.integer(0)) } ?? 0
        }
    }

    /// How many points and bytes of chunks are stored. O(1).
    public func size() throws(StorageError) -> (points: Int, chunkBytes: Int) {
        try read { (database) throws(StorageError) in
            let sizes = try database.first("SELECT points, chunk_bytes FROM meta") {
                (points: Int($0.integer(0)), chunkBytes: Int($0.integer(1)))
            }
            return sizes ?? (0, 0)
        }
    }

    /// Every state, by series and kind.
    public func states() throws(StorageError) -> [StoredState] {
        try read { (database) throws(StorageError) in
            try database.all(
                "SELECT series, kind, version, bytes FROM state ORDER BY series, kind",
                body: state)
        }
    }

    /// The states of one series.
    public func states(of series: UInt32) throws(StorageError) -> [StoredState] {
        try read { (database) throws(StorageError) in try states(of: series, in: database) }
    }

    private func states(
        of series: UInt32, in database: Connection
    ) throws(StorageError) -> [StoredState] {
        try database.all(
            "SELECT series, kind, version, bytes FROM state WHERE series = ? ORDER BY kind",
            .integer(series), body: state)
    }

    private func state(_ row: borrowing Statement) throws(StorageError) -> StoredState {
        StoredState(
            series: try row.number(0), kind: row.text(1) + (row.isNull(2) ? "" : "/" + row.text(2)),
            bytes: try row.sealed(3, of: "the state of series \(row.integer(0))", in: path))
    }

    /// The anomalies that pass a filter, by their first value, the latest first.
    public func anomalies(_ filter: AnomalyFilter) throws(StorageError) -> [StoredAnomaly] {
        let limit = max(filter.limit, 0)
        let times = filter.times
        guard let series = filter.series else {
            return try read { (database) throws(StorageError) in
                try database.all(
                    SQLiteStore.anomalyColumns + """
                         WHERE first <= ? AND last >= ? ORDER BY first DESC, series, definition LIMIT ?
                        """, .integer(times.upperBound), .integer(times.lowerBound), .integer(limit),
                    body: SQLiteStore.anomaly)
            }
        }
        return try read { (database) throws(StorageError) in
            var found: [StoredAnomaly] = []
            for id in series {
                found += try database.all(
                    SQLiteStore.anomalyColumns + """
                         WHERE series = ? AND first <= ? AND last >= ? ORDER BY first DESC, definition LIMIT ?
                        """, .integer(id), .integer(times.upperBound), .integer(times.lowerBound),
                    .integer(limit), body: SQLiteStore.anomaly)
            }
            return Array(found.sorted(by: StoredAnomaly.isLater).prefix(limit))
        }
    }

    private func chunk(_ row: borrowing Statement) throws(StorageError) -> StoredChunk {
        StoredChunk(
            series: try row.number(0), first: row.integer(1), last: row.integer(2), count: try row.number(3),
            bytes: try row.sealed(
                4, of: "the chunk of series \(row.integer(0)) at \(row.integer(1))", in: path))
    }

    private static let anomalyColumns = """
        SELECT series, first, last, count, open, peak, value, expected, lower, upper, score, p_value,
            direction, evidence, definition, definition_hash,
            coalesce(began, first), revision FROM anomaly
        """

    private static func anomaly(_ row: borrowing Statement) throws(StorageError) -> StoredAnomaly {
        StoredAnomaly(
            series: try row.number(0), from: row.integer(1), to: row.integer(2),
            began: row.integer(16), count: try row.number(3),
            isOpen: row.integer(4) != 0, peak: row.integer(5), value: row.real(6), expected: row.real(7),
            lower: row.real(8), upper: row.real(9), score: row.real(10), pValue: row.real(11),
            direction: try row.number(12), evidence: row.text(13), definition: row.text(14),
            definitionHash: row.text(15), revision: try row.number(17))
    }
}

extension StoredAnomaly {
    /// The order of answers: the latest first, then by series and definition.
    static func isLater(_ a: StoredAnomaly, _ b: StoredAnomaly) -> Bool {
        (b.from, a.series, a.definition) < (a.from, b.series, b.definition)
    }
}

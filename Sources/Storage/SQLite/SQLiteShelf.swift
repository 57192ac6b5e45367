/// The table of chunks inside a transaction, and how much its size has changed.
struct SQLiteShelf: ChunkShelf {
    let database: Connection
    /// What was added, less what was removed.
    private(set) var points = 0
    private(set) var chunkBytes = 0

    var path: String { database.path }

    init(_ database: Connection) {
        self.database = database
    }

    func floor(_ series: UInt32, _ time: Int64) throws(StorageError) -> ShelvedChunk? {
        try database.first(
            """
            SELECT first, last, count, length(bytes), origin FROM chunk
            WHERE series = ? AND first <= ? ORDER BY first DESC LIMIT 1
            """, .integer(series), .integer(time)
        ) { (row) throws(StorageError) in try shelved(row, series) }
    }

    func next(_ series: UInt32, after time: Int64) throws(StorageError) -> ShelvedChunk? {
        try database.first(
            """
            SELECT first, last, count, length(bytes), origin FROM chunk
            WHERE series = ? AND first > ? ORDER BY first LIMIT 1
            """, .integer(series), .integer(time)
        ) { (row) throws(StorageError) in try shelved(row, series) }
    }

    func bytes(of chunk: ShelvedChunk) throws(StorageError) -> [UInt8] {
        let bytes = try database.first(
            "SELECT bytes FROM chunk WHERE series = ? AND first = ?", .integer(chunk.series),
            .integer(chunk.first)
        ) { (row) throws(StorageError) in
            try row.sealed(0, of: "the chunk of series \(chunk.series) at \(chunk.first)", in: path)
        }
        return bytes ?? []
    }

    mutating func insert(_ chunk: StoredChunk, origin: ChunkOrigin) throws(StorageError) {
        try put(chunk, origin)
        points += chunk.count
        chunkBytes += chunk.bytes.count
    }

    mutating func replace(_ old: ShelvedChunk, with chunk: StoredChunk) throws(StorageError) {
        try put(chunk, .whole)
        points += chunk.count - old.count
        chunkBytes += chunk.bytes.count - old.byteCount
    }

    mutating func remove(_ chunk: ShelvedChunk) throws(StorageError) {
        try database.run(
            "DELETE FROM chunk WHERE series = ? AND first = ?", .integer(chunk.series), .integer(chunk.first))
        points -= chunk.count
        chunkBytes -= chunk.byteCount
    }

    private func put(_ chunk: StoredChunk, _ origin: ChunkOrigin) throws(StorageError) {
        try database.run(
            "REPLACE INTO chunk (series, first, last, count, origin, bytes) VALUES (?, ?, ?, ?, ?, ?)",
            .integer(chunk.series), .integer(chunk.first), .integer(chunk.last), .integer(chunk.count),
            .integer(origin.rawValue), .bytes(SealedBytes.seal(chunk.bytes)))
    }

    private func shelved(_ row: borrowing Statement, _ series: UInt32) throws(StorageError) -> ShelvedChunk {
        guard let origin = ChunkOrigin(rawValue: row.integer(4)) else {
            throw .corrupt(path: path, detail: "a chunk of series \(series) of origin \(row.integer(4))")
        }
        return ShelvedChunk(
            series: series, first: row.integer(0), last: row.integer(1), count: try row.number(2),
            byteCount: try row.number(3) - SealedBytes.overhead, origin: origin)
    }
}

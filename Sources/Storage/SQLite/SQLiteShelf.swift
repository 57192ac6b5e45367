/// The table of chunks inside a transaction, and how much its size has changed.
struct SQLiteShelf: ChunkShelf {
    let database: Connection
    /// What was added, less what was removed.
    private(set) var points = 0
    private(set) var chunkBytes = 0
    /// Groups of open chunks as they will be, and which of them changed.
    private var groups: [UInt32: HeadGroup] = [:]
    private var changed: Set<UInt32> = []

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

    mutating func head(of series: UInt32) throws(StorageError) -> StoredChunk? {
        try load(HeadGroup.number(of: series))
        return groups[HeadGroup.number(of: series)]?[series]
    }

    mutating func setHead(of series: UInt32, to head: StoredChunk?) throws(StorageError) {
        let number = HeadGroup.number(of: series)
        let old = try self.head(of: series)
        guard old != nil || head != nil else { return }
        groups[number, default: HeadGroup(number: number)][series] = head
        changed.insert(number)
        points += (head?.count ?? 0) - (old?.count ?? 0)
        chunkBytes += (head?.bytes.count ?? 0) - (old?.bytes.count ?? 0)
    }

    private mutating func load(_ number: UInt32) throws(StorageError) {
        guard groups[number] == nil else { return }
        groups[number] = try database.headGroup(number) ?? HeadGroup(number: number)
    }

    /// Writes the open chunks that were set; nothing is stored of them before.
    mutating func writeHeads() throws(StorageError) {
        for number in changed.sorted() {
            guard let group = groups[number] else { continue }
            if group.heads.isEmpty {
                try database.run("DELETE FROM head WHERE place = ?", .integer(number))
            } else {
                try database.run(
                    "REPLACE INTO head (place, bytes) VALUES (?, ?)", .integer(number),
                    .bytes(SealedBytes.seal(group.bytes)))
            }
        }
        changed = []
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

extension Connection {
    /// The open chunks of some neighbouring series; `nil` when there are none.
    ///
    /// - Parameter series: The only series that is wanted; every one when `nil`.
    func headGroup(_ number: UInt32, only series: UInt32? = nil) throws(StorageError) -> HeadGroup? {
        try first("SELECT place, bytes FROM head WHERE place = ?", .integer(number)) {
            (row) throws(StorageError) in
            try headGroup(row, only: series)
        }
    }

    /// Every group of open chunks, in order.
    func eachHeadGroup(_ body: (HeadGroup) throws(StorageError) -> Void) throws(StorageError) {
        try each("SELECT place, bytes FROM head ORDER BY place") { (row) throws(StorageError) in
            try body(try headGroup(row, only: nil))
        }
    }

    private func headGroup(
        _ row: borrowing Statement, only series: UInt32?
    ) throws(StorageError) -> HeadGroup {
        let number: UInt32 = try row.number(0)
        guard number <= .max / HeadGroup.size else {
            throw .corrupt(path: path, detail: "open chunks of group \(number)")
        }
        let name = "of series \(number * HeadGroup.size) and its neighbours"
        let bytes = try row.sealed(1, of: "the blob of open chunks \(name)", in: path)
        do throws(StorageError) {
            return try HeadGroup(number: number, bytes: bytes, only: series)
        } catch {
            guard case .corrupt(_, let detail) = error else { throw error }
            throw .corrupt(path: path, detail: "the open chunks \(name): \(detail)")
        }
    }
}

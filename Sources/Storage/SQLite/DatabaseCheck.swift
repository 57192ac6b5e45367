import TimeSeries

/// Whether a file is a sound database of this program; the check changes no byte beside it or in it.
enum DatabaseCheck {
    /// Up to this size every page is read, a second or so. Above it, all tables but the chunks are: reading
    /// those would hold up a start by minutes, a crash cannot harm them (the log is synced first), and a
    /// damaged chunk is found when it is decoded.
    private static let wholeBytes = 256 << 20
    private static let headerBytes = 100
    private static let magic = Array("SQLite format 3".utf8) + [0]

    /// What the first bytes of a database say.
    struct Header {
        /// Whether writes go to a log first; backups have none.
        let usesLog: Bool
    }

    /// Checks a database that nobody writes now; one with a log left by a crash is read through that log.
    ///
    /// - Parameter isBackup: Whether it is a copy, which has no log and is always read as a whole.
    /// - Returns: The segment with which replay of the journal begins.
    /// - Throws: ``StorageError/corrupt(path:detail:)``, ``StorageError/newer(path:found:known:)``,
    ///   ``StorageError/refused(path:reason:)`` for the database of another program or a log that is
    ///   not its own.
    @discardableResult
    static func run(_ path: String, isBackup: Bool = false) throws(StorageError) -> Int {
        let header = try header(path)
        let log = DataFiles.bytes(path + "-wal") ?? 0
        if isBackup, log > 0 {
            throw .refused(
                path: path, reason: "belongs to a running service: make a backup of it, and use that")
        }
        if !header.usesLog, log > 0 {
            let reason = "\(path)-wal was left by another database: move it away to use this one"
            throw .refused(path: path, reason: reason)
        }
        return try examine(path, log: log, whole: isBackup, usesLog: header.usesLog)
    }

    /// How many points a sound database without a log has, and the bytes of their chunks.
    static func size(of path: String) throws(StorageError) -> (points: Int, chunkBytes: Int) {
        let database = try Connection(path, try header(path).usesLog ? .frozen : .read)
        let size = try database.first("SELECT points, chunk_bytes FROM meta") {
            (points: Int($0.integer(0)), chunkBytes: Int($0.integer(1)))
        }
        return size ?? (0, 0)
    }

    /// Reads the header, without SQLite.
    static func header(_ path: String) throws(StorageError) -> Header {
        let bytes = try DataFiles.read(path, atMost: headerBytes)
        guard bytes.count == headerBytes, bytes.starts(with: magic) else {
            let size = DataFiles.bytes(path) ?? 0
            throw .corrupt(path: path, detail: "its \(size) bytes do not begin as a database does")
        }
        let application = bytes[68..<72].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        guard application == UInt32(bitPattern: Schema.applicationID) else {
            let mark = String(application, radix: 16)
            let reason =
                "is the database of another program (application id \(mark)): choose another directory"
            throw .refused(path: path, reason: reason)
        }
        return Header(usesLog: bytes[18] == 2)
    }

    private static func examine(_ path: String, log: Int, whole: Bool, usesLog: Bool) throws(StorageError)
        -> Int
    {
        let database: Connection
        if log > 0 {
            // Reading through a log needs the right to write. An index in memory instead of a file beside the
            // database, and no tidying up at the end, leave everything as it is.
            database = try Connection(path, .write)
            database.keepLogOnClose(true)
            try database.run("PRAGMA locking_mode = EXCLUSIVE")
        } else {
            database = try Connection(path, usesLog ? .frozen : .read)
        }
        let version = try Schema.number("user_version", of: database)
        guard version <= Schema.version else {
            throw .newer(path: path, found: version, known: Schema.version)
        }
        guard version > 0, try Schema.number("application_id", of: database) == Int(Schema.applicationID)
        else {
            throw .corrupt(path: path, detail: "its format has number \(version)")
        }
        let isSmall = (DataFiles.bytes(path) ?? 0) + log < wholeBytes
        if whole || isSmall {
            try expectSound("PRAGMA quick_check(1)", database)
            try expectReadable(database)
            if version >= 4 { try expectReadableHeads(database) }
            if version >= 2 { try expectReadableAlerts(database) }
            if version >= 6 { try expectReadableRollups(database) }
        } else {
            for table in Schema.tables(of: version) {
                try expectSound("PRAGMA quick_check('\(table)')", database)
            }
        }
        return try database.first("SELECT journal_segment FROM meta") { Int($0.integer(0)) } ?? 0
    }

    /// Reads what a start reads, the labels and the last chunk of every series, and the checksum of every chunk and
    /// state.
    private static func expectReadable(_ database: Connection) throws(StorageError) {
        try database.each("SELECT id, labels FROM series") { (row) throws(StorageError) in
            do throws(LabelBytesError) {
                _ = try Labels(encoded: row.bytes(1).span)
            } catch {
                throw .corrupt(
                    path: database.path, detail: "the labels of series \(row.integer(0)): \(error)")
            }
        }
        try database.each("SELECT series, first, bytes FROM chunk") { (row) throws(StorageError) in
            _ = try row.sealed(
                2, of: "the chunk of series \(row.integer(0)) at \(row.integer(1))", in: database.path)
        }
        try database.each("SELECT series, bytes FROM state") { (row) throws(StorageError) in
            _ = try row.sealed(1, of: "the state of series \(row.integer(0))", in: database.path)
        }
        try database.each(SQLiteStore.lastChunksQuery) { (row) throws(StorageError) in
            let id = row.integer(0)
            do throws(StorageError) {
                _ = try ChunkCodec.decode(row.sealed(4, of: "it", in: database.path))
            } catch {
                guard case .corrupt(_, let detail) = error else { throw error }
                throw .corrupt(path: database.path, detail: "the last chunk of series \(id): \(detail)")
            }
        }
    }

    /// Reads every open chunk.
    private static func expectReadableHeads(_ database: Connection) throws(StorageError) {
        try database.eachHeadGroup { (group) throws(StorageError) in
            for head in group.heads {
                do throws(StorageError) {
                    _ = try ChunkCodec.decode(head.bytes)
                } catch {
                    guard case .corrupt(_, let detail) = error else { throw error }
                    throw .corrupt(
                        path: database.path, detail: "the open chunk of series \(head.series): \(detail)")
                }
            }
        }
    }

    /// Reads the checksum of every incident, delivery, silence and event.
    private static func expectReadableAlerts(_ database: Connection) throws(StorageError) {
        for (table, name) in [
            ("incident", "id"), ("delivery", "sequence"), ("silence", "id"), ("event", "id"),
        ] {
            try database.each("SELECT \(name), bytes FROM \(table)") { (row) throws(StorageError) in
                _ = try row.sealed(1, of: "\(table) \(row.text(0))", in: database.path)
            }
        }
    }

    /// Reads the checksum of every block of rollups.
    private static func expectReadableRollups(_ database: Connection) throws(StorageError) {
        try database.each("SELECT series, first, bytes FROM rollup") { (row) throws(StorageError) in
            _ = try row.sealed(
                2, of: "the rollup of series \(row.integer(0)) at \(row.integer(1))", in: database.path)
        }
    }

    private static func expectSound(_ check: String, _ database: Connection) throws(StorageError) {
        let answer = try database.first(check) { $0.text(0) } ?? "no answer"
        guard answer == "ok" else { throw .corrupt(path: database.path, detail: answer) }
    }
}

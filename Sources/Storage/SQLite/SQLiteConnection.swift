import CSQLite

/// A connection to one database file, with its prepared statements.
///
/// `@unchecked Sendable`: only one thread at a time uses it. ``SQLiteStore`` keeps the writer in a `Mutex`
/// and lends each reader to one caller; the rest of the module uses connections where they are opened.
final class Connection: @unchecked Sendable {
    /// What a connection may do.
    enum Mode {
        /// Read and write, and make the file.
        case create
        /// Read and write.
        case write
        /// Read, next to a writer.
        case read
        /// Read a file that nobody writes: no lock, no log, no other file.
        case frozen
    }

    let path: String
    private let handle: OpaquePointer
    private var idle: [String: OpaquePointer] = [:]
    /// How long another process may keep a lock before it is an error.
    private static let patienceMilliseconds: Int32 = 5_000

    /// Opens a database.
    ///
    /// - Throws: ``StorageError`` with the words of SQLite; nothing is open then.
    init(_ path: String, _ mode: Mode) throws(StorageError) {
        self.path = path
        var name = path
        var flags = SQLITE_OPEN_NOMUTEX
        switch mode {
        case .create: flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        case .write: flags |= SQLITE_OPEN_READWRITE
        case .read: flags |= SQLITE_OPEN_READONLY
        case .frozen:
            flags |= SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
            name = "file:" + Connection.escaped(path) + "?immutable=1"
        }
        var opened: OpaquePointer?
        let code = sqlite3_open_v2(name, &opened, flags, nil)
        guard code == SQLITE_OK, let opened else {
            let error = StorageError.sqlite(code, on: opened, path: path, sql: "open")
            sqlite3_close_v2(opened)
            throw error
        }
        handle = opened
        sqlite3_extended_result_codes(handle, 1)
        sqlite3_busy_timeout(handle, Connection.patienceMilliseconds)
    }

    deinit {
        for statement in idle.values { sqlite3_finalize(statement) }
        sqlite3_close_v2(handle)
    }

    /// Runs a statement with some values, and ignores its rows.
    func run(_ sql: String, _ values: SQLValue...) throws(StorageError) {
        try Statement(sql, on: self).run(values)
    }

    /// Calls `body` for each row of a statement.
    func each(
        _ sql: String, _ values: SQLValue..., body: (borrowing Statement) throws(StorageError) -> Void
    ) throws(StorageError) {
        let statement = try Statement(sql, on: self)
        try statement.bind(values)
        while try statement.step() { try body(statement) }
    }

    /// What `body` makes of the first row of a statement; `nil` without one.
    func first<T>(
        _ sql: String, _ values: SQLValue..., body: (borrowing Statement) throws(StorageError) -> T
    ) throws(StorageError) -> T? {
        let statement = try Statement(sql, on: self)
        try statement.bind(values)
        return try statement.step() ? try body(statement) : nil
    }

    /// What `body` makes of each row of a statement.
    func all<T>(
        _ sql: String, _ values: SQLValue..., body: (borrowing Statement) throws(StorageError) -> T
    ) throws(StorageError) -> [T] {
        let statement = try Statement(sql, on: self)
        try statement.bind(values)
        var rows: [T] = []
        while try statement.step() { rows.append(try body(statement)) }
        return rows
    }

    /// Runs `body` in one transaction: all of it is stored, or nothing.
    ///
    /// - Parameter writes: Whether to wait for the right to write before anything is read.
    func transaction<T>(
        writes: Bool, _ body: () throws(StorageError) -> T
    ) throws(StorageError) -> T {
        try run(writes ? "BEGIN IMMEDIATE" : "BEGIN")
        do throws(StorageError) {
            let result = try body()
            try run("COMMIT")
            return result
        } catch {
            // Some errors have rolled back already.
            if sqlite3_get_autocommit(handle) == 0 { sqlite3_exec(handle, "ROLLBACK", nil, nil, nil) }
            throw error
        }
    }

    /// Whether closing the last connection leaves the write-ahead log as it is.
    func keepLogOnClose(_ keep: Bool) {
        _ = bellwether_keep_log_on_close(handle, keep ? 1 : 0)
    }

    /// The error of a result code of this connection.
    func error(_ code: Int32, _ sql: String) -> StorageError {
        .sqlite(code, on: handle, path: path, sql: sql)
    }

    // MARK: - Prepared statements

    /// A statement that nobody uses; it is the caller's until it is given to `keep`.
    func prepared(_ sql: String) throws(StorageError) -> OpaquePointer {
        if let statement = idle.removeValue(forKey: sql) { return statement }
        var statement: OpaquePointer?
        let code = sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
        guard code == SQLITE_OK, let statement else { throw error(code, sql) }
        return statement
    }

    /// Takes a statement back. The same one may be in use twice at once, then the second is let go.
    func keep(_ statement: OpaquePointer, for sql: String) {
        if let twin = idle.updateValue(statement, forKey: sql) { sqlite3_finalize(twin) }
    }

    /// A path as part of a URI.
    private static func escaped(_ path: String) -> String {
        let digits = Array("0123456789ABCDEF")
        return path.utf8.reduce(into: "") { text, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."),
                UInt8(ascii: "-"),
                UInt8(ascii: "_"):
                text.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                text += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
    }
}

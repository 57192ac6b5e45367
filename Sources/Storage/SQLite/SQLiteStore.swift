import Synchronization

/// All that Bellwether keeps, in one SQLite database with a write-ahead log.
///
/// One connection writes, one caller at a time; readers have connections of their own and never wait for it:
/// each sees the store as of the last commit before it began. A commit survives a loss of power (`synchronous
/// = FULL`). After the device has failed to make a write durable, every later write is refused with
/// ``StorageError/syncFailed(path:reason:)``: what the system then says of earlier ones cannot be trusted.
///
/// The store keeps its ``DataDirectory``, and thereby the lock on it, for as long as it lives.
public final class SQLiteStore: Store {
    /// Where the database is.
    public let directory: DataDirectory
    let path: String
    private let writer: Mutex<Writer>
    private let idle = Mutex<[Connection]>([])

    private struct Writer {
        let database: Connection
        var failure: StorageError?
    }

    /// More readers than these at a time open connections that are closed again.
    private static let mostIdle = 4
    /// The log is written back to the database when it has so many pages, and then is at most so long.
    private static let logPages = 4096
    private static let logBytes = 64 << 20
    private static let cacheKibibytes = 32 << 10

    /// Opens the database of a directory, which has checked it; makes it if there is none, and brings it to
    /// the format of this version.
    ///
    /// - Throws: ``StorageError``; a new database is either made completely or not at all.
    public init(_ directory: DataDirectory) throws(StorageError) {
        self.directory = directory
        path = directory.databasePath
        if DataFiles.bytes(path) == nil { try Schema.create(path) }
        let database = try Connection(path, .write)
        try Schema.migrate(database)
        try Schema.useLog(database)
        try database.run("PRAGMA synchronous = FULL")
        try database.run("PRAGMA foreign_keys = ON")
        try database.run("PRAGMA wal_autocheckpoint = \(SQLiteStore.logPages)")
        try database.run("PRAGMA journal_size_limit = \(SQLiteStore.logBytes)")
        try database.run("PRAGMA cache_size = -\(SQLiteStore.cacheKibibytes)")
        writer = Mutex(Writer(database: database))
    }

    deinit {
        // The writer is the last to close: only it may write the log back.
        idle.withLock { $0.removeAll() }
    }

    /// Runs `body` in one transaction of the writer.
    func write<T: Sendable>(
        _ body: (Connection) throws(StorageError) -> T
    ) throws(StorageError) -> T {
        try writer.withLock { (writer) throws(StorageError) -> T in
            if let failure = writer.failure { throw failure }
            let database = writer.database
            do throws(StorageError) {
                return try database.transaction(writes: true) { () throws(StorageError) in try body(database)
                }
            } catch {
                if case .syncFailed = error { writer.failure = error }
                throw error
            }
        }
    }

    /// Writes a log that has grown long back to the database, and cuts it: left alone it stays as long as its largest
    /// commit. What a reader still needs of it is left; the commit itself is durable already.
    func trimLog() {
        guard DataFiles.bytes(path + "-wal") ?? 0 > SQLiteStore.logBytes else { return }
        writer.withLock { writer in
            guard writer.failure == nil else { return }
            try? writer.database.run("PRAGMA wal_checkpoint(TRUNCATE)")
        }
    }

    /// Runs `body` on a connection that nobody else uses, in one transaction.
    func read<T>(_ body: (Connection) throws(StorageError) -> T) throws(StorageError) -> T {
        let kept = idle.withLock { $0.popLast() }
        let database = if let kept { kept } else { try Connection(path, .read) }
        let result = try database.transaction(writes: false) { () throws(StorageError) in try body(database) }
        idle.withLock { if $0.count < SQLiteStore.mostIdle { $0.append(database) } }
        return result
    }
}

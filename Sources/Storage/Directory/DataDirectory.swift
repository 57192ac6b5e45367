import Glibc

/// The directory that one process at a time keeps its data in, locked for as long as the value lives.
///
/// | name | content |
/// |---|---|
/// | `lock` | who holds the directory |
/// | `bellwether.db` | the database, with its log `-wal` and the index `-shm` of that |
/// | `journal/` | what has arrived since the last checkpoint |
/// | `service.json` | where the service answers |
public final class DataDirectory: Sendable {
    /// As it was given, without a slash at the end.
    public let path: String
    private let lock: DirectoryLock

    static let databaseName = "bellwether.db"
    static let journalName = "journal"
    private static let serviceName = "service.json"
    private static let longestService = 64 << 10

    /// The database file, which may not be there yet.
    public var databasePath: String { path + "/" + DataDirectory.databaseName }
    /// The directory of the journal.
    public var journalPath: String { path + "/" + DataDirectory.journalName }
    private var servicePath: String { path + "/" + DataDirectory.serviceName }

    private init(path: String, lock: consuming DirectoryLock) {
        self.path = path
        self.lock = lock
    }

    /// Takes a directory, or makes it when only the last part of its path is missing.
    ///
    /// What is there is checked first: a directory that is refused is left byte for byte as it was. A
    /// database is read as a whole up to 256 MiB, in about a second; of a larger one all but the chunks. Of the
    /// journal all is read that is to be replayed.
    ///
    /// - Parameters:
    ///   - path: Of the directory.
    ///   - holder: Who takes it, one line for whoever comes second, as `bellwether serve, process 812`.
    /// - Throws: ``StorageError/locked(path:holder:)``, ``StorageError/readOnly(path:)``,
    ///   ``StorageError/full(path:)``, ``StorageError/corrupt(path:detail:)``,
    ///   ``StorageError/newer(path:found:known:)``, ``StorageError/refused(path:reason:)`` when it is not a
    ///   directory or holds the files of something else, ``StorageError/file(operation:path:reason:)``.
    public static func open(_ path: String, holder: String) throws(StorageError) -> DataDirectory {
        let path = withoutSlashes(path)
        let isNew = try DirectoryChecks.makeIfMissing(path)
        do throws(StorageError) {
            return try take(path, holder: holder)
        } catch {
            if isNew { rmdir(path) }
            throw error
        }
    }

    private static func take(_ path: String, holder: String) throws(StorageError) -> DataDirectory {
        try DirectoryChecks.expectWritable(path)
        try DirectoryChecks.expectOurs(path, database: databaseName)
        let lock = try DirectoryLock(of: path)
        do throws(StorageError) {
            try DirectoryChecks.expectRoom(path)
            let database = path + "/" + databaseName
            if DataFiles.bytes(database) != nil {
                let segment = try DatabaseCheck.run(database)
                try DirectoryChecks.expectSoundJournal(path + "/" + journalName, from: segment)
            }
        } catch {
            lock.undo()
            throw error
        }
        try lock.write(holder: holder)
        let directory = DataDirectory(path: path, lock: lock)
        guard mkdir(directory.journalPath, 0o750) == 0 || errno == EEXIST else {
            throw DataFiles.error("make the directory", directory.journalPath)
        }
        try DataFiles.sync(path)
        return directory
    }

    /// Writes where the service answers, for commands that want to go through it; replaces what was there.
    public func publish(_ service: ServiceDescription) throws(StorageError) {
        let draft = servicePath + ".new"
        try DataFiles.write(service.json, to: draft)
        try DataFiles.rename(draft, to: servicePath)
    }

    /// Takes that back.
    public func unpublish() throws(StorageError) {
        try DataFiles.remove(servicePath)
    }

    /// Where the service of a directory answers; `nil` when nobody holds it, or has not said.
    public static func service(of path: String) -> ServiceDescription? {
        let path = withoutSlashes(path)
        guard DirectoryLock.isHeld(path),
            let bytes = try? DataFiles.read(path + "/" + serviceName, atMost: longestService)
        else { return nil }
        return ServiceDescription(json: bytes)
    }

    private static func withoutSlashes(_ path: String) -> String {
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        return path.isEmpty ? "." : path
    }
}

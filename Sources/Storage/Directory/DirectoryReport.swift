/// What lies in a data directory, found without changing a byte and without opening a file for writing.
public struct DirectoryReport: Sendable {
    /// Who holds the directory, in its own words; `nil` when nobody does.
    public private(set) var holder: String?
    /// Where the service that holds it answers, when it has said so.
    public private(set) var service: ServiceDescription?
    /// Bytes of the database; `nil` without one.
    public private(set) var databaseBytes: Int?
    /// Bytes of the database's log, which a crash leaves and the next start reads.
    public private(set) var logBytes = 0
    /// Bytes of the journal, and its segments.
    public private(set) var journal = (bytes: 0, segments: 0)
    /// Points in the database and the bytes of their chunks, as far as it was read.
    public private(set) var size: (points: Int, chunkBytes: Int)?
    /// Whether the content of the database was read; not while somebody writes it, nor past a log.
    public private(set) var isDatabaseRead = false

    /// Looks at a directory that exists.
    ///
    /// - Throws: ``StorageError/corrupt(path:detail:)``, ``StorageError/newer(path:found:known:)``,
    ///   ``StorageError/refused(path:reason:)`` for the files of something else,
    ///   ``StorageError/readOnly(path:)`` and ``StorageError/file(operation:path:reason:)`` for what cannot
    ///   be read.
    /// - Complexity: Reads all of the journal and of a database up to 256 MiB, unless a process holds them.
    public init(of path: String) throws(StorageError) {
        try DirectoryChecks.expectOurs(path, database: DataDirectory.databaseName)
        let database = path + "/" + DataDirectory.databaseName
        let journalPath = path + "/" + DataDirectory.journalName
        databaseBytes = DataFiles.bytes(database)
        logBytes = DataFiles.bytes(database + "-wal") ?? 0
        let segments = DataFiles.bytes(journalPath) == nil ? [] : try Journal.segments(in: journalPath)
        for number in segments {
            // A checkpoint may just have removed it.
            journal.bytes += DataFiles.bytes(JournalSegment.path(number, in: journalPath)) ?? 0
        }
        journal.segments = segments.count
        if DirectoryLock.isHeld(path) {
            holder = DirectoryLock.holder(of: path) ?? "another process"
            service = DataDirectory.service(of: path)
            return
        }
        var first = segments.first ?? 0
        if databaseBytes != nil {
            if logBytes == 0 {
                first = try DatabaseCheck.run(database)
                isDatabaseRead = true
                size = try DatabaseCheck.size(of: database)
            } else {
                _ = try DatabaseCheck.header(database)
            }
        }
        try DirectoryChecks.expectSoundJournal(journalPath, from: first)
    }
}

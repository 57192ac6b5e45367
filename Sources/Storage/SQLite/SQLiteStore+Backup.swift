import Glibc

extension SQLiteStore {
    /// Writes a consistent copy of a database to a new file, while a service may write to it.
    ///
    /// The copy is as of the last commit before it began; what the journal holds since then is not in it. It
    /// has no log and needs no other file. Takes room for the whole copy, and about as long as writing it.
    ///
    /// - Parameters:
    ///   - database: The file `bellwether.db` of a data directory.
    ///   - path: Of the copy, on any device. The name is given to it when it is complete and durable.
    /// - Throws: ``StorageError/refused(path:reason:)`` when the destination exists; ``StorageError``.
    public static func backup(database: String, to path: String) throws(StorageError) {
        guard DataFiles.bytes(path) == nil else { throw DataFiles.exists(path) }
        _ = try DatabaseCheck.header(database)
        let draft = "\(path).\(getpid()).new"
        try Schema.removeDraft(draft)
        do throws(StorageError) {
            try vacuum(database, into: draft)
            try DataFiles.sync(draft)
            try DataFiles.renameToNew(draft, to: path)
        } catch {
            unlink(draft)
            throw error
        }
    }

    private static func vacuum(_ path: String, into draft: String) throws(StorageError) {
        let database = try Connection(path, .write)
        // A database that cannot be read is not tidied up either.
        database.keepLogOnClose(true)
        try database.run("VACUUM INTO ?", .text(draft))
        database.keepLogOnClose(false)
    }

    /// Makes a backup the database of a directory that has none.
    ///
    /// The backup is read as a whole first. Replay of a journal begins anew: the directory must hold none.
    ///
    /// - Throws: ``StorageError/refused(path:reason:)`` when the directory has a database or a journal or the
    /// backup
    ///   is not one, ``StorageError/corrupt(path:detail:)``, ``StorageError/newer(path:found:known:)``,
    ///   ``StorageError/locked(path:holder:)``, ``StorageError``.
    public static func restore(backup: String, into directory: String) throws(StorageError) {
        do throws(StorageError) {
            try DatabaseCheck.run(backup, isBackup: true)
        } catch {
            guard case .corrupt(let path, let detail) = error else { throw error }
            throw .refused(path: path, reason: "this backup is damaged, use another one: \(detail)")
        }
        let target = try DataDirectory.open(directory, holder: "bellwether restore, process \(getpid())")
        guard DataFiles.bytes(target.databasePath) == nil else {
            throw .refused(
                path: directory,
                reason: "has a database already: restore into a new directory, or move it away")
        }
        guard try DataFiles.names(in: target.journalPath).isEmpty else {
            throw .refused(path: target.journalPath, reason: "holds a journal of other data: move it away")
        }
        let draft = target.databasePath + ".new"
        try Schema.removeDraft(draft)
        do throws(StorageError) {
            try DataFiles.copy(backup, to: draft)
            try prepare(draft)
            try DataFiles.sync(draft)
            try DataFiles.rename(draft, to: target.databasePath)
        } catch {
            unlink(draft)
            throw error
        }
    }

    /// Brings a restored database to this version, with a log, and to the begin of a new journal.
    private static func prepare(_ path: String) throws(StorageError) {
        let database = try Connection(path, .write)
        try Schema.migrate(database)
        try database.run("UPDATE meta SET journal_segment = 0")
        try Schema.useLog(database)
    }
}

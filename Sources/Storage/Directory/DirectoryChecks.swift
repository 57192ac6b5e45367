import Glibc

/// What must hold of a directory before anything is stored in it.
enum DirectoryChecks {
    /// So much room there must be at the least, in bytes: a new database, its log with the index of that, and a
    /// segment of the journal take half of it.
    private static let leastRoom = 512 << 10
    private static let mostNames = 3

    /// Makes a directory whose parent exists.
    ///
    /// - Returns: Whether it was missing.
    /// - Throws: ``StorageError/refused(path:reason:)`` when something else has the name.
    static func makeIfMissing(_ path: String) throws(StorageError) -> Bool {
        var status = stat()
        if stat(path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFDIR else {
                throw .refused(path: path, reason: "is not a directory: choose another")
            }
            return false
        }
        guard errno == ENOENT else { throw DataFiles.error("look at", path) }
        guard mkdir(path, 0o750) == 0 else {
            let code = errno
            guard code == ENOENT else { throw DataFiles.error("make the directory", path, code: code) }
            let reason = "its parent \(DataFiles.parent(path)) is missing: make that first"
            throw .file(operation: "make the directory", path: path, reason: reason)
        }
        return true
    }

    /// Asks for the right to write, and whether the file system has it too.
    static func expectWritable(_ path: String) throws(StorageError) {
        var system = statvfs()
        guard statvfs(path, &system) == 0 else { throw DataFiles.error("look at", path) }
        guard system.f_flag & UInt(ST_RDONLY) == 0 else { throw .readOnly(path: path) }
        guard access(path, R_OK | W_OK | X_OK) == 0 else { throw DataFiles.error("write to", path) }
    }

    /// Refuses a directory that belongs to something else: it has files, but neither our database nor our
    /// lock.
    static func expectOurs(_ path: String, database: String) throws(StorageError) {
        let names = try DataFiles.names(in: path).filter { $0 != "lost+found" }
        let lock = path + "/" + DirectoryLock.fileName
        if names.isEmpty || names.contains(database) || DirectoryLock.isOurs(lock) { return }
        // A process that ended between making the lock and writing to it.
        if names == [DirectoryLock.fileName], DataFiles.bytes(lock) == 0 { return }
        let shown = names.prefix(mostNames).joined(separator: ", ")
        let more = names.count > mostNames ? " and \(names.count - mostNames) more" : ""
        throw .refused(
            path: path,
            reason: "holds files of something else (\(shown)\(more)): choose an empty or a new directory")
    }

    /// Writes, syncs and removes a small file.
    static func expectRoom(_ path: String) throws(StorageError) {
        let probe = path + "/room.new"
        do throws(StorageError) {
            // Not zeros, which some file systems store without any room.
            try DataFiles.write(
                (0..<leastRoom).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }, to: probe)
        } catch {
            guard case .full = error else { throw error }
            throw .full(path: path)
        }
        try DataFiles.remove(probe)
    }

    /// Reads what would be replayed; half a record at the end, as a crash leaves it, is no damage.
    ///
    /// - Parameter segment: Where replay begins.
    static func expectSoundJournal(_ path: String, from segment: Int) throws(StorageError) {
        guard DataFiles.bytes(path) != nil else { return }
        _ = try Journal.replay(in: path, from: segment) { _ throws(StorageError) in }
    }
}

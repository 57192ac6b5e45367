import Glibc

/// The file `lock` of a data directory, locked with `flock` for as long as the value lives.
///
/// Its first line says that the directory is ours, its second who holds it. The file itself stays.
struct DirectoryLock: ~Copyable {
    private let file: Int32
    private let path: String
    /// Whether the file was not there before.
    let isNew: Bool

    static let fileName = "lock"
    private static let mark = "bellwether"
    private static let longest = 4096
    /// Who asks whether a service runs holds the lock for a moment, which is no reason to give up.
    private static let attempts = 5
    private static let pauseMicroseconds: UInt32 = 20_000

    /// Takes the lock of a directory, whose content stays as it is.
    ///
    /// - Throws: ``StorageError/locked(path:holder:)`` with what the holder wrote.
    init(of directory: String) throws(StorageError) {
        let path = directory + "/" + DirectoryLock.fileName
        let isNew = DataFiles.bytes(path) == nil
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o640)
        guard file >= 0 else { throw DataFiles.error("open", path) }
        for attempt in 1...DirectoryLock.attempts {
            if flock(file, LOCK_EX | LOCK_NB) == 0 { break }
            let code = errno
            if code == EWOULDBLOCK, attempt < DirectoryLock.attempts {
                usleep(DirectoryLock.pauseMicroseconds)
                continue
            }
            close(file)
            guard code == EWOULDBLOCK else { throw DataFiles.error("lock", path, code: code) }
            throw .locked(path: directory, holder: DirectoryLock.holder(path))
        }
        (self.file, self.path, self.isNew) = (file, path, isNew)
    }

    deinit { close(file) }

    /// Writes who holds the lock.
    borrowing func write(holder: String) throws(StorageError) {
        let line = String(holder.map { $0.isNewline ? " " : $0 })
        guard ftruncate(file, 0) == 0, lseek(file, 0, SEEK_SET) == 0 else {
            throw DataFiles.error("write", path)
        }
        let failure = DataFiles.fill(file, Array("\(DirectoryLock.mark)\n\(line)\n".utf8)[...])
        guard failure == 0 else { throw DataFiles.error("write", path, code: failure) }
    }

    /// Removes the file if it was not there before, so that a refused directory is as it was.
    borrowing func undo() {
        if isNew { unlink(path) }
    }

    /// Whether a file is a lock of this program.
    static func isOurs(_ path: String) -> Bool {
        lines(path).first == mark
    }

    /// Whether somebody holds the lock of a directory.
    static func isHeld(_ directory: String) -> Bool {
        let file = open(directory + "/" + fileName, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        return flock(file, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
    }

    /// What the holder of a directory wrote into its lock; `nil` when that is not ours.
    static func holder(of directory: String) -> String? { holder(directory + "/" + fileName) }

    private static func holder(_ path: String) -> String? {
        let lines = lines(path)
        return lines.count > 1 && lines[0] == mark && !lines[1].isEmpty ? lines[1] : nil
    }

    private static func lines(_ path: String) -> [String] {
        guard let bytes = try? DataFiles.read(path, atMost: longest) else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            .map(String.init)
    }
}

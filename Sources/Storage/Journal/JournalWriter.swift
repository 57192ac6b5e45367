internal import Glibc

/// Appends records to the journal; what it has appended survives a loss of power.
///
/// It has one owner, which calls it from one thread at a time. A process that limits the size of files should
/// ignore SIGXFSZ: it is then told of the limit as of a full device.
public struct JournalWriter: ~Copyable, Sendable {
    /// The segment that is written.
    public private(set) var segment: Int
    /// How long that segment is.
    public private(set) var bytes: Int

    private let directory: String
    private let system: JournalSystem
    private var file: Int32
    /// What every later call throws, once durability is in doubt.
    private var failure: StorageError?

    /// The most buffers of one call. Linux takes 1,024; each is a level of the stack here.
    private static let mostParts = 128
    private static let permissions: mode_t = 0o640

    /// Creates a segment, which must not exist yet.
    ///
    /// - Throws: ``StorageError/file(operation:path:reason:)``, ``StorageError/full(path:)``,
    ///   ``StorageError/readOnly(path:)``, ``StorageError/syncFailed(path:reason:)``; no file is left then.
    public init(directory: String, segment: Int) throws(StorageError) {
        try self.init(directory: directory, segment: segment, system: .real)
    }

    /// The same with other calls of the system.
    init(directory: String, segment: Int, system: JournalSystem) throws(StorageError) {
        precondition(segment >= 0, "segment \(segment)")
        file = try Self.create(segment, in: directory, system)
        self.segment = segment
        self.directory = directory
        self.system = system
        bytes = JournalSegment.head.count
    }

    deinit { close(file) }

    /// Appends records in one gathered write and makes them durable.
    ///
    /// A loss of power before it returns may keep any of their pages. Of a group of one record replay can tell
    /// that from damage; of several it takes a later record that is whole for proof of damage.
    ///
    /// - Parameter frames: Records as ``Journal/frame(_:)`` makes them.
    /// - Throws: ``StorageError/full(path:)`` or ``StorageError/file(operation:path:reason:)`` when they could
    ///   not be written: none of them is in the journal, and a later call may succeed.
    ///   ``StorageError/syncFailed(path:reason:)`` when they may or may not be durable; every later call
    ///   throws the same, because the system forgets what it could not write.
    public mutating func append(_ frames: [[UInt8]]) throws(StorageError) {
        if let failure { throw failure }
        guard !frames.isEmpty else { return }
        let path = JournalSegment.path(segment, in: directory)
        let (written, code) = Self.write(frames, to: file, at: bytes, system)
        guard code == 0 else {
            let undone = system.truncate(file, bytes)
            if undone != 0 { throw fail(path, "truncate: " + JournalFile.reason(undone)) }
            throw JournalFile.error("write", path, code)
        }
        let synced = Self.sync(file, system)
        guard synced == 0 else { throw fail(path, JournalFile.reason(synced)) }
        bytes += written
    }

    /// Goes on in a new segment, which must not exist yet; the old one stays as it is.
    ///
    /// - Parameter segment: One more than ``segment``.
    /// - Throws: As the initialiser; the writer then stays with its segment. What an earlier
    ///   ``append(_:)`` threw when durability was in doubt.
    public mutating func rotate(to segment: Int) throws(StorageError) {
        precondition(segment == self.segment + 1, "segment \(segment) after \(self.segment)")
        if let failure { throw failure }
        let next = try Self.create(segment, in: directory, system)
        close(file)
        file = next
        self.segment = segment
        bytes = JournalSegment.head.count
    }

    private mutating func fail(_ path: String, _ reason: String) -> StorageError {
        let error = StorageError.syncFailed(path: path, reason: reason)
        failure = error
        return error
    }

    // MARK: - Files

    /// A new segment with its head, durable.
    private static func create(
        _ segment: Int, in directory: String, _ system: JournalSystem
    ) throws(StorageError) -> Int32 {
        let path = JournalSegment.path(segment, in: directory)
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, permissions)
        guard file >= 0 else { throw JournalFile.error("create", path) }
        do throws(StorageError) {
            let (_, code) = write([JournalSegment.head], to: file, at: 0, system)
            guard code == 0 else { throw JournalFile.error("write", path, code) }
            let synced = sync(file, system)
            guard synced == 0 else {
                throw StorageError.syncFailed(path: path, reason: JournalFile.reason(synced))
            }
            try JournalFile.syncDirectory(directory)
        } catch {
            close(file)
            unlink(path)
            throw error
        }
        return file
    }

    private static func sync(_ file: Int32, _ system: JournalSystem) -> Int32 {
        while true {
            let code = system.sync(file)
            if code != EINTR { return code }
        }
    }

    /// Writes all frames, many in one call: how many bytes, and the error number that ended it, or 0.
    private static func write(
        _ frames: [[UInt8]], to file: Int32, at place: Int, _ system: JournalSystem
    ) -> (bytes: Int, code: Int32) {
        var total = 0
        for first in stride(from: 0, to: frames.count, by: mostParts) {
            var parts: [iovec] = []
            let group = frames[first..<min(first + mostParts, frames.count)]
            let (written, code) = gather(group, &parts) { writeAll(&$0, to: file, at: place + total, system) }
            total += written
            guard code == 0 else { return (total, code) }
        }
        return (total, 0)
    }

    /// Calls `body` with the places in memory of all frames, each held in place by one level of the stack.
    private static func gather(
        _ frames: ArraySlice<[UInt8]>, _ parts: inout [iovec],
        _ body: (inout [iovec]) -> (bytes: Int, code: Int32)
    ) -> (bytes: Int, code: Int32) {
        guard let first = frames.first else { return body(&parts) }
        return first.withUnsafeBytes { bytes in
            parts.append(
                iovec(iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count))
            return gather(frames.dropFirst(), &parts, body)
        }
    }

    /// Calls until everything is written or one fails; a call may write a part.
    private static func writeAll(
        _ parts: inout [iovec], to file: Int32, at place: Int, _ system: JournalSystem
    ) -> (bytes: Int, code: Int32) {
        var next = 0
        var total = 0
        while next < parts.count {
            if parts[next].iov_len == 0 {
                next += 1
                continue
            }
            let result = parts.withUnsafeBufferPointer {
                system.write(file, UnsafeBufferPointer(rebasing: $0[next...]), place + total)
            }
            if result == -Int(EINTR) { continue }
            // A device that takes nothing and gives no reason has no room.
            guard result > 0 else { return (total, result == 0 ? ENOSPC : Int32(-result)) }
            total += result
            var rest = result
            while rest > 0 {
                let taken = min(rest, parts[next].iov_len)
                parts[next].iov_base = parts[next].iov_base?.advanced(by: taken)
                parts[next].iov_len -= taken
                rest -= taken
                if parts[next].iov_len == 0 { next += 1 }
            }
        }
        return (total, 0)
    }
}

internal import Glibc

/// Calls of the system on files of the journal, with errors that say what was asked of which file.
enum JournalFile {
    /// What the system said about an operation on a path.
    static func error(_ operation: String, _ path: String, _ code: Int32 = errno) -> StorageError {
        switch code {
        case ENOSPC, EDQUOT, EFBIG: .full(path: path)
        case EROFS: .readOnly(path: path)
        default: .file(operation: operation, path: path, reason: reason(code))
        }
    }

    /// An error number in words.
    static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }

    /// The names in a directory.
    static func names(in directory: String) throws(StorageError) -> [String] {
        guard let stream = opendir(directory) else { throw error("list", directory) }
        defer { closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else { break }
            // Through the pointer: the entry ends with its name, sooner than the imported type does.
            let offset = MemoryLayout<dirent>.offset(of: \dirent.d_name) ?? 0
            names.append(
                String(
                    cString: UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self))
            )
        }
        guard errno == 0 else { throw error("list", directory) }
        return names
    }

    /// Makes the names in a directory durable.
    static func syncDirectory(_ directory: String) throws(StorageError) {
        let file = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else { throw error("open", directory) }
        defer { close(file) }
        guard fsync(file) == 0 else { throw .syncFailed(path: directory, reason: reason(errno)) }
    }

    /// Deletes a file; one that is gone already is fine.
    static func remove(_ path: String) throws(StorageError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw error("remove", path) }
    }

    /// Shortens a file and makes that durable; what is shorter than a head becomes the head alone.
    static func cut(_ path: String, to length: Int, head: [UInt8]) throws(StorageError) {
        let file = open(path, O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { throw error("open", path) }
        defer { close(file) }
        guard ftruncate(file, length) == 0 else { throw error("truncate", path) }
        if length < head.count {
            let written = head.withUnsafeBytes { pwrite(file, $0.baseAddress, $0.count, 0) }
            guard written == head.count else { throw error("write", path) }
        }
        guard fsync(file) == 0 else { throw .syncFailed(path: path, reason: reason(errno)) }
    }
}

/// A file that is read in order through a window of bounded size.
struct JournalWindow: ~Copyable {
    /// How long the file was when it was opened.
    let length: Int
    let path: String

    private let descriptor: Int32
    private var buffer: [UInt8] = []
    /// Where in the file the window begins.
    private var start = 0

    private static let smallest = 1 << 20

    init(_ path: String) throws(StorageError) {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw JournalFile.error("open", path) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let failure = JournalFile.error("read", path)
            close(descriptor)
            throw failure
        }
        length = Int(status.st_size)
    }

    deinit { close(descriptor) }

    /// Bytes of the file, which must lie within ``length``.
    mutating func bytes(_ place: Int, _ count: Int) throws(StorageError) -> ArraySlice<UInt8> {
        if place < start || place + count > start + buffer.count {
            try load(place, min(max(count, Self.smallest), length - place))
        }
        return buffer[place - start..<place - start + count]
    }

    private mutating func load(_ place: Int, _ count: Int) throws(StorageError) {
        if buffer.count > count { buffer.removeLast(buffer.count - count) }
        buffer.append(contentsOf: repeatElement(0, count: count - buffer.count))
        start = place
        var done = 0
        while done < count {
            let descriptor = descriptor
            let got = buffer.withUnsafeMutableBytes { target in
                pread(descriptor, target.baseAddress?.advanced(by: done), count - done, place + done)
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw JournalFile.error("read", path) }
            guard got > 0 else {
                throw .file(operation: "read", path: path, reason: "it became shorter while it was read")
            }
            done += got
        }
    }
}

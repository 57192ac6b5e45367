import Glibc

/// Operations of the system on whole files, with its refusals as ``StorageError``.
enum DataFiles {
    /// The error of an operation that has just failed.
    static func error(_ operation: String, _ path: String, code: Int32 = errno) -> StorageError {
        switch code {
        case ENOSPC, EDQUOT, EFBIG: .full(path: path)
        case EROFS, EACCES, EPERM: .readOnly(path: path)
        default: .file(operation: operation, path: path, reason: String(cString: strerror(code)))
        }
    }

    /// The folder of a path.
    static func parent(_ path: String) -> String {
        var parts = path.split(separator: "/", omittingEmptySubsequences: true)
        if !parts.isEmpty { parts.removeLast() }
        let joined = parts.joined(separator: "/")
        return path.hasPrefix("/") ? "/" + joined : joined.isEmpty ? "." : joined
    }

    /// The length of a file; `nil` when there is none.
    static func bytes(_ path: String) -> Int? {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : nil
    }

    /// The names in a directory, sorted.
    static func names(in path: String) throws(StorageError) -> [String] {
        guard let stream = opendir(path) else { throw error("read the directory", path) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// The first bytes of a file, at most so many.
    static func read(_ path: String, atMost limit: Int) throws(StorageError) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw error("read", path) }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: limit)
        var filled = 0
        while filled < limit {
            let count = bytes.withUnsafeMutableBytes {
                Glibc.read(file, $0.baseAddress.map { $0 + filled }, limit - filled)
            }
            guard count >= 0 else { throw error("read", path) }
            if count == 0 { break }
            filled += count
        }
        return Array(bytes[..<filled])
    }

    /// Writes a new file and makes its content durable; removes what was there of that name.
    static func write(_ bytes: [UInt8], to path: String) throws(StorageError) {
        try remove(path)
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o640)
        guard file >= 0 else { throw error("make", path) }
        var failure = fill(file, bytes[...])
        if failure == 0, fsync(file) != 0 { failure = errno }
        close(file)
        guard failure == 0 else {
            unlink(path)
            throw error("write", path, code: failure)
        }
    }

    /// Writes bytes to an open file; 0 or the error number.
    static func fill(_ file: Int32, _ bytes: ArraySlice<UInt8>) -> Int32 {
        bytes.withUnsafeBytes { buffer in
            var done = 0
            while done < buffer.count {
                let count = Glibc.write(file, buffer.baseAddress.map { $0 + done }, buffer.count - done)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return errno }
                done += count
            }
            return 0
        }
    }

    /// Copies a file to a new name and makes the copy durable.
    static func copy(_ source: String, to path: String) throws(StorageError) {
        let from = open(source, O_RDONLY | O_CLOEXEC)
        guard from >= 0 else { throw error("read", source) }
        defer { close(from) }
        let to = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o640)
        guard to >= 0 else { throw error("make", path) }
        defer { close(to) }
        var block = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = Glibc.read(from, &block, block.count)
            guard count >= 0 else { throw error("read", source) }
            if count == 0 { break }
            let failure = fill(to, block[..<count])
            guard failure == 0 else { throw error("write", path, code: failure) }
        }
        guard fsync(to) == 0 else { throw error("sync", path) }
    }

    /// Makes the content of a file durable.
    static func sync(_ path: String) throws(StorageError) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw error("open", path) }
        defer { close(file) }
        guard fsync(file) == 0 else {
            throw .syncFailed(path: path, reason: String(cString: strerror(errno)))
        }
    }

    /// Gives a file another name, durably; what had that name is replaced.
    static func rename(_ path: String, to target: String) throws(StorageError) {
        guard Glibc.rename(path, target) == 0 else { throw error("rename to", target) }
        try sync(parent(target))
    }

    /// Gives a file another name that nothing has yet, durably.
    static func renameToNew(_ path: String, to target: String) throws(StorageError) {
        if link(path, target) == 0 {
            try remove(path)
            return try sync(parent(target))
        }
        switch errno {
        case EEXIST: throw exists(target)
        // A file system without second names.
        case EPERM, EOPNOTSUPP, ENOSYS:
            guard bytes(target) == nil else { throw exists(target) }
            try rename(path, to: target)
        default: throw error("rename to", target)
        }
    }

    static func exists(_ path: String) -> StorageError {
        .refused(path: path, reason: "is there already: choose another name, or move it away")
    }

    /// Removes a file, if there is one.
    static func remove(_ path: String) throws(StorageError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw error("remove", path) }
    }
}

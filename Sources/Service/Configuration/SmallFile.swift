internal import Glibc

/// A small file as it was read: what is in it and who may read it.
struct SmallFile {
    /// Its content.
    private(set) var bytes: [UInt8]
    /// Its permission bits.
    let mode: UInt32

    /// Reads a file whole.
    ///
    /// - Throws: ``ConfigurationError`` when it cannot be read or is larger than a configuration can be.
    init(_ path: String) throws(ConfigurationError) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw SmallFile.error(path) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw SmallFile.error(path) }
        mode = status.st_mode & 0o777
        bytes = []
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while bytes.count <= YAMLNode.maximumBytes {
            let count = Glibc.read(file, &buffer, buffer.count)
            guard count >= 0 else { throw SmallFile.error(path) }
            if count == 0 { return }
            bytes += buffer[..<count]
        }
        throw ConfigurationError(
            place: path, message: "the file is larger than \(YAMLNode.maximumBytes) bytes")
    }

    private static func error(_ path: String) -> ConfigurationError {
        ConfigurationError(place: path, message: "cannot be read: \(String(cString: strerror(errno)))")
    }
}

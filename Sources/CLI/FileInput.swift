import Glibc
import Networking

/// The bytes of a file that the user named.
enum FileInput {
    /// The largest input, in bytes, after decompression.
    static let mostBytes = 512 << 20

    /// Reads a file, or standard input for `-`; gzip is undone.
    ///
    /// - Throws: ``Failure`` naming the file and what is wrong with it.
    static func read(_ path: String) throws -> [UInt8] {
        let name = path == "-" ? "standard input" : path
        let file = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw Failure("cannot read \(name): \(String(cString: strerror(errno)))") }
        defer { if path != "-" { close(file) } }
        var bytes: [UInt8] = []
        var status = stat()
        if fstat(file, &status) == 0, status.st_size > 0 {
            guard status.st_size <= mostBytes else { throw tooLarge(name) }
            bytes.reserveCapacity(Int(status.st_size) + 1)
        }
        var block = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = block.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress, $0.count) }
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                throw Failure("cannot read \(name): \(String(cString: strerror(errno)))")
            }
            bytes.append(contentsOf: block[..<count])
            guard bytes.count <= mostBytes else { throw tooLarge(name) }
        }
        guard bytes.starts(with: [0x1F, 0x8B]) else { return bytes }
        do {
            return try ContentCoding.gzip.decode(bytes, limit: mostBytes)
        } catch {
            throw Failure("cannot decompress \(name): \(error)")
        }
    }

    /// Writes a file whole.
    static func write(_ bytes: [UInt8], to path: String) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw Failure("cannot write \(path): \(String(cString: strerror(errno)))") }
        defer { close(file) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                throw Failure("cannot write \(path): \(String(cString: strerror(errno)))")
            }
        }
    }

    private static func tooLarge(_ name: String) -> Failure {
        Failure("\(name) is larger than \(mostBytes >> 20) MiB")
    }
}

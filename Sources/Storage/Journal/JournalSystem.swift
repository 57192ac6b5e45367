internal import Glibc

/// The calls of the system that can fail while the journal is written; tests replace them.
struct JournalSystem: Sendable {
    /// Writes buffers at a place of a file: how many bytes, or the negative error number.
    var write: @Sendable (_ file: Int32, _ parts: UnsafeBufferPointer<iovec>, _ place: Int) -> Int
    /// Makes the data of a file durable: 0 or the error number.
    var sync: @Sendable (_ file: Int32) -> Int32
    /// Shortens a file: 0 or the error number.
    var truncate: @Sendable (_ file: Int32, _ length: Int) -> Int32

    /// The calls themselves.
    static let real = JournalSystem(
        write: { file, parts, place in
            let written = pwritev(file, parts.baseAddress, Int32(parts.count), place)
            return written < 0 ? -Int(errno) : written
        },
        sync: { fdatasync($0) == 0 ? 0 : errno },
        truncate: { ftruncate($0, $1) == 0 ? 0 : errno })
}

import Storage

/// The entries that are made durable by one synchronisation, as one record.
///
/// One record, since after a loss of power the pages of a group may be kept out of order: a half-kept record at the
/// end is told from damage, a bad record before a good one is not.
enum JournalGroup {
    /// The most bytes of entries in one record.
    static let mostBytes = 32 << 20

    /// A record: for each entry its length (UInt32, little-endian) and its bytes.
    static func encoded(_ entries: [[UInt8]]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(entries.reduce(0) { $0 + $1.count + 4 })
        for entry in entries {
            withUnsafeBytes(of: UInt32(entry.count).littleEndian) { bytes.append(contentsOf: $0) }
            bytes += entry
        }
        return bytes
    }

    /// The entries of a record.
    ///
    /// - Throws: ``StorageError/corrupt(path:detail:)``.
    static func entries(_ bytes: [UInt8]) throws(StorageError) -> [JournalEntry] {
        var entries: [JournalEntry] = []
        var position = 0
        while position < bytes.count {
            guard bytes.count - position >= 4 else { throw cut(position) }
            let length = (0..<4).reduce(0) { $0 | Int(bytes[position + $1]) << (8 * $1) }
            position += 4
            guard length <= bytes.count - position else { throw cut(position) }
            entries.append(try JournalEntry(decoding: Array(bytes[position..<position + length])))
            position += length
        }
        return entries
    }

    private static func cut(_ position: Int) -> StorageError {
        .corrupt(path: "journal", detail: "a record ends within an entry at byte \(position)")
    }
}

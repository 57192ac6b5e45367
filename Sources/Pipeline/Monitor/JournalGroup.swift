import Storage

/// The entries that are made durable by one synchronisation, as one record.
///
/// One record, since after a loss of power the pages of a group may be kept out of order: a half-kept record at the
/// end is told from damage, a bad record before a good one is not.
enum JournalGroup {
    /// The most bytes of entries in one record.
    static let mostBytes = 32 << 20

    /// The most points, and the most bytes of labels before the last series, in one entry: any number of entries must
    /// fit into records, whatever one request holds.
    static let mostPoints = 1_000_000
    static let mostLabelBytes = 4 << 20
    /// The same of changes.
    static let mostChangeBytes = 4 << 20

    /// The entries of points that arrived together; one, but for very many.
    static func entries(of batch: PointBatch, most: Int = mostPoints) -> [[UInt8]] {
        guard batch.count > most else { return [JournalEntry.points(batch).encoded()] }
        return stride(from: 0, to: batch.count, by: most).map { first in
            let range = first..<min(first + most, batch.count)
            let part = PointBatch(
                series: Array(batch.series[range]), times: Array(batch.times[range]),
                values: Array(batch.values[range]))
            return JournalEntry.points(part).encoded()
        }
    }

    /// The entries of new series; one, but for very many.
    static func entries(of series: [StoredSeries], most: Int = mostLabelBytes) -> [[UInt8]] {
        var entries: [[UInt8]] = []
        var part: [StoredSeries] = []
        var bytes = 0
        for one in series {
            part.append(one)
            bytes += one.labels.count
            guard bytes >= most else { continue }
            entries.append(JournalEntry.series(part).encoded())
            part = []
            bytes = 0
        }
        if !part.isEmpty { entries.append(JournalEntry.series(part).encoded()) }
        return entries
    }

    /// The entries of changes; one, but for very many.
    static func entries(of changes: [StoredSnapshot], most: Int = mostChangeBytes) -> [[UInt8]] {
        var entries: [[UInt8]] = []
        var part: [StoredSnapshot] = []
        var bytes = 0
        for one in changes {
            part.append(one)
            bytes += one.bytes.count
            guard bytes >= most else { continue }
            entries.append(JournalEntry.changes(part).encoded())
            part = []
            bytes = 0
        }
        if !part.isEmpty { entries.append(JournalEntry.changes(part).encoded()) }
        return entries
    }

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
    /// - Parameter isWanted: Whether the entry of some bytes is decoded.
    /// - Throws: ``StorageError/corrupt(path:detail:)``.
    static func entries(
        _ bytes: [UInt8], only isWanted: (ArraySlice<UInt8>) -> Bool = { _ in true }
    ) throws(StorageError) -> [JournalEntry] {
        var entries: [JournalEntry] = []
        var position = 0
        while position < bytes.count {
            guard bytes.count - position >= 4 else { throw cut(position) }
            let length = (0..<4).reduce(0) { $0 | Int(bytes[position + $1]) << (8 * $1) }
            position += 4
            guard length <= bytes.count - position else { throw cut(position) }
            let entry = bytes[position..<position + length]
            position += length
            if isWanted(entry) { entries.append(try JournalEntry(decoding: Array(entry))) }
        }
        return entries
    }

    private static func cut(_ position: Int) -> StorageError {
        .corrupt(path: "journal", detail: "a record ends within an entry at byte \(position)")
    }
}

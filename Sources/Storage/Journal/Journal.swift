/// Where the journal ends, as far as it can be trusted.
public struct JournalEnd: Sendable, Equatable {
    /// The last segment; the one before the first to replay when there is none.
    public var segment: Int
    /// Bytes of that segment up to the end of its last whole record.
    public var validLength: Int
    /// Bytes behind them that a crash left of a record, never acknowledged and left out.
    public var tornBytes: Int
    /// How many records were replayed, of all segments.
    public var records: Int
    /// How many bytes their payloads had.
    public var payloadBytes: Int

    /// An end at a place.
    public init(segment: Int, validLength: Int, tornBytes: Int, records: Int, payloadBytes: Int) {
        self.segment = segment
        self.validLength = validLength
        self.tornBytes = tornBytes
        self.records = records
        self.payloadBytes = payloadBytes
    }
}

/// The journal: what was accepted and is perhaps not in the store yet, in numbered files of one directory.
///
/// A segment is `00000001.journal` and so on: eight bytes that say what it is, then records of
/// `length UInt32 | CRC-32C of the payload UInt32 | payload`, all little-endian. Zeros may follow the last.
public enum Journal {
    /// The most bytes of one payload.
    public static let largestPayload = 64 << 20

    /// Bytes in front of a payload.
    static let frameHead = 8

    /// The bytes of a record.
    ///
    /// - Parameter payload: At least one byte and at most ``largestPayload``.
    public static func frame(_ payload: [UInt8]) -> [UInt8] {
        precondition(1...largestPayload ~= payload.count, "a payload of \(payload.count) bytes")
        var writer = RawWriter(capacity: frameHead + payload.count)
        writer.number(UInt32(payload.count))
        writer.number(CRC32C.checksum(payload.span.bytes))
        writer.append(payload)
        return writer.bytes
    }

    /// The numbers of the segments in a directory, ascending; files of other names do not count.
    ///
    /// - Throws: ``StorageError/file(operation:path:reason:)``.
    public static func segments(in directory: String) throws(StorageError) -> [Int] {
        try JournalFile.names(in: directory).compactMap(JournalSegment.number).sorted()
    }

    /// Reads the records of every segment from one on, in order. Changes no file.
    ///
    /// A record that is cut short or fails its checksum, at the end of the last segment and with no whole
    /// record behind it, is what a crash leaves of a write that was never acknowledged: it is left out, and
    /// ``removeTornTail(_:in:)`` must remove it before another segment is begun. Memory is bounded by a
    /// few times ``largestPayload``, whatever the length of a segment.
    ///
    /// - Parameters:
    ///   - segment: Where to begin. Earlier segments are not read and need not exist.
    ///   - body: Takes each payload; what it throws ends the replay.
    /// - Throws: ``StorageError/corrupt(path:detail:)`` with the file and byte of any other damage, and for a
    ///   segment that is missing between two; ``StorageError/newer(path:found:known:)``;
    ///   ``StorageError/file(operation:path:reason:)``.
    public static func replay(
        in directory: String, from segment: Int,
        _ body: (_ payload: [UInt8]) throws(StorageError) -> Void
    ) throws(StorageError) -> JournalEnd {
        let present = try segments(in: directory)
        var end = JournalEnd(
            segment: max(present.last ?? 0, segment - 1), validLength: 0, tornBytes: 0, records: 0,
            payloadBytes: 0)
        var previous = present.last { $0 < segment }.map { _ in segment - 1 }
        for number in present where number >= segment {
            let path = JournalSegment.path(number, in: directory)
            if let previous, number != previous + 1 {
                throw .corrupt(
                    path: path,
                    detail: "byte 0: segments \(previous + 1) to \(number - 1) before it are missing")
            }
            var reader = try JournalSegment(path, isLast: number == present.last)
            try reader.replay(into: &end, body)
            previous = number
        }
        return end
    }

    /// Cuts off what a crash left behind the last whole record, so that other segments may follow.
    ///
    /// - Parameter end: What ``replay(in:from:_:)`` of this directory answered; nothing is done without torn
    ///   bytes. A segment of which not even the head was whole becomes an empty one.
    /// - Throws: ``StorageError/file(operation:path:reason:)``, ``StorageError/full(path:)``,
    ///   ``StorageError/syncFailed(path:reason:)``.
    public static func removeTornTail(_ end: JournalEnd, in directory: String) throws(StorageError) {
        guard end.tornBytes > 0 else { return }
        let path = JournalSegment.path(end.segment, in: directory)
        try JournalFile.cut(path, to: end.validLength, head: JournalSegment.head)
    }

    /// Deletes the segments with a smaller number, the earliest first.
    ///
    /// - Throws: ``StorageError/file(operation:path:reason:)``.
    public static func removeSegments(below segment: Int, in directory: String) throws(StorageError) {
        for number in try segments(in: directory) where number < segment {
            try JournalFile.remove(JournalSegment.path(number, in: directory))
        }
    }
}

/// One segment of the journal while it is read.
struct JournalSegment: ~Copyable {
    private var file: JournalWindow
    private let isLast: Bool
    /// The next byte to look at.
    private var place = 0

    /// What a segment begins with: its kind, and the version as UInt16.
    static let head: [UInt8] = Array("BWJRNL".utf8) + [UInt8(version), 0]
    private static let version = 1
    private static let suffix = ".journal"
    private static let digits = 8

    /// The longest tail that is looked through for whole records; longer than any group of records.
    private static let longestTail = 128 << 20

    /// - Parameter isLast: Whether a crash may have cut it short.
    init(_ path: String, isLast: Bool) throws(StorageError) {
        file = try JournalWindow(path)
        self.isLast = isLast
    }

    /// The file of a segment.
    static func path(_ number: Int, in directory: String) -> String {
        let text = String(number)
        let zeros = String(repeating: "0", count: max(digits - text.count, 0))
        return directory + "/" + zeros + text + suffix
    }

    /// The number in the name of a segment's file; `nil` for other names.
    static func number(_ name: String) -> Int? {
        guard name.hasSuffix(suffix) else { return nil }
        let digits = name.dropLast(suffix.count)
        guard digits.utf8.allSatisfy({ 0x30...0x39 ~= $0 }), digits.count >= Self.digits else { return nil }
        // A number has one name only.
        guard digits.count == Self.digits || digits.first != "0" else { return nil }
        return Int(digits)
    }

    /// Hands out every payload and says where the segment ends.
    mutating func replay(
        into end: inout JournalEnd, _ body: (_ payload: [UInt8]) throws(StorageError) -> Void
    ) throws(StorageError) {
        end.validLength = 0
        guard try readHead(&end) else { return }
        while true {
            let payload = try nextPayload()
            end.validLength = place
            guard let payload else { break }
            try body(payload)
            end.records += 1
            end.payloadBytes += payload.count
        }
        end.tornBytes = try tornBytes()
    }

    /// Whether there is a head; a last segment without one was torn when it was created.
    private mutating func readHead(_ end: inout JournalEnd) throws(StorageError) -> Bool {
        let found = Array(try file.bytes(0, min(file.length, Self.head.count)))
        if found == Self.head {
            place = found.count
            return true
        }
        if found.count == Self.head.count, found[..<6] == Self.head[..<6] {
            let version = Int(found[6]) | Int(found[7]) << 8
            guard version <= Self.version else {
                throw .newer(path: file.path, found: version, known: Self.version)
            }
        }
        let isTorn = Self.head.starts(with: found) || found.allSatisfy { $0 == 0 }
        guard isLast, isTorn, try lastNonZero(from: found.count) == nil else {
            throw corrupt("not the head of a journal segment")
        }
        // An empty file is one as well: a head must be written before another segment may follow.
        end.tornBytes = max(file.length, 1)
        return false
    }

    /// The next payload; `nil` where no whole record begins.
    private mutating func nextPayload() throws(StorageError) -> [UInt8]? {
        guard file.length - place >= Journal.frameHead else { return nil }
        let (length, checksum) = try frameHead()
        guard 1...Journal.largestPayload ~= length, length <= file.length - place - Journal.frameHead else {
            return nil
        }
        let payload = Array(try file.bytes(place + Journal.frameHead, length))
        guard CRC32C.checksum(payload.span.bytes) == checksum else { return nil }
        place += Journal.frameHead + length
        return payload
    }

    private mutating func frameHead() throws(StorageError) -> (length: Int, checksum: UInt32) {
        let head = Array(try file.bytes(place, Journal.frameHead))
        let word = UInt64(littleEndian: head.span.bytes.unsafeLoad(fromByteOffset: 0, as: UInt64.self))
        return (Int(word & 0xFFFF_FFFF), UInt32(word >> 32))
    }

    /// How many bytes a crash left behind the last whole record.
    private mutating func tornBytes() throws(StorageError) -> Int {
        guard let last = try lastNonZero(from: place) else { return 0 }
        guard isLast else { throw corrupt("damaged, in a segment that is not the last") }
        let count = last + 1 - place
        guard count <= Self.longestTail else {
            throw corrupt("damaged, with \(count) bytes behind it: more than a crash leaves")
        }
        // The head of a record may end with zeros.
        let shown = min(count + Journal.frameHead, file.length - place)
        let tail = JournalTail(Array(try file.bytes(place, shown)), zeros: file.length - place - shown)
        if let whole = tail.firstWholeRecord() {
            throw corrupt("damaged, with a whole record behind it at byte \(place + whole)")
        }
        return file.length - place
    }

    /// The last byte from a place on that is not zero.
    private mutating func lastNonZero(from start: Int) throws(StorageError) -> Int? {
        var last: Int?
        var place = start
        while place < file.length {
            let count = min(1 << 20, file.length - place)
            let part = try file.bytes(place, count)
            if let found = part.lastIndex(where: { $0 != 0 }) { last = place + found - part.startIndex }
            place += count
        }
        return last
    }

    private func corrupt(_ detail: String) -> StorageError {
        .corrupt(path: file.path, detail: "byte \(place): \(detail)")
    }
}

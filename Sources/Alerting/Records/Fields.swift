public import TimeSeries

// How the fields of records are written; every record begins with the number of its version.

extension BinaryWriter {
    mutating func write(_ number: Int64) { write(Int(number)) }
    mutating func write(_ flag: Bool) { write(flag ? 1 : 0) }
    mutating func write(_ labels: Labels) { write(blob: labels.encoded) }

    /// A value that may be missing: a flag, then the value.
    mutating func write(_ number: Int64?) {
        write(number != nil)
        if let number { write(number) }
    }

    /// A count and that many elements.
    mutating func write<Element>(_ elements: [Element], _ each: (inout BinaryWriter, Element) -> Void) {
        write(elements.count)
        for element in elements { each(&self, element) }
    }
}

extension BinaryReader {
    mutating func readNumber() throws(BinaryFormatError) -> Int64 { Int64(try readInt()) }

    mutating func readFlag() throws(BinaryFormatError) -> Bool {
        let start = byte
        switch try readInt() {
        case 0: return false
        case 1: return true
        case let other: throw .invalid(byte: start, reason: "\(other) where 0 or 1 belongs")
        }
    }

    mutating func readOptional() throws(BinaryFormatError) -> Int64? {
        try readFlag() ? try readNumber() : nil
    }

    mutating func readLabels() throws(BinaryFormatError) -> Labels {
        let start = byte
        let bytes = try readBlob()
        do throws(LabelBytesError) {
            return try Labels(encoded: bytes.span)
        } catch {
            throw .invalid(byte: start, reason: "labels: \(error)")
        }
    }

    /// One of the words of an enumeration.
    mutating func readWord<Word: RawRepresentable<String>>(
        _: Word.Type = Word.self
    ) throws(BinaryFormatError) -> Word {
        let start = byte
        let text = try readString()
        guard let word = Word(rawValue: text) else {
            throw .invalid(byte: start, reason: "\"\(text)\" is no \(Word.self)")
        }
        return word
    }

    /// A count and that many elements; a count that is too large fails at the first element that is missing.
    mutating func readAll<Element>(
        _ each: (inout BinaryReader) throws(BinaryFormatError) -> Element
    ) throws(BinaryFormatError) -> [Element] {
        let start = byte
        let count = try readInt()
        guard count >= 0 else { throw .invalid(byte: start, reason: "a count of \(count)") }
        var elements: [Element] = []
        for _ in 0..<count { elements.append(try each(&self)) }
        return elements
    }

    /// The version with which every record begins.
    mutating func expect(version: Int, of name: String) throws(BinaryFormatError) {
        _ = try expect(versions: version...version, of: name)
    }

    /// One of the versions that can be read.
    mutating func expect(
        versions: ClosedRange<Int>, of name: String
    ) throws(BinaryFormatError) -> Int {
        let found = try readInt()
        guard versions.contains(found) else { throw .unknownVersion(found, of: name) }
        return found
    }
}

extension BinaryStorable {
    /// The bytes of this value.
    public var stored: [UInt8] {
        var writer = BinaryWriter()
        write(to: &writer)
        return writer.bytes
    }

    /// A value from all of the bytes that ``stored`` gave.
    ///
    /// - Throws: ``BinaryFormatError``, also for bytes that are left over.
    public init(stored bytes: [UInt8]) throws(BinaryFormatError) {
        var reader = BinaryReader(bytes)
        try self.init(from: &reader)
        guard reader.isAtEnd else {
            throw .invalid(byte: reader.byte, reason: "\(bytes.count - reader.byte) bytes are left over")
        }
    }
}

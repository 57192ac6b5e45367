/// A value with a versioned binary form of our own, exact to the last bit, `nan` payloads included.
///
/// Numbers are little-endian; a collection is its count (Int64) and its elements.
public protocol BinaryStorable {
    /// Appends this value.
    func write(to writer: inout BinaryWriter)

    /// Reads a value back.
    ///
    /// - Throws: ``BinaryFormatError`` when bytes are missing or make no sense.
    init(from reader: inout BinaryReader) throws(BinaryFormatError)
}

/// Why stored bytes could not be read.
public enum BinaryFormatError: Error, Equatable {
    /// The bytes end at `byte`, `needed` short of the next field.
    case truncated(byte: Int, needed: Int)
    /// A field at `byte` has a value that no writer produces.
    case invalid(byte: Int, reason: String)
    /// Written by a version that this build does not know.
    case unknownVersion(Int, of: String)
}

/// Collects the bytes of a stored value.
public struct BinaryWriter {
    /// What was written so far.
    public private(set) var bytes: [UInt8] = []

    /// An empty writer.
    public init() {}

    /// Appends an integer, 8 bytes.
    public mutating func write(_ value: Int) {
        withUnsafeBytes(of: Int64(value).littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// Appends a number, 8 bytes, its bit pattern unchanged.
    public mutating func write(_ value: Double) {
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// Appends a count and that many numbers.
    public mutating func write(_ values: [Double]) {
        write(values.count)
        for value in values { write(value) }
    }

    /// Appends a count and that many integers.
    public mutating func write(_ values: [Int]) {
        write(values.count)
        for value in values { write(value) }
    }

    /// Appends a count of bytes and the UTF-8 of the text.
    public mutating func write(_ text: String) {
        write(text.utf8.count)
        bytes.append(contentsOf: text.utf8)
    }

    /// Appends a count and that many bytes.
    public mutating func write(blob: [UInt8]) {
        write(blob.count)
        bytes.append(contentsOf: blob)
    }
}

/// Walks over the bytes of a stored value.
public struct BinaryReader {
    private let bytes: [UInt8]
    private var position = 0

    /// A reader at the first of `bytes`.
    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Whether every byte was read.
    public var isAtEnd: Bool { position == bytes.count }

    /// The index of the next byte.
    public var byte: Int { position }

    /// Reads an integer.
    public mutating func readInt() throws(BinaryFormatError) -> Int {
        Int(Int64(bitPattern: try readWord()))
    }

    /// Reads a number.
    public mutating func readDouble() throws(BinaryFormatError) -> Double {
        Double(bitPattern: try readWord())
    }

    /// Reads a count and that many numbers.
    public mutating func readDoubles() throws(BinaryFormatError) -> [Double] {
        let count = try readCount(bytesEach: 8)
        var values: [Double] = []
        values.reserveCapacity(count)
        for _ in 0..<count { values.append(try readDouble()) }
        return values
    }

    /// Reads a count and that many integers.
    public mutating func readInts() throws(BinaryFormatError) -> [Int] {
        let count = try readCount(bytesEach: 8)
        var values: [Int] = []
        values.reserveCapacity(count)
        for _ in 0..<count { values.append(try readInt()) }
        return values
    }

    /// Reads a text.
    public mutating func readString() throws(BinaryFormatError) -> String {
        let count = try readCount(bytesEach: 1)
        defer { position += count }
        return String(decoding: bytes[position..<position + count], as: UTF8.self)
    }

    /// Reads a count and that many bytes.
    public mutating func readBlob() throws(BinaryFormatError) -> [UInt8] {
        let count = try readCount(bytesEach: 1)
        defer { position += count }
        return Array(bytes[position..<position + count])
    }

    /// Reads a count and checks, before anything is allocated, that its elements can follow.
    private mutating func readCount(bytesEach: Int) throws(BinaryFormatError) -> Int {
        let start = position
        let count = try readInt()
        guard count >= 0 else { throw .invalid(byte: start, reason: "a count of \(count)") }
        let available = (bytes.count - position) / bytesEach
        guard count <= available else {
            let missing = (count - available).multipliedReportingOverflow(by: bytesEach).partialValue
            throw .truncated(byte: bytes.count, needed: missing)
        }
        return count
    }

    private mutating func readWord() throws(BinaryFormatError) -> UInt64 {
        guard bytes.count - position >= 8 else {
            throw .truncated(byte: bytes.count, needed: 8 - (bytes.count - position))
        }
        var word: UInt64 = 0
        for i in 0..<8 { word |= UInt64(bytes[position + i]) << (8 * UInt64(i)) }
        position += 8
        return word
    }
}

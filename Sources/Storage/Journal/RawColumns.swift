/// Appends columns of numbers as they lie in memory, little-endian.
struct RawWriter {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int) { bytes.reserveCapacity(capacity) }

    /// One number.
    mutating func number<T: FixedWidthInteger & BitwiseCopyable>(_ value: T) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// Bytes as they are.
    mutating func append(_ other: [UInt8]) { bytes.append(contentsOf: other) }

    /// A column, in one copy.
    mutating func column<T: BitwiseCopyable>(_ values: [T]) {
        precondition(1.littleEndian == 1, "columns are written as they lie in memory")
        values.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }
}

/// Reads what ``RawWriter`` wrote; every length is checked before anything is allocated.
struct RawReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// How many bytes are not read yet.
    var remaining: Int { bytes.count - position }

    /// What is thrown when the bytes make no sense.
    func corrupt(_ detail: String) -> StorageError {
        .corrupt(path: "journal entry", detail: "byte \(position) of \(bytes.count): \(detail)")
    }

    /// One number.
    mutating func number<T: FixedWidthInteger & BitwiseCopyable>(_: T.Type) throws(StorageError) -> T {
        let place = try skip(MemoryLayout<T>.size)
        return T(littleEndian: bytes.span.bytes.unsafeLoadUnaligned(fromByteOffset: place, as: T.self))
    }

    /// Some bytes as they are.
    mutating func bytes(_ count: Int) throws(StorageError) -> [UInt8] {
        let place = try skip(count)
        return Array(bytes[place..<place + count])
    }

    /// A column, in one copy.
    mutating func column<T: BitwiseCopyable>(_: T.Type, count: Int) throws(StorageError) -> [T] {
        let (size, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<T>.stride)
        guard !overflow else { throw corrupt("\(count) numbers, cut short") }
        let place = try skip(size)
        return [T](unsafeUninitializedCapacity: count) { target, filled in
            bytes.withUnsafeBytes { source in
                UnsafeMutableRawBufferPointer(target).copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: source[place..<place + size]))
            }
            filled = count
        }
    }

    private mutating func skip(_ count: Int) throws(StorageError) -> Int {
        guard remaining >= count else { throw corrupt("\(count) bytes wanted, cut short") }
        defer { position += count }
        return position
    }
}

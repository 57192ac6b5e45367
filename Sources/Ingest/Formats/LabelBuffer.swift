import TimeSeries

/// Collects the encoded labels of a body's series, within what a body of that size may ask for.
///
/// A text that a body has once may be a label of each of its series, so without a limit a small body could ask for
/// any amount of memory.
struct LabelBuffer {
    /// The most bytes of labels a byte of body: a request of Kubernetes, with 20 labels of 60 bytes a series and one
    /// sample, comes to 11.
    static let mostBytesOfOne = 32
    /// What any body may have.
    static let leastLimit = 64 << 10
    /// The most bytes of labels, however large the body.
    static let mostBytes = 256 << 20

    private var storage: [UInt8] = []
    private(set) var count = 0
    private let limit: Int

    /// An empty buffer for a body of so many bytes.
    init(bodyBytes: Int) {
        limit = min(max(Self.mostBytesOfOne * bodyBytes, Self.leastLimit), Self.mostBytes)
        storage = [UInt8](repeating: 0, count: min(4 * bodyBytes, limit) + Self.slack)
    }

    /// Bytes behind the labels that a writer may overwrite: it copies eight at a time.
    private static let slack = 8

    /// Has the labels of one series written; `nil`, and nothing done, when they are too many.
    ///
    /// - Parameters:
    ///   - size: How many bytes there will be.
    ///   - write: Writes that many.
    /// - Returns: Where they stand.
    @inline(__always)
    mutating func append(_ size: Int, _ write: (UnsafeMutablePointer<UInt8>) -> Void) -> Range<Int>? {
        guard size <= limit - count else { return nil }
        if storage.count - count < size + Self.slack {
            let wanted = max(storage.count * 2, count + size + Self.slack, 4 << 10)
            storage.append(contentsOf: repeatElement(0, count: wanted - storage.count))
        }
        let start = count
        storage.withUnsafeMutableBufferPointer { buffer in
            if let base = buffer.baseAddress { write(base + start) }
        }
        count += size
        return start..<count
    }

    /// Some of the bytes that were written.
    @inline(__always)
    func with<R, E: Error>(
        _ range: Range<Int>, _ body: (UnsafeBufferPointer<UInt8>) throws(E) -> R
    ) throws(E) -> R {
        try storage.withUnsafeBufferPointer { bytes throws(E) in
            try body(UnsafeBufferPointer(rebasing: bytes[range]))
        }
    }

    /// Takes back what was written after some moment, of which `count` is the ``count``.
    mutating func rewind(to count: Int) {
        self.count = min(count, self.count)
    }

    /// What was collected.
    consuming func bytes() -> [UInt8] {
        storage.removeLast(storage.count - count)
        return storage
    }
}

/// Writes labels in the form of ``TimeSeries/Labels/encoded`` to memory that has room for eight bytes more.
struct LabelWriter {
    private var place: UnsafeMutablePointer<UInt8>
    /// Where the memory ends that texts come from.
    private let sourceEnd: UnsafePointer<UInt8>

    init(_ place: UnsafeMutablePointer<UInt8>, source: UnsafeBufferPointer<UInt8>) {
        self.place = place
        sourceEnd = source.baseAddress.map { $0 + source.count } ?? UnsafePointer(place)
    }

    /// How many bytes ``write(_:_:)`` takes for texts of these lengths.
    @inline(__always)
    static func size(name: Int, value: Int) -> Int {
        let pair = fieldSize(name) + fieldSize(value)
        return fieldSize(pair)
    }

    /// One label, of texts within the source.
    @inline(__always)
    mutating func write(
        _ name: UnsafePointer<UInt8>, _ nameCount: Int, _ value: UnsafePointer<UInt8>, _ valueCount: Int
    ) {
        begin(0x0A, Self.fieldSize(nameCount) + Self.fieldSize(valueCount))
        begin(0x0A, nameCount)
        copy(name, nameCount)
        begin(0x12, valueCount)
        copy(value, valueCount)
    }

    @inline(__always)
    private static func fieldSize(_ count: Int) -> Int {
        1 + (count < 0x80 ? 1 : [UInt8].varintSize(UInt64(count))) + count
    }

    /// Texts are short: eight bytes at a time, also behind the end, beats a call. What comes next writes over it.
    @inline(__always)
    private mutating func copy(_ text: UnsafePointer<UInt8>, _ count: Int) {
        if count <= 64, sourceEnd - text >= count + 8 {
            var done = 0
            while done < count {
                let eight = UnsafeRawPointer(text + done).loadUnaligned(as: UInt64.self)
                UnsafeMutableRawPointer(place + done).storeBytes(of: eight, as: UInt64.self)
                done += 8
            }
        } else {
            place.update(from: text, count: count)
        }
        place += count
    }

    @inline(__always)
    private mutating func begin(_ key: UInt8, _ length: Int) {
        place[0] = key
        place += 1
        var rest = length
        while rest >= 0x80 {
            place[0] = UInt8(rest & 0x7F) | 0x80
            place += 1
            rest >>= 7
        }
        place[0] = UInt8(rest)
        place += 1
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Below 0 when these bytes come before others, 0 when they are equal, above 0 when they come after.
    @inline(__always)
    func order(_ others: UnsafeBufferPointer<UInt8>) -> Int {
        let shared = Swift.min(count, others.count)
        for place in 0..<shared where self[place] != others[place] {
            return Int(self[place]) - Int(others[place])
        }
        return count - others.count
    }

    /// The first eight bytes as a number, zeros behind a shorter text: of two texts with different ones the lower
    /// comes first.
    @inline(__always)
    var sortPrefix: UInt64 {
        if count >= 8, let baseAddress {
            return UInt64(bigEndian: UnsafeRawPointer(baseAddress).loadUnaligned(as: UInt64.self))
        }
        var prefix: UInt64 = 0
        for place in 0..<8 { prefix = prefix << 8 | (place < count ? UInt64(self[place]) : 0) }
        return prefix
    }
}

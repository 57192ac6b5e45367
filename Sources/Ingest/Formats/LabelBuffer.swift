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
    }

    /// Has the labels of one series written; `nil`, and nothing done, when they are too many.
    ///
    /// - Parameters:
    ///   - size: How many bytes there will be.
    ///   - write: Writes that many.
    /// - Returns: Where they stand.
    @inline(__always)
    mutating func append(_ size: Int, _ write: (UnsafeMutablePointer<UInt8>) -> Void) -> Range<Int>? {
        guard size <= limit - count else { return nil }
        if storage.count - count < size {
            let wanted = max(storage.count * 2, count + size, 4 << 10)
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
    func with<R>(_ range: Range<Int>, _ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
        storage.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[range])) }
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

/// Writes labels in the form of ``TimeSeries/Labels/encoded`` to memory that has room.
struct LabelWriter {
    private(set) var place: UnsafeMutablePointer<UInt8>

    init(_ place: UnsafeMutablePointer<UInt8>) {
        self.place = place
    }

    /// How many bytes ``write(_:_:)`` takes for texts of these lengths.
    @inline(__always)
    static func size(name: Int, value: Int) -> Int {
        let pair = fieldSize(name) + fieldSize(value)
        return fieldSize(pair)
    }

    /// One label.
    @inline(__always)
    mutating func write(_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) {
        begin(0x0A, Self.fieldSize(name.count) + Self.fieldSize(value.count))
        write(0x0A, name)
        write(0x12, value)
    }

    @inline(__always)
    private static func fieldSize(_ count: Int) -> Int {
        1 + (count < 0x80 ? 1 : [UInt8].varintSize(UInt64(count))) + count
    }

    @inline(__always)
    private mutating func write(_ key: UInt8, _ text: UnsafeBufferPointer<UInt8>) {
        begin(key, text.count)
        guard let base = text.baseAddress else { return }
        place.update(from: base, count: text.count)
        place += text.count
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
}

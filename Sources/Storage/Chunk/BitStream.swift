/// Bits in the making, the lowest of each byte first.
struct BitWriter {
    private var bytes = PackedWriter()
    private var pending: UInt64 = 0
    private var used = 0

    /// The low `count` bits of a value whose other bits are 0; `count` is 0 … 64.
    @inline(__always)
    mutating func write(_ value: UInt64, _ count: Int) {
        pending |= value &<< UInt64(used)
        used += count
        guard used >= 64 else { return }
        bytes.word(pending)
        used -= 64
        pending = used > 0 ? value &>> UInt64(count - used) : 0
    }

    /// All bits, the last byte filled with zeros.
    consuming func finish() -> PackedWriter {
        while used > 0 {
            bytes.byte(UInt8(truncatingIfNeeded: pending))
            pending >>= 8
            used -= 8
        }
        return bytes
    }
}

/// Reads what ``BitWriter`` wrote, from the place of a ``PackedReader`` on.
struct BitReader {
    private let padded: [UInt8]
    private let start: Int
    private let end: Int
    /// The next bit, counted from the first byte of all.
    private var bit: Int

    init(_ reader: PackedReader) {
        padded = reader.padded
        start = reader.position
        end = reader.count * 8
        bit = start * 8
    }

    /// How many bytes were touched.
    var bytes: Int { (bit + 7) / 8 - start }

    /// Whether more bits were taken than there are.
    var isOverrun: Bool { bit > end }

    /// The next 57 bits or more, without taking them; zeros behind the end.
    @inline(__always)
    func peek() -> UInt64 {
        let place = min(bit &>> 3, padded.count - 8)
        let word = padded.span.bytes.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self)
        return UInt64(littleEndian: word) &>> UInt64(bit & 7)
    }

    /// Takes bits that were peeked at.
    @inline(__always)
    mutating func take(_ count: Int) { bit &+= count }

    /// The next `count` bits, 0 … 64.
    @inline(__always)
    mutating func read(_ count: Int) -> UInt64 {
        guard count <= 57 else {
            let low = read(32)
            return low | read(count - 32) &<< 32
        }
        let value = peek() & ((1 &<< UInt64(count)) &- 1)
        take(count)
        return value
    }
}

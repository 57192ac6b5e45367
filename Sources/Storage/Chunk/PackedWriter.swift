/// Bytes in the making: whole bytes, numbers of variable length and columns of equal width, all little-endian.
struct PackedWriter {
    private(set) var bytes: [UInt8] = []

    /// One byte.
    mutating func byte(_ value: UInt8) { bytes.append(value) }

    /// Eight bytes.
    mutating func word(_ value: UInt64) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// Makes room for so many bytes.
    mutating func reserve(_ count: Int) { bytes.reserveCapacity(bytes.count + count) }

    /// Bytes as they are.
    mutating func append(_ other: [UInt8]) { bytes.append(contentsOf: other) }

    /// Bytes as they are.
    mutating func append(_ other: PackedWriter) { bytes.append(contentsOf: other.bytes) }

    /// Seven bits a byte, the lowest first; the high bit says that more follow. At most ten bytes.
    mutating func number(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// A number with a sign, see ``ZigZag``.
    mutating func signed(_ value: Int64) { number(ZigZag.encode(value)) }

    /// The low `width` bits of each value, one after the other without a gap, the last byte filled with zeros.
    ///
    /// - Parameter width: 0 … 64.
    mutating func column(_ values: Span<UInt64>, width: Int) {
        guard width > 0 else { return }
        let mask = UInt64.max >> UInt64(64 - width)
        var pending: UInt64 = 0
        var used = 0
        for i in values.indices {
            let value = values[i] & mask
            pending |= value &<< UInt64(used)
            used += width
            if used >= 64 {
                word(pending)
                used -= 64
                pending = used > 0 ? value &>> UInt64(width - used) : 0
            }
        }
        while used > 0 {
            bytes.append(UInt8(truncatingIfNeeded: pending))
            pending >>= 8
            used -= 8
        }
    }

    /// How many bytes ``number(_:)`` takes.
    static func length(ofNumber value: UInt64) -> Int {
        max((64 - value.leadingZeroBitCount + 6) / 7, 1)
    }

    /// How many bytes ``column(_:width:)`` takes.
    static func length(ofColumn count: Int, width: Int) -> Int { (count * width + 7) / 8 }
}

/// Signed numbers as unsigned ones, small when they are near 0: 0, −1, 1, −2, … become 0, 1, 2, 3, …
enum ZigZag {
    @inline(__always)
    static func encode(_ value: Int64) -> UInt64 { UInt64(bitPattern: (value << 1) ^ (value >> 63)) }

    @inline(__always)
    static func decode(_ value: UInt64) -> Int64 {
        Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }
}

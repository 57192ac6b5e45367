import TimeSeries

/// Fields in the wire format of Protocol Buffers, appended as the official libraries write them.
///
/// - Source: Protocol Buffers, *Encoding*.
extension [UInt8] {
    /// A number in groups of seven bits, the lowest first.
    mutating func appendVarint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
    }

    /// How many bytes ``appendVarint(_:)`` takes.
    @inline(__always)
    static func varintSize(_ value: UInt64) -> Int {
        Swift.max((70 - value.leadingZeroBitCount) / 7, 1)
    }

    /// A field with a length; its number is at most 15.
    mutating func appendField(_ number: UInt8, _ content: some Collection<UInt8>) {
        append(number << 3 | 2)
        appendVarint(UInt64(content.count))
        append(contentsOf: content)
    }

    /// A field with a number of up to 64 bits; nothing for 0. Its number is at most 15.
    mutating func appendField(_ number: UInt8, varint value: UInt64) {
        guard value != 0 else { return }
        append(number << 3)
        appendVarint(value)
    }

    /// A message Sample of remote write as field 2: nothing is written for a value or a time of 0.
    mutating func appendSample(_ point: Point) {
        append(0x12)
        appendVarint(UInt64(Self.sampleContentSize(point)))
        if point.value.bitPattern != 0 {
            append(0x09)
            Swift.withUnsafeBytes(of: point.value.bitPattern.littleEndian) { append(contentsOf: $0) }
        }
        if point.milliseconds != 0 {
            append(0x10)
            appendVarint(UInt64(bitPattern: point.milliseconds))
        }
    }

    /// How many bytes ``appendSample(_:)`` takes.
    static func sampleSize(_ point: Point) -> Int {
        let content = sampleContentSize(point)
        return 1 + varintSize(UInt64(content)) + content
    }

    private static func sampleContentSize(_ point: Point) -> Int {
        (point.value.bitPattern == 0 ? 0 : 9)
            + (point.milliseconds == 0 ? 0 : 1 + varintSize(UInt64(bitPattern: point.milliseconds)))
    }
}

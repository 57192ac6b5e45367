import TimeSeries

/// Walks over messages in the wire format of Protocol Buffers.
///
/// A step that fails records why and moves to the end of the body, where every further step stops; so a loop asks
/// once a round. Whoever calls with a limit has taken it from ``lengthEnd(before:)`` or ``count``.
///
/// - Source: Protocol Buffers, *Encoding*.
struct WireReader {
    private let base: UnsafePointer<UInt8>?
    /// Bytes of the body.
    let count: Int
    /// The next byte, in 0 ... `count`.
    var position = 0
    /// The first thing that was wrong.
    private(set) var failure: DecodeError?

    /// A reader at the first byte; whoever makes it keeps the bytes alive.
    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        base = bytes.baseAddress
        count = bytes.count
    }

    /// Some bytes of the body.
    func bytes(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: base.map { $0 + range.lowerBound }, count: range.count)
    }

    /// A number of up to 64 bits in groups of seven.
    @inline(__always)
    mutating func varint(before end: Int) -> UInt64 {
        if position < end, let base, base[position] < 0x80 {
            position += 1
            return UInt64(base[position - 1])
        }
        return longVarint(before: end)
    }

    private mutating func longVarint(before end: Int) -> UInt64 {
        guard let base else { return fail("the message ends within a number") }
        var value: UInt64 = 0
        var shift: UInt64 = 0
        var place = position
        while place < end, shift < 64 {
            let byte = base[place]
            place += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 {
                position = place
                return value
            }
            shift += 7
        }
        return fail(shift < 64 ? "the message ends within a number" : "a number has more than ten bytes")
    }

    /// Where a field ends whose length stands next.
    @inline(__always)
    mutating func lengthEnd(before end: Int) -> Int {
        let start = position
        let length = varint(before: end)
        guard length <= UInt64(end - min(position, end)) else {
            if failure == nil {
                fail("a length of \(length) where \(end - position) bytes are left", at: start)
            }
            return count
        }
        return position + Int(length)
    }

    /// Goes behind every field that follows with this key and a length of one byte, the usual ones.
    @inline(__always)
    mutating func skipShort(_ key: UInt8, before end: Int) {
        guard let base else { return }
        var place = position
        while place + 1 < end, base[place] == key, base[place + 1] < 0x80 {
            let next = place + 2 + Int(base[place + 1])
            guard next <= end else { break }
            place = next
        }
        position = place
    }

    /// Goes behind the field whose key was just read.
    mutating func skip(_ key: UInt64, before end: Int) {
        guard failure == nil else { return }
        guard key >> 3 > 0, key >> 3 < 1 << 29 else {
            fail("\(key >> 3) is no field number")
            return
        }
        switch key & 7 {
        case 0: _ = varint(before: end)
        case 1: advance(8, before: end)
        case 2: position = lengthEnd(before: end)
        case 5: advance(4, before: end)
        case let type: fail("a field of wire type \(type), which is not in use")
        }
    }

    private mutating func advance(_ distance: Int, before end: Int) {
        guard distance <= end - position else {
            fail("the message ends within a field")
            return
        }
        position += distance
    }

    /// Eight bytes, the lowest first.
    @inline(__always)
    mutating func fixed64(before end: Int) -> UInt64 {
        let start = position
        advance(8, before: end)
        guard failure == nil, let base else { return 0 }
        return UInt64(littleEndian: UnsafeRawPointer(base + start).loadUnaligned(as: UInt64.self))
    }

    /// A message Sample: value, field 1, and milliseconds, field 2; what is absent is 0.
    @inline(__always)
    mutating func sample(before end: Int) -> Point {
        var point = Point(milliseconds: 0, value: 0)
        while position < end, failure == nil {
            switch varint(before: end) {
            case 1 << 3 | 1:
                point.value = Double(bitPattern: fixed64(before: end))
            case 2 << 3 | 0:
                point.milliseconds = Int64(bitPattern: varint(before: end))
            case let key:
                skip(key, before: end)
            }
        }
        return point
    }

    /// Records the first failure and moves to the end.
    @discardableResult
    private mutating func fail(_ reason: String, at place: Int? = nil) -> UInt64 {
        if failure == nil { failure = DecodeError(byte: place ?? position, reason: reason) }
        position = count
        return 0
    }
}

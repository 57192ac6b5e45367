import Ingest
import TestSupport
import Testing

/// Bytes as golden files hold them.
enum TestBytes {
    /// Bytes from their hexadecimal text.
    static func hex(_ text: String) -> [UInt8] {
        let digits = Array(text.utf8)
        return stride(from: 0, to: digits.count, by: 2).map {
            UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16) ?? 0
        }
    }
}

/// A varint of Protocol Buffers.
func varint(_ value: UInt64) -> [UInt8] {
    var rest = value
    var bytes: [UInt8] = []
    while rest >= 0x80 {
        bytes.append(UInt8(rest & 0x7F) | 0x80)
        rest >>= 7
    }
    return bytes + [UInt8(rest)]
}

/// A field of Protocol Buffers with a length.
func field(_ number: UInt64, _ bytes: [UInt8]) -> [UInt8] {
    varint(number << 3 | 2) + varint(UInt64(bytes.count)) + bytes
}

/// A field of Protocol Buffers with eight bytes.
func field(_ number: UInt64, fixed value: UInt64) -> [UInt8] {
    varint(number << 3 | 1) + (0..<8).map { UInt8(value >> (8 * $0) & 0xFF) }
}

/// A field of Protocol Buffers with a number.
func field(_ number: UInt64, varint value: UInt64) -> [UInt8] {
    varint(number << 3) + varint(value)
}

/// What is wrong with a decoded value in itself; `nil` when its ranges lie within it, and its memory is of its body.
///
/// - Parameter mostBytes: The most bytes of labels.
func inconsistency(of decoded: DecodedPoints, mostBytes: Int) -> String? {
    var next = 0
    for entry in decoded.series {
        guard entry.labels.upperBound <= decoded.bytes.count, !entry.labels.isEmpty else { return "labels" }
        guard entry.points.lowerBound >= next, !entry.points.isEmpty else { return "points" }
        next = entry.points.upperBound
    }
    guard next <= decoded.points.count else { return "points" }
    guard decoded.errors.count <= DecodedPoints.errorLimit else { return "errors" }
    guard decoded.bytes.count <= mostBytes else { return "\(decoded.bytes.count) bytes of labels" }
    return nil
}

/// A body with one to five changes: a bit, a byte, a cut, a repeated piece.
func mutated(_ body: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
    var bytes = body
    for _ in 0...Int(random.next() % 5) {
        guard !bytes.isEmpty else { return bytes }
        let place = Int(random.next() % UInt64(bytes.count))
        switch random.next() % 8 {
        case 0: bytes[place] = 0xFF
        case 1: bytes[place] = UInt8(truncatingIfNeeded: random.next())
        case 2: bytes.removeSubrange(place..<min(place + 1 + Int(random.next() % 8), bytes.count))
        case 3: bytes.insert(contentsOf: bytes[place...].prefix(16), at: place)
        default: bytes[place] ^= 1 << UInt8(random.next() % 8)
        }
    }
    return bytes
}

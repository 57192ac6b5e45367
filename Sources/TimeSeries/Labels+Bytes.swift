// The canonical byte form of labels: what tells one series from another in the index, the journal and the store.
//
// It is the form in which Prometheus remote write sends sorted labels: for each pair the byte 0x0A, the length of
// the pair, then 0x0A, length and bytes of the name, 0x12, length and bytes of the value; lengths are varints.
// So the bytes of a well-behaved sender are looked up as they came.
//
// Source: Prometheus, `prompb/types.proto`, message Label, as field 1 of message TimeSeries.

extension Labels {
    /// The canonical byte form; equal for equal labels only.
    public var encoded: [UInt8] {
        var bytes: [UInt8] = []
        for pair in pairs {
            let size = Self.size(of: pair.name) + Self.size(of: pair.value)
            bytes.append(0x0A)
            Self.appendVarint(size, to: &bytes)
            bytes.append(0x0A)
            Self.append(pair.name, to: &bytes)
            bytes.append(0x12)
            Self.append(pair.value, to: &bytes)
        }
        return bytes
    }

    /// Reads labels in any order from the byte form of a sender; unknown fields are skipped.
    ///
    /// - Throws: ``LabelBytesError``.
    public init(encoded bytes: Span<UInt8>) throws(LabelBytesError) {
        var reader = FieldReader(first: 0, end: bytes.count)
        var labels: [(name: String, value: String)] = []
        while let field = try reader.next(in: bytes) {
            guard field.number == 1, field.isBytes else { continue }
            var pair = FieldReader(first: field.first, end: field.end)
            var name = ""
            var value = ""
            while let part = try pair.next(in: bytes) {
                guard part.isBytes, part.number == 1 || part.number == 2 else { continue }
                guard let text = Self.text(bytes, part.first, part.end) else {
                    throw .notUTF8(byte: part.first)
                }
                if part.number == 1 { name = text } else { value = text }
            }
            labels.append((name, value))
        }
        do {
            try self.init(labels)
        } catch {
            throw .labels(error)
        }
    }

    /// The value of one label in the canonical byte form, without a look at the others.
    ///
    /// - Parameter name: Its name, as UTF-8.
    /// - Returns: `nil` when there is no such label, or the bytes are none of ``encoded``.
    public static func value(of name: [UInt8], in encoded: [UInt8]) -> String? {
        let bytes = encoded.span
        do throws(LabelBytesError) {
            var reader = FieldReader(first: 0, end: bytes.count)
            while let field = try reader.next(in: bytes) {
                var pair = FieldReader(first: field.first, end: field.end)
                guard field.isBytes, let key = try pair.next(in: bytes), key.number == 1 else { return nil }
                guard key.end - key.first == name.count,
                    name.indices.allSatisfy({ bytes[key.first + $0] == name[$0] })
                else { continue }
                guard let value = try pair.next(in: bytes), value.number == 2, value.isBytes else {
                    return nil
                }
                return text(bytes, value.first, value.end)
            }
            return nil
        } catch {
            return nil
        }
    }

    private static func size(of text: String) -> Int {
        1 + varintSize(text.utf8.count) + text.utf8.count
    }

    private static func varintSize(_ value: Int) -> Int {
        var size = 1
        var rest = value >> 7
        while rest > 0 {
            size += 1
            rest >>= 7
        }
        return size
    }

    private static func appendVarint(_ value: Int, to bytes: inout [UInt8]) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private static func append(_ text: String, to bytes: inout [UInt8]) {
        appendVarint(text.utf8.count, to: &bytes)
        bytes.append(contentsOf: text.utf8)
    }

    private static func text(_ bytes: Span<UInt8>, _ first: Int, _ end: Int) -> String? {
        bytes.extracting(first..<end).withUnsafeBufferPointer { String(validating: $0, as: UTF8.self) }
    }
}

/// Why bytes are no labels.
public enum LabelBytesError: Error, Equatable {
    /// The bytes end within a field, or a length points past them.
    case truncated(byte: Int)
    /// A name or a value is not UTF-8.
    case notUTF8(byte: Int)
    /// The names and values are no labels.
    case labels(LabelsError)
}

extension LabelBytesError: CustomStringConvertible {
    /// The error as a sentence without its full stop.
    public var description: String {
        switch self {
        case .truncated(let byte): "the labels end too early at byte \(byte)"
        case .notUTF8(let byte): "the text at byte \(byte) of the labels is not UTF-8"
        case .labels(let error): "\(error)"
        }
    }
}

/// Walks over the fields of a message in the wire format of Protocol Buffers.
private struct FieldReader {
    private var position: Int
    private let end: Int

    init(first: Int, end: Int) {
        position = first
        self.end = end
    }

    struct Field {
        var number: Int
        var isBytes: Bool
        var first: Int
        var end: Int
    }

    mutating func next(in bytes: Span<UInt8>) throws(LabelBytesError) -> Field? {
        guard position < end else { return nil }
        let key = try varint(bytes)
        let number = Int(truncatingIfNeeded: key >> 3)
        switch key & 7 {
        case 0:
            _ = try varint(bytes)
            return Field(number: number, isBytes: false, first: position, end: position)
        case 1: return try skip(8, number, isBytes: false)
        case 2:
            let length = try varint(bytes)
            guard length <= UInt64(end - position) else { throw .truncated(byte: position) }
            return try skip(Int(length), number, isBytes: true)
        case 5: return try skip(4, number, isBytes: false)
        default: throw .truncated(byte: position)
        }
    }

    private mutating func skip(_ count: Int, _ number: Int, isBytes: Bool) throws(LabelBytesError) -> Field {
        guard count <= end - position else { throw .truncated(byte: position) }
        defer { position += count }
        return Field(number: number, isBytes: isBytes, first: position, end: position + count)
    }

    private mutating func varint(_ bytes: Span<UInt8>) throws(LabelBytesError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < end, shift < 64 {
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw .truncated(byte: position)
    }
}

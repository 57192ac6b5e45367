import TimeSeries

/// The value of an attribute that is not simply a text.
indirect enum OTLPValue {
    case nothing
    case text([UInt8])
    case bool(Bool)
    case integer(Int64)
    case double(Double)
    case bytes([UInt8])
    case array([OTLPValue])
    case members([(key: [UInt8], value: OTLPValue)])

    /// How deep lists may stand in lists; a label is no place for more.
    static let depthLimit = 16

    /// Writes the value as the text of a label: a number as it is written, lists as JSON, bytes in base 64.
    ///
    /// - Source: OpenTelemetry specification, *Common*, "Converting to non-OTLP protocols".
    func append(to text: inout [UInt8]) {
        switch self {
        case .nothing: break
        case .text(let bytes): text += bytes
        case .bytes(let bytes): Self.appendBase64(bytes, to: &text)
        case .double(let value) where value.isInfinite:
            text += (value > 0 ? "Infinity" : "-Infinity").utf8
        case .double(let value) where value.isNaN: text += "NaN".utf8
        default: appendJSON(to: &text)
        }
    }

    private func appendJSON(to text: inout [UInt8]) {
        switch self {
        case .nothing: text += "null".utf8
        case .text(let bytes): Self.appendQuoted(bytes, to: &text)
        case .bool(let value): text += (value ? "true" : "false").utf8
        case .integer(let value): text += "\(value)".utf8
        case .double(let value):
            let number = value.isFinite ? NumberText.exact(value) : "\"\(value)\""
            text += number.utf8
        case .bytes(let bytes):
            text.append(UInt8(ascii: "\""))
            Self.appendBase64(bytes, to: &text)
            text.append(UInt8(ascii: "\""))
        case .array(let values):
            text.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { text.append(UInt8(ascii: ",")) }
                value.appendJSON(to: &text)
            }
            text.append(UInt8(ascii: "]"))
        case .members(let members):
            text.append(UInt8(ascii: "{"))
            // Sorted, so that a series does not change with the order of its sender's table.
            let sorted = members.sorted { $0.key.lexicographicallyPrecedes($1.key) }
            for (index, member) in sorted.enumerated() {
                if index > 0 { text.append(UInt8(ascii: ",")) }
                Self.appendQuoted(member.key, to: &text)
                text.append(UInt8(ascii: ":"))
                member.value.appendJSON(to: &text)
            }
            text.append(UInt8(ascii: "}"))
        }
    }

    private static func appendQuoted(_ bytes: [UInt8], to text: inout [UInt8]) {
        text.append(UInt8(ascii: "\""))
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += [UInt8(ascii: "\\"), byte]
            case 0x0A: text += "\\n".utf8
            case 0x0D: text += "\\r".utf8
            case 0x09: text += "\\t".utf8
            case 0..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                text += "\\u00".utf8
                text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: text.append(byte)
            }
        }
        text.append(UInt8(ascii: "\""))
    }

    private static let base64 = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// - Source: RFC 4648, section 4.
    private static func appendBase64(_ bytes: [UInt8], to text: inout [UInt8]) {
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for place in 0..<4 {
                text.append(place <= group.count ? base64[bits >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
            }
        }
    }
}

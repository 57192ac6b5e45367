/// Where a running service answers: what `service.json` in its data directory says.
public struct ServiceDescription: Sendable, Equatable {
    /// As `http://127.0.0.1:8720`.
    public var address: String
    /// The number of its process.
    public var pid: Int
    /// The version of the program.
    public var version: String
    /// When it started, as `2026-01-31T12:00:00Z`.
    public var started: String

    /// What a service says of itself.
    public init(address: String, pid: Int, version: String, started: String) {
        self.address = address
        self.pid = pid
        self.version = version
        self.started = started
    }
}

// One flat object of strings and a number, written and read here: this module knows no JSON library.
extension ServiceDescription {
    /// The object as JSON, one line.
    var json: [UInt8] {
        let fields = [
            "\"address\":" + ServiceDescription.quoted(address), "\"pid\":\(pid)",
            "\"version\":" + ServiceDescription.quoted(version),
            "\"started\":" + ServiceDescription.quoted(started),
        ]
        return Array("{\(fields.joined(separator: ","))}\n".utf8)
    }

    /// Reads what ``json`` writes, with any white space and in any order; `nil` for anything else.
    init?(json: [UInt8]) {
        var reader = FlatObjectReader(bytes: json)
        guard let fields = reader.read(), let address = fields["address"]?.text,
            let pid = fields["pid"]?.number,
            let version = fields["version"]?.text, let started = fields["started"]?.text
        else { return nil }
        self.init(address: address, pid: pid, version: version, started: started)
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\u{0}"..."\u{1F}":
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}

/// Reads one JSON object whose values are strings and whole numbers.
private struct FlatObjectReader {
    enum Value {
        case text(String)
        case number(Int)

        var text: String? { if case .text(let text) = self { text } else { nil } }
        var number: Int? { if case .number(let number) = self { number } else { nil } }
    }

    let bytes: [UInt8]
    private var place = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func read() -> [String: Value]? {
        var fields: [String: Value] = [:]
        guard take("{") else { return nil }
        repeat {
            guard let name = string(), take(":"), let value = value() else { return nil }
            fields[name] = value
        } while take(",")
        guard take("}") else { return nil }
        skipSpace()
        return place == bytes.count ? fields : nil
    }

    private mutating func value() -> Value? {
        if let text = string() { return .text(text) }
        let start = place
        while place < bytes.count, UInt8(ascii: "0")...UInt8(ascii: "9") ~= bytes[place] { place += 1 }
        return Int(String(decoding: bytes[start..<place], as: UTF8.self)).map(Value.number)
    }

    private mutating func string() -> String? {
        guard take("\"") else { return nil }
        var text: [UInt8] = []
        while place < bytes.count {
            let byte = bytes[place]
            place += 1
            switch byte {
            case UInt8(ascii: "\""): return String(validating: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let character = escape() else { return nil }
                text += character
            case 0..<0x20: return nil
            default: text.append(byte)
            }
        }
        return nil
    }

    /// The bytes of what follows a backslash.
    private mutating func escape() -> [UInt8]? {
        guard place < bytes.count else { return nil }
        let byte = bytes[place]
        place += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"):
            guard place + 4 <= bytes.count else { return nil }
            let digits = String(decoding: bytes[place..<place + 4], as: UTF8.self)
            place += 4
            // We write such escapes for control characters alone, so surrogates need no pairing.
            guard let code = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(code) else { return nil }
            return Array(String(Character(scalar)).utf8)
        default: return nil
        }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard place < bytes.count, UInt32(bytes[place]) == character.value else { return false }
        place += 1
        return true
    }

    private mutating func skipSpace() {
        while place < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[place]) { place += 1 }
    }
}

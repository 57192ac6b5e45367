/// Finds the first offending byte of a text that the fast parser refused.
///
/// The slow twin of simdjson: one byte at a time, and only on failure.
///
/// - Source: RFC 8259, *The JavaScript Object Notation (JSON) Data Interchange Format*.
struct JSONScanner {
    private let text: UnsafeBufferPointer<UInt8>
    private let limits: JSONDocument.Limits
    private var position = 0
    private var open: [Container] = []
    private var bigIntegerEnds: [Int] = []

    private enum Container {
        case array
        case object(keys: Set<String>)
    }

    private struct Failure: Error {
        var reason: JSONError.Reason
        var byte: Int
    }

    init(_ text: UnsafeBufferPointer<UInt8>, _ limits: JSONDocument.Limits) {
        self.text = text
        self.limits = limits
    }

    /// The first error; or when there is none, where integers beyond 64 bits end.
    mutating func scan() -> Result<[Int], JSONError> {
        do throws(Failure) {
            try document()
            return .success(bigIntegerEnds)
        } catch {
            return .failure(JSONError(error.reason, at: error.byte, in: text))
        }
    }

    private var current: UInt8? { position < text.count ? text[position] : nil }

    private func failure(_ reason: JSONError.Reason, at byte: Int? = nil) -> Failure {
        Failure(reason: reason, byte: byte ?? position)
    }

    /// The failure that something else should stand here.
    private func expected(_ what: String) -> Failure {
        guard let current else { return failure(.truncated) }
        if current >= 0x80, sequenceLength() == nil { return failure(.invalidUTF8) }
        return failure(.expected(what))
    }

    private mutating func skipSpace() {
        while let current, current == 0x20 || current == 0x0A || current == 0x0D || current == 0x09 {
            position += 1
        }
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard current == UInt8(ascii: scalar) else { return false }
        position += 1
        return true
    }
}

// MARK: - Structure

extension JSONScanner {
    private mutating func document() throws(Failure) {
        if text.starts(with: [0xEF, 0xBB, 0xBF]) { throw failure(.byteOrderMark) }
        skipSpace()
        guard position < text.count else { throw failure(.empty) }
        try value()
        while let container = open.last {
            skipSpace()
            switch container {
            case .array:
                if take("]") {
                    open.removeLast()
                } else if take(",") {
                    skipSpace()
                    try value()
                } else {
                    throw expected("',' or ']'")
                }
            case .object:
                if take("}") {
                    open.removeLast()
                } else if take(",") {
                    skipSpace()
                    try member()
                } else {
                    throw expected("',' or '}'")
                }
            }
        }
        skipSpace()
        guard position == text.count else { throw failure(.trailingText) }
    }

    /// Reads a scalar whole, and of a container all up to the end of its first scalar or empty container.
    private mutating func value() throws(Failure) {
        while true {
            switch current {
            case UInt8(ascii: "["):
                try enter(.array)
                guard take("]") else { continue }
                open.removeLast()
                return
            case UInt8(ascii: "{"):
                try enter(.object(keys: []))
                guard take("}") else {
                    try key()
                    continue
                }
                open.removeLast()
                return
            case UInt8(ascii: "\""):
                _ = try string()
                return
            case let unit? where Self.startsNumber(unit):
                try number()
                return
            default:
                try word()
                return
            }
        }
    }

    /// Digits and signs, also those that no number may start with.
    private static func startsNumber(_ unit: UInt8) -> Bool {
        switch Unicode.Scalar(unit) {
        case "-", "+", ".", "0"..."9": true
        default: false
        }
    }

    private mutating func enter(_ container: Container) throws(Failure) {
        guard open.count < max(1, limits.depth) else { throw failure(.tooDeep(limit: limits.depth)) }
        open.append(container)
        position += 1
        skipSpace()
    }

    private mutating func member() throws(Failure) {
        try key()
        try value()
    }

    /// Reads a key, the colon and the space after it.
    private mutating func key() throws(Failure) {
        guard current == UInt8(ascii: "\"") else { throw expected("a key in double quotes") }
        let start = position
        let key = try string()
        if !limits.allowsDuplicateKeys, case .object(var keys)? = open.popLast() {
            guard keys.insert(key).inserted else { throw failure(.duplicateKey(key), at: start) }
            open.append(.object(keys: keys))
        }
        skipSpace()
        guard take(":") else { throw expected("':'") }
        skipSpace()
    }
}

// MARK: - Scalars

extension JSONScanner {
    /// Words that others write for what JSON cannot say.
    private static let notFinite: Set<String> = ["nan", "inf", "infinity"]

    private mutating func word() throws(Failure) {
        let start = position
        let word = letters(from: start)
        guard !word.isEmpty else { throw expected("a value") }
        if ["true", "false", "null"].contains(word) {
            position += word.utf8.count
            return
        }
        if Self.notFinite.contains(word.lowercased()) { throw failure(.notFinite(token: word)) }
        let isCut = start + word.utf8.count == text.count
        if isCut, ["true", "false", "null"].contains(where: { $0.hasPrefix(word) }) {
            throw failure(.truncated, at: text.count)
        }
        throw failure(.expected("a value"))
    }

    /// The ASCII letters, digits and underscores from a place on.
    private func letters(from start: Int) -> String {
        let end = text[start...].firstIndex { unit in
            switch Unicode.Scalar(unit) {
            case "a"..."z", "A"..."Z", "0"..."9", "_": false
            default: true
            }
        }
        return String(decoding: text[start..<(end ?? text.count)], as: UTF8.self)
    }

    private mutating func digits() -> Int {
        let start = position
        while let current, current >= UInt8(ascii: "0"), current <= UInt8(ascii: "9") { position += 1 }
        return position - start
    }

    private mutating func number() throws(Failure) {
        let start = position
        let isSigned = take("-") || take("+")
        let name = letters(from: position)
        if Self.notFinite.contains(name.lowercased()) {
            let sign = isSigned ? String(decoding: text[start..<position], as: UTF8.self) : ""
            throw failure(.notFinite(token: sign + name), at: start)
        }
        if text[start] == UInt8(ascii: "+") { throw failure(.malformedNumber, at: start) }
        let leadsWithZero = current == UInt8(ascii: "0")
        let whole = digits()
        guard whole > 0 else {
            throw position == text.count ? failure(.truncated) : failure(.malformedNumber, at: start)
        }
        if leadsWithZero, whole > 1 { throw failure(.malformedNumber, at: start) }
        var isInteger = true
        if take(".") {
            isInteger = false
            try someDigits(of: start)
        }
        if take("e") || take("E") {
            isInteger = false
            _ = take("-") || take("+")
            try someDigits(of: start)
        }
        switch current {
        case nil, 0x20, 0x0A, 0x0D, 0x09, UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"),
            UInt8(ascii: ":"),
            UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "\""):
            break
        default:
            throw failure(.malformedNumber, at: start)
        }
        let token = String(decoding: text[start..<position], as: UTF8.self)
        guard let value = Double(token), value.isFinite else { throw failure(.numberOutOfRange, at: start) }
        if isInteger, Int64(token) == nil, UInt64(token) == nil { bigIntegerEnds.append(position) }
    }

    private mutating func someDigits(of start: Int) throws(Failure) {
        guard digits() == 0 else { return }
        throw position == text.count ? failure(.truncated) : failure(.malformedNumber, at: start)
    }

    /// Reads a string with its quotes.
    private mutating func string() throws(Failure) -> String {
        position += 1
        var units: [UInt8] = []
        while let unit = current {
            switch unit {
            case UInt8(ascii: "\""):
                position += 1
                return String(decoding: units, as: UTF8.self)
            case UInt8(ascii: "\\"):
                units += Array(String(try escape()).utf8)
            case 0..<0x20:
                throw failure(.controlCharacter)
            case 0x80...:
                guard let length = sequenceLength() else { throw failure(.invalidUTF8) }
                units += text[position..<(position + length)]
                position += length
            default:
                units.append(unit)
                position += 1
            }
        }
        throw failure(.truncated)
    }

    private mutating func escape() throws(Failure) -> Unicode.Scalar {
        let start = position
        position += 1
        guard let letter = current else { throw failure(.truncated) }
        position += 1
        switch letter {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            let first = try fourHexDigits(of: start)
            if let scalar = Unicode.Scalar(first) { return scalar }
            guard first < 0xDC00, current == UInt8(ascii: "\\") else {
                throw failure(.malformedEscape, at: start)
            }
            position += 1
            guard take("u") else { throw failure(.malformedEscape, at: start) }
            let second = try fourHexDigits(of: start)
            guard (0xDC00...0xDFFF).contains(second),
                let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
            else { throw failure(.malformedEscape, at: start) }
            return scalar
        default:
            throw failure(.malformedEscape, at: start)
        }
    }

    private mutating func fourHexDigits(of start: Int) throws(Failure) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let unit = current else { throw failure(.truncated) }
            guard let digit = Character(Unicode.Scalar(unit)).hexDigitValue else {
                throw failure(.malformedEscape, at: start)
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }

    /// How long the well-formed sequence of two bytes or more is that starts here; `nil` when it is none.
    ///
    /// - Source: *The Unicode Standard*, table 3-7.
    private func sequenceLength() -> Int? {
        let lead = text[position]
        let second: ClosedRange<UInt8>
        let length: Int
        switch lead {
        case 0xC2...0xDF: (second, length) = (0x80...0xBF, 2)
        case 0xE0: (second, length) = (0xA0...0xBF, 3)
        case 0xED: (second, length) = (0x80...0x9F, 3)
        case 0xE1...0xEF: (second, length) = (0x80...0xBF, 3)
        case 0xF0: (second, length) = (0x90...0xBF, 4)
        case 0xF1...0xF3: (second, length) = (0x80...0xBF, 4)
        case 0xF4: (second, length) = (0x80...0x8F, 4)
        default: return nil
        }
        guard position + length <= text.count, second.contains(text[position + 1]) else { return nil }
        let isWhole = text[(position + 2)..<(position + length)].allSatisfy { $0 & 0xC0 == 0x80 }
        return isWhole ? length : nil
    }
}

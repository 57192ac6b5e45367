/// Where and why a text is not JSON, or not the JSON that is accepted here.
public struct JSONError: Error, Equatable, Sendable {
    /// What is wrong.
    public enum Reason: Equatable, Sendable {
        /// There is no text, or only white space.
        case empty
        /// The text ends inside a value.
        case truncated
        /// Something else should stand here, as "a value" or "',' or ']'".
        case expected(String)
        /// There is text after the end of the value.
        case trailingText
        /// `NaN`, `Infinity` or a relative of theirs.
        case notFinite(token: String)
        /// A number that JSON does not write so, as `01`, `.5` or `+1`.
        case malformedNumber
        /// A number beyond the largest double.
        case numberOutOfRange
        /// Bytes that are no UTF-8, as RFC 8259 requires.
        case invalidUTF8
        /// A byte order mark before the text.
        case byteOrderMark
        /// A byte below 32 inside a string.
        case controlCharacter
        /// A backslash that begins no escape, or half of a surrogate pair.
        case malformedEscape
        /// Containers inside containers, more than accepted.
        case tooDeep(limit: Int)
        /// An object that has a key twice.
        case duplicateKey(String)
        /// The parser gave up for a reason of its own, as for want of memory.
        case refused(String)
    }

    /// What is wrong.
    public var reason: Reason
    /// The offset of the first offending byte; the length of the text when something is missing at its end.
    public var byte: Int
    /// The line of that byte, from 1.
    public var line: Int
    /// The character of that line, from 1.
    public var column: Int

    /// An error at a byte of a text; line and column are counted.
    init(_ reason: Reason, at byte: Int, in text: UnsafeBufferPointer<UInt8>) {
        self.reason = reason
        self.byte = min(byte, text.count)
        line = 1
        column = 1
        for unit in text.prefix(self.byte) {
            if unit == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if unit & 0xC0 != 0x80 {
                column += 1
            }
        }
    }
}

extension JSONError: CustomStringConvertible {
    /// A sentence for the one who wrote the text, as "NaN is not JSON; … (line 3, column 7, byte 31)".
    public var description: String {
        "\(reason) (line \(line), column \(column), byte \(byte))"
    }
}

extension JSONError.Reason: CustomStringConvertible {
    /// The reason without the place.
    public var description: String {
        switch self {
        case .empty: "the body is empty; a JSON value is needed"
        case .truncated: "the text ends before its value does"
        case .expected(let what): "expected \(what)"
        case .trailingText: "there is text after the end of the value"
        case .notFinite(let token): "\(token) is not JSON; write null for a missing value"
        case .malformedNumber: "not a JSON number"
        case .numberOutOfRange: "number out of range"
        case .invalidUTF8: "not valid UTF-8"
        case .byteOrderMark: "a byte order mark is not JSON"
        case .controlCharacter: "a control character in a string must be escaped"
        case .malformedEscape: "not a JSON escape sequence"
        case .tooDeep(let limit): "nested deeper than \(limit) levels"
        case .duplicateKey(let key): "duplicate key \"\(key)\""
        case .refused(let message): message
        }
    }
}

/// Why an element of a value has not the type that was asked for.
public enum JSONTypeError: Error, Equatable, Sendable {
    /// The value is no array.
    case notAnArray(JSONValue.Kind)
    /// The first element of the array that is no number.
    case notANumber(index: Int, JSONValue.Kind)
}

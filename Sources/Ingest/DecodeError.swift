/// Where and why an input is not of its format.
public struct DecodeError: Error, Equatable {
    /// The line, counted from 1; 0 when the input as a whole is meant, or has no lines.
    public var line: Int
    /// The record of an input without lines, counted from 1; 0 when none is meant.
    public var record: Int
    /// The offset of the byte at which a binary input breaks; `nil` when no byte is to blame.
    public var byte: Int?
    /// What is wrong and what would be right.
    public var reason: String

    /// An error in a line, counted from 1.
    public init(line: Int, reason: String) {
        self.line = line
        record = 0
        self.reason = reason
    }

    /// An error at a byte of a binary input, or in a record, counted from 1.
    public init(record: Int = 0, byte: Int? = nil, reason: String) {
        line = 0
        self.record = record
        self.byte = byte
        self.reason = reason
    }
}

extension DecodeError: CustomStringConvertible {
    /// The place, as far as it is known, and the reason: `line 3: no value`, `byte 17: …`.
    public var description: String {
        var place: [String] = []
        if line > 0 { place.append("line \(line)") }
        if record > 0 { place.append("record \(record)") }
        if let byte { place.append("byte \(byte)") }
        return (place.isEmpty ? "" : place.joined(separator: ", ") + ": ") + reason
    }
}

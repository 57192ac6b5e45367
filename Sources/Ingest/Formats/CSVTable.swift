/// The cells of a delimited text, as ranges of its bytes: a rectangle with no string made yet.
public struct CSVTable: Sendable {
    /// The input, unchanged: valid UTF-8 without NUL.
    public let bytes: [UInt8]
    /// What separates cells: a comma, a semicolon or a tab.
    public let delimiter: UInt8
    /// Cells in every row.
    public let columns: Int

    /// Where each cell begins, row by row.
    let starts: [UInt32]
    /// One past the end of each cell; the highest bit says that the cell has doubled quotes.
    let ends: [UInt32]
    /// The line on which each row begins, counted from 1.
    let lines: [UInt32]

    static let escapedBit: UInt32 = 1 << 31

    /// Rows, the header's included.
    public var rows: Int { lines.count }

    /// The line of the file on which a row begins, counted from 1.
    public func line(ofRow row: Int) -> Int { Int(lines[row]) }

    /// The bytes of a cell, without its enclosing quotes; doubled quotes are still doubled.
    public func range(row: Int, column: Int) -> Range<Int> {
        precondition(column >= 0 && column < columns, "column \(column) of \(columns)")
        let cell = row * columns + column
        return Int(starts[cell])..<Int(ends[cell] & ~Self.escapedBit)
    }

    /// The bytes of a cell without the blanks around them.
    func trimmedRange(row: Int, column: Int) -> Range<Int> {
        var range = range(row: row, column: column)
        while let first = range.first, isBlank(bytes[first]) { range.removeFirst() }
        while let last = range.last, isBlank(bytes[last]) { range.removeLast() }
        return range
    }

    /// The text of a cell, doubled quotes made single. Makes a string: not for loops over all cells.
    public func text(row: Int, column: Int) -> String {
        text(range(row: row, column: column), escaped: isEscaped(row: row, column: column))
    }

    /// The text of a cell without the blanks around it.
    func trimmedText(row: Int, column: Int) -> String {
        text(trimmedRange(row: row, column: column), escaped: isEscaped(row: row, column: column))
    }

    /// Whether a cell has doubled quotes, so that its bytes are not its text.
    func isEscaped(row: Int, column: Int) -> Bool {
        ends[row * columns + column] & Self.escapedBit != 0
    }

    private func text(_ range: Range<Int>, escaped: Bool) -> String {
        guard escaped else { return String(decoding: bytes[range], as: UTF8.self) }
        var plain: [UInt8] = []
        var position = range.lowerBound
        while position < range.upperBound {
            plain.append(bytes[position])
            position += bytes[position] == Byte.quote ? 2 : 1
        }
        return String(decoding: plain, as: UTF8.self)
    }
}

/// The bytes that have a meaning in delimited text.
enum Byte {
    static let tab = UInt8(ascii: "\t")
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let space = UInt8(ascii: " ")
    static let quote = UInt8(ascii: "\"")
    static let comma = UInt8(ascii: ",")
    static let semicolon = UInt8(ascii: ";")
    static let minus = UInt8(ascii: "-")
    static let plus = UInt8(ascii: "+")
    static let period = UInt8(ascii: ".")
    static let colon = UInt8(ascii: ":")
    static let slash = UInt8(ascii: "/")
    static let zero = UInt8(ascii: "0")
    static let underscore = UInt8(ascii: "_")
    static let equals = UInt8(ascii: "=")
    static let backslash = UInt8(ascii: "\\")
    static let hash = UInt8(ascii: "#")
    static let bar = UInt8(ascii: "|")
}

@inline(__always)
func isBlank(_ byte: UInt8) -> Bool { byte == Byte.space || byte == Byte.tab }

@inline(__always)
func isDigit(_ byte: UInt8) -> Bool { byte &- Byte.zero < 10 }

/// Splits delimited text into cells. Pure: bytes in, ranges out.
///
/// - A byte order mark is skipped; lines end with LF, CRLF or CR, the last one with or without.
/// - The delimiter is whichever of comma, semicolon and tab the first line has most of; a comma if none.
/// - A cell in quotes may hold delimiters, line ends and doubled quotes. A quote inside a cell that
///   does not begin with one is an ordinary character.
/// - Empty lines are skipped, except between the rows of a single column, where each is an empty cell.
///
/// - Source: RFC 4180, *Common Format and MIME Type for Comma-Separated Values (CSV) Files*, 2005.
public struct CSVReader: Sendable {
    /// What is refused before it is read.
    public var limits: TableLimits

    /// A reader with the given limits.
    public init(limits: TableLimits = TableLimits()) {
        self.limits = limits
    }

    /// Splits an input.
    ///
    /// - Throws: ``TableError/invalid(_:)`` with the line for an empty input, a NUL, bytes that are not
    ///   UTF-8, a row of a different length than the first, a quote that does not end, or text after
    ///   one that did; ``TableError/tooLarge(unit:limit:)``.
    /// - Complexity: O(*n*) in the number of bytes; 8 bytes a cell and 4 a row are allocated.
    public func read(_ bytes: [UInt8]) throws(TableError) -> CSVTable {
        let bytesLimit = min(limits.bytes, Int(Int32.max))
        guard bytes.count <= bytesLimit else { throw .tooLarge(unit: "bytes", limit: bytesLimit) }
        try checkEncoding(bytes)
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        var scan = CSVScan(
            delimiter: Self.delimiter(of: bytes, from: start), cellLimit: limits.cells, position: start)
        try scan.run(bytes.span)
        guard !scan.lines.isEmpty else { throw .invalid(line: 0, "the input is empty") }
        return CSVTable(
            bytes: bytes, delimiter: scan.delimiter, columns: scan.columns, starts: scan.starts,
            ends: scan.ends, lines: scan.lines)
    }

    /// The most frequent of the three delimiters outside quotes in the first line that is not empty.
    static func delimiter(of bytes: [UInt8], from start: Int) -> UInt8 {
        let candidates = [Byte.comma, Byte.semicolon, Byte.tab]
        var counts = [0, 0, 0]
        var isQuoted = false
        var isStarted = false
        for byte in bytes[start...] {
            if byte == Byte.quote { isQuoted.toggle() }
            if isQuoted { continue }
            if byte == Byte.lineFeed || byte == Byte.carriageReturn {
                if isStarted { break } else { continue }
            }
            isStarted = true
            if let candidate = candidates.firstIndex(of: byte) { counts[candidate] += 1 }
        }
        var best = 0
        for candidate in 1..<3 where counts[candidate] > counts[best] { best = candidate }
        return candidates[best]
    }

    private func checkEncoding(_ bytes: [UInt8]) throws(TableError) {
        if let nul = bytes.firstIndex(of: 0) {
            let isUTF16 = bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) || nul < 4
            let hint = isUTF16 ? " (UTF-16? save it as UTF-8)" : ""
            throw .invalid(line: Self.line(of: nul, in: bytes), "a NUL byte: this is not text" + hint)
        }
        do {
            _ = try UTF8Span(validating: bytes.span)
        } catch {
            throw .invalid(
                line: Self.line(of: error.byteOffsets.lowerBound, in: bytes),
                "bytes that are not UTF-8 (Latin-1? save it as UTF-8)")
        }
    }

    /// The line of a byte, counted from 1.
    private static func line(of byte: Int, in bytes: [UInt8]) -> Int {
        var line = 1
        for i in 0..<byte {
            let isEnd = bytes[i] == Byte.lineFeed
            let isLoneReturn = bytes[i] == Byte.carriageReturn && bytes[i + 1] != Byte.lineFeed
            if isEnd || isLoneReturn { line += 1 }
        }
        return line
    }
}

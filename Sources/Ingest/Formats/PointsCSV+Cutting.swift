/// The first row of a delimited text that names its columns, to be repeated before each part of the text.
public struct CSVHeader: Sendable, Equatable {
    /// The row with its line end and whatever stands before it.
    public let bytes: [UInt8]
    /// How many lines that is.
    public let lines: Int
}

extension PointsCSV {
    /// The header of a text; `nil` when its first row is data, or the text makes no sense.
    ///
    /// - Parameter bytes: The begin of a text, cut after a row.
    public static func headerRow(of bytes: [UInt8]) -> CSVHeader? {
        guard let cells = try? CSVReader().read(bytes), let layout = try? TableLayout(of: cells),
            layout.firstRow == 1, cells.rows > 1
        else { return nil }
        var start = cells.range(row: 1, column: 0).lowerBound
        if start > 0, bytes[start - 1] == Byte.quote { start -= 1 }
        return CSVHeader(bytes: Array(bytes[..<start]), lines: cells.line(ofRow: 1) - 1)
    }

    /// Where the last whole row ends, its line end included; `nil` when none ends.
    ///
    /// - Parameters:
    ///   - bytes: They begin with a row.
    ///   - limit: No end beyond it counts.
    ///   - start: Of the text that the rows belong to; it tells the delimiter.
    /// - Returns: The end, and how many lines stand before it.
    public static func lastRowEnd(
        in bytes: [UInt8], limit: Int, start: [UInt8]
    ) -> (end: Int, lines: Int)? {
        let delimiter = CSVReader.delimiter(of: start, from: 0)
        let span = bytes.span
        var found: (end: Int, lines: Int)?
        var (position, lines, isCellStart, isQuoted) = (0, 0, true, false)
        // A CR at the very end may be half of a CRLF.
        let last = min(limit, span.count)
        while position < last {
            let byte = span[position]
            position += 1
            if byte == Byte.carriageReturn || byte == Byte.lineFeed {
                if byte == Byte.carriageReturn {
                    guard position < last else { break }
                    if span[position] == Byte.lineFeed { position += 1 }
                }
                lines += 1
                if !isQuoted { (found, isCellStart) = ((position, lines), true) }
            } else if isQuoted {
                guard byte == Byte.quote else { continue }
                if position < span.count, span[position] == Byte.quote {
                    position += 1
                } else {
                    isQuoted = false
                }
            } else if byte == delimiter {
                isCellStart = true
            } else {
                isQuoted = isCellStart && byte == Byte.quote
                isCellStart = false
            }
        }
        return found
    }
}

/// One pass over delimited text: the state between two cells.
struct CSVScan {
    let delimiter: UInt8
    let cellLimit: Int
    /// The next byte to look at.
    var position: Int
    /// The line of that byte, counted from 1.
    var line = 1

    var columns = 0
    var starts: [UInt32] = []
    var ends: [UInt32] = []
    var lines: [UInt32] = []
    /// Empty lines seen since the last row: cells of a single column, once another row follows.
    private var emptyLines: [(line: UInt32, position: UInt32)] = []

    init(delimiter: UInt8, cellLimit: Int, position: Int) {
        self.delimiter = delimiter
        self.cellLimit = cellLimit
        self.position = position
    }

    /// Collects every row up to the end of the input.
    mutating func run(_ bytes: Span<UInt8>) throws(TableError) {
        while position < bytes.count {
            if isLineEnd(bytes[position]) {
                if columns == 1 {
                    guard starts.count + emptyLines.count < cellLimit else { throw cellError }
                    emptyLines.append((UInt32(line), UInt32(position)))
                }
                skipLineEnd(bytes)
                continue
            }
            for empty in emptyLines {
                lines.append(empty.line)
                starts.append(empty.position)
                ends.append(empty.position)
            }
            emptyLines.removeAll(keepingCapacity: true)
            try readRow(bytes)
        }
    }

    private mutating func readRow(_ bytes: Span<UInt8>) throws(TableError) {
        let firstLine = line
        let firstCell = starts.count
        while true {
            guard starts.count < cellLimit else { throw cellError }
            if position < bytes.count, bytes[position] == Byte.quote {
                try readQuotedCell(bytes)
            } else {
                readPlainCell(bytes)
            }
            guard position < bytes.count else { break }
            if bytes[position] == delimiter {
                position += 1
            } else {
                skipLineEnd(bytes)
                break
            }
        }
        let cells = starts.count - firstCell
        if lines.isEmpty { columns = cells }
        guard cells == columns else {
            throw .invalid(
                line: firstLine,
                "\(cells) \(cells == 1 ? "cell" : "cells") where the first line has \(columns)")
        }
        lines.append(UInt32(firstLine))
    }

    private mutating func readPlainCell(_ bytes: Span<UInt8>) {
        let delimiter = delimiter
        var end = position
        while end < bytes.count {
            let byte = bytes[end]
            if byte == delimiter || byte == Byte.lineFeed || byte == Byte.carriageReturn { break }
            end += 1
        }
        starts.append(UInt32(position))
        ends.append(UInt32(end))
        position = end
    }

    private mutating func readQuotedCell(_ bytes: Span<UInt8>) throws(TableError) {
        let firstLine = line
        let start = position + 1
        var isEscaped = false
        position = start
        while true {
            guard position < bytes.count else {
                throw .invalid(line: firstLine, "a quote that begins here does not end")
            }
            let byte = bytes[position]
            if byte == Byte.quote {
                guard position + 1 < bytes.count, bytes[position + 1] == Byte.quote else { break }
                isEscaped = true
                position += 2
            } else if isLineEnd(byte) {
                skipLineEnd(bytes)
            } else {
                position += 1
            }
        }
        starts.append(UInt32(start))
        ends.append(UInt32(position) | (isEscaped ? CSVTable.escapedBit : 0))
        position += 1
        if position < bytes.count, bytes[position] != delimiter, !isLineEnd(bytes[position]) {
            throw .invalid(
                line: line, "text after a closing quote (a quote inside quotes is written twice)")
        }
    }

    private var cellError: TableError { .tooLarge(unit: "cells", limit: cellLimit) }

    @inline(__always)
    private func isLineEnd(_ byte: UInt8) -> Bool {
        byte == Byte.lineFeed || byte == Byte.carriageReturn
    }

    /// Steps over LF, CR or CRLF and counts the line.
    private mutating func skipLineEnd(_ bytes: Span<UInt8>) {
        let isReturn = bytes[position] == Byte.carriageReturn
        position += 1
        if isReturn, position < bytes.count, bytes[position] == Byte.lineFeed { position += 1 }
        line += 1
    }
}

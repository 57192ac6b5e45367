/// Tells from its cells what a column holds.
enum ColumnProbe {
    enum Kind: Equatable {
        case time(isNumeric: Bool)
        /// Whole numbers that count up by 1, at least two.
        case index
        case number
        case text
        /// Nothing but missing values.
        case empty
    }

    /// Rows looked at; what holds for most of them is the rule, and the others are errors with a line.
    static let sampleRows = 64

    /// - Parameters:
    ///   - first: The first row of data.
    ///   - mayFall: Whether numbers that fall may be epoch seconds; without a telling name they must not.
    static func kind(
        of cells: CSVTable, column: Int, from first: Int, rules: TimeCell.Rules, mayFall: Bool
    ) -> Kind {
        // Under the name of a time every number may be one, but counting by 1 is an index, unless by years.
        let isYear =
            rules.allowsYears
            && number(cells, row: first, column: column).map { (1000...3000).contains($0) } ?? false
        if rules.smallestEpochSeconds == 0, !isYear, counts(cells, column: column, from: first) {
            return .index
        }
        var present = 0
        var times = 0
        var numbers = 0
        var falls = false
        var last = -Double.infinity
        let bytes = cells.bytes.span
        for row in first..<min(cells.rows, first + sampleRows) {
            let text = bytes.extracting(cells.trimmedRange(row: row, column: column))
            let number = NumberCell(text)
            if number == .missing { continue }
            present += 1
            if resemblesTime(text, rules) { times += 1 }
            if case .number(let value) = number {
                numbers += 1
                if value < last { falls = true }
                last = value
            } else if number == .infinite {
                numbers += 1
            }
        }
        guard present > 0 else { return .empty }
        if times * 2 > present {
            let isNumeric = numbers * 2 > present
            if !isNumeric || mayFall || !falls { return .time(isNumeric: isNumeric) }
        }
        if counts(cells, column: column, from: first) { return .index }
        return numbers * 2 >= present ? .number : .text
    }

    /// Whether a first row holds data: numbers and times, no words.
    static func isData(_ cells: CSVTable) -> Bool {
        var found = false
        for column in 0..<cells.columns {
            let text = cells.bytes.span.extracting(cells.trimmedRange(row: 0, column: column))
            switch NumberCell(text) {
            case .number, .infinite: found = true
            case .missing: continue
            case .malformed:
                guard resemblesTime(text, TimeCell.Rules()) else { return false }
                found = true
            }
        }
        return found
    }

    static func isTime(_ cells: CSVTable, row: Int, column: Int) -> Bool {
        let text = cells.bytes.span.extracting(cells.trimmedRange(row: row, column: column))
        return resemblesTime(text, TimeCell.Rules())
    }

    static func isNumber(_ cells: CSVTable, row: Int, column: Int) -> Bool {
        number(cells, row: row, column: column) != nil
    }

    /// Whether most cells of the sample are whole numbers.
    static func isWhole(_ cells: CSVTable, column: Int, from first: Int) -> Bool {
        let sample = first..<min(cells.rows, first + sampleRows)
        let whole = sample.filter { row in
            number(cells, row: row, column: column).map { $0 == $0.rounded() } ?? false
        }
        return whole.count * 2 > sample.count
    }

    /// The first cell that is neither time nor, if `isTime` is false, the successor of the one above.
    static func firstOffender(_ cells: CSVTable, column: Int, from first: Int, isTime: Bool) -> Int {
        for row in first..<cells.rows {
            if !isTime, row > first, let above = number(cells, row: row - 1, column: column),
                let here = number(cells, row: row, column: column), here != above + 1
            {
                return row
            }
            if number(cells, row: row, column: column) == nil { return row }
        }
        return first
    }

    static func number(_ cells: CSVTable, row: Int, column: Int) -> Double? {
        let range = cells.trimmedRange(row: row, column: column)
        guard case .number(let value) = NumberCell(cells.bytes.span.extracting(range)) else { return nil }
        return value
    }

    private static func counts(_ cells: CSVTable, column: Int, from first: Int) -> Bool {
        guard cells.rows - first >= 2, let start = number(cells, row: first, column: column),
            start == start.rounded(), abs(start) <= 1e15
        else { return false }
        for row in first + 1..<cells.rows {
            guard number(cells, row: row, column: column) == start + Double(row - first) else { return false }
        }
        return true
    }

    private static func resemblesTime(_ text: Span<UInt8>, _ rules: TimeCell.Rules) -> Bool {
        do throws(TimeCellError) {
            _ = try TimeCell(text, rules)
            return true
        } catch .wrong {
            return true
        } catch {
            return false
        }
    }
}

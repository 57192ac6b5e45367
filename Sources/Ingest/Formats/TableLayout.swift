/// The arrangement of a table.
public enum TableShape: String, Sendable, Hashable {
    /// One value column, with or without a column of times or indices before it.
    case single
    /// One row a value: series, time or index, value.
    case long
    /// One column a series.
    case wide
}

/// Which column of a table holds what.
struct TableLayout {
    enum Key: Equatable {
        case time(Int)
        case index(Int)
        case none
    }

    var shape: TableShape
    /// The first row of data: 1, or 0 when there is no header.
    var firstRow: Int
    /// A name for each column.
    var names: [String]
    /// The column that names the series, in the long shape.
    var series: Int?
    var key: Key
    var values: [Int]
    /// Columns that are kept, but are not series.
    var asides: [Int] = []
    /// Columns of the long shape that nobody asked for.
    var unread: [Int] = []

    /// Columns that never are series.
    static let asideNames: Set = ["label", "is_anomaly", "split"]
    /// Names under which a number must be a time, or the file is not what it seems.
    static let timeNames: Set = ["timestamp", "time", "date", "datetime", "ts", "epoch", "year"]
    /// Names under which a bare year is a time.
    static let yearNames: Set = ["year", "date", "time", "timestamp"]
    /// Names under which a number must be an index.
    static let indexNames: Set = ["index", "idx", "row", "step"]
    static let seriesNames: Set = ["series_id", "series", "id", "unique_id", "item_id", "metric", "name"]

    func timeRules(_ column: Int) -> TimeCell.Rules { Self.timeRules(named: names[column]) }

    /// Which numbers are times in a column of this name.
    static func timeRules(named name: String) -> TimeCell.Rules {
        let name = name.lowercased()
        let isTime = timeNames.contains(name) || name.contains("timestamp")
        return TimeCell.Rules(
            allowsYears: yearNames.contains(name),
            smallestEpochSeconds: isTime ? 0 : TimeCell.Rules.usualEpochSeconds)
    }
}

extension TableLayout {
    /// Finds out what the columns hold.
    ///
    /// - Throws: With the line where the table stops making sense.
    init(of cells: CSVTable) throws(TableError) {
        let isHeaderless = ColumnProbe.isData(cells)
        if !isHeaderless, cells.rows == 1 {
            throw .invalid(line: 1, "only a header: no rows of data")
        }
        var layout = try LayoutSearch(cells, firstRow: isHeaderless ? 0 : 1).layout()
        // A long table without a header begins with text, as a header does; but no column has a time for a name.
        if !isHeaderless, layout.shape == .long, case .time(let time) = layout.key,
            ColumnProbe.isTime(cells, row: 0, column: time),
            ColumnProbe.isNumber(cells, row: 0, column: layout.values[0])
        {
            layout = try LayoutSearch(cells, firstRow: 0).layout()
        }
        self = layout
    }
}

/// The rules by which columns are told apart, in the order of trial.
private struct LayoutSearch {
    let cells: CSVTable
    let firstRow: Int
    let names: [String]
    let lowercased: [String]

    init(_ cells: CSVTable, firstRow: Int) {
        self.cells = cells
        self.firstRow = firstRow
        let written = (0..<cells.columns).map { column in
            firstRow == 0 ? "" : cells.trimmedText(row: 0, column: column)
        }
        lowercased = written.map { $0.lowercased() }
        names = written.enumerated().map { $1.isEmpty ? "column_\($0 + 1)" : $1 }
    }

    func layout() throws(TableError) -> TableLayout {
        let asides = lowercased.indices.filter { TableLayout.asideNames.contains(lowercased[$0]) }
        let columns = lowercased.indices.filter { column in
            if TableLayout.asideNames.contains(lowercased[column]) { return false }
            return firstRow == 0 || !lowercased[column].isEmpty || !isEmpty(column)
        }
        guard let first = columns.first else {
            throw .invalid(line: 1, "no column of values")
        }
        var layout = try columns.count == 1 ? alone(first) : among(columns)
        layout.asides = asides
        if firstRow == 0, layout.shape != .wide, let value = layout.values.first {
            layout.names[value] = "value"
        }
        return layout
    }

    private func make(
        _ shape: TableShape, _ key: TableLayout.Key, _ values: [Int], series: Int? = nil, unread: [Int] = []
    ) -> TableLayout {
        TableLayout(
            shape: shape, firstRow: firstRow, names: names, series: series, key: key, values: values,
            unread: unread)
    }

    private func alone(_ column: Int) throws(TableError) -> TableLayout {
        if case .time(let isNumeric) = kind(column), !isNumeric || isTimeName(column) {
            throw .invalid(line: 1, "only a column of times ('\(names[column])'): no values")
        }
        return make(.single, .none, [column])
    }

    private func among(_ columns: [Int]) throws(TableError) -> TableLayout {
        let first = columns[0]
        let second = columns[1]
        let firstKind = kind(first)
        let secondIsTime =
            if case .time(let isNumeric) = kind(second) { !isNumeric || isTimeName(second) } else { false }
        let isNamedSeries = TableLayout.seriesNames.contains(lowercased[first])

        if columns.count > 2 {
            if case .index = firstKind, firstRow > 0, lowercased[first].isEmpty,
                TableLayout.seriesNames.contains(lowercased[second])
            {
                return try among(Array(columns.dropFirst()))
            }
            if secondIsTime {
                // A row number, as data frames are written, or a series.
                if case .index = firstKind, !isNamedSeries { return try among(Array(columns.dropFirst())) }
                if isNamedSeries || firstKind != .time(isNumeric: false) {
                    return long(first, .time(second), columns.dropFirst(2))
                }
            } else if firstKind == .text || isNamedSeries {
                if case .time = kind(second) { return long(first, .time(second), columns.dropFirst(2)) }
                if ColumnProbe.isWhole(cells, column: second, from: firstRow) {
                    return long(first, .index(second), columns.dropFirst(2))
                }
            } else if case .time = firstKind, TableLayout.seriesNames.contains(lowercased[second]) {
                return long(second, .time(first), columns.dropFirst(2))
            }
        }
        let rest = Array(columns.dropFirst())
        let shape: TableShape = rest.count == 1 ? .single : .wide
        switch firstKind {
        case .time: return make(shape, .time(first), rest)
        case .index: return make(shape, .index(first), rest)
        case .text: throw notAKey(first, "is neither a time nor an index")
        case .number where isTimeName(first): throw notAKey(first, "is not a time")
        case .number where TableLayout.indexNames.contains(lowercased[first]):
            throw notAKey(first, "is no index: it does not count up by 1")
        case .number, .empty: return make(.wide, .none, columns)
        }
    }

    private func long(_ series: Int, _ key: TableLayout.Key, _ rest: ArraySlice<Int>) -> TableLayout {
        let value = rest.first { lowercased[$0] == "value" } ?? rest[rest.startIndex]
        return make(.long, key, [value], series: series, unread: rest.filter { $0 != value })
    }

    private func notAKey(_ column: Int, _ what: String) -> TableError {
        let row = ColumnProbe.firstOffender(
            cells, column: column, from: firstRow, isTime: isTimeName(column))
        let text = cells.shownText(row: row, column: column)
        var hint = ""
        do throws(TimeCellError) {
            let range = cells.trimmedRange(row: row, column: column)
            _ = try TimeCell(cells.bytes.span.extracting(range), TableLayout.timeRules(named: names[column]))
        } catch {
            if case .unlike(.some(let reason)) = error { hint = " (\(reason))" }
            if case .wrong(let reason) = error { hint = " (\(reason))" }
        }
        return .invalid(
            line: cells.line(ofRow: row), "the first column, '\(names[column])', \(what): '\(text)'\(hint)")
    }

    private func kind(_ column: Int) -> ColumnProbe.Kind {
        ColumnProbe.kind(
            of: cells, column: column, from: firstRow, rules: TableLayout.timeRules(named: names[column]),
            mayFall: firstRow == 0 || isTimeName(column))
    }

    private func isTimeName(_ column: Int) -> Bool { TableLayout.timeNames.contains(lowercased[column]) }

    private func isEmpty(_ column: Int) -> Bool {
        (firstRow..<cells.rows).allSatisfy { cells.trimmedRange(row: $0, column: column).isEmpty }
    }
}

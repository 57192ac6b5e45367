public import TimeSeries

/// One series of a table, as it was written: not sorted, not gridded, not checked for duplicates.
public struct TableSeries: Sendable {
    /// The column's header, or the text in the series column.
    public let id: String
    /// One value a row, in the order of the input; `nan` where it is missing.
    public let values: [Double]
    /// The time of each row, or `nil` when rows count as steps.
    public let timestamps: [Timestamp]?

    /// The row of cells of each value, the header counted.
    let rows: [Int]
    let source: TableSource

    /// The points for gridding, under the label `__name__`.
    ///
    /// - Throws: ``ObservationsError``, whose index fits ``line(at:)``.
    public func observations() throws(ObservationsError) -> Observations {
        try Observations(labels: Labels(metric: id), timestamps: timestamps, values: values)
    }

    /// The line of the file that a row begins on, counted from 1: where to look for an error at `index`.
    public func line(at index: Int) -> Int { source.cells.line(ofRow: rows[index]) }

    /// The time of a row as it was written; `nil` without a time column.
    public func timeText(at index: Int) -> String? {
        source.timeColumn.map { source.cells.trimmedText(row: rows[index], column: $0) }
    }

    /// What a column that is never a series (`label`, `is_anomaly`, `split`) says in a row, as text.
    ///
    /// - Parameter name: In any case; `nil` is returned when the table has no such column.
    public func aside(_ name: String, at index: Int) -> String? {
        source.asides[name.lowercased()].map { source.cells.trimmedText(row: rows[index], column: $0) }
    }

    /// The same as 0 or 1: 1 for `1`, `1.0`, `true`, 0 for `0`, `0.0`, `false`; `nil` for anything else.
    public func flag(_ name: String, at index: Int) -> Bool? {
        switch aside(name, at: index)?.lowercased() {
        case "1", "1.0", "true": true
        case "0", "0.0", "false": false
        default: nil
        }
    }
}

/// A series that could not be read, and where and why.
public struct TableFailure: Error, Equatable {
    /// The column's header, or the text in the series column.
    public let id: String
    /// The first thing wrong with it.
    public let error: DecodeError
}

/// Every series of a table.
public struct Table: Sendable {
    /// How the table was arranged.
    public let shape: TableShape
    /// The series that could be read, in the order of their columns or first rows.
    public let series: [TableSeries]
    /// The series that could not, in the same order.
    public let failures: [TableFailure]
    /// What was taken otherwise than written, or not at all; at most ``TableReader/warningLimit`` and one
    /// that counts the rest.
    public let warnings: [DecodeError]
    /// The columns, in lower case, that are never series: see ``TableSeries/aside(_:at:)``.
    public let asides: [String]

    /// A value of a table: the series, and the row in it.
    public struct Position: Hashable, Sendable {
        /// An index into ``Table/series``.
        public let series: Int
        /// An index into the values of that series.
        public let index: Int
    }

    /// Every value in the order of the input: row by row in the long shape, else series by series.
    ///
    /// - Complexity: O(rows + values).
    public func inputOrder() -> [Position] {
        let all = series.indices.lazy.flatMap { s in
            series[s].values.indices.lazy.map { Position(series: s, index: $0) }
        }
        guard shape == .long, let cells = series.first?.source.cells else { return Array(all) }
        var byRow = [Position?](repeating: nil, count: cells.rows)
        for position in all { byRow[series[position.series].rows[position.index]] = position }
        return byRow.compactMap(\.self)
    }
}

/// The cells that the series of one table share.
struct TableSource: Sendable {
    let cells: CSVTable
    let timeColumn: Int?
    let asides: [String: Int]
}

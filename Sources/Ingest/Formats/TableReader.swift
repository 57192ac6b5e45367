public import TimeSeries

/// Reads the series of a delimited text: `timestamp,value`, long `series_id,timestamp,value`, or wide.
///
/// - Any header, or none. The first column is time if it parses as time, and an index if it counts up by 1.
///   A first column that is neither names the series, if time or an index and a value follow.
///   When every column is numbers, rows count as steps.
/// - Times: RFC 3339, `YYYY-MM-DD` and `YYYY/MM/DD` with or without `HH:MM[:SS[.fff]]`, `YYYY-MM`,
///   `YYYYQn`, epoch seconds of at least 100000000, and `YYYY` in a column named year, date, time or timestamp.
/// - Values: decimal numbers; empty, `NA`, `NaN`, `null` and `-` are missing.
/// - A column named `label`, `is_anomaly` or `split` is never a series.
public struct TableReader: Sendable {
    /// Where times without an offset lie.
    public var zone: TimeZone
    /// What is refused before it is read.
    public var limits: TableLimits

    /// Warnings kept of one table.
    public static let warningLimit = 20

    /// A reader of local times in `zone`.
    public init(zone: TimeZone = .utc, limits: TableLimits = TableLimits()) {
        self.zone = zone
        self.limits = limits
    }

    /// Reads an input. A series that is wrong in itself becomes a failure and does not stop the others.
    ///
    /// - Throws: ``TableError`` when nothing can be read: broken cells, a time column that all series share
    ///   with an error in it, no values, or a limit.
    /// - Complexity: O(*n*) in the number of bytes.
    public func read(_ bytes: [UInt8]) throws(TableError) -> Table {
        let cells = try CSVReader(limits: limits).read(bytes)
        let layout = try TableLayout(of: cells)
        var pass = TablePass(cells: cells, layout: layout, zone: zone)
        if let column = layout.series {
            try pass.readLong(series: column, limit: limits.series)
        } else {
            guard layout.values.count <= limits.series else {
                throw .tooLarge(unit: "series", limit: limits.series)
            }
            try pass.readColumns()
        }
        return pass.table()
    }
}

/// One table while it is read.
private struct TablePass {
    let cells: CSVTable
    let layout: TableLayout
    let zone: TimeZone
    let source: TableSource
    var series: [TableSeries] = []
    var failures: [TableFailure] = []
    var warnings: [DecodeError] = []
    var hiddenWarnings = 0

    init(cells: CSVTable, layout: TableLayout, zone: TimeZone) {
        self.cells = cells
        self.layout = layout
        self.zone = zone
        var asides: [String: Int] = [:]
        for column in layout.asides where asides[layout.names[column].lowercased()] == nil {
            asides[layout.names[column].lowercased()] = column
        }
        let time: Int? = if case .time(let column) = layout.key { column } else { nil }
        source = TableSource(cells: cells, timeColumn: time, asides: asides)
        if !layout.unread.isEmpty {
            let names = layout.unread.prefix(5).map { "'\(layout.names[$0])'" }.joined(separator: ", ")
            let more = layout.unread.count > 5 ? " and \(layout.unread.count - 5) more" : ""
            warnings.append(DecodeError(line: 1, reason: "not read: column \(names)\(more)"))
        }
    }

    /// One series a column; all share one key column.
    mutating func readColumns() throws(TableError) {
        let rows = Array(layout.firstRow..<cells.rows)
        let times: [Timestamp]?
        do throws(DecodeError) {
            times = try readTimes(rows)
        } catch {
            throw .invalid(error)
        }
        var columnOf: [String: Int] = [:]
        for column in layout.values {
            let id = layout.names[column]
            if let earlier = columnOf[id] {
                let reason = "columns \(earlier + 1) and \(column + 1) are both named '\(id)'"
                failures.append(TableFailure(id: id, error: DecodeError(line: 1, reason: reason)))
                continue
            }
            columnOf[id] = column
            do throws(DecodeError) {
                let values = try readValues(rows, column: column)
                series.append(
                    TableSeries(id: id, values: values, timestamps: times, rows: rows, source: source))
            } catch {
                failures.append(TableFailure(id: id, error: error))
            }
        }
    }

    /// One series for each text in a column.
    mutating func readLong(series column: Int, limit: Int) throws(TableError) {
        var groups = RowGroups(limit: limit)
        for row in layout.firstRow..<cells.rows { try groups.add(row, of: cells, column: column) }
        for rows in groups.rows {
            let id = cells.trimmedText(row: rows[0], column: column)
            do throws(DecodeError) {
                guard !id.isEmpty else {
                    throw DecodeError(
                        line: cells.line(ofRow: rows[0]),
                        reason: "no series in column '\(layout.names[column])'")
                }
                let times = try readTimes(rows)
                if case .index(let index) = layout.key { try checkIndex(rows, column: index) }
                let values = try readValues(rows, column: layout.values[0])
                series.append(
                    TableSeries(id: id, values: values, timestamps: times, rows: rows, source: source))
            } catch {
                failures.append(TableFailure(id: id, error: error))
            }
        }
    }

    func table() -> Table {
        var warnings = warnings
        if hiddenWarnings > 0 {
            warnings.append(DecodeError(line: 0, reason: "\(hiddenWarnings) more warnings"))
        }
        return Table(
            shape: layout.shape, series: series, failures: failures, warnings: warnings,
            asides: source.asides.keys.sorted())
    }

    private mutating func readTimes(_ rows: [Int]) throws(DecodeError) -> [Timestamp]? {
        guard case .time(let column) = layout.key else { return nil }
        var times = TimeColumn(zone: zone, rules: layout.timeRules(column))
        var found: [DecodeError] = []
        var count = 0
        let read = try times.read(cells, rows: rows, column: column, name: layout.names[column]) { warning in
            count += 1
            if found.count < TableReader.warningLimit { found.append(warning) }
        }
        let kept = found.prefix(max(TableReader.warningLimit - warnings.count, 0))
        warnings += kept
        hiddenWarnings += count - kept.count
        return read
    }

    private func checkIndex(_ rows: [Int], column: Int) throws(DecodeError) {
        var expected: Double?
        for row in rows {
            let number = ColumnProbe.number(cells, row: row, column: column)
            guard let number, number == number.rounded(), expected == nil || number == expected else {
                let wanted = expected.map { "\(Int64($0))" } ?? "a whole number"
                throw DecodeError(
                    line: cells.line(ofRow: row),
                    reason: "'\(cells.shownText(row: row, column: column))' in column "
                        + "'\(layout.names[column])' where the index has \(wanted)")
            }
            guard abs(number) <= 1e15 else {
                throw DecodeError(line: cells.line(ofRow: row), reason: "an index beyond 1e15")
            }
            expected = number + 1
        }
    }

    private func readValues(_ rows: [Int], column: Int) throws(DecodeError) -> [Double] {
        var values: [Double] = []
        values.reserveCapacity(rows.count)
        let bytes = cells.bytes.span
        for row in rows {
            switch NumberCell(bytes.extracting(cells.trimmedRange(row: row, column: column))) {
            case .number(let value): values.append(value)
            case .missing: values.append(.nan)
            case .infinite:
                throw valueError(row, column, "is not a finite number")
            case .malformed(let hint):
                throw valueError(row, column, "is not a number" + (hint.map { " (\($0))" } ?? ""))
            }
        }
        return values
    }

    private func valueError(_ row: Int, _ column: Int, _ what: String) -> DecodeError {
        DecodeError(
            line: cells.line(ofRow: row),
            reason: "'\(cells.shownText(row: row, column: column))' in column '\(layout.names[column])' "
                + what)
    }
}

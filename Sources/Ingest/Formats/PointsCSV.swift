import TimeSeries

/// Points in delimited text: the layouts of ``TableReader`` with a column of times, each series a metric.
///
/// - `timestamp,value` and wide tables: a column is the series `{__name__="<column>"}`, whatever its name.
/// - Long tables: the text in the series column is the metric's name or, if it reads so, the series notation of
///   Prometheus, as `cpu{host="a"}`.
/// - With ``ImportOptions/metric`` every series has that name, and the label `series` holds the text that would
///   have named it; not in a table of one series.
/// - An empty cell, or `NA`, `NaN`, `null`, `-`, makes no point.
public enum PointsCSV {
    /// The label that tells series apart whose name is given.
    static let seriesLabel = "series"

    /// Reads a table.
    ///
    /// A row whose time or number makes no sense is rejected with its line, in a wide table only the cell that
    /// does not; so is a row with the time of an earlier one and another value. The rest is read, oldest first.
    /// Local times that clocks skip move forward by the gap.
    ///
    /// - Throws: ``DecodeError`` when nothing can be read: broken cells, no column of times, or a limit.
    /// - Complexity: O(*n* log *n*) in rows if they are not sorted, else O(*n*) in bytes.
    public static func decode(
        _ bytes: [UInt8], options: ImportOptions = ImportOptions(), limits: TableLimits = TableLimits()
    ) throws(DecodeError) -> DecodedPoints {
        do throws(TableError) {
            let cells = try CSVReader(limits: limits).read(bytes)
            let layout = try TableLayout(of: cells)
            guard case .time(let time) = layout.key else {
                throw .invalid(
                    line: 1,
                    "no column of times: points need them; name the first column 'timestamp' and write RFC 3339 "
                        + "or epoch seconds in it")
            }
            var pass = PointsPass(cells: cells, layout: layout, time: time, options: options)
            if let series = layout.series {
                try pass.readLong(series: series, limit: limits.series)
            } else {
                guard layout.values.count <= limits.series else {
                    throw .tooLarge(unit: "series", limit: limits.series)
                }
                pass.readColumns()
            }
            return pass.decoded
        } catch {
            guard case .invalid(let reason) = error else { throw DecodeError(reason: "\(error)") }
            throw reason
        }
    }
}

/// One table while its points are taken.
private struct PointsPass {
    let cells: CSVTable
    let layout: TableLayout
    let time: Int
    let options: ImportOptions
    var decoded = DecodedPoints()

    init(cells: CSVTable, layout: TableLayout, time: Int, options: ImportOptions) {
        self.cells = cells
        self.layout = layout
        self.time = time
        self.options = options
    }

    /// A point and the row that it comes from.
    private struct Row {
        var point: Point
        var row: Int
    }

    /// One series a column; all share the times.
    mutating func readColumns() {
        var times = TimeColumn(zone: options.zone, rules: layout.timeRules(time))
        let rows = Array(layout.firstRow..<cells.rows)
        let read: [Timestamp?] = rows.map { row in
            let present = layout.values.count { !isMissing(row, $0) }
            return moment(&times, row, counting: max(present, 1))
        }
        var columnOf: [String: Int] = [:]
        for column in layout.values {
            let name = layout.names[column]
            if let earlier = columnOf[name] {
                let reason = "columns \(earlier + 1) and \(column + 1) are both named '\(name)'"
                // Values of rows without a time were counted with those.
                let present = rows.indices.count { read[$0] != nil && !isMissing(rows[$0], column) }
                decoded.reject(max(present, 1), DecodeError(line: 1, reason: reason))
                continue
            }
            columnOf[name] = column
            var points: [Row] = []
            for (index, row) in rows.enumerated() {
                if let time = read[index], let value = value(row, column) {
                    points.append(Row(point: Point(milliseconds: time.milliseconds, value: value), row: row))
                }
            }
            add(name, points)
        }
    }

    /// One series for each text in a column.
    mutating func readLong(series column: Int, limit: Int) throws(TableError) {
        var groups = RowGroups(limit: limit)
        for row in layout.firstRow..<cells.rows { try groups.add(row, of: cells, column: column) }
        for rows in groups.rows {
            let name = cells.trimmedText(row: rows[0], column: column)
            guard !name.isEmpty else {
                let reason = "no series in column '\(layout.names[column])'"
                decoded.reject(rows.count, DecodeError(line: cells.line(ofRow: rows[0]), reason: reason))
                continue
            }
            var times = TimeColumn(zone: options.zone, rules: layout.timeRules(time))
            var points: [Row] = []
            for row in rows {
                if let time = moment(&times, row, counting: 1), let value = value(row, layout.values[0]) {
                    points.append(Row(point: Point(milliseconds: time.milliseconds, value: value), row: row))
                }
            }
            add(name, points)
        }
    }

    private mutating func moment(_ times: inout TimeColumn, _ row: Int, counting count: Int) -> Timestamp? {
        do throws(DecodeError) {
            return try times.read(cells, row: row, column: time, name: layout.names[time]) { _ in }
        } catch {
            decoded.reject(count, error)
            return nil
        }
    }

    private func number(_ row: Int, _ column: Int) -> NumberCell {
        NumberCell(cells.bytes.span.extracting(cells.trimmedRange(row: row, column: column)))
    }

    private func isMissing(_ row: Int, _ column: Int) -> Bool { number(row, column) == .missing }

    private mutating func value(_ row: Int, _ column: Int) -> Double? {
        let what: String
        switch number(row, column) {
        case .number(let value): return value
        case .missing: return nil
        case .infinite: what = "is not a finite number"
        case .malformed(let hint): what = "is not a number" + (hint.map { " (\($0))" } ?? "")
        }
        let text = cells.shownText(row: row, column: column)
        let reason = "'\(text)' in column '\(layout.names[column])' \(what)"
        decoded.reject(1, DecodeError(line: cells.line(ofRow: row), reason: reason))
        return nil
    }

    /// Adds the points of a series, sorted, each time once.
    private mutating func add(_ name: String, _ rows: [Row]) {
        var rows = rows
        if zip(rows, rows.dropFirst()).contains(where: { $0.point.milliseconds > $1.point.milliseconds }) {
            rows.sort { ($0.point.milliseconds, $0.row) < ($1.point.milliseconds, $1.row) }
        }
        var points: [Point] = []
        points.reserveCapacity(rows.count)
        for row in rows {
            if let last = points.last, last.milliseconds == row.point.milliseconds {
                guard last.value != row.point.value else { continue }
                let reason = "\(row.point.time) comes a second time in '\(name)', with another value"
                decoded.reject(1, DecodeError(line: cells.line(ofRow: row.row), reason: reason))
            } else {
                points.append(row.point)
            }
        }
        do throws(LabelsError) {
            decoded.append(try labels(name), points)
        } catch {
            decoded.reject(points.count, DecodeError(line: 1, reason: "\(error)"))
        }
    }

    private func labels(_ name: String) throws(LabelsError) -> Labels {
        var labels: Labels
        if let metric = options.metric {
            labels = Labels(metric: metric)
            if layout.shape != .single { labels = try labels.setting(PointsCSV.seriesLabel, to: name) }
        } else if layout.shape == .long, let read = try? Labels(seriesNotation: name),
            read[Labels.metricName] != nil
        {
            labels = read
        } else {
            labels = Labels(metric: name)
        }
        for pair in options.labels.pairs where labels[pair.name] == nil {
            labels = try labels.setting(pair.name, to: pair.value)
        }
        return labels
    }
}

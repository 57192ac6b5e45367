import TimeSeries

/// Reads the times of one series, in the order of its rows.
///
/// - Local times lie in `zone`. In the hour that happens twice a reading is the earlier moment, unless that is
///   not after the row before: then it is the later. A reading that clocks skip moves forward by the gap.
/// - One column has one format; a date alone may stand between dates with a time of day.
struct TimeColumn {
    let zone: TimeZone
    let rules: TimeCell.Rules
    private var format: TimeFormat?
    private var previous: Timestamp?

    init(zone: TimeZone, rules: TimeCell.Rules) {
        self.zone = zone
        self.rules = rules
    }

    /// The times of `rows`.
    ///
    /// - Parameter warn: Called for each reading that clocks skip.
    mutating func read(
        _ cells: CSVTable, rows: [Int], column: Int, name: String, warn: (DecodeError) -> Void
    ) throws(DecodeError) -> [Timestamp] {
        var times: [Timestamp] = []
        times.reserveCapacity(rows.count)
        for row in rows { times.append(try read(cells, row: row, column: column, name: name, warn: warn)) }
        return times
    }

    /// The time of the next row.
    mutating func read(
        _ cells: CSVTable, row: Int, column: Int, name: String, warn: (DecodeError) -> Void
    ) throws(DecodeError) -> Timestamp {
        let range = cells.trimmedRange(row: row, column: column)
        let cell: TimeCell
        do {
            cell = try TimeCell(cells.bytes.span.extracting(range), rules)
        } catch {
            throw DecodeError(
                line: cells.line(ofRow: row),
                reason: Self.reason(error, text: cells.shownText(row: row, column: column), column: name))
        }
        if cell.format != format {
            guard let merged = format.map({ $0.merged(with: cell.format) }) ?? cell.format else {
                throw DecodeError(
                    line: cells.line(ofRow: row),
                    reason: "column '\(name)' mixes \(format?.name ?? "") and \(cell.format.name)")
            }
            format = merged
        }
        let time: Timestamp
        switch cell.reading {
        case .moment(let moment): time = moment
        case .civil(let civil):
            switch zone.meaning(of: civil) {
            case .one(let moment): time = moment
            case .twice(let earlier, let later):
                time = previous.map { earlier <= $0 } ?? false ? later : earlier
            case .never(let shifted):
                time = shifted
                warn(
                    DecodeError(
                        line: cells.line(ofRow: row),
                        reason: "\(civil) does not exist in \(zone.name): taken as "
                            + shifted.rfc3339(in: zone)))
            }
        }
        previous = time
        return time
    }

    private static func reason(_ error: TimeCellError, text: String, column: String) -> String {
        switch error {
        case .empty: "no time in column '\(column)'"
        case .unlike(let hint):
            "'\(text)' in column '\(column)' is not a time" + (hint.map { " (\($0))" } ?? "")
        case .wrong(let what): "'\(text)' in column '\(column)' \(what)"
        }
    }
}

extension CSVTable {
    /// The text of a cell for a message: at most 40 characters.
    func shownText(row: Int, column: Int) -> String {
        let text = trimmedText(row: row, column: column)
        return text.count > 40 ? text.prefix(40) + "…" : text
    }
}

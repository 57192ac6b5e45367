import Ingest

/// The rows of a file `series_id,split,t,value`, series by series.
struct SplitRows {
    /// One series as its rows have it.
    struct Item {
        let id: String
        var train: [Double] = []
        var test: [Double] = []
    }

    /// In the order of their first rows.
    private(set) var series: [Item] = []

    /// - Throws: ``DatasetError`` naming the line.
    init(_ file: DatasetFile) throws(DatasetError) {
        let cells = try NamedColumns(file)
        let id = try cells.column("series_id")
        let split = try cells.column("split")
        let value = try cells.column("value")
        var placeOfID: [String: Int] = [:]
        // Rows of a series mostly follow each other: their name is looked up once.
        var (current, currentID): (Int, ArraySlice<UInt8>) = (-1, [])
        let train = Array("train".utf8)[...]
        let test = Array("test".utf8)[...]
        for row in 1..<max(cells.rows, 1) {
            let name = cells.bytes(row, id)
            if current < 0 || name != currentID {
                let text = String(decoding: name, as: UTF8.self)
                currentID = name
                if let place = placeOfID[text] {
                    current = place
                } else {
                    current = series.count
                    placeOfID[text] = current
                    series.append(Item(id: text))
                }
            }
            let number = try cells.number(row, value)
            let part = cells.bytes(row, split)
            if part == train {
                guard series[current].test.isEmpty else {
                    throw cells.error(row, "a train row after the test rows of \(series[current].id)")
                }
                series[current].train.append(number)
            } else if part == test {
                series[current].test.append(number)
            } else {
                let text = String(decoding: part.prefix(20), as: UTF8.self)
                throw cells.error(row, "split is '\(text)', neither train nor test")
            }
        }
        guard !series.isEmpty else { throw DatasetError(file: file.name, reason: "no rows") }
    }

    /// Puts the series into an order; those that it does not name come last, as they were.
    ///
    /// - Returns: How many of the order are not here.
    mutating func sort(by order: [String]) -> Int {
        let rank = Dictionary(order.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        let here = series.count { rank[$0.id] != nil }
        series = series.enumerated().sorted { a, b in
            let left = (rank[a.element.id] ?? Int.max, a.offset)
            return left < (rank[b.element.id] ?? Int.max, b.offset)
        }.map(\.element)
        return rank.count - here
    }
}

/// The file `series.csv`: the order of the series of every set, and the period of each.
struct SeriesIndex {
    private var orders: [String: [String]] = [:]
    private var periods: [String: [String: Int]] = [:]

    /// The largest period that is believed.
    private static let longestPeriod = 1_000_000

    /// - Throws: ``DatasetError`` when a column is missing or `m` is no whole number from 1 on.
    init(_ file: DatasetFile) throws(DatasetError) {
        let cells = try NamedColumns(file)
        let set = try cells.column("dataset")
        let id = try cells.column("series_id")
        let period = try cells.column("m")
        for row in 1..<max(cells.rows, 1) {
            let name = cells.text(row, set)
            let series = cells.text(row, id)
            guard let m = Int(cells.text(row, period)), (1...Self.longestPeriod).contains(m) else {
                throw cells.error(row, "m is '\(cells.text(row, period).prefix(20))', no number of steps")
            }
            orders[name, default: []].append(series)
            periods[name, default: [:]][series] = m
        }
    }

    /// The series of a set in their order; `nil` when the file does not know the set.
    func order(in set: String) -> [String]? { orders[set] }

    /// The period of a series.
    func period(of id: String, in set: String) -> Int? { periods[set]?[id] }

    /// The period of the first series of a set.
    func period(in set: String) -> Int? {
        orders[set]?.first.flatMap { period(of: $0, in: set) }
    }
}

/// The cells of a delimited file whose first row names its columns.
struct NamedColumns {
    private let table: CSVTable
    private let file: String

    /// - Throws: ``DatasetError`` when this is no table.
    init(_ file: DatasetFile) throws(DatasetError) {
        self.file = file.name
        do throws(TableError) {
            table = try CSVReader().read(file.bytes)
        } catch {
            throw DatasetError(file: file.name, reason: "\(error)")
        }
    }

    /// Rows with the names.
    var rows: Int { table.rows }

    /// The place of a column.
    func column(_ name: String) throws(DatasetError) -> Int {
        guard let place = (0..<table.columns).first(where: { table.text(row: 0, column: $0) == name }) else {
            throw DatasetError(file: file, reason: "no column '\(name)' in the first line")
        }
        return place
    }

    func bytes(_ row: Int, _ column: Int) -> ArraySlice<UInt8> {
        table.bytes[table.range(row: row, column: column)]
    }

    func text(_ row: Int, _ column: Int) -> String { table.text(row: row, column: column) }

    /// The number in a cell; `nan` for an empty one.
    func number(_ row: Int, _ column: Int) throws(DatasetError) -> Double {
        let text = text(row, column)
        if text.isEmpty || text.lowercased() == "nan" { return .nan }
        guard let value = Double(text), value.isFinite else {
            throw error(row, "'\(text.prefix(20))' is not a number")
        }
        return value
    }

    /// The line of the file that a row begins on, from 1.
    func line(_ row: Int) -> Int { table.line(ofRow: row) }

    func error(_ row: Int, _ reason: String) -> DatasetError {
        DatasetError(file: file, reason: "line \(line(row)): \(reason)")
    }
}

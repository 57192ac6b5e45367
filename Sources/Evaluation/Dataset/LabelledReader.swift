internal import TimeSeries

/// Reads series with known anomalies from files `NAME.csv` with the columns `timestamp_or_index`, `value` and
/// `label`.
///
/// `label` is 1 for an anomalous value and 0 else; an empty value is missing; without the first column, values
/// are counted. A file `manifest.csv` (columns `file`, `dataset` and, if known, `group`, the recording that
/// a series is a part of, `train_prefix` and `windows_inclusive`) orders the series and says where they come from.
public struct LabelledReader: Sendable {
    /// The name of the file that orders the series.
    public static let manifest = "manifest.csv"

    /// One series as the manifest has it.
    public struct Entry: Sendable, Equatable {
        /// The name of its file.
        public let file: String
        /// The data set it was taken from.
        public let dataset: String
        /// The recording that it is a part of; `nil` when the manifest does not say.
        let recording: String?
        let trainPrefix: Int
        /// `nil` when the manifest does not say.
        let windows: [ClosedRange<Int>]?
        let line: Int
    }

    /// The series of the manifest in its order; `nil` without one.
    public let entries: [Entry]?
    private let entryOf: [String: Entry]
    private let name: String

    /// A reader of one set.
    ///
    /// - Parameters:
    ///   - manifest: The file `manifest.csv`, if there is one.
    ///   - name: The data set of series that no manifest places.
    /// - Throws: ``DatasetError`` naming the line of the manifest.
    public init(manifest: DatasetFile?, name: String) throws(DatasetError) {
        self.name = name
        entries = if let manifest { try Self.entries(manifest) } else { nil }
        entryOf = Dictionary((entries ?? []).map { ($0.file, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Reads one series.
    ///
    /// - Throws: ``DatasetError`` naming the line: a column that is missing, a value, time or label that is none,
    ///   or windows in the manifest that are not those of the labels.
    /// - Complexity: O(*n*) in the number of bytes.
    public func read(_ file: DatasetFile) throws(DatasetError) -> LabelledSeries {
        let cells = try NamedColumns(file)
        let value = try cells.column("value")
        let label = try cells.column("label")
        guard cells.rows > 1 else { throw DatasetError(file: file.name, reason: "no rows") }
        var (values, labels) = ([Double](), [Bool]())
        values.reserveCapacity(cells.rows)
        labels.reserveCapacity(cells.rows)
        for row in 1..<cells.rows {
            values.append(try cells.number(row, value))
            labels.append(try Self.label(row, label, cells))
        }
        let windows = AnomalyWindows.runs(of: labels)
        let entry = entryOf[file.name]
        if let entry {
            try check(entry, windows, count: values.count)
        }
        return LabelledSeries(
            name: DatasetReader.setName(file.name), dataset: entry?.dataset ?? name,
            recording: entry?.recording, timestamps: try Self.timestamps(cells), values: values,
            windows: windows,
            trainPrefix: entry?.trainPrefix ?? 0)
    }

    private func check(
        _ entry: Entry, _ windows: [ClosedRange<Int>], count: Int
    ) throws(DatasetError) {
        func wrong(_ reason: String) -> DatasetError {
            DatasetError(file: Self.manifest, reason: "line \(entry.line): \(reason)")
        }
        if let said = entry.windows, said != windows {
            let first = zip(said, windows).first { $0 != $1 }
            let place = (first?.0 ?? said.dropFirst(windows.count).first).map(Self.text) ?? "none"
            let other = (first?.1 ?? windows.dropFirst(said.count).first).map(Self.text) ?? "none"
            throw wrong("window \(place), the labels of \(entry.file) say \(other)")
        }
        guard entry.trainPrefix <= count else {
            throw wrong("a training prefix of \(entry.trainPrefix), \(entry.file) has \(count) rows")
        }
    }

    private static func text(_ window: ClosedRange<Int>) -> String {
        "\(window.lowerBound)-\(window.upperBound)"
    }

    private static func label(
        _ row: Int, _ column: Int, _ cells: NamedColumns
    ) throws(DatasetError) -> Bool {
        let bytes = cells.bytes(row, column)
        if bytes.count == 1, let digit = bytes.first {
            if digit == UInt8(ascii: "0") { return false }
            if digit == UInt8(ascii: "1") { return true }
        }
        switch cells.text(row, column).lowercased() {
        case "0", "0.0", "false": return false
        case "1", "1.0", "true": return true
        case let text: throw cells.error(row, "label is '\(text.prefix(20))', neither 0 nor 1")
        }
    }
}

// MARK: - Times

extension LabelledReader {
    /// The names of the column of times, the first that is there.
    private static let timeColumns = ["timestamp_or_index", "timestamp"]
    /// A day in 1973: less is a count of something.
    private static let smallestEpochSeconds = 1e8

    /// The time of each row, in UTC where none is said; `nil` when the first cell is a count.
    private static func timestamps(_ cells: NamedColumns) throws(DatasetError) -> [Timestamp]? {
        guard let column = timeColumns.lazy.compactMap({ try? cells.column($0) }).first else { return nil }
        if let first = Double(cells.text(1, column)), first < smallestEpochSeconds { return nil }
        var times: [Timestamp] = []
        times.reserveCapacity(cells.rows)
        for row in 1..<cells.rows {
            let text = cells.text(row, column)
            do throws(TimestampError) {
                times.append(try timestamp(text))
            } catch {
                throw cells.error(row, "'\(text.prefix(30))' is not a time: \(error)")
            }
        }
        return times
    }

    private static func timestamp(_ text: String) throws(TimestampError) -> Timestamp {
        if let seconds = Double(text) { return try Timestamp(epochSeconds: seconds) }
        let time = try TimeText(Array(text.utf8).span)
        if let moment = try time.timestamp() { return moment }
        return TimeZone.utc.meaning(of: time.civil).first
    }
}

// MARK: - The manifest

extension LabelledReader {
    private static func entries(_ file: DatasetFile) throws(DatasetError) -> [Entry] {
        let cells = try NamedColumns(file)
        let name = try cells.column("file")
        let dataset = try cells.column("dataset")
        let group = try? cells.column("group")
        let prefix = try? cells.column("train_prefix")
        let windows = try? cells.column("windows_inclusive")
        var entries: [Entry] = []
        var seen: Set<String> = []
        for row in 1..<max(cells.rows, 1) {
            let path = cells.text(row, name)
            guard !path.isEmpty, seen.insert(path).inserted else {
                throw cells.error(row, path.isEmpty ? "no file is named" : "\(path) stands in it twice")
            }
            guard !cells.text(row, dataset).isEmpty else { throw cells.error(row, "no data set is named") }
            let known = prefix.map { cells.text(row, $0) } ?? ""
            guard let trainPrefix = known.isEmpty ? 0 : Int(known), trainPrefix >= 0 else {
                throw cells.error(row, "train_prefix is '\(known.prefix(20))', no number of rows")
            }
            var said: [ClosedRange<Int>]?
            if let windows { said = try ranges(row, windows, cells) }
            entries.append(
                Entry(
                    file: path, dataset: cells.text(row, dataset),
                    recording: group.map { cells.text(row, $0) }.flatMap { $0.isEmpty ? nil : $0 },
                    trainPrefix: trainPrefix, windows: said, line: cells.line(row)))
        }
        guard !entries.isEmpty else { throw DatasetError(file: file.name, reason: "no rows") }
        return entries
    }

    /// Windows written as `3-9;20-20`.
    private static func ranges(
        _ row: Int, _ column: Int, _ cells: NamedColumns
    ) throws(DatasetError) -> [ClosedRange<Int>] {
        var ranges: [ClosedRange<Int>] = []
        for part in cells.text(row, column).split(separator: ";") {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard ends.count == 2, let first = ends[0], let last = ends[1], first <= last else {
                throw cells.error(row, "'\(part.prefix(20))' is no window FIRST-LAST")
            }
            ranges.append(first...last)
        }
        return ranges
    }
}

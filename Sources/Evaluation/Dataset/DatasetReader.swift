/// Reads sets of series from files `NAME.csv` with the columns `series_id`, `split`, `t` and `value`.
///
/// `split` is `train` or `test`; the rows of a series are in the order of time. A file `series.csv` may give
/// the order of the series and the period `m` of each (columns `dataset`, `series_id`, `m`); a manifest the
/// period and seasons of a set. What neither says follows from the name of the set, and is noted.
public struct DatasetReader: Sendable {
    /// The name of the file that orders the series.
    public static let index = "series.csv"
    private let descriptions: [String: SetDescription]
    private let index: SeriesIndex?
    /// Whether there was a manifest at all.
    private let hasManifest: Bool

    /// A reader with what is known of the sets beforehand.
    ///
    /// - Parameters:
    ///   - index: The file `series.csv`, if there is one.
    ///   - manifest: What the manifest says, if there is one.
    /// - Throws: ``DatasetError`` when `series.csv` lacks a column or holds a period that is none.
    public init(index: DatasetFile?, manifest: [SetDescription]?) throws(DatasetError) {
        self.index = if let index { try SeriesIndex(index) } else { nil }
        hasManifest = manifest != nil
        descriptions = Dictionary(
            (manifest ?? []).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Reads one set.
    ///
    /// - Returns: The set, and a note on each thing that had to be guessed.
    /// - Throws: ``DatasetError`` naming the line.
    /// - Complexity: O(*n*) in the number of bytes.
    public func read(_ file: DatasetFile) throws(DatasetError) -> (set: EvaluationSet, notes: [String]) {
        let name = Self.setName(file.name)
        var rows = try SplitRows(file)
        var notes: [String] = []
        let known = descriptions[name]
        let named = FrequencyNames.seasons(of: name)
        let seasons: [Int]
        if let told = known?.seasons {
            seasons = told
        } else {
            seasons = named ?? known?.period.map { [$0] } ?? index?.period(in: name).map { [$0] } ?? []
            let reason = hasManifest ? "not in the manifest" : "no manifest.json"
            let words = seasons.map(String.init).joined(separator: " and ")
            notes.append("\(name): \(reason); seasons of \(words.isEmpty ? "none" : words) are assumed")
        }
        let period = known?.period ?? index?.period(in: name) ?? seasons.first ?? 1
        if known?.period == nil, index?.period(in: name) == nil {
            notes.append("\(name): neither manifest nor series.csv has m; errors are scaled by lag \(period)")
        }
        if let order = index?.order(in: name) {
            let missing = rows.sort(by: order)
            if missing > 0 {
                notes.append("\(name): \(missing) series of series.csv are not in \(file.name)")
            }
        }
        var series: [EvaluationSeries] = []
        for row in rows.series {
            guard !row.train.isEmpty, !row.test.isEmpty else {
                throw DatasetError(
                    file: file.name,
                    reason: "series \(row.id) has no \(row.train.isEmpty ? "train" : "test") rows")
            }
            let own = index?.period(of: row.id, in: name) ?? period
            series.append(EvaluationSeries(id: row.id, train: row.train, test: row.test, period: own))
        }
        return (EvaluationSet(name: name, seasons: seasons.filter { $0 > 1 }, series: series), notes)
    }

    /// The name of the set in a file: without `.csv`.
    public static func setName(_ file: String) -> String {
        file.hasSuffix(".csv") ? String(file.dropLast(4)) : file
    }
}

/// Words in the names of sets that tell how often their series are measured.
enum FrequencyNames {
    /// Steps in the seasons of each frequency: days, weeks and years, as the M4 competition has them with a
    /// second one for hourly and finer data.
    private static let table: [(word: String, seasons: [Int])] = [
        ("5min", [288, 2016]), ("10min", [144, 1008]), ("15min", [96, 672]), ("30min", [48, 336]),
        ("half_hourly", [48, 336]), ("hourly", [24, 168]), ("daily", [7]), ("weekly", [52]),
        ("monthly", [12]), ("quarterly", [4]), ("yearly", []),
    ]

    /// The seasons of the first word that a name holds between marks or its ends; `nil` for none.
    static func seasons(of name: String) -> [Int]? {
        let padded =
            "_" + name.lowercased().map { $0.isLetter || $0.isNumber ? String($0) : "_" }.joined() + "_"
        return table.first { padded.contains("_\($0.word)_") }?.seasons
    }
}

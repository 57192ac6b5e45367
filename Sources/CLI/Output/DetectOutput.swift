import Ingest

/// Prints scores in the fixed columns that others script against: one row an input row, in order.
struct DetectOutput {
    private static let columns = [
        "series_id", "index", "value", "expected", "lower", "upper", "score", "p_value", "is_anomaly",
        "rank_score", "timestamp",
    ]

    private var csv: CSVWriter

    /// - Parameter evidence: Detectors whose ranks stand in further columns.
    private init(evidence: [String] = []) {
        csv = CSVWriter(header: Self.columns + evidence.map { "evidence:" + $0 })
    }

    /// The header without any row.
    static var header: [UInt8] { DetectOutput().csv.bytes }

    /// The rows of all answers: of a long file in the order of its rows, else series by series.
    static func bytes(_ printed: [SeriesAnswer], in table: Table) -> [UInt8] {
        var output = DetectOutput(evidence: printed.first?.evidence.map(\.name) ?? [])
        let placeOfID = Dictionary(
            printed.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        for position in table.inputOrder() {
            guard let place = placeOfID[table.series[position.series].id] else { continue }
            output.add(printed[place], row: position.index)
        }
        return output.csv.bytes
    }

    /// The rows of all answers, series by series.
    static func bytes(_ answers: [SeriesAnswer]) -> [UInt8] {
        var output = DetectOutput()
        for answer in answers {
            for row in answer.values.indices { output.add(answer, row: row) }
        }
        return output.csv.bytes
    }

    private mutating func add(_ answer: SeriesAnswer, row: Int) {
        guard let scores = answer.scores, row < scores.score.count else { return }
        csv.text(answer.id)
        csv.integer(row)
        csv.number(answer.values[row])
        csv.number(scores.expected[row])
        csv.number(scores.lower[row])
        csv.number(scores.upper[row])
        csv.number(scores.score[row])
        csv.number(scores.pValue[row])
        csv.bool(scores.isAnomaly[row])
        csv.number(scores.rankScore[row])
        csv.text(answer.timeText(row) ?? "")
        for seen in answer.evidence { csv.number(seen.ranks[row]) }
        csv.endRow()
    }
}

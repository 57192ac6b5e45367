import Detection
import TimeSeries

/// Prints scores in the fixed columns that others script against: one row an input row, in order.
struct DetectOutput {
    private var csv = CSVWriter(header: [
        "series_id", "index", "value", "expected", "lower", "upper", "score", "p_value", "is_anomaly",
        "rank_score", "timestamp",
    ])

    var bytes: [UInt8] { csv.bytes }

    /// - Parameter times: The time of each row as the file writes it; empty where it has none.
    mutating func add(_ scores: Scores, id: String, values: [Double], times: [String]) {
        for (row, value) in values.enumerated() {
            csv.text(id)
            csv.integer(row)
            csv.number(value)
            csv.number(scores.expected[row])
            csv.number(scores.lower[row])
            csv.number(scores.upper[row])
            csv.number(scores.score[row])
            csv.number(scores.pValue[row])
            csv.bool(scores.isAnomaly[row])
            csv.number(scores.rankScore[row])
            csv.text(row < times.count ? times[row] : "")
            csv.endRow()
        }
    }
}

import TimeSeries

@testable import Alerting

let oneMinute: Int64 = 60_000
let oneHour: Int64 = 3_600_000
/// When tests begin, milliseconds since 1970.
let dawn: Int64 = 1_700_000_000_000

func labels(_ pairs: KeyValuePairs<String, String>) -> Labels {
    (try? Labels(pairs.map { (name: $0.key, value: $0.value) })) ?? .none
}

/// A verdict whose stretch begins when it speaks, unless said otherwise.
func verdict(
    _ series: UInt32, _ kind: Verdict.Kind = .anomaly, from: Int64 = dawn, time: Int64? = nil,
    isOver: Bool = false,
    labels own: Labels = .none, definition: String = "checkout", severity: Severity = .warning,
    score: Double = 1, leastOpen: Int64 = 0
) -> Verdict {
    Verdict(
        key: Verdict.Key(series: series, kind: kind, from: from), isOver: isOver, time: time ?? from,
        labels: own, definition: definition, severity: severity,
        peak: Verdict.Peak(
            time: from, value: 3, expected: 9, lower: 8, upper: 10, score: score, pValue: 1e-6, direction: -1,
            evidence: "residual"),
        sentence: "3 instead of 9", lateness: 10 * oneMinute, leastOpen: leastOpen)
}

extension IncidentBook {
    /// An empty book.
    init() { self.init(merging: MergePolicy(), unresolved: [], lastID: 0) }
}

/// The transitions of some changes, with the numbers of their incidents.
func told(_ changes: [IncidentBook.Change]) -> [String] {
    changes.compactMap { change in change.transition.map { "\(change.incident.id) \($0)" } }
}

/// The best balance of windows found and values flagged rightly: recall counts windows, precision values.
///
/// A window is found when any of its values lies above the threshold; precision is not adjusted. The thresholds
/// are 100 numbers evenly spread between the lowest and the highest score, so that, unlike the other metrics,
/// this one changes when scores are transformed.
///
/// - Source: the event-based F1 of TSB-AD: Liu & Paparrizos, NeurIPS 2024.
public enum EventF1 {
    /// Thresholds between the lowest and the highest score.
    private static let thresholds = 100
    /// What TSB-AD adds to the denominator.
    private static let guarded = 1e-15

    /// The largest 2PR / (P + R) over the thresholds; 0 … 1; `nan` without windows.
    ///
    /// - Parameters:
    ///   - scores: One a value, higher is more unusual; `nan` and −∞ count as 0, +∞ as a very large number.
    ///   - windows: The anomalies, ascending, not touching.
    /// - Complexity: O(*n* log *n*).
    public static func of(scores: [Double], windows: [ClosedRange<Int>]) -> Double {
        of(OrderedScores(scores, windows: windows))
    }

    static func of(_ scores: OrderedScores) -> Double {
        guard let low = scores.descending.last, let high = scores.descending.first, !scores.windows.isEmpty
        else { return .nan }
        let peaks = scores.windows.map { window in
            window.reduce(-Double.infinity) { max($0, scores.scores[$1]) }
        }.sorted(by: >)
        var (predicted, found, touched) = (0, 0, 0)
        var best = 0.0
        for threshold in OrderedScores.evenly(from: low, to: high, count: thresholds).reversed() {
            advance(&predicted, above: threshold, in: scores.descending)
            advance(&found, above: threshold, in: scores.anomalous)
            advance(&touched, above: threshold, in: peaks)
            let recall = Double(touched) / Double(peaks.count)
            let precision = predicted > 0 ? Double(found) / Double(predicted) : 0
            best = max(best, 2 * recall * precision / (recall + precision + guarded))
        }
        return best
    }

    /// Counts on while descending numbers lie above a threshold.
    private static func advance(_ count: inout Int, above threshold: Double, in numbers: [Double]) {
        while count < numbers.count, numbers[count] > threshold { count += 1 }
    }
}

/// Stretches of anomalous values, each from its first to its last place.
public enum AnomalyWindows {
    /// The maximal runs of `true`, in order; empty for none.
    public static func runs(of labels: [Bool]) -> [ClosedRange<Int>] {
        var windows: [ClosedRange<Int>] = []
        var start: Int?
        for (place, isAnomalous) in labels.enumerated() {
            if isAnomalous {
                start = start ?? place
            } else if let first = start {
                windows.append(first...(place - 1))
                start = nil
            }
        }
        if let start { windows.append(start...(labels.count - 1)) }
        return windows
    }

    /// Stops the program unless windows ascend, do not touch and lie within so many values: what touches is one
    /// window.
    static func check(_ windows: [ClosedRange<Int>], count: Int) {
        var next = 0
        for window in windows {
            precondition(
                window.lowerBound >= next && window.upperBound < count,
                "a window \(window) of \(count) values, the one before ends at \(next - 2)")
            next = window.upperBound + 2
        }
    }
}

/// The scores of a series in descending order, sorted once for all metrics that count by thresholds.
struct OrderedScores {
    /// One a value, finite.
    let scores: [Double]
    let windows: [ClosedRange<Int>]
    /// All scores, the highest first.
    let descending: [Double]
    /// Those of anomalous values, the highest first.
    let anomalous: [Double]

    /// - Parameters:
    ///   - scores: Higher is more unusual; see ``finite(_:)`` for what is not finite.
    ///   - windows: Ascending, not touching.
    /// - Complexity: O(*n* log *n*).
    init(_ scores: [Double], windows: [ClosedRange<Int>]) {
        AnomalyWindows.check(windows, count: scores.count)
        self.scores = Self.finite(scores)
        self.windows = windows
        descending = self.scores.sorted(by: >)
        var anomalous: [Double] = []
        for window in windows { anomalous += self.scores[window] }
        self.anomalous = anomalous.sorted(by: >)
    }

    /// What a score of +∞ counts as: differences of two still fit into a `Double`.
    static let highest = Double.greatestFiniteMagnitude / 4

    /// Scores as they are counted: `nan` and −∞ are 0, no evidence; +∞ is a very large number.
    static func finite(_ scores: [Double]) -> [Double] {
        scores.map { score in
            if score.isFinite { return score }
            return score == .infinity ? highest : 0
        }
    }

    /// Numbers evenly spread from `low` to `high`, both included; the last one exactly.
    ///
    /// - Parameter count: At least 2.
    static func evenly(from low: Double, to high: Double, count: Int) -> [Double] {
        let step = (high - low) / Double(count - 1)
        return (0..<count).map { $0 == count - 1 ? high : Double($0) * step + low }
    }
}

/// How well scores rank the anomalous values of a series before the others, value by value.
///
/// Every value counts by itself; no detection is stretched over the window that it falls into.
public struct PointRanking: Sendable, Equatable {
    /// The average precision: over distinct scores in descending order, Σ (Rᵢ − Rᵢ₋₁) Pᵢ.
    ///
    /// `nan` without anomalous values.
    public let aucPR: Double
    /// The probability that an anomalous value has a higher score than another one, equal scores counting half.
    ///
    /// `nan` when all values are of one kind.
    public let aucROC: Double
    /// The largest 2PR / (P + R + 10⁻⁵) over all distinct thresholds; the small number is TSB-AD's.
    ///
    /// `nan` without anomalous values.
    public let bestF1: Double

    /// What TSB-AD adds to the denominator.
    private static let guardedF1 = 1e-5

    /// Measures the scores of one series.
    ///
    /// - Parameters:
    ///   - scores: One a value, higher is more unusual; `nan` and −∞ count as 0, +∞ as a very large number.
    ///   - windows: The anomalies, ascending, not touching.
    /// - Complexity: O(*n* log *n*).
    public init(scores: [Double], windows: [ClosedRange<Int>]) {
        self.init(OrderedScores(scores, windows: windows))
    }

    init(_ scores: OrderedScores) {
        let (all, some) = (scores.descending, scores.anomalous)
        guard !some.isEmpty else {
            (aucPR, aucROC, bestF1) = (.nan, .nan, .nan)
            return
        }
        let positives = Double(some.count)
        let negatives = Double(all.count - some.count)
        var (area, best, pairs) = (0.0, 0.0, 0.0)
        var (predicted, found) = (0, 0)
        while predicted < all.count {
            let threshold = all[predicted]
            let (before, foundBefore) = (predicted, found)
            while predicted < all.count, all[predicted] == threshold { predicted += 1 }
            while found < some.count, some[found] == threshold { found += 1 }
            let precision = Double(found) / Double(predicted)
            let recall = Double(found) / positives
            area += (recall - Double(foundBefore) / positives) * precision
            best = max(best, 2 * precision * recall / (precision + recall + Self.guardedF1))
            // Pairs of an anomalous value of this score with others below it, and half of those beside it.
            let others = Double(predicted - before - (found - foundBefore))
            let below = negatives - Double(predicted - found)
            pairs += Double(found - foundBefore) * (below + others / 2)
        }
        aucPR = area
        aucROC = negatives > 0 ? pairs / (positives * negatives) : .nan
        bestF1 = best
    }
}

import Numerics

/// The distance from the median of the last values in their median absolute deviations, scaled to those of a normal
/// distribution: one spike among the last values bends neither.
///
/// - Source: Hampel, *The Influence Curve and its Role in Robust Estimation*, Journal of the American Statistical
///   Association 69, 1974.
struct TrailingMedianDeviation: BaselineDetector {
    /// How many values back it looks.
    let window: Int

    /// The values in the order of time and sorted, and a count.
    var stateBytes: Int { MemoryLayout<Double>.size * (2 * window + 1) }

    /// - Complexity: O(*n·window*) moves of neighbours in memory, O(*n* log *window*) steps.
    func scores(of values: [Double]) -> [Double] {
        var scores = [Double](repeating: .nan, count: values.count)
        var ring: [Double] = []
        var sorted: [Double] = []
        ring.reserveCapacity(window)
        sorted.reserveCapacity(window + 1)
        var next = 0
        for (place, value) in values.enumerated() where value.isFinite {
            if sorted.count >= BaselineScale.fewest {
                let median = Self.median(sorted)
                scores[place] = abs(value - median) / (Self.spread(sorted, median) + BaselineScale.floor)
            }
            if ring.count == window {
                sorted.remove(at: Self.place(of: ring[next], in: sorted))
                ring[next] = value
                next = next + 1 == window ? 0 : next + 1
            } else {
                ring.append(value)
            }
            sorted.insert(value, at: Self.place(of: value, in: sorted))
        }
        return scores
    }

    /// The first place whose number is not below a value.
    private static func place(of value: Double, in sorted: [Double]) -> Int {
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private static func median(_ sorted: [Double]) -> Double {
        let half = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
    }

    /// The usual distance from the median, as of a normal distribution. Where more than half the values are equal,
    /// the median distance is 0 and the mean one is taken.
    ///
    /// - Source: Iglewicz & Hoaglin, *How to Detect and Handle Outliers*, 1993: the modified z-score.
    private static func spread(_ sorted: [Double], _ median: Double) -> Double {
        let deviation = deviation(sorted, median)
        guard deviation == 0 else { return Descriptive.normalConsistency * deviation }
        let sum = sorted.reduce(0) { $0 + abs($1 - median) }
        return meanConsistency * sum / Double(sorted.count)
    }

    /// √(π/2): the standard deviation of a normal distribution in its mean distances from the centre.
    private static let meanConsistency = 1.253_314_137_315_500_3

    /// The median of the distances from the median.
    ///
    /// Distances grow to both sides, so that the nearest values are one stretch around the median, found by
    /// halving.
    private static func deviation(_ sorted: [Double], _ median: Double) -> Double {
        let half = sorted.count / 2
        let upper = distance(ofRank: half, sorted, median)
        return sorted.count % 2 == 1 ? upper : (distance(ofRank: half - 1, sorted, median) + upper) / 2
    }

    /// The distance from the median of rank `rank`, from 0.
    private static func distance(ofRank rank: Int, _ sorted: [Double], _ median: Double) -> Double {
        // The stretch of rank + 1 nearest values begins where its right end is no nearer than what lies before it.
        var (low, high) = (0, sorted.count - rank - 1)
        while low < high {
            let middle = (low + high) / 2
            if median - sorted[middle] > sorted[middle + rank + 1] - median {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return max(median - sorted[low], sorted[low + rank] - median)
    }
}

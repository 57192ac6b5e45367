/// The volume under the surface that precision and recall, or the two rates of ROC, span over thresholds and
/// buffers around the anomalies: no threshold to choose, and a detection a little early or late counts in part.
///
/// Every buffer width from 0 to a length gives one curve over 250 thresholds; the volume is their mean. Points
/// near a window count with a weight that falls with the distance, and recall is multiplied by the share of
/// windows that were touched at all.
///
/// - Source: Paparrizos et al., *Volume Under the Surface: A New Accuracy Evaluation Measure for Time-Series
///   Anomaly Detection*, PVLDB 15, 2022; the numbers are those of the code of TSB-AD (version `opt`).
public struct VolumeUnderSurface: Sendable, Equatable {
    /// The volume under precision over recall, VUS-PR; 0 … 1; `nan` without windows.
    public let pr: Double
    /// The volume under the rates, VUS-ROC; 0 … 1; `nan` without windows, or when every value is in one.
    public let roc: Double

    /// Thresholds of each curve: quantiles of the scores, as TSB-AD has them.
    public static let thresholds = 250

    /// Measures the scores of one series.
    ///
    /// - Parameters:
    ///   - scores: One a value, higher is more unusual; `nan` and −∞ count as 0, +∞ as a very large number.
    ///   - windows: The anomalies, ascending, not touching.
    ///   - length: The widest buffer, at least 0; usually ``WindowLength/of(_:)`` of the values.
    /// - Complexity: O(*n* log *n*) once, then O(*windows·buffer* + 250) for each buffer width.
    public init(scores: [Double], windows: [ClosedRange<Int>], length: Int) {
        self.init(OrderedScores(scores, windows: windows), length: length)
    }

    init(_ scores: OrderedScores, length: Int) {
        precondition(length >= 0, "a buffer of \(length)")
        guard !scores.windows.isEmpty else {
            (pr, roc) = (.nan, .nan)
            return
        }
        var surface = Surface(scores)
        var (pr, roc) = (0.0, 0.0)
        for width in 0...length {
            let curve = surface.curve(width: width)
            pr += curve.pr
            roc += curve.roc
        }
        self.pr = pr / Double(length + 1)
        self.roc = roc / Double(length + 1)
    }
}

/// What all buffer widths of one series share; widths are asked for in ascending order.
private struct Surface {
    private let count: Int
    private let windows: [ClosedRange<Int>]
    /// For each value the first threshold that it reaches, or one past the last.
    private let bucket: [Int32]
    /// Values at or above each threshold.
    private let predicted: [Double]
    /// Anomalous values at or above each threshold.
    private let hits: [Double]
    private let anomalous: Double
    private let isAnomalous: [Bool]
    /// For each window the first threshold that a value in it or its buffer reaches.
    private var reached: [Int32]
    /// The half buffer that `reached` belongs to.
    private var half = 0
    /// Weights of the values around windows, all 0 between two widths.
    private var weights: [Double]
    private var touched: [Int] = []
    private var decay: [Double] = []

    private static let thresholds = VolumeUnderSurface.thresholds

    init(_ scores: OrderedScores) {
        let count = scores.scores.count
        let descending = scores.descending
        // Places in the order of scores: the whole part of evenly spread numbers.
        let limits = OrderedScores.evenly(from: 0, to: Double(count - 1), count: Self.thresholds).map {
            descending[Int($0)]
        }
        var (predicted, hits) = ([Double](), [Double]())
        var (all, some) = (0, 0)
        for limit in limits {
            while all < count, descending[all] >= limit { all += 1 }
            while some < scores.anomalous.count, scores.anomalous[some] >= limit { some += 1 }
            predicted.append(Double(all))
            hits.append(Double(some))
        }
        let bucket = scores.scores.map { Self.firstReached(by: $0, in: limits) }
        var isAnomalous = [Bool](repeating: false, count: count)
        for window in scores.windows { for place in window { isAnomalous[place] = true } }
        self.count = count
        windows = scores.windows
        self.bucket = bucket
        (self.predicted, self.hits) = (predicted, hits)
        anomalous = Double(scores.anomalous.count)
        self.isAnomalous = isAnomalous
        reached = scores.windows.map { window in
            window.reduce(Int32(Self.thresholds)) { min($0, bucket[$1]) }
        }
        weights = [Double](repeating: 0, count: count)
    }

    /// The first of descending limits that is not above a score.
    private static func firstReached(by score: Double, in limits: [Double]) -> Int32 {
        var (low, high) = (0, limits.count)
        while low < high {
            let middle = (low + high) / 2
            if limits[middle] <= score { high = middle } else { low = middle + 1 }
        }
        return Int32(low)
    }

    /// The areas under the two curves of one buffer width.
    mutating func curve(width: Int) -> (pr: Double, roc: Double) {
        widen(to: width / 2)
        let near = extended(width: width)
        let (existing, segments) = segments()
        let count = Double(count)
        var (pr, roc) = (0.0, 0.0)
        var (lastRecall, lastFalse) = (0.0, 0.0)
        var (extra, touched) = (0.0, 0.0)
        for k in 0..<Self.thresholds {
            extra += near[k]
            touched += existing[k]
            let found = hits[k] + extra
            let positives = anomalous + extra / 2
            let recall = min(found / positives, 1) * touched / segments
            let falseRate = (predicted[k] - found) / (count - positives)
            pr += (recall - lastRecall) * found / predicted[k]
            roc += (falseRate - lastFalse) * (recall + lastRecall) / 2
            (lastRecall, lastFalse) = (recall, falseRate)
        }
        roc += (1 - lastFalse) * (1 + lastRecall) / 2
        return (pr, roc)
    }

    /// Grows the buffers of `reached`.
    private mutating func widen(to wanted: Int) {
        while half < wanted {
            half += 1
            for (index, window) in windows.enumerated() {
                let (before, after) = (window.lowerBound - half, window.upperBound + half)
                if before >= 0 { reached[index] = min(reached[index], bucket[before]) }
                if after < count { reached[index] = min(reached[index], bucket[after]) }
            }
        }
    }

    /// The weights of the values in buffers, summed by their first thresholds.
    private mutating func extended(width: Int) -> [Double] {
        var sums = [Double](repeating: 0, count: Self.thresholds + 1)
        guard half > 0 else { return sums }
        decay.removeAll(keepingCapacity: true)
        for distance in 1...half { decay.append((1 - Double(distance) / Double(width)).squareRoot()) }
        touched.removeAll(keepingCapacity: true)
        for window in windows {
            let (first, last) = (window.lowerBound, window.upperBound)
            for distance in 1...half where last + distance < count {
                add(decay[distance - 1], at: last + distance)
            }
            for distance in 1...half where first - distance >= 0 {
                add(decay[distance - 1], at: first - distance)
            }
        }
        for place in touched {
            sums[Int(bucket[place])] += min(weights[place], 1)
            weights[place] = 0
        }
        return sums
    }

    @inline(__always)
    private mutating func add(_ weight: Double, at place: Int) {
        guard !isAnomalous[place] else { return }
        if weights[place] == 0 { touched.append(place) }
        weights[place] += weight
    }

    /// Windows whose buffers meet are one segment: how many there are, and at which threshold each is first
    /// touched. Every value between two windows of a segment lies in a buffer of one of them.
    private func segments() -> (existing: [Double], count: Double) {
        var existing = [Double](repeating: 0, count: Self.thresholds + 1)
        var segments = 0
        var first = Int32(Self.thresholds)
        for (index, window) in windows.enumerated() {
            first = min(first, reached[index])
            let isLast = index == windows.count - 1
            guard isLast || window.upperBound + half < windows[index + 1].lowerBound - half else { continue }
            segments += 1
            existing[Int(first)] += 1
            first = Int32(Self.thresholds)
        }
        return (existing, Double(segments))
    }
}

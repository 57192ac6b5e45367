import Glibc
import TimeSeries

/// Finds earlier windows of a series whose course is like that of an anomaly: what may be known of them may help.
///
/// The window is the anomaly with some values around it; the measure is the correlation, which is that of
/// z-normalised distances. Windows lie before it, do not overlap it, one another or a gap.
///
/// - Source: Yeh et al., *Matrix profile I: all pairs similarity joins for time series*, IEEE ICDM (2016).
enum RelatedWindows {
    /// Values on each side of an anomaly, and the most of a window.
    private static let margin = 8
    private static let longest = 512
    /// Windows that are less alike are not worth a look.
    private static let leastSimilarity = 0.9
    /// So many are told.
    private static let most = 3
    /// No more anomalies of a series are compared, those with the highest scores; and no more values before one.
    static let mostCompared = 20
    private static let reach = 20_000

    /// The windows most like that around rows `first ... last`, the most similar first.
    ///
    /// - Parameter values: `nan` where missing. O(20,000 · window).
    static func like(_ first: Int, _ last: Int, in values: [Double]) -> [RelatedWindow] {
        let from = max(first - margin, 0)
        let to = min(min(last + margin, values.count - 1), from + longest - 1)
        let length = to - from + 1
        guard length >= 2 * margin, let pattern = standard(values[from...to]) else { return [] }
        var found: [RelatedWindow] = []
        for start in max(from - reach, 0)..<max(max(from - reach, 0), from - length + 1) {
            guard let similarity = similarity(pattern, values, start), similarity >= leastSimilarity
            else { continue }
            found.append(
                RelatedWindow(
                    first: start + (first - from), last: min(start + (last - from), start + length - 1),
                    similarity: similarity))
        }
        found.sort { ($1.similarity, $0.first) < ($0.similarity, $1.first) }
        var kept: [RelatedWindow] = []
        for window in found where kept.count < most {
            if kept.allSatisfy({ abs($0.first - window.first) >= length }) { kept.append(window) }
        }
        return kept
    }

    /// In its own standard units; `nil` where a value is missing or nothing moves.
    private static func standard(_ window: ArraySlice<Double>) -> [Double]? {
        let count = Double(window.count)
        let mean = window.reduce(0, +) / count
        let squares = window.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        guard squares.isFinite, squares > 0 else { return nil }
        let scale = 1 / squares.squareRoot()
        return window.map { ($0 - mean) * scale }
    }

    /// The correlation of a pattern of mean 0 and square sum 1 with the values from `start` on.
    private static func similarity(_ pattern: [Double], _ values: [Double], _ start: Int) -> Double? {
        var (sum, squares, product) = (0.0, 0.0, 0.0)
        let origin = values[start]
        for (k, unit) in pattern.enumerated() {
            let value = values[start + k] - origin
            sum += value
            squares += value * value
            product += value * unit
        }
        let spread = squares - sum * sum / Double(pattern.count)
        guard spread.isFinite, spread > 1e-12 * squares, spread > 0 else { return nil }
        return min(product / spread.squareRoot(), 1)
    }
}

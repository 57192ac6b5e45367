import Numerics

/// What the errors of one series are measured in, so that those of all series can be averaged.
///
/// It is the mean absolute error of the seasonal naive method inside the part before the first origin. A
/// series that hardly moved there has as unit at least the error of rounding: three tenths of the smallest
/// difference between two of its values, or a thousandth of its size when all are equal.
///
/// - Source: Hyndman & Koehler, *Another look at measures of forecast accuracy*, Int. J. Forecasting 22
///   (2006), the mean absolute scaled error.
struct ErrorUnit {
    /// Above 0, in the unit of the series.
    let value: Double

    /// No scaled error counts for more: one wild origin must not decide for all others.
    static let largestScaledError = 100.0
    private static let roundingShare = 0.3
    private static let constantShare = 1e-3
    private static let leastShare = 1e-9
    /// The smallest difference is looked for among so many of the last values.
    private static let mostSorted = 4_096

    /// - Parameter values: What lies before the first origin; `nan` is skipped.
    init(before values: ArraySlice<Double>, period: Int) {
        let naive = Self.naiveError(values, lag: period) ?? Self.naiveError(values, lag: 1) ?? 0
        value = min(max(naive, Self.floor(values)), .greatestFiniteMagnitude)
    }

    /// The mean of `|error|` over the known ones, in this unit; `nan` when none is known.
    ///
    /// - Parameter errors: Value minus mean; `nan` where the value is missing, infinite for a wild forecast.
    func scaledError(of errors: [Double]) -> Double {
        var (sum, count) = (0.0, 0.0)
        for error in errors where !error.isNaN {
            sum += abs(error)
            count += 1
        }
        guard count > 0 else { return .nan }
        let scaled = sum / count / value
        return scaled < Self.largestScaledError ? scaled : Self.largestScaledError
    }

    private static func naiveError(_ values: ArraySlice<Double>, lag: Int) -> Double? {
        var (sum, count) = (0.0, 0.0)
        for (later, earlier) in zip(values.dropFirst(lag), values) {
            let difference = abs(later - earlier)
            guard difference.isFinite else { continue }
            sum += difference
            count += 1
        }
        return count > 0 && sum.isFinite ? sum / count : nil
    }

    private static func floor(_ values: ArraySlice<Double>) -> Double {
        let known = values.suffix(mostSorted).filter(\.isFinite).sorted()
        let size = known.isEmpty ? 0 : Descriptive.median(known.map(abs))
        let differences = zip(known.dropFirst(), known).lazy.map { $0 - $1 }.filter { $0 > 0 }
        guard let quantum = differences.min() else { return size > 0 ? size * constantShare : constantShare }
        return max(roundingShare * quantum, size * leastShare)
    }
}

import Glibc
import Numerics

/// The spread of one-step residuals, in the unit of the series, with a floor for series that hardly move.
struct ResidualSpread: BitwiseCopyable, Sendable {
    /// Follows squared residuals; clipped, so that an anomaly does not widen its own band.
    private var variance: Double
    private var count: Double
    /// No spread is smaller: three tenths of the quantisation step, which is about the error of rounding.
    let floor: Double

    static let forgetting = 0.995
    static let clip = 4.0

    /// The robust spread of known residuals.
    init(residuals: [Double], values: [Double]) {
        floor = Self.floor(of: values)
        let known = residuals.filter(\.isFinite).map(abs)
        // 1.4826 × median |e| estimates the standard deviation of a normal distribution. Where more than
        // half of the residuals are zero it is zero, and the mean of the lower 95 % stands in.
        var spread = known.isEmpty ? 0 : 1.4826 * Descriptive.median(known)
        if spread <= floor, known.count > 2 {
            let lower = known.sorted().prefix(max(1, known.count * 95 / 100))
            spread = (lower.reduce(0) { $0 + $1 * $1 } / Double(lower.count)).squareRoot()
        }
        spread = max(spread, floor)
        variance = spread * spread
        count = Double(max(known.count, 1))
    }

    /// The standard deviation, at least the floor.
    var value: Double { max(variance.squareRoot(), floor) }

    /// Follows one more residual.
    mutating func learn(_ residual: Double) {
        guard residual.isFinite else { return }
        count += 1
        let reach = Self.clip * value
        let error = min(abs(residual), reach)
        let weight = max(1 / count, 1 - Self.forgetting)
        variance += weight * (error * error - variance)
    }

    /// A tenth of a percent of the typical size when nothing moves; else half the smallest difference.
    private static func floor(of values: [Double]) -> Double {
        let known = values.filter(\.isFinite)
        let sizes = known.map(abs)
        let size = sizes.isEmpty ? 0 : Descriptive.median(sizes)
        guard let quantum = QuantisationStep.smallestDifference(of: known) else {
            return size > 0 ? size / 1000 : 1e-3
        }
        return max(0.3 * quantum, size * 1e-9)
    }
}

/// The step in which the values of a metric are counted or rounded.
enum QuantisationStep {
    /// The smallest difference between two different values; `nil` when all are equal.
    ///
    /// At most 4,096 of the latest values are looked at. O(n log n).
    static func smallestDifference(of values: [Double]) -> Double? {
        let sorted = values.suffix(4_096).sorted()
        var smallest = Double.infinity
        for (a, b) in zip(sorted, sorted.dropFirst()) where b > a { smallest = min(smallest, b - a) }
        return smallest.isFinite ? smallest : nil
    }
}

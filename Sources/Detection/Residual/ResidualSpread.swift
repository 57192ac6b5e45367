import Glibc
import Numerics

/// The spread of one-step residuals, in the unit of the series, with a floor for series that hardly move.
///
/// Errors that rounding alone can make teach nothing: where a series stands still most of the time, the spread is that
/// of its changes, so that a change of usual size has a strength of about 1 however seldom it comes.
struct ResidualSpread: BitwiseCopyable, Sendable {
    /// Follows squared residuals; clipped, so that an anomaly does not widen its own band.
    private var variance: Double
    private var count: Double
    /// The typical size of a value.
    private let size: Double
    /// The smallest difference seen; `inf` while nothing moved.
    private var quantum: Double
    private var last = Double.nan
    /// The recent share of residuals beyond rounding.
    private(set) var movingShare: Double

    static let forgetting = 0.998
    static let clip = 4.0
    /// The share of moving residuals follows about so many.
    private static let shareWindow = 500.0
    /// A spread is no smaller than this part of the quantisation step, which is about the error of rounding: 1/√12.
    private static let roundingSpread = 0.3
    /// Up to this part of the quantisation step an error is one of rounding.
    private static let roundingReach = 0.5
    /// What never moved is measured in this part of its size.
    private static let stillShare = 1e-3
    /// Differences below this part of the size are those of arithmetic.
    private static let arithmetic = 1e-9

    /// The robust spread of known residuals.
    init(residuals: [Double], values: [Double]) {
        let finite = values.filter(\.isFinite)
        let sizes = finite.map(abs)
        size = sizes.isEmpty ? 0 : Descriptive.median(sizes)
        quantum = QuantisationStep.smallestDifference(of: finite) ?? .infinity
        (variance, count, movingShare) = (0, 0, 1)
        let known = residuals.filter(\.isFinite).map(abs)
        let moving = known.filter { $0 > rounding }
        if !known.isEmpty { movingShare = Double(moving.count) / Double(known.count) }
        count = Double(moving.count)
        guard !moving.isEmpty else { return }
        // 1.4826 × median |e| estimates the standard deviation of a normal distribution.
        let spread = Descriptive.normalConsistency * Descriptive.median(moving)
        variance = spread * spread
    }

    /// No spread is smaller.
    var floor: Double {
        guard quantum.isFinite else { return size > 0 ? Self.stillShare * size : Self.stillShare }
        return max(Self.roundingSpread * quantum, Self.arithmetic * size)
    }

    /// No larger error says anything.
    var rounding: Double {
        guard quantum.isFinite else { return Self.stillShare * floor }
        return max(Self.roundingReach * quantum, Self.arithmetic * size)
    }

    /// Whether an error beyond rounding was ever seen.
    var isKnown: Bool { count > 0 }

    /// The standard deviation, at least the floor.
    var value: Double { max(variance.squareRoot(), floor) }

    /// Follows one more residual.
    mutating func learn(_ residual: Double) {
        guard residual.isFinite else { return }
        let isMoving = abs(residual) > rounding
        movingShare += ((isMoving ? 1 : 0) - movingShare) / Self.shareWindow
        guard isMoving else { return }
        let reach = isKnown ? Self.clip * value : .infinity
        count += 1
        let error = min(abs(residual), reach)
        let weight = max(1 / count, 1 - Self.forgetting)
        variance += weight * (error * error - variance)
    }

    /// Follows the step in which values are counted or rounded.
    mutating func note(_ value: Double) {
        let difference = abs(value - last)
        if difference > Self.arithmetic * size { quantum = min(quantum, difference) }
        last = value
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

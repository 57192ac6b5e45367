/// What a training came to.
public struct TrainingOutcome: Sendable {
    /// What becomes of the challenger.
    public enum Decision: Sendable, Equatable {
        /// It is better than the champion and keeps every gate.
        case promoted
        /// It is not better beyond doubt: the champion stays.
        case notBetter
        /// No series could be back-tested. The counts are those of the series that lacks the fewest values; 0
        /// without any series. Every series is named among the failures.
        case notEnoughData(needed: Int, got: Int)
        /// It breaks a gate: `value` was measured where `limit` is allowed.
        case gateBreached(Gate, value: Double, limit: Double)
    }

    /// What a challenger must satisfy; the raw values are permanent.
    public enum Gate: String, Sendable {
        /// Every forecast of the back-test and of the final models is finite; the value counts those that are not.
        case finiteForecasts = "finite_forecasts"
        /// ``QualityGates/maximumScaledError``.
        case maximumScaledError = "max_scaled_error"
        /// ``QualityGates/minimumCoverage``.
        case minimumCoverage = "min_coverage"
    }

    /// What becomes of the challenger.
    public var decision: Decision
    /// The challenger, fitted to all data whatever the decision; `nil` without enough data.
    public var parameters: ModelParameters?
    /// What the back-test measured; `nil` without enough data.
    public var metrics: TrainingMetrics?
    /// The series that were left out, in the order they were given.
    public var failures: [TrainingFailure]
}

/// What the back-test of a training measured.
public struct TrainingMetrics: Sendable, Equatable {
    /// The mean scaled error of the challenger over all pairs.
    public var challengerScaledError: Double
    /// The mean scaled error of the champion over the same pairs.
    public var championScaledError: Double
    /// The 90 % interval of the mean difference, challenger minus champion.
    public var differenceLow: Double
    /// The upper end of it; below 0 the challenger is better.
    public var differenceHigh: Double
    /// The share of values inside the challenger's 95 % intervals, whose widths are the conformal quantiles of
    /// the errors at the other origins of a series; `nil` where no series has 19 of them.
    public var coverage95: Double?
    /// Origins compared, over all series.
    public var origins: Int
    /// Series compared and trained.
    public var series: Int
    /// Known values learned from.
    public var points: Int

    /// The figures by their permanent names, as a registry stores them.
    public var named: [(name: String, value: Double)] {
        [
            ("challenger_scaled_error", challengerScaledError),
            ("champion_scaled_error", championScaledError),
            ("difference_low", differenceLow), ("difference_high", differenceHigh),
        ] + (coverage95.map { [("coverage_95", $0)] } ?? []) + [
            ("origins", Double(origins)), ("series", Double(series)), ("points", Double(points)),
        ]
    }
}

/// Why a series has no model in a version.
public struct TrainingFailure: Sendable, Equatable {
    /// What was wrong with it.
    public enum Reason: Sendable, Equatable {
        /// `needed` values are needed to fit and compare, `got` are there.
        case tooShort(needed: Int, got: Int)
        /// No value is known where the models learn or where they are compared.
        case noKnownValues
        /// The method forecasts counts, and there are values below 0.
        case negativeCounts
        /// The same labels came before.
        case repeated
    }

    /// The encoded labels of the series.
    public var labels: [UInt8]
    /// What was wrong with it.
    public var reason: Reason
}

import Glibc
import Numerics

@testable import Forecasting

/// All that the learned parts look at: the candidates, how they did at earlier origins, and the features.
struct PrototypeEvidence {
    /// One path a candidate.
    let forecasts: [[Double]]
    /// See ``AutoFeatures``.
    let features: [Double]
    /// How each candidate did: the logarithm of its validation error over the median one, within ±2.
    let errors: [Double]
    /// How far each candidate is from the median of all: ln(1 + mean distance / scale).
    let distances: [Double]
    /// The mean absolute difference to a season earlier.
    let scale: Double
    /// One validation origin each: the candidates there, and what came.
    let validations: [(forecasts: [[Double]], truth: [Double])]
    /// The usable periods.
    let period: Int
    let longPeriod: Int

    /// Validation origins are so many validation horizons before the end.
    private static let origins = [1, 2]
    /// A candidate's error is held off 0 by this share of the scale.
    private static let errorFloor = 0.02

    /// Gathers the evidence of at least four finite values that vary.
    init(_ y: [Double], period: Int, longPeriod: Int, steps: Int) {
        let count = y.count
        let whole = Pool(y, period: period, longPeriod: longPeriod, steps: steps)
        forecasts = whole.pool.forecasts
        (self.period, self.longPeriod) = (whole.period, whole.longPeriod)
        features = AutoFeatures.of(
            y, adjusted: whole.adjustment.adjusted, period: whole.period, longPeriod: whole.longPeriod,
            steps: steps)
        let scale = max(Self.scale(y, period: period), 1e-12)
        self.scale = scale

        let validated = min(steps, max(2, Self.floorDivision(count - 2 * max(period, 2) - 6, 3)))
        validations = Self.origins.compactMap { origin in
            let cut = validated * origin
            guard count - cut >= max(2 * period + 2, 8) else { return nil }
            let past = Array(y[..<(count - cut)])
            let pool = Pool(past, period: period, longPeriod: longPeriod, steps: validated)
            return (pool.pool.forecasts, Array(y[(count - cut)..<(count - cut + validated)]))
        }
        var errors = [Double](repeating: 0, count: forecasts.count)
        for (candidates, truth) in validations {
            for (k, path) in candidates.enumerated() {
                let sum = zip(path, truth).reduce(0) { $0 + abs($1.0 - $1.1) }
                errors[k] += sum / Double(truth.count) / Double(validations.count)
            }
        }
        let floor = Self.errorFloor * scale + 1e-12
        let middle = Descriptive.median(errors) + floor
        let isValidated = !validations.isEmpty
        self.errors = errors.map { isValidated ? min(max(log(($0 + floor) / middle), -2), 2) : 0 }

        var column = [Double](repeating: 0, count: forecasts.count)
        var sums = column
        for h in 0..<steps {
            for k in forecasts.indices { column[k] = forecasts[k][h] }
            let median = Descriptive.median(column)
            for k in forecasts.indices { sums[k] += abs(column[k] - median) }
        }
        distances = sums.map { log1p($0 / Double(steps) / scale) }
    }

    /// The mean absolute difference to `period` steps earlier; to one where the history is no longer.
    static func scale(_ y: [Double], period: Int) -> Double {
        let lag = y.count > max(period, 1) ? max(period, 1) : 1
        return (lag..<y.count).reduce(0) { $0 + abs(y[$1] - y[$1 - lag]) } / Double(y.count - lag)
    }

    private static func floorDivision(_ a: Int, _ b: Int) -> Int {
        Int((Double(a) / Double(b)).rounded(.down))
    }

    /// The pool of one history with what it was made from.
    private struct Pool {
        let period: Int
        let longPeriod: Int
        let adjustment: SeasonalAdjustment
        let pool: CandidatePool

        init(_ y: [Double], period: Int, longPeriod: Int, steps: Int) {
            (self.period, self.longPeriod) = CandidatePool.usable(
                period: period, longPeriod: longPeriod, count: y.count)
            adjustment = SeasonalAdjustment(
                y, period: self.period, longPeriod: self.longPeriod, recipe: .published)
            pool = CandidatePool(
                y, adjustment: adjustment, period: self.period, longPeriod: self.longPeriod, steps: steps,
                recipe: .published)
        }
    }
}

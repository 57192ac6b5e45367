import Glibc
import Numerics

@testable import Forecasting

/// Learned quantiles of the errors of a combined forecast.
///
/// Each is the scale of the history times the exponential of a linear function of facts about history,
/// validation and horizon.
struct PrototypeQuantiles {
    /// One row a probability, the combined path itself in the middle; ascending at every step.
    let paths: [[Double]]

    private static let floor = 0.02
    private static let horizonOfLongSeasons = 3.5

    init(_ y: [Double], _ evidence: PrototypeEvidence, _ combination: PrototypeCombination, path: [Double]) {
        let parameters = combination.parameters
        let steps = path.count
        let scale = evidence.scale
        let history = HistoryFacts(y, period: evidence.period, steps: steps, scale: scale)
        let residuals = evidence.validations.flatMap { validation in
            zip(validation.truth, combination.path(validation.forecasts)).map { ($0 - $1) / scale }
        }
        var spread = history.change
        var wide = 2 * history.change
        var bias = 0.0
        if !residuals.isEmpty {
            var sizes = residuals.map { abs($0) }
            spread = sizes.reduce(0, +) / Double(sizes.count)
            let rank = min(Int(0.9 * Double(sizes.count)), sizes.count - 1)
            wide = Descriptive.value(ofRank: rank, inPlace: &sizes)
            bias = residuals.reduce(0, +) / Double(residuals.count)
        }
        let features = evidence.features
        let common: [Double] =
            [
                1, Self.logarithm(spread), Self.logarithm(wide), Self.logarithm(history.change),
                Self.logarithm(history.drift), Self.logarithm(history.seasonal80),
                Self.logarithm(history.seasonal95), residuals.isEmpty ? 0 : 1, features[1] - 5,
            ] + features[4..<8] + parameters.quantileFeatures.map { combination.standardised[$0] }
        let leaning = bias / (spread + Self.floor)
        let half = parameters.quantiles.count / 2
        var below = [[Double]](repeating: [], count: half)
        var above = below
        for h in 0..<steps {
            var disagreement = 0.0
            for (weight, candidate) in zip(combination.weights, evidence.forecasts) {
                disagreement += weight * abs(candidate[h] - path[h])
            }
            let ahead = log(Double(h + 1))
            let timed: [Double] = [
                ahead, ahead * features[3], Self.logarithm(disagreement / scale),
                Double(h + 1) / Double(steps),
                ahead * (Self.logarithm(history.drift) - Self.logarithm(history.change)),
                features[14] > Self.horizonOfLongSeasons ? ahead : 0,
            ]
            let value = path[h] / scale
            let lower = [
                Self.room(value - history.low99), Self.room(value - history.low90), min(max(-leaning, -1), 1),
            ]
            let upper = [
                Self.room(history.high99 - value), Self.room(history.high90 - value),
                min(max(leaning, -1), 1),
            ]
            let lowerFacts = Self.standardised(common + timed + lower, parameters)
            let upperFacts = Self.standardised(common + timed + upper, parameters)
            for q in 0..<half {
                below[q].append(Self.width(parameters.quantiles[q], lowerFacts))
                above[q].append(Self.width(parameters.quantiles[half + q], upperFacts))
            }
        }
        // Outwards never narrower.
        for q in stride(from: half - 2, through: 0, by: -1) {
            for h in 0..<steps { below[q][h] = max(below[q][h], below[q + 1][h]) }
        }
        for q in 1..<half {
            for h in 0..<steps { above[q][h] = max(above[q][h], above[q - 1][h]) }
        }
        let isNonNegative = (y.min() ?? 0) >= 0
        let lower = below.map { row in zip(path, row).map { $0 - scale * $1 } }
        let upper = above.map { row in zip(path, row).map { $0 + scale * $1 } }
        paths = (lower + [path] + upper).map { row in isNonNegative ? row.map { max($0, 0) } : row }
    }

    private static func logarithm(_ value: Double) -> Double { log(min(max(value, 0) + floor, 50)) }

    private static func room(_ distance: Double) -> Double { log(min(max(distance, 0.05), 20)) }

    private static func standardised(_ facts: [Double], _ parameters: PrototypeParameters) -> [Double] {
        facts.indices.map { i in
            let value = (facts[i] - parameters.quantileMeans[i]) / parameters.quantileSpreads[i]
            return min(max(value, -4), 4)
        }
    }

    private static func width(_ weights: [Double], _ facts: [Double]) -> Double {
        let sum = zip(weights, facts).reduce(0) { $0 + $1.0 * $1.1 }
        return sum.isFinite ? exp(min(max(sum, -7), 4)) : exp(4)
    }

    /// Facts of a history in units of its scale.
    private struct HistoryFacts {
        /// The mean absolute change from step to step, and over the horizon in whole periods.
        let change: Double
        let drift: Double
        /// Quantiles of the absolute change over a season.
        let seasonal80: Double
        let seasonal95: Double
        /// Quantiles of the last values.
        let low99: Double
        let low90: Double
        let high90: Double
        let high99: Double

        init(_ y: [Double], period m: Int, steps: Int, scale: Double) {
            let count = y.count
            var seasonal = count > m ? (m..<count).map { abs(y[$0] - y[$0 - m]) } : [0]
            seasonal80 = Descriptive.quantile(inPlace: &seasonal, 0.8) / scale
            seasonal95 = Descriptive.quantile(inPlace: &seasonal, 0.95) / scale
            change = Self.meanChange(y, over: 1) / scale
            let whole = (steps + m - 1) / m * m
            drift = Self.meanChange(y, over: whole >= count ? max(count / 2, 1) : whole) / scale
            var recent = Array(y.suffix(max(400, 8 * m)))
            low99 = Descriptive.quantile(inPlace: &recent, 0.01) / scale
            low90 = Descriptive.quantile(inPlace: &recent, 0.1) / scale
            high90 = Descriptive.quantile(inPlace: &recent, 0.9) / scale
            high99 = Descriptive.quantile(inPlace: &recent, 0.99) / scale
        }

        private static func meanChange(_ y: [Double], over lag: Int) -> Double {
            (lag..<y.count).reduce(0) { $0 + abs(y[$1] - y[$1 - lag]) } / Double(y.count - lag)
        }
    }
}

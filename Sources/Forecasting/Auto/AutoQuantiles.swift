import Glibc
import Numerics

/// Learned quantiles of the errors of a combined forecast.
///
/// The distance of each quantile is the robust scale of the history times the exponential of what a small
/// network says of history, validation, horizon and the room that past values leave; one network for both
/// sides.
struct AutoQuantiles {
    /// The probabilities of the lower side, the outermost first; the upper side mirrors them.
    static let tails: [Double] = [0.025, 0.1, 0.2, 0.3, 0.4]
    /// All probabilities, ascending.
    static let probabilities = tails + [0.5] + tails.reversed().map { 1 - $0 }
    /// How many facts the network sees.
    static let facts = 40

    /// One row a probability, the combined path itself in the middle; ascending at every step.
    let paths: [[Double]]
    /// The mean absolute error of the combination at its validation origins, wild ones held; `nil` without.
    let measuredError: Double?

    init(_ evidence: AutoEvidence, _ combination: AutoCombination, path: [Double], _ weights: DenseWeights) {
        let rows = QuantileFacts(evidence, combination, path: path)
        let unit = rows.unit
        measuredError = evidence.validations.isEmpty ? nil : rows.spread * unit
        let lower = rows.below.map { Self.widths(weights, $0) }
        let upper = rows.above.map { Self.widths(weights, $0) }
        let half = Self.tails.count
        let paths =
            (0..<half).map { q in path.indices.map { path[$0] - unit * lower[$0][q] } } + [path]
            + (0..<half).reversed().map { q in path.indices.map { path[$0] + unit * upper[$0][q] } }
        let isNonNegative = evidence.bounds.lowerBound >= 0
        self.paths = isNonNegative ? paths.map { $0.map { max($0, 0) } } : paths
    }

    private static func widths(_ weights: DenseWeights, _ facts: [Double]) -> [Double] {
        var widths = weights.outputs(facts).map { $0.isFinite ? exp(held($0)) : exp(limits.highest) }
        // Outwards never narrower.
        for q in stride(from: widths.count - 2, through: 0, by: -1) {
            widths[q] = max(widths[q], widths[q + 1])
        }
        return widths
    }

    /// The logarithm of a width stays within these.
    static let limits = (lowest: -7.0, highest: 4.0)

    static func held(_ logarithm: Double) -> Double { min(max(logarithm, limits.lowest), limits.highest) }
}

/// What the quantiles of one forecast see: a row of facts a step and side.
struct QuantileFacts {
    /// The unit of widths: the robust change over a season.
    let unit: Double
    /// The typical size of an error before it is measured, in that unit.
    let spread: Double
    let below: [[Double]]
    let above: [[Double]]

    private static let floor = 0.02
    private static let largest = 50.0
    private static let longHorizon = 3.5

    init(_ evidence: AutoEvidence, _ combination: AutoCombination, path: [Double]) {
        let facts = evidence.facts
        let features = evidence.features
        let steps = path.count
        let unit = max(facts.seasonal, 1e-12)
        self.unit = unit
        let errors = Validated(evidence, combination, unit: unit)
        spread = errors.spread
        let common: [Double] =
            [
                1, Self.logarithm(errors.spread), Self.logarithm(errors.wide),
                Self.logarithm(facts.change / unit), Self.logarithm(facts.drift / unit),
                Self.logarithm(facts.seasonal80 / unit), Self.logarithm(facts.seasonal95 / unit),
                Self.logarithm(facts.recentChange / unit), errors.isMeasured ? 1 : 0, features[1] - 5,
                features[2],
            ] + features[3...]
        let leaning = min(max(errors.bias / (errors.spread + Self.floor), -1), 1)
        let growth = common[4] - common[3]
        var below: [[Double]] = []
        var above: [[Double]] = []
        for h in 0..<steps {
            var disagreement = 0.0
            for (weight, candidate) in zip(combination.weights, combination.forecasts) {
                disagreement += weight * abs(candidate[h] - path[h])
            }
            let ahead = log(Double(h + 1))
            let timed: [Double] = [
                ahead, ahead * features[3], Self.logarithm(disagreement / unit),
                Double(h + 1) / Double(steps),
                ahead * growth, features[14] > Self.longHorizon ? ahead : 0,
            ]
            let value = path[h]
            below.append(
                common + timed + [
                    Self.room((value - facts.low99) / unit), Self.room((value - facts.low90) / unit),
                    -leaning,
                    -1,
                ])
            above.append(
                common + timed + [
                    Self.room((facts.high99 - value) / unit), Self.room((facts.high90 - value) / unit),
                    leaning,
                    1,
                ])
        }
        self.below = below
        self.above = above
    }

    private static func logarithm(_ value: Double) -> Double { log(min(max(value, 0) + floor, largest)) }

    private static func room(_ distance: Double) -> Double { log(min(max(distance, 0.05), 20)) }

    /// The errors of the combination at its validation origins, wild ones held.
    private struct Validated {
        let isMeasured: Bool
        let spread: Double
        let wide: Double
        let bias: Double

        init(_ evidence: AutoEvidence, _ combination: AutoCombination, unit: Double) {
            let errors = evidence.validations.flatMap { validation in
                zip(validation.truth, combination.pathAtOrigin(validation.forecasts)).map { ($0 - $1) / unit }
            }
            isMeasured = !errors.isEmpty
            guard isMeasured else {
                spread = evidence.facts.change / unit
                wide = 2 * spread
                bias = 0
                return
            }
            var sizes = errors.map { abs($0) }
            let limit = HistoryFacts.limit(of: sizes)
            spread = sizes.reduce(0) { $0 + min($1, limit) } / Double(sizes.count)
            bias = errors.reduce(0) { $0 + min(max($1, -limit), limit) } / Double(errors.count)
            let rank = min(Int(0.9 * Double(sizes.count)), sizes.count - 1)
            wide = Descriptive.value(ofRank: rank, inPlace: &sizes)
        }
    }
}

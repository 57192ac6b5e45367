import Glibc
import Numerics

/// All that the learned parts look at: the candidates, how they did at earlier origins, and the features.
struct AutoEvidence {
    /// One path a candidate of the pool; the network, which is learned, comes last in `AutoCombination`.
    let forecasts: [[Double]]
    /// See ``AutoFeatures``.
    let features: [Double]
    let facts: HistoryFacts
    /// What the network sees.
    let network: GlobalNetwork
    /// Forecasts stay within these.
    let bounds: ClosedRange<Double>
    /// The mean absolute difference to a season earlier.
    let scale: Double
    /// One validation origin each: the candidates there, and what came.
    let validations: [(forecasts: [[Double]], truth: [Double])]

    /// A history of more values and at least this period is validated at one origin, which has many steps;
    /// others at two.
    private static let oneOrigin = (values: 600, period: 24)
    /// So much of the past takes part: values, long and short seasons, horizons, whichever is most.
    private static let memory = (values: 4_000, longPeriods: 4, periods: 12, horizons: 8)

    /// The part of a history that takes part.
    static func remembered(_ y: [Double], period: Int, longPeriod: Int, steps: Int) -> [Double] {
        let most = max(
            memory.values, memory.longPeriods * longPeriod, memory.periods * period, memory.horizons * steps)
        return y.count > most ? Array(y.suffix(most)) : y
    }

    /// Gathers the evidence of at least four finite values that vary.
    init(_ y: [Double], period: Int, longPeriod: Int, steps: Int) {
        let count = y.count
        let usable = CandidatePool.usable(period: period, longPeriod: longPeriod, count: count)
        let adjustment = SeasonalAdjustment(y, period: usable.period, longPeriod: usable.longPeriod)
        forecasts =
            CandidatePool(
                y, adjustment: adjustment, period: usable.period, longPeriod: usable.longPeriod, steps: steps
            ).forecasts
        features = AutoFeatures.of(
            y, adjusted: adjustment.adjusted, period: usable.period, longPeriod: usable.longPeriod,
            steps: steps)
        facts = HistoryFacts(y, period: usable.period, steps: steps)
        network = GlobalNetwork(adjustment, forecasts, features: features, period: usable.period)
        scale = max(Self.scale(y, period: period), 1e-12)
        let lowest = y.min() ?? 0
        let highest = y.max() ?? 0
        let range = highest - lowest
        bounds = (lowest >= 0 ? max(lowest - range, 0) : lowest - range)...(highest + range)

        let room = count - 2 * max(period, 2) - 6
        let validated = min(steps, max(2, Int((Double(room) / 3).rounded(.down))))
        let isWide = count > Self.oneOrigin.values && max(period, longPeriod) >= Self.oneOrigin.period
        let origins = isWide ? 1 : 2
        validations = (1...origins).compactMap { origin in
            let cut = validated * origin
            guard count - cut >= max(2 * period + 2, 8) else { return nil }
            let past = Array(y[..<(count - cut)])
            let usable = CandidatePool.usable(period: period, longPeriod: longPeriod, count: past.count)
            let adjustment = SeasonalAdjustment(past, period: usable.period, longPeriod: usable.longPeriod)
            let pool = CandidatePool(
                past, adjustment: adjustment, period: usable.period, longPeriod: usable.longPeriod,
                steps: validated)
            return (pool.forecasts, Array(y[(count - cut)..<(count - cut + validated)]))
        }
    }

    /// The mean absolute difference to `period` steps earlier; to one where the history is no longer.
    static func scale(_ y: [Double], period: Int) -> Double {
        let lag = y.count > max(period, 1) ? max(period, 1) : 1
        return (lag..<y.count).reduce(0) { $0 + abs(y[$1] - y[$1 - lag]) } / Double(y.count - lag)
    }
}

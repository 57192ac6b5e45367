import Glibc
import Numerics
public import TimeSeries

/// Complex exponential smoothing: the level and an unseen potential of information smooth each other with
/// one complex weight, and together follow a level, a growth or a decline.
///
/// Four forms, of which the one with the least AICc is kept: without a season; the same recursion from
/// season to season; with seasonal addends; with a season smoothed like the level. Weights and initial state
/// together have the least squared one-step errors, by Gauss–Newton steps. A season of more than 24 steps
/// has addends only, those of a decomposition. A missing value has the error 0.
///
/// - Source: Svetunkov, Kourentzes & Ord, *Complex exponential smoothing*, Naval Research Logistics 69
///   (2022); Svetunkov & Kourentzes, *Complex exponential smoothing for seasonal time series*, 2018.
public struct CES: Forecaster, Equatable {
    /// What the season is like.
    public enum Form: Int, Sendable, CaseIterable {
        /// There is none.
        case none
        /// Each phase goes on from the last one of the same phase.
        case simple
        /// Addends beside the level, with a real weight.
        case partial
        /// Addends with potentials beside the level, with a complex weight.
        case full

        /// How many real weights it has.
        var weights: Int { [2, 2, 3, 4][rawValue] }

        /// Weights, initial states and the variance: the k of the information criteria.
        func parameters(period: Int) -> Int {
            weights + 1 + [2, 2 * period, 1 + period, 2 + 2 * period][rawValue]
        }
    }

    /// Steps in one season, 1 for none.
    public var period: Int
    /// The form, or the one without a season if the history is too short for it; `nil` to choose by AICc.
    public var form: Form?

    /// The method for a season of `period` steps.
    public init(period: Int = 1, form: Form? = nil) {
        precondition(period >= 1, "a period of \(period)")
        self.period = period
        self.form = form
    }

    /// Four values.
    public var minimumHistory: Int { 4 }

    /// The search begins at the best of these: weights of the level, the real weight and the complex one of
    /// the season.
    static let starts = (
        level: [(1.1, 1.0), (1.4, 1.0), (1.8, 1.0)], real: [0.02, 0.3],
        complex: [(0.99, 1.0), (1.3, 1.0), (1.3, 1.01)]
    )
    /// So many of them are followed for a few steps.
    private static let followed = (starts: 2, steps: 4)

    /// Estimates weights and initial state: O(n m²) for n the values of the window, at most 1,000 or
    /// 6 seasons, and a pass over the rest.
    public func fit(_ history: Series, progress: FitProgress) throws(ForecastError) -> Model {
        let filled = try FilledHistory(history, atLeast: minimumHistory).values
        let limit = ETS.longestEstimation
        let cut = max(0, filled.count - max(limit.values, limit.seasons * period))
        let window = Array(filled[cut...])
        let largest = window.reduce(0) { max($0, abs($1)) }
        let scale = largest > 0 && largest.isFinite ? pow(2, Double(largest.exponent)) : 1
        let values = history.values[cut...].map { $0.isFinite ? $0 / scale : .nan }
        let scaled = window.map { $0 / scale }
        let period = window.count >= 2 * self.period ? self.period : 1
        var best: Fit?
        var partial: Fit?
        for candidate in Form.allCases {
            // The full form begins also where the partial one ended.
            let isAsked = form == nil || form == candidate
            guard isAsked || (form == .full && candidate == .partial) else { continue }
            try progress.checkpoint()
            let fit = Self.fit(candidate, values, filled: scaled, period: period, near: partial)
            if candidate == .partial { partial = fit }
            if let fit, isAsked, fit.criterion < best?.criterion ?? .infinity { best = fit }
        }
        if best == nil { best = Self.fit(.none, values, filled: scaled, period: 1, near: nil) }
        guard let best else { throw .noFiniteValues }
        return Model(best, scale: scale, history: history.values, cut: cut)
    }

    /// Weights, initial state and likelihood of one form.
    struct Fit {
        var weights: CESState.Weights
        var start: CESState
        var squares: Double
        var count: Int
        /// Of the values divided by the scale.
        var logLikelihood: Double
        var criterion: Double
    }

    /// The fit of one form; `nil` when the history has too little for it, but of the first form only when
    /// there is no fit at all.
    ///
    /// - Parameter partial: The fit of the partial form, for the full one.
    private static func fit(
        _ form: Form, _ values: [Double], filled: [Double], period: Int, near partial: Fit?
    ) -> Fit? {
        let isSearched = period <= ETSSearch.longestSearchedSeason
        guard form == .none || (period > 1 && (isSearched || form == .partial)) else { return nil }
        let linear = HoltWintersState(before: filled, period: form == .none ? 1 : period)
        let problem = CESProblem(
            form: form, values: values, season: linear.season, period: period, searchesSeason: isSearched)
        let parameters = form.parameters(period: period)
        let room = Double(problem.observations - parameters - 1)
        guard room > 0 || form == .none else { return nil }
        let few = GaussNewton(maximumSteps: followed.steps)
        var best = (point: [Double](), value: Double.infinity)
        var starts = Array(points(of: problem, linear).prefix(followed.starts))
        if form == .full, let partial {
            // A complex weight of 1 + γ + i adds γe, as the real weight γ does.
            let season = (1 + partial.weights.season.real, 1.0)
            let given = partial.start
            let state = CESState(
                form: .full, level: given.level, potential: given.potential, season: given.season,
                seasonPotential: given.season.map { $0 / season.0 })
            starts.append(
                problem.point(CESState.Weights(level: partial.weights.level, season: season), state))
        }
        for start in starts {
            let found = few.minimum(of: problem, from: start)
            if best.point.isEmpty || found.value < best.value { best = found }
        }
        best = GaussNewton().minimum(of: problem, from: best.point)
        guard best.value.isFinite else { return nil }
        let count = Double(problem.observations)
        let least = count * ETSSearch.leastError * ETSSearch.leastError
        let logLikelihood = -count / 2 * log(max(best.value, least))
        let k = Double(parameters)
        return Fit(
            weights: problem.weights(at: best.point), start: problem.state(at: best.point),
            squares: best.value, count: problem.observations, logLikelihood: logLikelihood,
            criterion: room > 0 ? 2 * k * (1 + (k + 1) / room) - 2 * logLikelihood : .infinity)
    }

    /// The starts, the best first: potentials are where a level at rest would keep them.
    private static func points(of problem: CESProblem, _ linear: HoltWintersState) -> [[Double]] {
        let form = problem.form
        let middle = linear.level + linear.trend
        var found: [(value: Double, point: [Double])] = []
        for level in starts.level {
            let seasons =
                form == .partial ? starts.real.map { ($0, 0) } : form == .full ? starts.complex : [(0, 0)]
            for season in seasons {
                let weights = CESState.Weights(level: level, season: season)
                let levels = form == .simple ? linear.season.map { middle + $0 } : [middle]
                let hasSeason = form == .partial || form == .full
                let state = CESState(
                    form: form, level: levels, potential: levels.map { $0 / level.0 },
                    season: hasSeason ? linear.season : [],
                    seasonPotential: form == .full ? linear.season.map { $0 / season.0 } : [])
                let point = problem.point(weights, state)
                found.append((problem.value(at: point), point))
            }
        }
        let ranked = found.indices.sorted { (found[$0].value, $0) < (found[$1].value, $1) }
        return ranked.map { found[$0].point }
    }
}

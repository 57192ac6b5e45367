import Numerics
public import TimeSeries

/// Exponential smoothing of level, damped trend and additive season (Holt–Winters; Holt without a season).
///
/// The smoothing weights minimise the squared one-step errors by Nelder–Mead; the initial state is the
/// least-squares one at those weights where that is cheap. Missing values teach nothing: the state moves on.
///
/// - Source: Gardner & McKenzie, *Forecasting trends in time series*, Management Science 31 (1985);
///   Hyndman, Koehler, Ord & Snyder, *Forecasting with Exponential Smoothing*, 2008, model (A,Ad,A).
public struct HoltWinters: Forecaster, Equatable {
    /// Steps in one season, 1 for none.
    public var period: Int

    /// The method for a season of `period` steps.
    public init(period: Int = 1) {
        precondition(period >= 1, "a period of \(period)")
        self.period = period
    }

    /// Four values.
    public var minimumHistory: Int { 4 }

    /// The bounds of level weight, trend weight and season weight as shares, and damping: usual ones.
    static let lower = [0.0001, 0.0001, 0.0001, 0.80]
    static let upper = [0.9999, 0.9999, 0.9999, 0.98]
    /// The search begins at the best of these.
    static let starts = (
        level: [0.05, 0.3, 0.7, 0.98], trend: [0.01, 0.2, 0.9], season: [0.01, 0.3], damping: [0.82, 0.96]
    )
    /// Rounds of weights and initial state stop at a gain below this share, or after so many, fewer for
    /// a longer history.
    static let leastGain = 1e-5
    static let rounds = (fewest: 3, most: 10, values: 3_000)
    /// Weights are estimated on at most so many values, or seasons where that is more.
    static let longestEstimation = (values: 1_000, seasons: 6)
    /// Initial states are solved for when there are at most so many values times components squared.
    static let refinementBudget = 4_000_000

    /// Estimates weights and initial state. About 400 passes over at most 1,000 values or 6 seasons.
    public func fit(_ history: Series, progress: FitProgress) throws(ForecastError) -> Model {
        let filled = try FilledHistory(history, atLeast: minimumHistory)
        let period = filled.values.count >= 2 * self.period ? self.period : 1
        let window = max(Self.longestEstimation.values, Self.longestEstimation.seasons * period)
        let cut = max(0, filled.values.count - window)
        let values = Array(history.values[cut...])
        let components = 2 + (period > 1 ? period : 0)
        let refines = values.count * components * components <= Self.refinementBudget

        var start = HoltWintersState(before: Array(filled.values[cut...]), period: period)
        var point = Self.bestStart(of: start, over: values)
        let rounds = min(max(Self.rounds.values / values.count, Self.rounds.fewest), Self.rounds.most)
        var best = Double.infinity
        for round in 0..<(refines ? rounds : 1) {
            let fixed = start
            let search = NelderMead(maximumEvaluations: round == 0 ? 160 : 80)
            let found = try search.minimize(
                from: point, steps: [0.2, 0.1, 0.1, -0.05], lower: Self.lower, upper: Self.upper
            ) { (point: [Double]) throws(ForecastError) -> Double in
                try progress.checkpoint()
                return fixed.squaredError(over: values, Self.weights(point))
            }
            point = found.point
            guard refines, let better = start.refined(over: values, Self.weights(point)) else { break }
            let error = better.squaredError(over: values, Self.weights(point))
            if error < found.value { start = better }
            let least = min(error, found.value)
            if least > best * (1 - Self.leastGain) { break }
            best = least
        }

        let weights = Self.weights(point)
        if cut > 0 {
            start = HoltWintersState(before: filled.values, period: period)
        }
        var state = start
        history.values.withUnsafeBufferPointer { state.run(over: $0, weights) { _, _, _ in } }
        return Model(weights: weights, start: start, state: state)
    }

    /// The point of the grid of starts with the least squared error.
    private static func bestStart(of state: HoltWintersState, over values: [Double]) -> [Double] {
        var best = (error: Double.infinity, point: [0.3, 0.1, 0.1, 0.95])
        for level in starts.level {
            for trend in starts.trend {
                for season in state.season.isEmpty ? [0.01] : starts.season {
                    for damping in starts.damping {
                        let point = [level, trend, season, damping]
                        let error = state.squaredError(over: values, weights(point))
                        if error < best.error { best = (error, point) }
                    }
                }
            }
        }
        return best.point
    }

    /// Weights from shares: the trend's is a share of the level's, the season's of what the level leaves.
    private static func weights(_ point: [Double]) -> HoltWintersState.Weights {
        HoltWintersState.Weights(
            level: point[0], trend: point[0] * point[1], season: (1 - point[0]) * point[2], damping: point[3])
    }

    /// Estimated weights and the state after the last value.
    public struct Model: ForecastModel {
        private var weights: HoltWintersState.Weights
        private var start: HoltWintersState
        private var state: HoltWintersState

        init(weights: HoltWintersState.Weights, start: HoltWintersState, state: HoltWintersState) {
            self.weights = weights
            self.start = start
            self.state = state
        }

        /// The mean of the next value.
        public var next: Double { state.next(weights) }

        /// Level, damped trend and season carried on.
        public func mean(steps: Int) -> [Double] { state.mean(steps: steps, weights) }

        /// One error-correction step; a missing value corrects nothing.
        public mutating func observe(_ value: Double) {
            state.advance(error: value.isFinite ? value - next : 0, weights)
        }

        /// The one-step means from the initial state on.
        public func fitted(on history: Series) -> [Double] {
            var state = start
            var means = [Double](repeating: .nan, count: history.values.count)
            history.values.withUnsafeBufferPointer { values in
                state.run(over: values, weights) { step, mean, _ in means[step] = mean }
            }
            return means
        }
    }
}

extension HoltWinters.Model {
    private static let version = 1

    /// Appends weights, initial and present state.
    public func write(to writer: inout BinaryWriter) {
        writer.write(Self.version)
        for weight in [weights.level, weights.trend, weights.season, weights.damping] { writer.write(weight) }
        for each in [start, state] {
            writer.write(each.level)
            writer.write(each.trend)
            writer.write(each.season)
            writer.write(each.phase)
        }
    }

    /// Reads a stored model.
    public init(from reader: inout BinaryReader) throws(BinaryFormatError) {
        let version = try reader.readInt()
        guard version == Self.version else { throw .unknownVersion(version, of: "holt-winters") }
        weights = HoltWintersState.Weights(
            level: try reader.readDouble(), trend: try reader.readDouble(), season: try reader.readDouble(),
            damping: try reader.readDouble())
        start = try Self.readState(from: &reader)
        state = try Self.readState(from: &reader)
    }

    private static func readState(
        from reader: inout BinaryReader
    ) throws(BinaryFormatError) -> HoltWintersState {
        let state = HoltWintersState(
            level: try reader.readDouble(), trend: try reader.readDouble(), season: try reader.readDoubles(),
            phase: try reader.readInt())
        guard state.phase == 0 || state.season.indices.contains(state.phase) else {
            throw .invalid(byte: reader.byte, reason: "phase \(state.phase) of \(state.season.count)")
        }
        return state
    }
}

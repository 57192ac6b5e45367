import Glibc

/// Level, slope and season of one series: the state of an innovations state-space model.
///
/// With q = l + φb, the mean is μ = q, q + s or q·s, and the error d = y − μ, whatever its kind, moves
/// l ← q + αd, b ← φb + βd, s ← s + γd, or beside a multiplicative season l ← q + αd/s, b ← φb + βd/s,
/// s ← s + γd/q. (A relative error is d/μ, and is multiplied by μ again.)
struct ETSState: Sendable, Equatable {
    typealias Weights = HoltWintersState.Weights

    var level: Double
    /// 0 when there is none.
    var trend: Double
    /// One addend or factor a phase; empty when there is no season.
    var season: [Double]
    /// The phase of the next step.
    var phase = 0
    /// Whether the season is made of factors.
    var multiplies: Bool

    /// Factors stay within these when values come that the model was not fitted to, such as 0.
    static let factors = (least: 1e-3, most: 1e3)

    /// The mean of the next value.
    func next(_ weights: Weights) -> Double {
        let path = level + weights.damping * trend
        guard !season.isEmpty else { return path }
        return multiplies ? path * season[phase] : path + season[phase]
    }

    /// Takes the error of the next value in the unit of the series; 0 for a missing one.
    mutating func advance(error: Double, _ weights: Weights) {
        let slope = weights.damping * trend
        let path = level + slope
        guard !season.isEmpty else {
            level = path + weights.level * error
            trend = slope + weights.trend * error
            return
        }
        let old = season[phase]
        if multiplies {
            level = path + weights.level * error / old
            trend = slope + weights.trend * error / old
            if path > 0 {
                let factor = old + weights.season * error / path
                season[phase] = min(max(factor, Self.factors.least), Self.factors.most)
            }
        } else {
            level = path + weights.level * error
            trend = slope + weights.trend * error
            season[phase] = old + weights.season * error
        }
        phase = phase + 1 == season.count ? 0 : phase + 1
    }

    /// The mean of the next `steps` values: l + b Σ φʲ, with the season.
    func mean(steps: Int, _ weights: Weights) -> [Double] {
        var path = level
        var slope = trend
        return (0..<steps).map { step in
            slope *= weights.damping
            path += slope
            guard !season.isEmpty else { return path }
            let seasonal = season[(phase + step) % season.count]
            return multiplies ? path * seasonal : path + seasonal
        }
    }

    /// Runs over `values`, calling `body` with the mean before each and the error, 0 where it is missing.
    @inline(__always)
    mutating func run(
        over values: [Double], _ weights: Weights,
        _ body: (_ step: Int, _ mean: Double, _ error: Double) -> Void
    ) {
        values.withUnsafeBufferPointer { values in
            for step in values.indices {
                let mean = next(weights)
                let value = values[step]
                let error = value.isFinite ? value - mean : 0
                body(step, mean, error)
                advance(error: error, weights)
            }
        }
    }

    /// The state of the series read backwards from here: for what came before a window.
    var reversed: ETSState {
        var state = self
        state.level += trend
        state.trend = -trend
        state.season.reverse()
        state.phase = season.isEmpty ? 0 : (season.count - phase) % season.count
        return state
    }

    /// The same model with the mean of the season in the level: addends of mean 0, factors of mean 1.
    var normalised: ETSState {
        guard !season.isEmpty else { return self }
        var state = self
        let mean = season.reduce(0, +) / Double(season.count)
        if multiplies {
            guard mean > 0 else { return self }
            state.level *= mean
            state.trend *= mean
            for i in season.indices { state.season[i] /= mean }
        } else {
            state.level += mean
            for i in season.indices { state.season[i] -= mean }
        }
        return state
    }

    /// The same state in another unit of the series.
    func scaled(by factor: Double) -> ETSState {
        var state = self
        state.level *= factor
        state.trend *= factor
        if !multiplies {
            for i in season.indices { state.season[i] *= factor }
        }
        return state
    }
}

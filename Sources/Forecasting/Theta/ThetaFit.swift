import Numerics

/// The weights and the first level of a Theta model with the least squared one-step errors.
///
/// Given α the means are linear in the first level and in the line's weight w = 1 − 1/θ, so both come from
/// one least-squares problem of two unknowns, solved in one pass over the values; only α is searched for.
struct ThetaFit {
    /// What was found.
    var weights: ThetaState.Weights
    var level: Double
    /// The sum of squared errors behind the burn-in.
    var squaredError: Double

    /// The range of α: that of the published implementation.
    static let alpha = (lower: 0.1, upper: 0.99)
    /// The weight of the line at θ = 2, the standard method.
    static let standardLine = 0.5
    /// The most that the weight of the line may be: θ = 10¹⁰, as in the published implementation.
    static let mostLine = 1 - 1e-10
    /// The first errors do not count: the first level is free there. As in the published implementation.
    static let burnIn = 3
    /// With fewer values no error is left out and θ is not estimated.
    static let short = 12
    /// With fewer values nothing is estimated.
    static let fewest = 6
    /// α where nothing is estimated.
    static let plainAlpha = 0.5
    /// The search begins at the best of so many α, evenly spread.
    static let starts = 24
    /// A gain below this share is none: a constant is forecast exactly at every α.
    static let leastGain = 1e-9
    /// The search ends within so many passes more.
    static let evaluations = 60

    /// Estimates a model.
    ///
    /// - Parameters:
    ///   - values: Without season and gaps, at least one.
    ///   - isDynamic: Whether the line follows the values.
    ///   - estimatesTheta: Whether θ is free; otherwise it is 2.
    init(
        _ values: [Double], isDynamic: Bool, estimatesTheta: Bool, progress: FitProgress
    ) throws(ForecastError) {
        let sums = ThetaSums(
            values, isDynamic: isDynamic, freeLine: estimatesTheta && values.count >= Self.short,
            burnIn: Self.burnIn(of: values.count))
        self.init(
            weights: ThetaState.Weights(alpha: Self.plainAlpha, line: Self.standardLine), level: sums.base,
            squaredError: .infinity)
        guard values.count >= Self.fewest else { return }
        let spacing = (Self.alpha.upper - Self.alpha.lower) / Double(Self.starts - 1)
        var best = (alpha: Self.plainAlpha, error: Double.infinity)
        for i in 0..<Self.starts {
            let alpha = min(Self.alpha.lower + spacing * Double(i), Self.alpha.upper)
            let error = sums.solve(alpha: alpha).squaredError
            if error < best.error * (1 - Self.leastGain) { best = (alpha, error) }
        }
        try progress.checkpoint()
        let found = NelderMead(maximumEvaluations: Self.evaluations, valueTolerance: Self.leastGain).minimize(
            from: [best.alpha], steps: [spacing / 2],
            lower: [max(best.alpha - spacing, Self.alpha.lower)],
            upper: [min(best.alpha + spacing, Self.alpha.upper)]
        ) { sums.solve(alpha: $0[0]).squaredError }
        let solution = sums.solve(alpha: found.value < best.error ? found.point[0] : best.alpha)
        guard solution.level.isFinite, solution.weights.line.isFinite else { return }
        self = solution
    }

    /// How many errors of a history of `count` values do not count.
    static func burnIn(of count: Int) -> Int { count >= short ? burnIn : 0 }

    init(weights: ThetaState.Weights, level: Double, squaredError: Double) {
        self.weights = weights
        self.level = level
        self.squaredError = squaredError
    }
}

/// The least-squares problem of one history, for any α.
struct ThetaSums {
    private let values: [Double]
    /// Intercept and slope of the line before each value: two numbers a value, or two for all.
    private let lines: [Double]
    private let isDynamic: Bool
    private let freeLine: Bool
    private let burnIn: Int
    /// The first level that sums are taken from: what is solved for is a small change.
    let base: Double

    /// Columns whose Gram determinant is below this share of the product of its diagonal are one column.
    private static let collinear = 1e-11
    /// Less of the first level counts as nothing: it adds nothing, and slow numbers would follow.
    private static let leastLeft = 1e-150

    init(_ values: [Double], isDynamic: Bool, freeLine: Bool, burnIn: Int) {
        self.values = values
        self.isDynamic = isDynamic
        self.freeLine = freeLine
        self.burnIn = burnIn
        var state = ThetaState(before: values, level: 0, isDynamic: isDynamic)
        // At θ = 2 a flat line gives half of the first mean, so the level gives the other half.
        base = values[0] - ThetaFit.standardLine * (state.intercept + state.slope)
        guard isDynamic else {
            lines = [state.intercept, state.slope]
            return
        }
        lines = [Double](unsafeUninitializedCapacity: 2 * values.count) { lines, count in
            for (i, value) in values.enumerated() {
                lines[2 * i] = state.intercept
                lines[2 * i + 1] = state.slope
                state.moveLine(value)
                state.count += 1
            }
            count = 2 * values.count
        }
    }

    /// The best first level and weight of the line at `alpha`, and the squared error with them. O(n).
    func solve(alpha: Double) -> ThetaFit {
        let keep = 1 - alpha
        // The first mean of a dynamic model is the first value: it knows neither level nor line.
        let first = max(burnIn, isDynamic ? 1 : 0)
        var scale = 1.0
        for _ in 0..<first { scale *= keep }
        let sums = sums(alpha: alpha, from: first, scale: scale)
        var change = 0.0
        let determinant = sums.uu * sums.cc - sums.uc * sums.uc
        if freeLine && determinant > Self.collinear * sums.uu * sums.cc {
            let free = (sums.ce * sums.uu - sums.ue * sums.uc) / determinant
            change = min(max(free, -ThetaFit.standardLine), ThetaFit.mostLine - ThetaFit.standardLine)
        }
        let rise = sums.uu > 0 ? (sums.ue - change * sums.uc) / sums.uu : 0
        let gain = 2 * (rise * sums.ue + change * sums.ce)
        let cost =
            rise * rise * sums.uu + 2 * rise * change * sums.uc + change * change * sums.cc
        return ThetaFit(
            weights: ThetaState.Weights(alpha: alpha, line: ThetaFit.standardLine + change),
            level: base + rise / scale, squaredError: max(sums.ee - gain + cost, 0))
    }

    /// Sums of products. With l₀ = base + ρ / (1−α)ᶠ and w = ½ + δ the errors from step f on are e − ρu − δc:
    /// u is what is left of the first level, 1 at step f, and c what the line gives.
    private struct Products {
        var (uu, uc, cc) = (0.0, 0.0, 0.0)
        var (ue, ce, ee) = (0.0, 0.0, 0.0)
    }

    private func sums(alpha: Double, from first: Int, scale: Double) -> Products {
        let (keep, inverse) = (1 - alpha, 1 / alpha)
        let (base, half) = (base, ThetaFit.standardLine)
        let (stride, leastLeft) = (isDynamic ? 2 : 0, Self.leastLeft)
        return values.withUnsafeBufferPointer { values in
            lines.withUnsafeBufferPointer { lines in
                var sums = Products()
                var (level, u) = (base, 1.0)
                for i in 0..<min(first, values.count) { level += alpha * (values[i] - level) }
                for i in min(first, values.count)..<values.count {
                    let (intercept, drift) = (lines[i &* stride], lines[i &* stride &+ 1] * inverse)
                    let line = drift + u * scale * (intercept - drift * keep)
                    let error = values[i] - level - half * line
                    sums.uu += u * u
                    sums.uc += u * line
                    sums.cc += line * line
                    sums.ue += u * error
                    sums.ce += line * error
                    sums.ee += error * error
                    level += alpha * (values[i] - level)
                    u = u < leastLeft ? 0 : u * keep
                }
                return sums
            }
        }
    }
}

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
    /// The weight of the line at θ = 2, the standard method, and the most it may be: θ = 10¹⁰.
    static let (standardLine, mostLine) = (0.5, 1 - 1e-10)
    /// The first errors do not count: the first level is free there. As in the published implementation.
    static let burnIn = 3
    /// With fewer values no error is left out and θ is not estimated; with fewer than `fewest`, nothing is.
    static let (short, fewest) = (12, 6)
    /// α where nothing is estimated.
    static let plainAlpha = 0.5
    /// The search begins at the best of so many α, evenly spread, and ends within `evaluations` more.
    static let (starts, evaluations) = (24, 60)

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
            // A gain within rounding is none: an exact line is one at every α.
            if error < best.error * (1 - 1e-9) { best = (alpha, error) }
        }
        try progress.checkpoint()
        let found = NelderMead(maximumEvaluations: Self.evaluations, valueTolerance: 1e-9).minimize(
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
        // With l₀ = base + ρ and w = ½ + δ the errors are e − ρ u − δ c: u is what is left of the first
        // level, c what the line gives. u counts from the burn-in on, so that it begins at 1.
        var (uu, uc, cc, ue, ce, ee) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
        let keep = 1 - alpha
        let stride = isDynamic ? 2 : 0
        values.withUnsafeBufferPointer { values in
            lines.withUnsafeBufferPointer { lines in
                var (level, decay, u) = (base, 1.0, 1.0)
                for i in values.indices {
                    let (intercept, slope) = (lines[i * stride], lines[i * stride + 1])
                    let opening = i == 0 && isDynamic
                    let line = opening ? 0 : decay * intercept + slope * (1 - decay * keep) / alpha
                    let mean = opening ? values[0] : level + ThetaFit.standardLine * line
                    if i >= burnIn {
                        let error = values[i] - mean
                        let rest = opening ? 0 : u
                        uu += rest * rest
                        uc += rest * line
                        cc += line * line
                        ue += rest * error
                        ce += line * error
                        ee += error * error
                        u = u < Self.leastDecay ? 0 : u * keep
                    }
                    level = alpha * values[i] + keep * level
                    decay = decay < Self.leastDecay ? 0 : decay * keep
                }
            }
        }
        var change = 0.0
        let determinant = uu * cc - uc * uc
        if freeLine && determinant > Self.collinear * uu * cc {
            let free = (ce * uu - ue * uc) / determinant
            change = min(max(free, -ThetaFit.standardLine), ThetaFit.mostLine - ThetaFit.standardLine)
        }
        let rise = uu > 0 ? (ue - change * uc) / uu : 0
        let gain = 2 * (rise * ue + change * ce)
        let cost = rise * rise * uu + 2 * rise * change * uc + change * change * cc
        var scale = 1.0
        for _ in 0..<burnIn { scale *= keep }
        return ThetaFit(
            weights: ThetaState.Weights(alpha: alpha, line: ThetaFit.standardLine + change),
            level: base + rise / scale, squaredError: max(ee - gain + cost, 0))
    }

    private static let leastDecay = 1e-200
}

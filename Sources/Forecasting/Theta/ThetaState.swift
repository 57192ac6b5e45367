/// The recursions of the Theta models: a smoothed level and the line that the level is bent towards.
///
/// With w = 1 − 1/θ and t values seen, the mean of the next one is
/// μ = l + w [ (1−α)ᵗ A + B (1 − (1−α)ᵗ⁺¹)/α ]; then l ← αy + (1−α) l. The standard and the optimised model
/// keep intercept A and slope B of the line through the whole history; the dynamic ones know only the line
/// through the values so far, which each value moves.
///
/// - Source: Fiorucci, Pellegrini, Louzada, Petropoulos & Koehler, *Models for optimising the theta method
///   and their relationship to state space models*, Int. J. Forecasting 32 (2016), sections 2 and 3.
struct ThetaState: Sendable, Equatable {
    /// How strongly a value moves the level, and how much of the line the mean takes: 1 − 1/θ.
    struct Weights: Sendable, Equatable {
        var alpha: Double
        var line: Double
    }

    /// The smoothed level l.
    var level: Double
    /// The line through the values: intercept A at step 0, slope B a step; the first value is step 1.
    var intercept: Double
    var slope: Double
    /// The mean of the values so far, which moves the line of the dynamic models.
    var average: Double
    /// How many values were seen.
    var count: Int
    /// (1−α) to the power of `count`.
    var decay: Double
    /// Whether the line follows the values.
    let isDynamic: Bool

    /// Powers below this count as 0: they add nothing, and slow numbers would follow.
    private static let leastDecay = 1e-200

    /// The state before the first of `values`; a dynamic model begins with a flat line through it.
    init(before values: [Double], level: Double, isDynamic: Bool) {
        (intercept, slope) = isDynamic ? (values[0], 0) : Self.line(through: values)
        self.level = level
        average = 0
        count = 0
        decay = 1
        self.isDynamic = isDynamic
    }

    /// A state read from storage.
    init(
        level: Double, intercept: Double, slope: Double, average: Double, count: Int, decay: Double,
        isDynamic: Bool
    ) {
        self.level = level
        self.intercept = intercept
        self.slope = slope
        self.average = average
        self.count = count
        self.decay = decay
        self.isDynamic = isDynamic
    }

    /// The mean of the next value. The first one of a dynamic model is the first value itself.
    func next(_ weights: Weights) -> Double {
        guard count > 0 || !isDynamic else { return intercept }
        let slopes = slope * (1 - decay * (1 - weights.alpha)) / weights.alpha
        return level + weights.line * (decay * intercept + slopes)
    }

    /// Takes the next value; its own mean for a missing one.
    mutating func advance(_ value: Double, _ weights: Weights) {
        level = weights.alpha * value + (1 - weights.alpha) * level
        if isDynamic { moveLine(value) }
        count += 1
        decay *= 1 - weights.alpha
        if decay < Self.leastDecay { decay = 0 }
    }

    /// Bends the line to the value after `count` others: their least-squares line, by recursion.
    mutating func moveLine(_ value: Double) {
        let t = Double(count + 1)
        let deviation = value - average
        average += deviation / t
        slope = count == 0 ? 0 : ((t - 2) * slope + 6 * deviation / t) / (t + 1)
        intercept = average - slope * (t + 1) / 2
    }

    /// The next `steps` means: the recursions go on with each mean in place of a value.
    func mean(steps: Int, _ weights: Weights) -> [Double] {
        var state = self
        return (0..<steps).map { _ in
            let mean = state.next(weights)
            state.advance(mean, weights)
            return mean
        }
    }

    /// Intercept at step 0 and slope of the least-squares line, the first value at step 1.
    static func line(through values: [Double]) -> (intercept: Double, slope: Double) {
        let n = Double(values.count)
        guard values.count > 1 else { return (values[0], 0) }
        var average = 0.0
        for (i, value) in values.enumerated() { average += (value - average) / Double(i + 1) }
        var sum = 0.0
        for (i, value) in values.enumerated() { sum += (Double(i + 1) - (n + 1) / 2) * (value - average) }
        let slope = 12 * sum / (n * (n * n - 1))
        return (average - slope * (n + 1) / 2, slope)
    }
}

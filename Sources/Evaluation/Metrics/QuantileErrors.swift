/// Errors of quantiles.
public enum QuantileErrors {
    /// The pinball loss of a quantile `q` at the probability `tau`: max(τ(y − q), (τ − 1)(y − q)).
    ///
    /// - Source: Koenker & Bassett, *Regression quantiles*, Econometrica 46, 1978.
    public static func pinball(_ y: Double, _ q: Double, tau: Double) -> Double {
        let difference = y - q
        return max(tau * difference, (tau - 1) * difference)
    }

    /// The continuous ranked probability score of one value against a grid of quantiles: the mean of twice
    /// the pinball losses, an approximation that the grid bounds.
    ///
    /// - Parameters:
    ///   - y: What happened.
    ///   - quantiles: One a probability.
    ///   - taus: The probabilities, evenly spread, at least one.
    public static func crps(_ y: Double, quantiles: [Double], taus: [Double]) -> Double {
        precondition(!taus.isEmpty && quantiles.count == taus.count, "\(quantiles.count) of \(taus.count)")
        var sum = 0.0
        for (q, tau) in zip(quantiles, taus) { sum += 2 * pinball(y, q, tau: tau) }
        return sum / Double(taus.count)
    }

    /// The continuous ranked probability score of one value against samples of the forecast:
    /// mean |X − y| − ½ mean |X − X′| over all pairs, a sample with itself included.
    ///
    /// - Parameters:
    ///   - y: What happened.
    ///   - samples: In any order, none `nan`, at least one.
    /// - Complexity: O(*n* log *n*): over sorted samples the second mean is a weighted sum.
    /// - Source: Gneiting & Raftery, *Strictly proper scoring rules, prediction, and estimation*, Journal of
    ///   the American Statistical Association 102, 2007, equation 21.
    public static func crps(_ y: Double, samples: [Double]) -> Double {
        precondition(!samples.isEmpty, "no samples")
        let sorted = samples.sorted()
        let count = Double(sorted.count)
        var (distance, spread) = (0.0, 0.0)
        for (rank, sample) in sorted.enumerated() {
            distance += abs(sample - y)
            spread += Double(2 * rank - (sorted.count - 1)) * sample
        }
        return distance / count - spread / (count * count)
    }
}

/// Collects the weighted quantile loss of a set: twice the pinball losses relative to the sum of |y|, its
/// mean over the probabilities.
///
/// Sums run over all series and steps; a step whose actual value is `nan` is left out. The order of what is
/// added is the order of the sums, so that the same order gives the same bits.
///
/// - Source: Aksu et al., *GIFT-Eval: a benchmark for general time series forecasting model evaluation*,
///   2024: the mean weighted sum quantile loss.
public struct WeightedQuantileLoss: Sendable, Equatable {
    /// The probabilities, each within 0 … 1.
    public let taus: [Double]
    private var losses: [Double]
    private var size = 0.0

    /// Nothing yet.
    public init(taus: [Double]) {
        self.taus = taus
        losses = Array(repeating: 0, count: taus.count)
    }

    /// Adds the steps of one series.
    ///
    /// - Parameters:
    ///   - actual: What happened, one value a step.
    ///   - quantiles: For each probability as many values as there are steps.
    ///   - scale: What values and quantiles are divided by: 1, or ``PointErrors/scale(of:period:)`` so that
    ///     no series of large values owns the loss of the set.
    public mutating func add(_ actual: [Double], quantiles: [[Double]], scale: Double = 1) {
        precondition(quantiles.count == taus.count, "\(quantiles.count) quantiles, \(taus.count) levels")
        for (place, tau) in taus.enumerated() {
            precondition(quantiles[place].count == actual.count, "\(quantiles[place].count) quantiles")
            var sum = 0.0
            for (y, q) in zip(actual, quantiles[place]) where !y.isNaN {
                sum += QuantileErrors.pinball(y, q, tau: tau)
            }
            losses[place] += sum / scale
        }
        var sum = 0.0
        for y in actual where !y.isNaN { sum += abs(y) }
        size += sum / scale
    }

    /// Adds all that another one, of the same probabilities, has collected.
    public mutating func add(_ other: WeightedQuantileLoss) {
        precondition(taus == other.taus, "probabilities that differ")
        for place in losses.indices { losses[place] += other.losses[place] }
        size += other.size
    }

    /// The loss; `nan` where nothing was added or every value is 0.
    public var value: Double {
        guard size > 0, !taus.isEmpty else { return .nan }
        return losses.reduce(0) { $0 + 2 * $1 / size } / Double(taus.count)
    }
}

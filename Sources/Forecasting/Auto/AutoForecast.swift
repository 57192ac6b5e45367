import Numerics

/// The automatic forecast of one history: a weighted combination of eighteen candidates and a small network
/// with learned quantiles.
///
/// The weights follow from features of the history, from the candidates' errors at one or two earlier
/// origins, from their distance to the median, and from the gap to the last values; see `Models/auto`. A history of fewer than four values, or without
/// any change, is carried on flat.
///
/// - Source: Montero-Manso, Athanasopoulos, Hyndman & Talagala, *FFORMA: feature-based forecast model
///   averaging*, International Journal of Forecasting 36 (2020), for weights learned from features.
struct AutoForecast {
    /// The combined path, in the unit of the history.
    private(set) var path: [Double]
    /// The probabilities of `quantiles`, ascending, one half in the middle.
    let probabilities: [Double]
    /// One path a probability, ascending at every step.
    private(set) var quantiles: [[Double]]
    /// The mean absolute error at earlier origins, in the unit of the history; `nil` where there are none.
    private(set) var measuredError: Double?
    /// What the weights were made from; `nil` for a flat forecast.
    let evidence: AutoEvidence?
    /// One weight a candidate; empty for a flat forecast.
    let weights: [Double]

    static let leastHistory = 4

    /// Forecasts `steps` values after `history`, all finite and at least one.
    init(
        _ history: [Double], period: Int, longPeriod: Int, steps: Int, parameters: AutoParameters = .shipped
    ) {
        let y = AutoEvidence.remembered(history, period: period, longPeriod: longPeriod, steps: steps)
        probabilities = AutoQuantiles.probabilities
        guard y.count >= Self.leastHistory, let first = y.first, y.contains(where: { $0 != first }) else {
            let last = y[y.count - 1]
            path = [Double](repeating: last, count: steps)
            // Two or three values: a random walk of their changes.
            let scale = ResidualScale(residuals: zip(y.dropFirst(), y).map { $0 - $1 })
            let isNonNegative = y.allSatisfy { $0 >= 0 }
            quantiles = probabilities.map { probability in
                let side = probability < 0.5 ? -1.0 : 1
                return scale.halfWidths(steps: steps, level: abs(1 - 2 * probability)).map {
                    let bound = last + (probability == 0.5 ? 0 : side * $0)
                    return isNonNegative ? max(bound, 0) : bound
                }
            }
            evidence = nil
            weights = []
            return
        }
        let evidence = AutoEvidence(y, period: period, longPeriod: longPeriod, steps: steps)
        let combination = AutoCombination(
            evidence, parameters.weights, network: parameters.network)
        path = combination.path
        let learned = AutoQuantiles(evidence, combination, path: path, parameters.quantiles)
        quantiles = learned.paths
        measuredError = learned.measuredError
        self.evidence = evidence
        weights = combination.weights
    }
}

extension AutoForecast {
    /// Beyond the outermost learned quantiles the tail is that of Student's t with so many degrees of freedom.
    private static let tailFreedom = 4.0

    /// Whether candidates could be compared at an earlier origin.
    var isValidated: Bool { evidence?.validations.isEmpty == false }

    /// The first `steps` values.
    func prefix(_ steps: Int) -> AutoForecast {
        var forecast = self
        forecast.path = Array(path.prefix(steps))
        forecast.quantiles = quantiles.map { Array($0.prefix(steps)) }
        return forecast
    }

    /// The same with every interval at least as wide to each side as `halfWidths` says of its level.
    func widened(isNonNegative: Bool, _ halfWidths: (_ level: Double) -> [Double]) -> AutoForecast {
        var forecast = self
        let last = quantiles.count - 1
        for row in 0..<quantiles.count / 2 {
            let widths = halfWidths(1 - 2 * probabilities[row])
            for h in path.indices {
                let bound = min(quantiles[row][h], path[h] - widths[h])
                forecast.quantiles[row][h] = isNonNegative ? max(bound, 0) : bound
                forecast.quantiles[last - row][h] = max(quantiles[last - row][h], path[h] + widths[h])
            }
        }
        return forecast
    }

    /// The same in a unit of which this one's is `unit`.
    func scaled(by unit: Double) -> AutoForecast {
        guard unit != 1 else { return self }
        var forecast = self
        forecast.path = path.map { $0 * unit }
        forecast.measuredError = measuredError.map { $0 * unit }
        // Within half of all numbers, so that two of them have a distance.
        let most = Double.greatestFiniteMagnitude / 2
        forecast.quantiles = quantiles.map { $0.map { min(max($0 * unit, -most), most) } }
        return forecast
    }

    /// The quantile of a probability in 0 < p < 1, one value a step, never falling with p.
    ///
    /// Between two learned ones it lies on a straight line over the standard normal quantile.
    func quantile(_ probability: Double) -> [Double] {
        if probability == 0.5 { return path }
        let normal = Normal()
        if let last = probabilities.last, probability > last {
            return beyond(quantiles[quantiles.count - 1], tail: 1 - probability, outermost: 1 - last)
        }
        if let first = probabilities.first, probability < first {
            return beyond(quantiles[0], tail: probability, outermost: first)
        }
        let above = max(probabilities.firstIndex { $0 >= probability } ?? 1, 1)
        let low = -normal.tailQuantile(probabilities[above - 1])
        let high = -normal.tailQuantile(probabilities[above])
        let share = (-normal.tailQuantile(probability) - low) / (high - low)
        return zip(quantiles[above - 1], quantiles[above]).map { $0 + min(max(share, 0), 1) * ($1 - $0) }
    }

    private func beyond(_ bounds: [Double], tail: Double, outermost: Double) -> [Double] {
        let student = StudentT(degreesOfFreedom: Self.tailFreedom)
        let ratio = max(student.tailQuantile(tail) / student.tailQuantile(outermost), 1)
        return zip(path, bounds).map { $0 + ($1 - $0) * ratio }
    }
}

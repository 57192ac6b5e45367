/// The automatic forecast of one history: a weighted combination of sixteen candidates with learned
/// quantiles.
///
/// The weights follow from features of the history, from the candidates' errors at two earlier origins and
/// from their distance to the median; see `Models/auto`. A history of fewer than four values, or without
/// any change, is carried on flat.
///
/// - Source: Montero-Manso, Athanasopoulos, Hyndman & Talagala, *FFORMA: feature-based forecast model
///   averaging*, International Journal of Forecasting 36 (2020), for weights learned from features.
struct AutoForecast {
    /// The combined path, in the unit of the history.
    let path: [Double]
    /// The probabilities of `quantiles`, ascending, one half in the middle.
    let probabilities: [Double]
    /// One path a probability, ascending at every step.
    let quantiles: [[Double]]
    /// What the weights were made from; `nil` for a flat forecast.
    let evidence: AutoEvidence?
    /// One weight a candidate; empty for a flat forecast.
    let weights: [Double]

    static let leastHistory = 4

    /// Forecasts `steps` values after `y`, all finite and at least one.
    init(
        _ y: [Double], period: Int, longPeriod: Int, steps: Int, parameters: AutoParameters = .shipped
    ) {
        let half = parameters.probabilities.count / 2
        probabilities = parameters.probabilities[..<half] + [0.5] + parameters.probabilities[half...]
        guard y.count >= Self.leastHistory, let first = y.first, y.contains(where: { $0 != first }) else {
            path = [Double](repeating: y[y.count - 1], count: steps)
            quantiles = [[Double]](repeating: path, count: probabilities.count)
            evidence = nil
            weights = []
            return
        }
        let evidence = AutoEvidence(y, period: period, longPeriod: longPeriod, steps: steps)
        let combination = AutoCombination(evidence, parameters: parameters)
        path = combination.path(evidence.forecasts)
        quantiles = AutoQuantiles(y, evidence, combination, path: path).paths
        self.evidence = evidence
        weights = combination.weights
    }
}

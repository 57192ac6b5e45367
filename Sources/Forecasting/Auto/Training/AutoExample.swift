import TimeSeries

/// One history and what followed it, to learn the automatic combination from.
public struct AutoExample: Sendable {
    /// Which set it belongs to; every set has its own unit of error.
    public var set: String
    /// Which series; examples of one series share its weight.
    public var series: String
    /// Which source; what is held out is held out with all of its source.
    public var source: String
    /// What is seen, oldest first; `nan` marks a missing step.
    public var history: [Double]
    /// What followed; all finite.
    public var truth: [Double]
    /// Steps in each season, ascending.
    public var seasons: [Int]
    /// What errors are divided by, above 0.
    public var scale: Double
    /// The errors of the benchmark on the same values: sMAPE and MASE.
    public var benchmark: (smape: Double, mase: Double)
    /// Whether it is the last of its series, as in a real forecast.
    public var isLatest: Bool

    /// An example.
    public init(
        set: String, series: String, source: String, history: [Double], truth: [Double], seasons: [Int],
        scale: Double, benchmark: (smape: Double, mase: Double), isLatest: Bool
    ) {
        precondition(!truth.isEmpty && scale > 0, "\(truth.count) values, a scale of \(scale)")
        self.set = set
        self.series = series
        self.source = source
        self.history = history
        self.truth = truth
        self.seasons = seasons
        self.scale = scale
        self.benchmark = benchmark
        self.isLatest = isLatest
    }
}

/// An example with everything that a forecast of it looks at, which no learned number changes.
public struct AutoCase: Sendable {
    let example: AutoExample
    let evidence: AutoEvidence
    /// Values of the truth in the unit of the evidence.
    let truth: [Double]
    /// Its error unit in the same unit.
    let scale: Double

    /// Prepares an example: as much work as a forecast.
    ///
    /// - Returns: `nil` where there is nothing to learn: the history is too short, or never changes.
    public init?(_ example: AutoExample) {
        let settings = MethodSettings(season: example.seasons, horizon: example.truth.count)
        guard
            let prepared = try? AutoForecaster(settings: settings).prepared(Series(values: example.history))
        else { return nil }
        let y = AutoEvidence.remembered(
            prepared.values, period: prepared.period, longPeriod: prepared.longPeriod,
            steps: example.truth.count)
        guard y.count >= AutoForecast.leastHistory, let first = y.first, y.contains(where: { $0 != first })
        else { return nil }
        self.example = example
        truth = example.truth.map { $0 / prepared.unit }
        scale = example.scale / prepared.unit
        evidence = AutoEvidence(
            y, period: prepared.period, longPeriod: prepared.longPeriod, steps: example.truth.count)
    }
}

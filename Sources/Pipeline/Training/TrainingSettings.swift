public import TimeSeries

/// One series to learn from.
public struct TrainingHistory: Sendable {
    /// The encoded labels of the series.
    public var labels: [UInt8]
    /// Oldest value first; `nan` marks a missing step.
    public var values: [Double]
    /// Where the values lie in time; step 0 is the first value.
    public var grid: TimeGrid

    /// A series on a grid.
    public init(labels: [UInt8], values: [Double], grid: TimeGrid) {
        self.labels = labels
        self.values = values
        self.grid = grid
    }
}

/// How a model version is trained and judged; the defaults are those of a definition that says nothing.
public struct TrainingSettings: Sendable, Equatable {
    /// A method of the forecaster catalogue, or `auto`.
    public var method = "auto"
    /// Steps in a season; found in each history when `nil`; 1 for none.
    public var season: Int?
    /// Steps ahead that the back-test judges, held within 1 ... 10,000; when `nil` one season, or a quarter of a history
    /// without one, but at most 24.
    public var horizon: Int?
    /// Where seeded methods and the bootstrap begin.
    public var seed: UInt64 = 1
    /// A series with fewer known values is skipped.
    public var minimumHistory = 0
    /// What a challenger must satisfy, however good its champion.
    public var gates = QualityGates()

    /// Settings with every default.
    public init() {}
}

/// Limits that the back-test of a challenger must keep; `nil` for no limit.
public struct QualityGates: Sendable, Equatable {
    /// The mean scaled error may not be above this.
    public var maximumScaledError: Double?
    /// The share of values inside their 95 % intervals may not be below this, in 0 ... 1. Not checked where
    /// the coverage could not be measured.
    public var minimumCoverage: Double?

    /// Limits, or none.
    public init(maximumScaledError: Double? = nil, minimumCoverage: Double? = nil) {
        self.maximumScaledError = maximumScaledError
        self.minimumCoverage = minimumCoverage
    }
}

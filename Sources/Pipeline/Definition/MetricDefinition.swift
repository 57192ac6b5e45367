internal import Forecasting
public import Query
public import TimeSeries

/// What is known and wanted of one metric: which series it is, how their samples become values, what is normal of
/// them by policy, which model judges them and when somebody is told.
///
/// A property that the configuration leaves out has the default that stands here.
public struct MetricDefinition: Sendable, Hashable {
    /// Unique among the definitions of a service; models and anomalies are filed under it.
    public var name: String
    /// The series it is about; those that are named like it where there is a formula.
    public var match: Selector
    /// What its series are made of; `nil` where they come from outside.
    public var formula: Formula?
    /// How the samples of a step become one value; `nil`: as ``aggregation(metricName:)`` finds. Of a formula it is said
    /// of each input.
    public var aggregate: Aggregation?
    /// The distance of values; `nil`: found from the data.
    public var step: Step?
    /// Where civil days, weeks and months begin.
    public var timezone = TimeZone.utc
    /// The holidays and events of the metric, for questions about its stored series. They change no score of the
    /// stream, so that they are not part of its hashes.
    public var calendar = EventCalendar.empty
    /// On which side of the expected value a deviation counts.
    public var direction = Direction.both
    /// What values can be; others are errors in the data, not anomalies.
    public var range = ValueRange.any
    /// Deviations that are too small to matter.
    public var ignore = IgnoredDeviation.none
    /// What a step without a sample means.
    public var missing = MissingPolicy.unknown
    /// When a level that moved becomes the one that is expected.
    public var adoption = AdoptionPolicy.automatic
    /// How many milliseconds after its time a point may come and still change final scores; at least 0.
    public var latenessMilliseconds = MetricDefinition.defaultLatenessMilliseconds
    /// A method of the forecaster catalogue, or `auto`.
    public var model = ForecasterCatalog.automatic
    /// The length of the season; `nil`: found from the data.
    public var season: Length?
    /// When somebody is told; `nil`: never.
    public var alert: AlertPolicy?
    /// When the model is trained again, and what a new one must show.
    public var retrain = RetrainPolicy()

    /// Ten minutes.
    public static let defaultLatenessMilliseconds: Int64 = 600_000

    /// A definition with every default.
    public init(name: String, match: Selector) {
        self.name = name
        self.match = match
    }

    /// A definition of what a formula makes, with every default.
    ///
    /// - Precondition: The name is not empty.
    public init(name: String, formula: Formula) {
        self.init(name: name, match: Selector(metric: name))
        self.formula = formula
    }

    /// The definition that a bare selector stands for: every default, no alert, named like the selector.
    public init(selector: Selector) {
        self.init(name: selector.description, match: selector)
    }

    /// How the samples of a step become one value: as the definition says, else a counter by its rate and anything
    /// else by its mean. What a formula makes has one sample a step, which is its value.
    public func aggregation(metricName: String) -> Aggregation {
        formula == nil ? inputAggregation(metricName: metricName) : .last
    }

    /// The same of a series that a formula reads.
    public func inputAggregation(metricName: String) -> Aggregation {
        aggregate ?? (Counter.isCounter(metricName: metricName) ? .rate : .mean)
    }

    /// The threshold p\* for the series of this definition.
    ///
    /// - Parameters:
    ///   - series: How many live series it matches.
    ///   - step: The distance of values.
    /// - Returns: What the budget allows; ``AlertBudget/thresholdWithoutBudget`` where there is none.
    public func threshold(series: Int, step: Step) -> Double {
        alert?.budget.threshold(series: series, stepsPerWeek: AlertBudget.stepsPerWeek(step))
            ?? AlertBudget.thresholdWithoutBudget
    }
}

/// Which metrics count events since a process began.
public enum Counter {
    /// Whether a metric is a counter by its name: one that ends in `_total`, `_count`, `_sum` or `_bucket`.
    ///
    /// - Source: Prometheus, *Metric and label naming*; OpenMetrics 1.0, sections "Counter" and "Histogram".
    public static func isCounter(metricName: String) -> Bool {
        ["_total", "_count", "_sum", "_bucket"].contains { metricName.hasSuffix($0) }
    }
}

import TimeSeries

/// How a definition wants its series judged.
struct FullPolicy: Sendable {
    var name: String
    /// The hash of the definition.
    var hash: String
    var definition: MetricDefinition
    var aggregation: Aggregation
    /// How many live series share the budget, as the threshold counts them.
    var series: Int
    /// All labels of the series, for those who are told of it.
    var labels: Labels

    init(
        _ definition: MetricDefinition, hash: String, metricName: String, series: Int, labels: Labels = .none
    ) {
        self.definition = definition
        self.labels = labels
        name = definition.name
        self.hash = hash
        aggregation = definition.aggregation(metricName: metricName)
        self.series = series
    }

    /// p\* of values that are `step` apart; a minute while that is not known.
    func threshold(step: Step?) -> Double {
        definition.threshold(series: series, step: step ?? .fixed(milliseconds: 60_000))
    }
}

import TimeSeries

/// How a definition wants its series judged.
struct FullPolicy: Sendable {
    var name: String
    /// The hash of the definition.
    var hash: String
    /// The hash of what its models depend on: a state is kept across edits that leave it.
    var modelHash: String
    var definition: MetricDefinition
    var aggregation: Aggregation
    /// How many live series share the budget, as the threshold counts them.
    var series: Int
    /// All labels of the series, for those who are told of it.
    var labels: Labels
    /// What is said of stretches of its time.
    var windows: [LearningWindow] = []

    init(
        _ definition: MetricDefinition, hash: String, metricName: String, series: Int, labels: Labels = .none
    ) {
        self.definition = definition
        self.labels = labels
        name = definition.name
        self.hash = hash
        modelHash = definition.modelHash
        aggregation = definition.aggregation(metricName: metricName)
        self.series = series
    }

    /// Whether a stored state is one of this definition, by the hash that is written into it: builds before version 1
    /// of ``MetricDefinition/modelHash`` wrote that of the whole definition.
    func owns(stateOf written: String) -> Bool { written == modelHash || written == hash }

    /// The same of the bytes of a state; damaged ones are of no definition.
    func owns(_ bytes: [UInt8]) -> Bool {
        var reader = BinaryReader(bytes)
        do throws(BinaryFormatError) { return owns(stateOf: try reader.readString()) } catch { return false }
    }

    /// p\* of values that are `step` apart; a minute while that is not known.
    func threshold(step: Step?) -> Double {
        definition.threshold(series: series, step: step ?? .fixed(milliseconds: 60_000))
    }
}

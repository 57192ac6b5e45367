public import TimeSeries

/// What to generate besides the scenario.
public struct GeneratorSettings: Sendable, Hashable {
    /// How many steps, at least 1.
    public var points = 2016
    /// The distance of two values.
    public var step = Step.fixed(milliseconds: 300_000)
    /// The time of the first value.
    public var start = Timestamp(milliseconds: 1_767_225_600_000)
    /// The same seed gives the same series.
    public var seed: UInt64 = 1
    /// Whether something goes wrong in it.
    public var hasIncidents = true

    /// A week in steps of five minutes from 2026-01-01T00:00:00Z on, with incidents.
    public init() {}

    /// The times of the steps; days and months are those of UTC.
    public var grid: TimeGrid { TimeGrid(origin: start, step: step) }

    /// Whether every step has a time of its own: none lies beyond the year 9999.
    public var fitsInTime: Bool {
        let (distance, overflow) = Int64(points - 1).multipliedReportingOverflow(by: step.nominalMilliseconds)
        // A month may be longer than its mean, by less than two days over any distance.
        let room = Timestamp.latest.milliseconds(since: start) - 2 * Step.millisecondsInDay
        return !overflow && distance <= room
    }
}

/// A synthetic metric with the truth about its incidents.
public struct GeneratedSeries: Sendable {
    /// The name of the scenario.
    public let scenario: String
    /// The times of the values.
    public let grid: TimeGrid
    /// One value a step, rounded to at most three decimals; `nan` where it is missing.
    public let values: [Double]
    /// What went wrong, in order; no two overlap or touch.
    public let incidents: [Incident]

    /// For each step whether it belongs to an incident.
    public var labels: [Bool] {
        var labels = [Bool](repeating: false, count: values.count)
        for incident in incidents {
            for index in incident.steps { labels[index] = true }
        }
        return labels
    }
}

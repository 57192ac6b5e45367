import Pipeline
import Query
import Service
import TimeSeries

/// What follows from one metric definition: its threshold, how often it errs, and what to think twice about.
struct DefinitionCheck {
    let definition: MetricDefinition
    /// The step with which figures a week are computed.
    let step: Step
    /// The threshold p\* of its series.
    let threshold: Double
    /// Times a week at which quiet data of all series fall below p\*.
    let incidentsPerWeek: Double
    let warnings: [Warning]
    /// The next two moments at which clocks of its time zone change.
    let clockChanges: [ClockChange]

    /// Something that works, but perhaps not as it was meant.
    struct Warning: Equatable {
        let code: String
        let detail: String
    }

    /// A moment at which local clocks change.
    struct ClockChange: Equatable {
        let at: Timestamp
        /// Seconds ahead of UTC before and from that moment.
        let before: Int
        let from: Int
    }

    /// The step that is assumed where it is to be found from the data.
    static let assumedStep = Step.fixed(milliseconds: 60_000)
    /// How many calibration points are assumed; a stored series has as many after a week of minutes.
    static let calibrationPoints = 10_000
    /// No p-value is smaller; see the calibration of tails.
    static let smallestPValue = 1e-12

    /// - Parameters:
    ///   - others: Every definition of the configuration.
    ///   - series: How many live series the definition is to match.
    ///   - now: Clock changes after this moment are told.
    init(_ definition: MetricDefinition, among others: [MetricDefinition], series: Int, now: Timestamp) {
        self.definition = definition
        step = definition.step ?? Self.assumedStep
        let perWeek = AlertBudget.stepsPerWeek(step)
        threshold = definition.threshold(series: AlertBudget.journalledSeries(series), step: step)
        incidentsPerWeek = AlertBudget.incidentsPerWeek(
            threshold: threshold, series: series, stepsPerWeek: perWeek)
        warnings = Self.warnings(definition, others, threshold: threshold)
        clockChanges = Self.clockChanges(of: definition.timezone, after: now)
    }

    private static func clockChanges(of zone: TimeZone, after now: Timestamp) -> [ClockChange] {
        var changes: [ClockChange] = []
        var moment = now
        while changes.count < 2, let next = zone.nextChange(after: moment) {
            changes.append(ClockChange(at: next.at, before: next.before, from: next.from))
            moment = next.at
        }
        return changes
    }

    private static func warnings(
        _ definition: MetricDefinition, _ others: [MetricDefinition], threshold: Double
    ) -> [Warning] {
        var warnings: [Warning] = []
        func warn(_ code: String, _ detail: String) { warnings.append(Warning(code: code, detail: detail)) }
        if threshold < smallestPValue {
            warn("unreachable", "p-values end at 1e-12, above this p*: nothing is ever anomalous")
        } else if AlertBudget.restsOnFittedTail(threshold: threshold, calibrationPoints: calibrationPoints) {
            let least = (AlertBudget.pointsBelowThreshold / threshold).rounded(.up)
            warn(
                "extrapolated_tail",
                "p* rests on a fitted tail until a series has \(NumberText.exact(least)) calibration points; "
                    + "\(calibrationPoints) are assumed")
        }
        if definition.alert != nil, threshold >= AlertBudget.largestThreshold {
            warn("budget_capped", "the budget allows a higher p* than 0.01, which is the highest")
        }
        guard let metric = definition.match.metricName else {
            if !definition.match.matchers.contains(where: { $0.name == Labels.metricName }) {
                warn("no_metric_name", "match names no metric, so it covers all that have these labels")
            }
            return warnings
        }
        if let prefix = ["anomaly_", "bellwether_"].first(where: metric.hasPrefix) {
            warn("never_scored", "metrics named \(prefix)* are never scored")
        }
        if let formula = FormulaCheck(definition) {
            for rated in formula.ratedGauges {
                warn(
                    "rate_of_gauge", "\(rated) is no counter by its name; a rate takes each fall for a reset")
            }
            for twin in others where twin.name != definition.name && twin.match == definition.match {
                warn(
                    "same_match",
                    "\(twin.name) matches what the formula makes, which is judged as this one says")
            }
            return warnings
        }
        switch (Counter.isCounter(metricName: metric), definition.aggregate) {
        case (true, .some(let aggregation)) where aggregation != .rate:
            warn("counter_without_rate", "\(metric) is a counter by its name; rate shows what it counts")
        case (false, .rate):
            warn("rate_of_gauge", "\(metric) is no counter by its name; a rate takes each fall for a reset")
        default: break
        }
        let twin = others.first { $0.match == definition.match && $0.name != definition.name }
        if let twin { warn("same_match", "\(twin.name) matches the same series") }
        return warnings
    }
}

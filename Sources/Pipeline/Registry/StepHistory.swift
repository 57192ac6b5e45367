import Alerting
import Storage
import TimeSeries

/// The values of the steps of one stored series, as the full tier would have made them.
struct StepHistory: Sendable {
    /// The step of the first value.
    var first: Int
    /// `nan` marks a step without a value.
    var values: [Double]
    let clock: StepClock

    /// The step after the last.
    var end: Int { first + values.count }

    /// Makes steps of stored points.
    ///
    /// - Parameters:
    ///   - end: The steps before this one are wanted; `nil`: all that are ended by a later point.
    /// - Returns: `nil` when there is no step yet.
    init?(_ points: PointColumns, policy: FullPolicy, clock: StepClock, end: Int?) {
        var aggregator = StepAggregator()
        var missing = MissingSteps()
        var first: Int?
        var values: [Double] = []
        let definition = policy.definition
        for place in 0..<points.count {
            let index = clock.index(at: points.times[place])
            if let end, let first, first + values.count >= end { break }
            guard
                let ended = aggregator.take(
                    points.times[place], points.values[place], at: index, policy.aggregation)
            else { continue }
            if first == nil { first = ended.index }
            missing.take(ended.value, definition.missing) { value, _ in
                values.append(definition.range.contains(value) ? value : .nan)
            }
            let absent = index - ended.index - 1
            // An outage of unheard-of length is one of known length: nothing is learned from either.
            guard absent <= Self.mostAbsent else {
                first = index
                values = []
                missing = MissingSteps()
                continue
            }
            for _ in 0..<max(absent, 0) {
                missing.take(.nan, definition.missing) { value, _ in
                    values.append(definition.range.contains(value) ? value : .nan)
                }
            }
        }
        guard let first else { return nil }
        if let end { values = Array(values.prefix(max(end - first, 0))) }
        if let end, first + values.count < end, end - first <= Self.mostAbsent {
            values += [Double](repeating: .nan, count: end - first - values.count)
        }
        if policy.windows.contains(where: { $0.mode == .dontLearn }) {
            for place in values.indices {
                let time = clock.time(of: first + place).milliseconds
                if policy.windows.mode(at: time) == .dontLearn { values[place] = .nan }
            }
        }
        self.first = first
        self.values = values
        self.clock = clock
    }

    private static let mostAbsent = MissingSteps.most

    /// The last values only.
    func suffix(_ count: Int) -> StepHistory {
        var cut = self
        let dropped = max(values.count - count, 0)
        cut.values.removeFirst(dropped)
        cut.first += dropped
        return cut
    }

    /// The history as trainings take it.
    func training(labels: [UInt8]) -> TrainingHistory {
        TrainingHistory(labels: labels, values: values, grid: clock.grid(from: first))
    }
}

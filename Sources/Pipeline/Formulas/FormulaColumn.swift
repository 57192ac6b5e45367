import Storage
import TimeSeries

/// Makes the values of a run of steps of one input out of its points.
struct FormulaColumn {
    /// How samples become values.
    let aggregation: Aggregation
    let clock: StepClock

    /// The values of steps.
    ///
    /// - Parameters:
    ///   - points: Those of the steps, and the one before them: what a counter increased by in the first step depends on
    ///     it. Others change nothing.
    ///   - steps: Which steps.
    /// - Returns: One value a step; `nan` where there is none.
    /// - Complexity: O(points + steps).
    func values(of points: PointColumns, steps: Range<Int>) -> [Double] {
        var column = [Double](repeating: .nan, count: steps.count)
        var aggregator = StepAggregator()
        func keep(_ ended: (index: Int, value: Double)?) {
            guard let ended, steps.contains(ended.index) else { return }
            column[ended.index - steps.lowerBound] = ended.value
        }
        for place in 0..<points.count {
            let time = points.times[place]
            let index = clock.index(at: time)
            // Nothing behind the steps is known of when they are made while points come.
            guard index < steps.upperBound else { break }
            keep(aggregator.take(time, points.values[place], at: index, aggregation))
        }
        keep(aggregator.take(.max, .nan, at: .max, aggregation))
        return column
    }

    /// Whether a value depends on a sample of an earlier step.
    var looksBack: Bool { aggregation == .rate }
}

/// Makes one value of the samples of each step.
struct StepAggregator: BitwiseCopyable, Sendable {
    private var index = Int.min
    private var count = 0
    private var sum = 0.0
    private var largest = -Double.infinity
    private var last = 0.0
    private var counter = CounterRate()
    private var increase = 0.0
    private var seconds = 0.0

    init() {}

    /// The step that is being filled; `nil` before the first sample.
    var open: Int? { index == .min ? nil : index }

    /// Takes a sample; samples come in the order of their times.
    ///
    /// - Parameters:
    ///   - index: The step that it lies in.
    ///   - aggregation: How samples become a value.
    /// - Returns: The step that it ends, with its value: `nan` when no sample of it was finite.
    mutating func take(
        _ time: Int64, _ value: Double, at index: Int, _ aggregation: Aggregation
    ) -> (index: Int, value: Double)? {
        var ended: (index: Int, value: Double)?
        if index != self.index {
            if self.index != .min { ended = (self.index, self.value(aggregation)) }
            self.index = index
            count = 0
            sum = 0
            largest = -.infinity
            increase = 0
            seconds = 0
        }
        guard value.isFinite else {
            counter.interrupt()
            return ended
        }
        count += 1
        sum += value
        largest = max(largest, value)
        last = value
        if aggregation == .rate, let step = counter.increase(time, value) {
            increase += step.increase
            seconds += step.seconds
        }
        return ended
    }

    private func value(_ aggregation: Aggregation) -> Double {
        let value: Double
        switch aggregation {
        case .mean: value = sum / Double(count)
        case .sum: value = count > 0 ? sum : .nan
        case .last: value = count > 0 ? last : .nan
        case .max: value = count > 0 ? largest : .nan
        case .rate: value = seconds > 0 ? increase / seconds : .nan
        }
        return value.isFinite ? value : .nan
    }
}

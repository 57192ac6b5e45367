/// What a series is expected to do: means and calibrated intervals, in the unit of the series.
public struct Forecast: Sendable, Equatable {
    /// One central interval at every step.
    public struct Interval: Sendable, Equatable {
        /// The coverage asked for, in 0 ..< 1.
        public var level: Double
        /// The bounds, one a step; `lower[h] ≤ mean[h] ≤ upper[h]`.
        public var lower: [Double]
        /// The upper bounds.
        public var upper: [Double]

        /// An interval of so many steps.
        public init(level: Double, lower: [Double], upper: [Double]) {
            self.level = level
            self.lower = lower
            self.upper = upper
        }
    }

    /// The expected values, one a step, finite as long as the history stays below 1e150.
    public var mean: [Double]
    /// One interval a level, in the order asked for.
    public var intervals: [Interval]

    /// Whether every number of it is finite.
    public var isFinite: Bool {
        mean.allSatisfy(\.isFinite)
            && intervals.allSatisfy { $0.lower.allSatisfy(\.isFinite) && $0.upper.allSatisfy(\.isFinite) }
    }

    /// Expected values with their intervals, each of as many steps.
    public init(mean: [Double], intervals: [Interval]) {
        self.mean = mean
        self.intervals = intervals
    }
}

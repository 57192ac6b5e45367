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
    }

    /// The expected values, one a step, finite as long as the history stays below 1e150.
    public var mean: [Double]
    /// One interval a level, in the order asked for.
    public var intervals: [Interval]
}

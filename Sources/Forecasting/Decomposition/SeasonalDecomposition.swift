/// A series taken apart: trend, seasonal parts and remainder, which add up to it.
///
/// Shapes: each as long as the series, in its unit. A missing value has a trend and seasonal parts like the
/// values beside it, and a remainder of `nan`.
public struct SeasonalDecomposition: Sendable, Equatable {
    /// The slow part.
    public var trend: [Double]
    /// The part that repeats, one a period, in the order of the periods.
    public var seasonals: [[Double]]
    /// What is left.
    public var remainder: [Double]

    /// Parts that were computed.
    public init(trend: [Double], seasonals: [[Double]], remainder: [Double]) {
        self.trend = trend
        self.seasonals = seasonals
        self.remainder = remainder
    }
}

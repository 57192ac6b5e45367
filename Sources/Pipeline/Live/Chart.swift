public import Storage
public import TimeSeries

/// Which part of a series is wanted, in how many points.
public struct ChartQuestion: Sendable {
    /// Milliseconds since 1970, included; `nil`: so that the newest 2,000 points up to the end are there.
    public var start: Int64?
    /// Milliseconds since 1970, included; `nil`: the newest point.
    public var end: Int64?
    /// At most so many points, at least 8.
    public var points = mostPoints

    /// No chart has more points.
    public static let mostPoints = 2_000

    /// The newest 2,000 points.
    public init() {}
}

/// One series as it is drawn: values, what was expected of them, what is expected next, and what was unusual.
public struct SeriesChart: Sendable {
    /// One value.
    public struct Point: Sendable, Equatable {
        /// Milliseconds since 1970: of the point, or of the beginning of its step.
        public var time: Int64
        /// In the unit of the series, counters as rates a second; finite.
        public var value: Double
        /// ln p / ln p\*, to a twentieth of a power of ten of p; `nil` where there is none.
        public var score: Double?
        /// Whether it was called anomalous.
        public var isAnomaly: Bool
    }

    /// Where a band comes from.
    public enum BandSource: String, Sendable, CaseIterable {
        /// As it was when the values came.
        case recorded
        /// The light detector went over the points again.
        case replayed
        /// A model was fitted to the points again.
        case refitted
        /// Recorded, and where that does not reach back so far, refitted.
        case completed
        /// There is none.
        case none
    }

    /// What was expected, at some of the times of the chart.
    public struct Band: Sendable {
        /// Where it comes from.
        public var source: BandSource
        /// The steps, the earliest first.
        public var entries: [(time: Int64, band: LiveBand)]

        static let none = Band(source: .none, entries: [])
    }

    /// What is expected next.
    public struct Outlook: Sendable {
        /// The coverage of the interval in percent.
        public var level: Double
        /// The steps, the earliest first.
        public var entries: [(time: Int64, band: LiveBand)]
    }

    /// What the series is.
    public var series: SeriesDescription
    /// How it does.
    public var state: FleetState
    /// The distance of its values; `nil` when it is not known.
    public var step: Step?
    /// The first and the last time of the chart, milliseconds since 1970; `nil` for a series without points.
    public var times: ClosedRange<Int64>?
    /// The first and the last point of the series, in the chart or not, milliseconds since 1970; `nil` where there
    /// is none.
    public var extent: ClosedRange<Int64>?
    /// What is to be said where points are rollups; `nil` where none is.
    public var rollup: String?
    /// How many values there are in these times.
    public var count = 0
    /// Those that were chosen: all, or the extremes of each column and the anomalous ones.
    public var points: [Point] = []
    /// What was expected of them.
    public var band = Band.none
    /// What is expected next; `nil` when the chart does not reach to the newest point, or nobody knows.
    public var outlook: Outlook?
    /// Stretches of anomalous values that reach into the chart, the latest first.
    public var anomalies: [StoredAnomaly] = []
    /// Up to when its scores are final; `nil` for a series without points.
    public var finality: Finality?

    init(series: SeriesDescription, state: FleetState) {
        self.series = series
        self.state = state
    }
}

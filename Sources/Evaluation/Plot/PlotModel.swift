/// What a picture of one series shows, as plain values: history, what was expected of it, what looked odd,
/// and what comes next. ``SVGPlot`` and ``TerminalChart`` draw it.
///
/// Unit: all values share the unit of the series. `nan` marks what is missing or unknown; infinities are
/// drawn as missing.
public struct PlotModel: Sendable {
    /// The name of the series, shown above the picture as text.
    public var title: String
    /// The unit of the values, written beside the value axis; `nil` for none.
    public var unit: String?
    /// Where the values lie in time.
    public var axis: PlotAxis
    /// The history, oldest value first.
    public var observed: [Double]
    /// What was expected of each value of the history; empty, or as many as `observed`.
    public var expected: [Double] = []
    /// The lower bound of what was expected; empty, or as many as `observed`.
    public var lower: [Double] = []
    /// The upper bound of what was expected; empty, or as many as `observed`.
    public var upper: [Double] = []
    /// What comes after the history.
    public var forecast: PlotForecast?
    /// The stretches of the history that looked odd.
    public var anomalies: [PlotAnomaly] = []
    /// Rows of colour below the picture, each with one value a value of the history; no chart of a terminal has them.
    public var heat: [PlotHeat] = []
    /// What is written at the line between history and forecast.
    public var boundaryLabel = "now"

    /// A picture of a history alone; set the other properties to add to it.
    public init(title: String, observed: [Double], axis: PlotAxis = .steps(from: 0)) {
        self.title = title
        self.observed = observed
        self.axis = axis
    }
}

/// The continuation of a history.
public struct PlotForecast: Sendable {
    /// The expected values, the next step first.
    public var mean: [Double]
    /// Intervals around the mean, in any order.
    public var bands: [PlotBand]

    /// A forecast of `mean.count` steps.
    public init(mean: [Double], bands: [PlotBand] = []) {
        self.mean = mean
        self.bands = bands
    }
}

/// One interval around a forecast.
public struct PlotBand: Sendable {
    /// Central coverage in per cent, such as 80.
    public var level: Double
    /// Lower bounds, as many as the forecast has steps.
    public var lower: [Double]
    /// Upper bounds, as many as the forecast has steps.
    public var upper: [Double]

    /// An interval of the given coverage in per cent.
    public init(level: Double, lower: [Double], upper: [Double]) {
        self.level = level
        self.lower = lower
        self.upper = upper
    }
}

/// One stretch of a history that looked odd.
public struct PlotAnomaly: Sendable {
    /// The indices of the first and the last odd value.
    public var range: ClosedRange<Int>
    /// A short text for the reader; may be empty.
    public var label: String

    /// The stretch `range` of the history.
    public init(_ range: ClosedRange<Int>, label: String = "") {
        self.range = range
        self.label = label
    }
}

/// Where the values of a picture lie on its horizontal axis.
public enum PlotAxis: Sendable {
    /// Whole numbers counting up by 1 from the first value of the history.
    case steps(from: Int)
    /// Milliseconds since the epoch, ascending: first those of the history, then those of the forecast.
    case times([Int64], clock: PlotClock)
}

/// How moments read to a person: the offset of local clocks, and optionally other words for the ticks.
public struct PlotClock: Sendable {
    /// Local time minus UTC, in milliseconds, at a moment in milliseconds since the epoch.
    public var offset: @Sendable (Int64) -> Int64
    /// The label of a tick at a moment in milliseconds since the epoch, instead of our own.
    public var label: (@Sendable (Int64) -> String)?

    /// Coordinated universal time, with our own tick labels.
    public static let utc = PlotClock { _ in 0 }

    /// A clock with the given offset from UTC, and optionally other tick labels.
    public init(
        offset: @escaping @Sendable (Int64) -> Int64, label: (@Sendable (Int64) -> String)? = nil
    ) {
        self.offset = offset
        self.label = label
    }
}

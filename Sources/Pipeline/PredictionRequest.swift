public import Analysis
public import Detection
public import TimeSeries

/// What a caller wants to know of posted series; the defaults are those of an empty request.
public struct PredictionRequest: Sendable {
    /// How far ahead.
    public enum Horizon: Sendable, Equatable {
        /// So many steps, at least 1.
        case steps(Int)
        /// A span of time, rounded up to whole steps.
        case span(Step)
    }

    /// Which rows get scores.
    public enum Extent: String, Sendable, CaseIterable {
        case all
        case last
        case none
    }

    /// A method of the forecaster catalogue, or `auto`.
    public var method = "auto"
    /// The step; found when `nil`.
    public var step: Step?
    /// Whether a forecast is wanted.
    public var wantsForecast = true
    /// How far ahead; one season but at most 24 steps when `nil`.
    public var horizon: Horizon?
    /// The coverage of each interval in percent, each in 0 ..< 100.
    public var levels: [Double] = [80, 95]
    /// The threshold p\* of detection.
    public var alpha = DetectionSettings.defaultAlpha
    /// Which rows get scores.
    public var extent = Extent.all
    /// Which values a score may see.
    public var mode = DetectionMode.batch
    /// Steps in a season; found when `nil`; 1 for none.
    public var season: Int?
    /// Where civil days and months begin.
    public var zone = TimeZone.utc
    /// The holidays and events that are known.
    public var calendar = EventCalendar.empty
    /// The first values that are known to be normal.
    public var trainingCount: Int?
    /// Limits whose crossing is asked about.
    public var limits: [Limit] = []
    /// Where seeded methods begin.
    public var seed: UInt64 = 1

    /// A request with every default.
    public init() {}

    /// The default horizon reaches no further.
    public static let longestDefaultHorizon = 24
    /// No horizon reaches further.
    public static let longestHorizon = 10_000
    /// No request has more levels.
    public static let mostLevels = 20
    /// No series has more points.
    public static let mostPoints = 100_000
    /// No request has more series.
    public static let mostSeries = 1_000
}

public import Analysis
public import Detection
public import Forecasting
public import TimeSeries

/// What Bellwether says of one posted series.
public struct Prediction: Sendable {
    /// Whether values could be scored.
    public enum Status: String, Sendable {
        case ok
        /// Too little history for scores, or for a fit.
        case warming
    }

    /// The scores of the rows that were posted, and the times of the rows.
    public struct Behind: Sendable {
        /// One element a row in every array.
        public var scores: Scores
        /// When each row was.
        public var times: [StepTime]
    }

    /// Whether values could be scored.
    public var status: Status
    /// The method that was used, `auto/…` when it was chosen.
    public var method: String
    /// The step that was given or found; `nil` where the series has no times.
    public var step: Step?
    /// Steps in each season; empty for none.
    public var season: [Int]
    /// Means and intervals, if asked for.
    public var forecast: Forecast?
    /// When each step of the horizon is; counted on from the rows where the series has no times.
    public var horizonTimes: [StepTime]
    /// The scores, if asked for.
    public var behind: Behind?
    /// The limits asked about, answered.
    public var limits: [TimeToLimit]
    /// What the caller should know.
    public var warnings: [Warning]
    /// What laying on a grid, finding the season, fitting and forecasting took.
    public var fitNanoseconds: UInt64 = 0
    /// What scoring took.
    public var scoreNanoseconds: UInt64 = 0
}

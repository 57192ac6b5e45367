public import Forecasting

/// The alarms of one series, each value judged by earlier ones only, as a stream would.
///
/// Where ``SeriesDetector`` says of every value how unusual it is, this rings once for an incident: after a peak
/// nothing weaker is heard for a while, of 3 % of the values so far, at least 50 and at most 1,000.
public struct SeriesAlarms: Sendable {
    /// A value whose strength is at least this rings.
    ///
    /// The best threshold of the Numenta benchmark's standard profile on its 29 development files, where 50 of 60
    /// windows are found and 103 alarms are false.
    public static let threshold = 0.5
    /// Bytes remembered of a series between two values.
    public static let stateBytes = MemoryLayout<Ranking>.size

    /// One a value, 0 ..< 1 and the same in every series: mostly 0; 0 for the first 150 values; `nan` where a value is
    /// missing.
    public let strengths: [Double]

    /// The form of the stream: two seasons of values, and shapes compared with the last 512 values.
    ///
    /// On the development files of the Numenta benchmark 512 values find one window more, with 13 false alarms fewer,
    /// than 256 do: a threshold holds for its reach only. No evidence of alarms is in the long windows, whose reach is
    /// the least that every season allows.
    typealias Ranking = AlarmRanking<612, 96, 512, Float>

    /// The caller is told of progress each time so many values are judged.
    private static let stepsBetweenReports = 1_024

    /// Judges every value of a series. O(n).
    ///
    /// - Parameters:
    ///   - values: Oldest first; `nan` marks a missing one, which is no evidence of anything.
    ///   - progress: Told how far the work is; may cancel it.
    /// - Throws: ``ForecastError`` when the work was cancelled.
    public init(_ values: [Double], progress: FitProgress = .ignored) throws(ForecastError) {
        var ranking = Ranking()
        var strengths = [Double](repeating: .nan, count: values.count)
        for (step, value) in values.enumerated() {
            if step.isMultiple(of: Self.stepsBetweenReports) {
                try progress.advance(to: step, of: values.count)
            }
            if value.isFinite {
                strengths[step] = ranking.push(value).score
            } else {
                ranking.skip()
            }
        }
        self.strengths = strengths
    }

    /// The values that ring, by their places.
    public var places: [Int] { strengths.indices.filter { strengths[$0] >= Self.threshold } }
}

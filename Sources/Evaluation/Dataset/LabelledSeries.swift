public import TimeSeries

/// One series whose anomalies are known.
public struct LabelledSeries: Sendable, Equatable {
    /// Its name: that of the file without `.csv`.
    public let name: String
    /// The data set it was taken from, as in reports.
    public let dataset: String
    /// The recording that it is a part of: what learns must not see other parts of what it is judged on.
    public let recording: String
    /// The time of each value; `nil` when values are only counted.
    public let timestamps: [Timestamp]?
    /// Oldest first; `nan` marks a missing value.
    public let values: [Double]
    /// The anomalies, ascending, not touching; empty for a clean series.
    public let windows: [ClosedRange<Int>]
    /// The first values that are known to be normal; 0 where nothing is known.
    public let trainPrefix: Int
    /// The length of its patterns, ``WindowLength/of(_:)`` of the values: the widest buffer of metrics, and what
    /// trailing means are sized by.
    public let patternLength: Int

    /// A series with its anomalies.
    ///
    /// - Parameters:
    ///   - recording: `nil` when it is a recording of its own.
    ///   - timestamps: One a value, or `nil`.
    ///   - windows: Ascending, not touching, within the values.
    public init(
        name: String, dataset: String, recording: String? = nil, timestamps: [Timestamp]? = nil,
        values: [Double],
        windows: [ClosedRange<Int>], trainPrefix: Int = 0
    ) {
        precondition(
            timestamps.map { $0.count == values.count } ?? true,
            "\(timestamps?.count ?? 0) times of \(values.count) values")
        precondition(trainPrefix >= 0, "a training prefix of \(trainPrefix)")
        AnomalyWindows.check(windows, count: values.count)
        self.name = name
        self.dataset = dataset
        self.recording = recording ?? name
        self.timestamps = timestamps
        self.values = values
        self.windows = windows
        self.trainPrefix = trainPrefix
        patternLength = WindowLength.of(values)
    }

    /// For each value whether it is anomalous.
    public var labels: [Bool] {
        var labels = [Bool](repeating: false, count: values.count)
        for window in windows { for place in window { labels[place] = true } }
        return labels
    }

    /// The seasons that the usual distance of two values suggests, the most likely first; empty without times.
    public var naturalSeasons: [Int] {
        guard let timestamps, timestamps.count > 1 else { return [] }
        let distances = zip(timestamps, timestamps.dropFirst()).map { $1.milliseconds(since: $0) }.sorted()
        let usual = distances[distances.count / 2]
        return usual > 0 ? SeasonalHints.periods(of: .fixed(milliseconds: usual)) : []
    }
}

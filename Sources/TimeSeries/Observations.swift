/// The points of one series as they came: not yet on a grid.
public struct Observations: Sendable {
    /// What the series is called.
    public var labels: Labels
    /// When each value was; `nil` when only the order is known. As many as there are values.
    public var timestamps: [Timestamp]?
    /// Oldest first; `nan` marks a missing value.
    public var values: [Double]

    /// Points with as many timestamps as values, or none.
    public init(labels: Labels = Labels(), timestamps: [Timestamp]? = nil, values: [Double]) {
        precondition(
            timestamps.map { $0.count == values.count } ?? true,
            "\(timestamps?.count ?? 0) timestamps, \(values.count) values")
        self.labels = labels
        self.timestamps = timestamps
        self.values = values
    }
}

/// Why points do not make a series. Indices count from 0.
public enum SeriesError: Error, Equatable {
    /// There is no value.
    case empty
    /// The value at `index` is earlier than the one before it.
    case unsorted(index: Int)
    /// The value at `index` has the time of the one before it.
    case duplicate(index: Int)
    /// The value at `index` is infinite.
    case infinite(index: Int)
}

/// Something the caller should know about how points were read.
public struct SeriesWarning: Sendable, Equatable {
    /// The kinds, by their permanent words.
    public enum Code: String, Sendable {
        /// The times have no common step; only their order was used.
        case irregularTimestamps = "irregular_timestamps"
        /// Steps without a value.
        case gaps
    }

    /// The kind.
    public var code: Code
    /// What it means here.
    public var detail: String
}

/// What was seen of one series, as it came in: values, and the times they belong to if they have any.
///
/// Times increase strictly; an `Observations` with others does not exist.
public struct Observations: Sendable, Hashable {
    /// Whose values these are.
    public let labels: Labels
    /// When each value was seen; `nil` when only the order is known.
    public let timestamps: [Timestamp]?
    /// Oldest first, in the unit of the metric; `nan` marks a missing value, none is infinite.
    public let values: [Double]

    /// Observations in the order of time.
    ///
    /// - Throws: ``ObservationsError``, for the first row that is at fault.
    public init(
        labels: Labels = .none, timestamps: [Timestamp]? = nil, values: [Double]
    ) throws(ObservationsError) {
        if let timestamps {
            guard timestamps.count == values.count else {
                throw .countsDiffer(timestamps: timestamps.count, values: values.count)
            }
            for index in timestamps.indices.dropFirst() where timestamps[index] <= timestamps[index - 1] {
                throw .notAscending(
                    index: index, previous: timestamps[index - 1], found: timestamps[index])
            }
        }
        if let index = values.firstIndex(where: \.isInfinite) { throw .infinite(index: index) }
        self.labels = labels
        self.timestamps = timestamps
        self.values = values
    }
}

/// Why rows are no observations.
public enum ObservationsError: Error, Equatable {
    /// A time is missing for a value, or a value for a time.
    case countsDiffer(timestamps: Int, values: Int)
    /// The time at `index`, counted from 0, is that of the row before, or earlier.
    case notAscending(index: Int, previous: Timestamp, found: Timestamp)
    /// The value at `index`, counted from 0, is infinite.
    case infinite(index: Int)
}

extension ObservationsError: CustomStringConvertible {
    /// The error as a sentence without its full stop; indices count from 0.
    public var description: String {
        switch self {
        case .countsDiffer(let timestamps, let values): "\(timestamps) timestamps for \(values) values"
        case .notAscending(let index, let previous, let found):
            previous == found
                ? "timestamp \(index) is a duplicate: \(found) comes twice"
                : "timestamp \(index) is not in order: \(found) comes after \(previous)"
        case .infinite(let index): "value \(index) is infinite"
        }
    }
}

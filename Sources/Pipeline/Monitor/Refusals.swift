internal import Ingest

/// Why a sample is not taken.
public enum IngestRefusal: Int, Sendable, CaseIterable {
    /// What came is no sample.
    case malformed
    /// Labels that are none, or without a name.
    case labels
    /// A new series beyond `max-series`.
    case maxSeries
    /// A time that lies far ahead of the clock.
    case ahead
    /// A time before the year 1, or before what is kept.
    case tooOld
    /// A counter with several senders has gone on without it.
    case outOfOrder
    /// Its sender said something else for the same time.
    case differs

    /// The name as a label value.
    public var name: String {
        switch self {
        case .malformed: "malformed"
        case .labels: "labels"
        case .maxSeries: "max_series"
        case .ahead: "ahead"
        case .tooOld: "too_old"
        case .outOfOrder: "out_of_order"
        case .differs: "differs"
        }
    }
}

/// What was not taken, why, and the first reasons in words.
struct Refusals {
    private var counts = InlineArray<7, Int>(repeating: 0)
    /// Samples that are not in what the decoder refused.
    private(set) var count = 0
    private(set) var errors: [DecodeError] = []

    /// How many samples were refused for a reason.
    subscript(reason: IngestRefusal) -> Int { counts[reason.rawValue] }

    /// Counts what the decoder has refused, and the report has already.
    mutating func add(_ reason: IngestRefusal, _ points: Int) { counts[reason.rawValue] += points }

    mutating func add(_ points: Int, _ reason: IngestRefusal, _ error: @autoclosure () -> DecodeError) {
        counts[reason.rawValue] += points
        count += points
        if errors.count < DecodedPoints.errorLimit { errors.append(error()) }
    }
}

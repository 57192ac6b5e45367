/// Makes running totals of what senders count interval by interval.
///
/// A series of deltas becomes a counter as Prometheus has them: it begins with its first delta, and begins again
/// when it was forgotten. So rates are the same whichever way a sender counts, and a lost interval lowers a rate
/// instead of being a fall of the value.
///
/// - Source: OpenTelemetry specification, *Metrics Data Model*, "Temporality" and "Resets and Gaps".
public struct DeltaAccumulator: Sendable {
    /// What became of a delta.
    public enum Outcome: Equatable, Sendable {
        /// It is counted; the total at its end.
        case total(Double)
        /// It ends before the last one did, or where that ended with another start or value.
        case outOfOrder
        /// It begins before the last one ended.
        case overlapping
        /// It ends before it begins.
        case backwards
        /// It is infinite or no number, which a total would stay for ever.
        case notFinite
        /// Its series is new, and there are as many as are remembered.
        case full
    }

    private struct Total: Sendable {
        var start: UInt64
        var end: UInt64
        var last: Double
        var sum: Double
    }

    private var totals: SeriesMemory<Total>

    /// Nothing counted yet.
    ///
    /// - Parameter mostSeries: The most series that are remembered; some 200 bytes each.
    public init(mostSeries: Int) {
        totals = SeriesMemory(mostSeries: mostSeries)
    }

    /// How many series are remembered.
    public var count: Int { totals.count }

    /// Counts what came in an interval.
    ///
    /// An interval that comes twice, as when a request is sent again, is counted once and has the same total.
    ///
    /// - Parameters:
    ///   - delta: What came, in the unit of the series.
    ///   - start: When the interval begins, in nanoseconds since 1970; 0 for where the last one ended.
    ///   - end: When it ends.
    ///   - labels: The encoded labels of the series.
    public mutating func add(
        _ delta: Double, from start: UInt64, to end: UInt64, of labels: UnsafeBufferPointer<UInt8>
    ) -> Outcome {
        guard delta.isFinite else { return .notFinite }
        guard start <= end else { return .backwards }
        guard let index = totals.index(of: labels) else {
            let total = Total(start: start, end: end, last: delta, sum: delta)
            return totals.insert(total, at: end, for: labels) ? .total(delta) : .full
        }
        let known = totals[index]
        guard end > known.end else {
            let isSame = end == known.end && start == known.start && delta == known.last
            return isSame ? .total(known.sum) : .outOfOrder
        }
        guard start == 0 || start >= known.end else { return .overlapping }
        let sum = known.sum + delta
        guard sum.isFinite else { return .notFinite }
        totals[index] = Total(start: start, end: end, last: delta, sum: sum)
        totals.touch(index, at: end)
        return .total(sum)
    }

    /// Forgets series whose last interval ended before a time, in nanoseconds since 1970.
    public mutating func forget(before time: UInt64) {
        totals.forget(before: time)
    }
}

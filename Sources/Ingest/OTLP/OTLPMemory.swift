public import TimeSeries

/// What is remembered of the series of OTLP senders between their requests: totals of deltas, when counters began,
/// and the last buckets of cumulative histograms.
///
/// Time in it is the senders'. It is a value: whoever keeps it decides when it is stored, copied or thrown away;
/// without it, after a restart, totals begin again and a cumulative histogram has no quantiles for one interval.
public struct OTLPMemory: Sendable {
    /// The buckets of a cumulative histogram.
    struct Buckets: Sendable {
        /// Explicit ones have bounds.
        enum Counts: Sendable {
            case explicit(bounds: [Double], counts: [Double])
            case exponential(ExponentialBuckets)
        }

        var start: UInt64
        var end: UInt64
        var counts: Counts
    }

    /// When a cumulative counter began, and when it was seen last.
    struct Span: Sendable {
        var start: UInt64
        var end: UInt64
    }

    var deltas: DeltaAccumulator
    var spans: SeriesMemory<Span>
    var buckets: SeriesMemory<Buckets>

    /// The most series of each sort, unless said otherwise.
    public static let usualMostSeries = 200_000

    /// Nothing remembered.
    ///
    /// - Parameter mostSeries: The most series of each sort: of deltas, of counters and of histograms. Deltas of
    ///   more are rejected; of the other sorts only what needs the memory is missing.
    public init(mostSeries: Int = OTLPMemory.usualMostSeries) {
        deltas = DeltaAccumulator(mostSeries: mostSeries)
        spans = SeriesMemory(mostSeries: mostSeries)
        buckets = SeriesMemory(mostSeries: mostSeries)
    }

    /// How many series are remembered, each sort for itself.
    public var count: Int { deltas.count + spans.count + buckets.count }

    /// Forgets series that sent nothing since a time. O(*n*) in the series remembered.
    public mutating func forget(before time: Timestamp) {
        let milliseconds = UInt64(clamping: time.milliseconds)
        let limit = milliseconds > UInt64.max / 1_000_000 ? UInt64.max : milliseconds * 1_000_000
        deltas.forget(before: limit)
        spans.forget(before: limit)
        buckets.forget(before: limit)
    }

    /// When a counter began again, if it is known to have done so after it was seen last; and remembers it.
    mutating func restart(
        start: UInt64, end: UInt64, of labels: UnsafeBufferPointer<UInt8>
    ) -> UInt64? {
        guard start > 0, start < end else { return nil }
        guard let index = spans.index(of: labels) else {
            spans.insert(Span(start: start, end: end), at: end, for: labels)
            return nil
        }
        let known = spans[index]
        guard end > known.end else { return nil }
        spans[index] = Span(start: start, end: end)
        spans.touch(index, at: end)
        return start > known.start && start > known.end ? start : nil
    }

    /// The counts of a cumulative histogram that came since it was seen last, and remembers it.
    ///
    /// - Returns: `nil` when it was not seen before, is older than what was, or its buckets are others.
    mutating func increase(
        _ now: Buckets, of labels: UnsafeBufferPointer<UInt8>
    ) -> Buckets.Counts? {
        guard let index = buckets.index(of: labels) else {
            buckets.insert(now, at: now.end, for: labels)
            return nil
        }
        let known = buckets[index]
        guard now.end > known.end else { return nil }
        buckets[index] = now
        buckets.touch(index, at: now.end)
        // It began again after it was seen: all it has came since.
        if now.start > known.start, now.start >= known.end { return now.counts }
        switch (now.counts, known.counts) {
        case (.explicit(let bounds, let counts), .explicit(let knownBounds, let knownCounts)):
            guard bounds == knownBounds, counts.count == knownCounts.count else { return nil }
            let increase = zip(counts, knownCounts).map { $0 - $1 }
            return increase.contains { $0 < 0 } ? now.counts : .explicit(bounds: bounds, counts: increase)
        case (.exponential(let all), .exponential(let known)):
            return .exponential(all.increase(since: known) ?? all)
        default: return nil
        }
    }
}

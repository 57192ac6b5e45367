/// One of the senders of a combined series: what it said last.
struct Sender: BitwiseCopyable {
    /// The number of the series that it is a part of.
    let series: UInt32
    /// Milliseconds since 1970 of its newest point; `Int64.min` before the first.
    private(set) var last = Int64.min
    /// Its newest value; not finite when it counts no more.
    private(set) var value = Double.nan
    /// The distance of its last two points in milliseconds; 0 while unknown.
    private(set) var gap: Int64 = 0
    private var seen = InlineArray<8, Seen>(repeating: Seen())
    private var count = 0

    /// A point of a sender, and what was stored for it.
    struct Seen: BitwiseCopyable {
        var time = Int64.min
        var bits: UInt64 = 0
        var stored = Int64.min
        var storedValue = 0.0
    }

    /// A sender that is silent for so long, or three of its own distances if that is more, is gone.
    ///
    /// - Source: Prometheus, *Querying basics*, "Staleness": five minutes.
    static let patience: Int64 = 300_000

    init(series: UInt32) { self.series = series }

    /// Whether it still has a part in its series at a time.
    func isLive(at time: Int64) -> Bool {
        value.isFinite && last != .min && time - last <= max(Self.patience, 3 * gap)
    }

    /// A remembered point of a time: senders come again with what was not acknowledged.
    func seen(at time: Int64) -> Seen? {
        for place in 0..<min(count, 8) where seen[place].time == time { return seen[place] }
        return nil
    }

    /// Takes a point that is later than all before.
    mutating func take(_ time: Int64, _ value: Double) {
        if last != .min { gap = time - last }
        last = time
        self.value = value
    }

    /// Notes what was stored for its newest point, or of the last before it.
    mutating func note(bits: UInt64, stored: Int64, _ storedValue: Double) {
        seen[count % 8] = Seen(time: last, bits: bits, stored: stored, storedValue: storedValue)
        count = count == .max ? 8 : count + 1
    }
}

/// What is stored for a series with several senders.
struct Mix {
    /// How values of senders become one.
    enum Kind {
        case mean, sum, max, last
        /// Each value is an amount of its own.
        case amounts
        /// Counters: what they have risen by since they were first seen, added up.
        case increases
    }

    let kind: Kind
    /// Places in the table of senders, those that are gone left out now and then.
    var senders: [Int32] = []
    /// The newest point that was stored, and its value.
    var last = Int64.min
    var lastValue = Double.nan
    /// Of counters, what was added up.
    var total = 0.0

    init(_ kind: Kind) { self.kind = kind }
}

extension Mix.Kind {
    /// As a rule says, else as the metric is aggregated: a sum of amounts keeps every amount.
    init(_ rule: Combination?, _ aggregation: Aggregation) {
        guard aggregation != .rate else {
            self = .increases
            return
        }
        switch rule {
        case .mean: self = .mean
        case .sum: self = .sum
        case .max: self = .max
        case .last: self = .last
        case nil:
            switch aggregation {
            case .mean, .rate: self = .mean
            case .sum: self = .amounts
            case .last: self = .last
            case .max: self = .max
            }
        }
    }
}

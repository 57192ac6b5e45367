/// A stretch of time in which a zone's offset does not change.
struct ZonePeriod: Hashable {
    /// The first millisecond of the stretch; `Int64.min` when it has no beginning.
    var start: Int64
    /// The first millisecond after the stretch; `Int64.max` when it has no end.
    var end: Int64
    /// Seconds east of UTC.
    var offsetSeconds: Int

    static func always(offsetSeconds: Int) -> ZonePeriod {
        ZonePeriod(start: .min, end: .max, offsetSeconds: offsetSeconds)
    }

    /// Milliseconds east of UTC.
    var offset: Int64 { Int64(offsetSeconds) * 1_000 }

    func contains(_ moment: Timestamp) -> Bool {
        moment.milliseconds >= start && moment.milliseconds < end
    }
}

/// The transitions of one zone. A class so that copies of a zone share them; nothing in it ever changes.
final class ZoneRules: Sendable {
    /// When offsets change, in seconds since the epoch, ascending.
    private let transitions: [Int64]
    /// The offset from each transition on.
    private let offsets: [Int]
    /// The offset before the first transition.
    private let firstOffset: Int
    /// The rule from the last transition on; `nil`: the last offset stays.
    private let rule: ClockRule?

    /// - Precondition: `transitions` ascend strictly; one offset each.
    init(transitions: [Int64], offsets: [Int], firstOffset: Int, rule: ClockRule?) {
        precondition(transitions.count == offsets.count, "\(transitions.count) and \(offsets.count)")
        self.transitions = transitions
        self.offsets = offsets
        self.firstOffset = firstOffset
        self.rule = rule
    }

    var isUTC: Bool {
        firstOffset == 0 && offsets.allSatisfy { $0 == 0 }
            && (rule.map { $0.standardOffset == 0 && $0.summer == nil } ?? true)
    }

    /// - Parameter second: Seconds since the epoch, within the years of ``Timestamp``.
    func period(at second: Int64) -> ZonePeriod {
        var low = 0
        var high = transitions.count
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle] <= second { low = middle + 1 } else { high = middle }
        }
        let start = low > 0 ? Self.milliseconds(transitions[low - 1]) : .min
        if low < transitions.count {
            return ZonePeriod(
                start: start, end: Self.milliseconds(transitions[low]),
                offsetSeconds: low > 0 ? offsets[low - 1] : firstOffset)
        }
        guard let rule else {
            return ZonePeriod(start: start, end: .max, offsetSeconds: offsets.last ?? firstOffset)
        }
        var period = rule.period(at: second)
        period.start = max(period.start, start)
        return period
    }

    private static func milliseconds(_ seconds: Int64) -> Int64 {
        seconds.multipliedSaturated(by: 1_000)
    }
}

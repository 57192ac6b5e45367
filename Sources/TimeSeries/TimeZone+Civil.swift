/// What a local clock reading means in a zone.
public enum CivilMeaning: Hashable, Sendable {
    /// One moment.
    case one(Timestamp)
    /// Clocks were set back and showed this reading twice.
    case twice(earlier: Timestamp, later: Timestamp)
    /// Clocks were set forward over this reading. `shifted` is the moment that is as far after the change as
    /// the reading is into the gap: 02:30 becomes 03:30.
    case never(shifted: Timestamp)

    /// The only moment, the earlier of two, or the shifted one.
    public var first: Timestamp {
        switch self {
        case .one(let moment), .never(let moment): moment
        case .twice(let earlier, _): earlier
        }
    }
}

extension TimeZone {
    /// What a reading of local clocks means; stops at the ends of time.
    public func meaning(of civil: CivilTime) -> CivilMeaning {
        let clock = civil.clock
        guard !isUTC else { return .one(Timestamp(milliseconds: clock)) }

        // Offsets lie within 26 hours of UTC, so the moments that could be meant do too.
        let reach: Int64 = 26 * 3_600_000
        let last = Timestamp(milliseconds: clock.addingSaturated(reach))
        var period = period(at: Timestamp(milliseconds: clock.addingSaturated(-reach)))
        var candidates: (earlier: Timestamp, later: Timestamp)?
        var shifted = Timestamp(milliseconds: clock.addingSaturated(-period.offset))
        while true {
            let moment = Timestamp(milliseconds: clock.addingSaturated(-period.offset))
            if period.contains(moment) {
                candidates = (candidates?.earlier ?? moment, moment)
            } else if moment.milliseconds >= period.end {
                shifted = moment  // would be here, had the clocks not changed
            }
            guard period.end <= last.milliseconds else { break }
            period = self.period(at: Timestamp(milliseconds: period.end))
        }
        guard let candidates else { return .never(shifted: shifted) }
        return candidates.earlier == candidates.later
            ? .one(candidates.earlier) : .twice(earlier: candidates.earlier, later: candidates.later)
    }
}

/// Turns many local clock readings, mostly ascending, into moments: remembers the last stretch of constant
/// offset, so that the usual reading costs a comparison.
public struct CivilReader: Sendable {
    private let zone: TimeZone
    /// Readings in here mean one moment, with this offset.
    private var safe: ClosedRange<Int64> = 0...0
    private var offset: Int64?

    /// A reader of the local clocks of a zone.
    public init(zone: TimeZone) {
        self.zone = zone
    }

    /// The same as ``TimeZone/meaning(of:)``.
    public mutating func meaning(of civil: CivilTime) -> CivilMeaning {
        let clock = civil.clock
        if let offset, safe.contains(clock) { return .one(Timestamp(milliseconds: clock - offset)) }
        let meaning = zone.meaning(of: civil)
        if case .one(let moment) = meaning {
            let period = zone.period(at: moment)
            let day: Int64 = 26 * 3_600_000  // no change of clocks is larger
            let first = period.start.addingSaturated(period.offset).addingSaturated(day)
            let last = period.end.addingSaturated(period.offset).addingSaturated(-day)
            offset = first <= last ? period.offset : nil
            safe = min(first, last)...max(first, last)
        }
        return meaning
    }
}

/// The times of the steps of a series: an origin and a step.
///
/// Every time is computed from the origin, so that nothing drifts: with months, 31 January is followed by
/// 28 February and 31 March. Days and months are civil ones of the zone and keep their time of day; one that
/// a change of clocks skips moves forward, of one that comes twice the earlier counts.
public struct TimeGrid: Hashable, Sendable {
    /// The time of step 0.
    public let origin: Timestamp
    /// The distance from one step to the next.
    public let step: Step
    /// Where civil days and months begin and end.
    public let zone: TimeZone
    /// The day of the month, 1 ... 31, that steps of months aim at; shorter months have their last day.
    /// `nil`: that of the origin.
    public let dayOfMonth: Int?

    /// A grid that begins at `origin`.
    ///
    /// - Precondition: `step` is at least 1 of its unit, `dayOfMonth` in 1 ... 31.
    public init(origin: Timestamp, step: Step, zone: TimeZone = .utc, dayOfMonth: Int? = nil) {
        precondition(step.isPositive, "a step of \(step)")
        precondition(dayOfMonth.map { (1...31).contains($0) } ?? true, "day \(dayOfMonth ?? 0) of the month")
        self.origin = origin
        self.step = step
        self.zone = zone
        self.dayOfMonth = dayOfMonth
    }

    /// The time of a step; negative ones lie before the origin. Stops at the ends of time.
    public func time(at index: Int) -> Timestamp {
        guard index != 0 else { return origin }
        if case .fixed(let milliseconds) = step {
            return origin.advanced(byMilliseconds: Int64(index).multipliedSaturated(by: milliseconds))
        }
        return Self.add(step, times: index, to: origin, in: zone, dayOfMonth: dayOfMonth)
    }

    /// The grid whose step 0 is step `steps` of this one.
    public static func + (grid: TimeGrid, steps: Int) -> TimeGrid {
        var dayOfMonth = grid.dayOfMonth
        if case .months = grid.step { dayOfMonth = dayOfMonth ?? grid.zone.civil(at: grid.origin).date.day }
        return TimeGrid(
            origin: grid.time(at: steps), step: grid.step, zone: grid.zone, dayOfMonth: dayOfMonth)
    }

    /// `count` steps after a moment, in civil time unless the step is fixed.
    private static func add(
        _ step: Step, times count: Int, to moment: Timestamp, in zone: TimeZone, dayOfMonth: Int? = nil
    ) -> Timestamp {
        let start = zone.civil(at: moment)
        let date: CivilDate
        switch step {
        case .fixed(let milliseconds):
            return moment.advanced(byMilliseconds: Int64(count).multipliedSaturated(by: milliseconds))
        case .days(let days):
            date = start.date.adding(days: count.multipliedSaturated(by: days))
        case .months(let months):
            date = start.date.adding(months: count.multipliedSaturated(by: months), day: dayOfMonth)
        }
        return zone.meaning(of: CivilTime(date: date, millisecondOfDay: start.millisecondOfDay)).first
    }
}

extension TimeGrid {
    /// Where a moment lies on a grid.
    public struct Place: Hashable, Sendable {
        /// The nearest step; of two at the same distance the later.
        public var index: Int
        /// Milliseconds that the moment lies after that step; negative when before.
        public var distance: Int64
        /// Whether the moment is that of the step.
        public var isExact: Bool { distance == 0 }
    }

    /// The step nearest to a moment; negative before the origin.
    public func index(of moment: Timestamp) -> Place {
        let guess: Int
        switch step {
        case .fixed(let milliseconds):
            let since = moment.milliseconds(since: origin)
            let below = since.flooredQuotient(by: milliseconds)
            let rest = since - below * milliseconds
            let isNearerToNext = rest >= milliseconds - rest
            return Place(
                index: Int(isNearerToNext ? below + 1 : below),
                distance: isNearerToNext ? rest - milliseconds : rest)
        case .days(let days):
            let from = zone.civil(at: origin).date.daysSinceEpoch
            guess = (zone.civil(at: moment).date.daysSinceEpoch - from).flooredQuotient(by: days)
        case .months(let months):
            let from = zone.civil(at: origin).date.monthCount
            guess = (zone.civil(at: moment).date.monthCount - from).flooredQuotient(by: months)
        }
        var best = Place(index: guess - 1, distance: moment.milliseconds(since: time(at: guess - 1)))
        for index in guess...(guess + 1) {
            let distance = moment.milliseconds(since: time(at: index))
            if abs(distance) <= abs(best.distance) { best = Place(index: index, distance: distance) }
        }
        return best
    }

    /// How many steps a duration takes, rounded up: 24 hours are 288 steps of 5 minutes, 10 minutes are one
    /// step of an hour.
    ///
    /// Days count 24 hours against fixed steps, and 24 hours a civil day. Months against other steps, and
    /// other durations against steps of months, are counted in the calendar from step `index` on.
    ///
    /// - Parameters:
    ///   - duration: At least 1 of its unit.
    ///   - index: The step that the duration begins at, such as the last one with a value.
    /// - Returns: At least 1, unless the end of time is reached.
    public func steps(covering duration: Step, from index: Int = 0) -> Int {
        let start = time(at: index)
        let end = Self.add(duration, times: 1, to: start, in: zone, dayOfMonth: nil)
        switch (step, duration) {
        case (.months(let each), .months(let count)):
            return Self.quotientRoundedUp(Int64(count), Int64(each))
        case (.months, _):
            let first = self.index(of: start).index  // `index`, unless the end of time cut it off
            var last = self.index(of: end).index
            if time(at: last) < end { last += 1 }
            return max(last - first, 0)
        case (.days(let each), .months):
            let days = zone.civil(at: end).date.daysSinceEpoch - zone.civil(at: start).date.daysSinceEpoch
            return Self.quotientRoundedUp(Int64(days), Int64(each))
        case (.fixed(let each), .months):
            return Self.quotientRoundedUp(end.milliseconds(since: start), each)
        case (.days, _), (.fixed, _):
            return Self.quotientRoundedUp(duration.nominalMilliseconds, step.nominalMilliseconds)
        }
    }

    private static func quotientRoundedUp(_ dividend: Int64, _ divisor: Int64) -> Int {
        let (quotient, rest) = dividend.quotientAndRemainder(dividingBy: divisor)
        return Int(rest > 0 ? quotient + 1 : quotient)
    }
}

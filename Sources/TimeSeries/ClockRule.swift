/// The rule that says when clocks change in every year to come, as the `TZ` variable of POSIX writes it:
/// `CET-1CEST,M3.5.0,M10.5.0/3`.
///
/// - Source: POSIX.1-2017, section 8.3, with the hours −167 ... 167 of RFC 8536, section 3.3.1.
struct ClockRule: Hashable {
    /// Seconds east of UTC outside summer time.
    let standardOffset: Int
    /// `nil`: clocks never change.
    let summer: Summer?

    /// The part of the year in which another offset holds.
    struct Summer: Hashable {
        var offset: Int
        var start: YearDay
        var end: YearDay
    }

    /// A moment of every year, by the clocks that are about to change.
    struct YearDay: Hashable {
        enum Day: Hashable {
            /// 1 ... 365, 29 February not counted.
            case julian(Int)
            /// 0 ... 365, 29 February counted.
            case ordinal(Int)
            /// Weekday 0 (Sunday) ... 6, its first ... fourth time in a month, or 5 for its last.
            case monthWeekday(month: Int, week: Int, weekday: Int)
        }
        var day: Day
        /// Seconds after midnight, may lie on another day.
        var seconds: Int

        /// Seconds since 1970-01-01T00:00 on the local clock.
        func clock(in year: Int) -> Int64 {
            Int64(daysSinceEpoch(in: year)) * 86_400 + Int64(seconds)
        }

        private func daysSinceEpoch(in year: Int) -> Int {
            let newYear = Self.days(year, 1, 1)
            switch day {
            case .ordinal(let days):
                return newYear + days
            case .julian(let days):
                let isLeap = CivilDate.days(inMonth: 2, of: year) == 29
                return newYear + days - 1 + (isLeap && days >= 60 ? 1 : 0)
            case .monthWeekday(let month, let week, let weekday):
                let first = Self.days(year, month, 1)
                let firstWeekday = (first + 4).flooredRemainder(by: 7)  // 1970-01-01 was a Thursday, 4
                var day = (weekday - firstWeekday).flooredRemainder(by: 7) + (week - 1) * 7
                if day >= CivilDate.days(inMonth: month, of: year) { day -= 7 }
                return first + day
            }
        }

        private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
            CivilDate(year: year, month: month, day: day)?.daysSinceEpoch ?? 0
        }
    }

    /// The stretch of constant offset around a moment.
    ///
    /// - Parameter second: Seconds since the epoch, within the years of ``Timestamp``.
    func period(at second: Int64) -> ZonePeriod {
        guard let summer else { return .always(offsetSeconds: standardOffset) }
        let year = CivilTime(clock: (second + Int64(standardOffset)) * 1_000).date.year

        // Changes of the neighbouring years too: a rule may reach over New Year. One that holds all year ends
        // and starts at the same moment; then the start, which is `later`, counts.
        var changes: [(at: Int64, later: Int, offset: Int)] = []
        for year in (year - 1)...(year + 1) {
            changes.append((summer.end.clock(in: year) - Int64(summer.offset), 0, standardOffset))
            changes.append((summer.start.clock(in: year) - Int64(standardOffset), 1, summer.offset))
        }
        changes.sort { ($0.at, $0.later) < ($1.at, $1.later) }
        let next = changes.firstIndex { $0.at > second } ?? changes.count
        guard next > 0 else { return .always(offsetSeconds: standardOffset) }
        return ZonePeriod(
            start: changes[next - 1].at * 1_000,
            end: next < changes.count ? changes[next].at * 1_000 : .max,
            offsetSeconds: changes[next - 1].offset)
    }
}

/// On which days an event of a calendar file takes place again.
///
/// - Source: RFC 5545, section 3.3.10, without the parts that count set positions, weeks, days of the year and
///   times of day.
struct RecurrenceRule: Sendable, Hashable {
    enum Frequency: String, Sendable, CaseIterable {
        case daily = "DAILY"
        case weekly = "WEEKLY"
        case monthly = "MONTHLY"
        case yearly = "YEARLY"
    }

    /// A day of the week, all of them or by its place in the month or year; -1 is the last.
    struct Day: Sendable, Hashable {
        var weekday: Weekday
        var ordinal: Int?
    }

    var frequency: Frequency
    /// At least 1.
    var interval = 1
    /// How many times in all.
    var count: Int?
    /// The last start there may be.
    var until: ICalendarEvent.Moment?
    var months: [Int] = []
    /// 1 … 31, or -31 … -1 from the end.
    var monthDays: [Int] = []
    var days: [Day] = []
    var weekStart = Weekday.monday

    /// A rule is followed for so many days, weeks, months or years.
    static let mostPeriods = 20_000

    /// The days in `first ... last` on which an event takes place that begins on `start`, ascending.
    func dates(of start: CivilDate, from first: CivilDate, to last: CivilDate) -> [CivilDate] {
        var found: [CivilDate] = []
        var counted = 0
        let begin = count == nil ? firstPeriod(of: start, near: first) : 0
        for period in begin..<(begin + Self.mostPeriods) {
            guard let candidates = candidates(start, period: period * interval, last: last) else { break }
            for date in candidates where date >= start {
                counted += 1
                if let count, counted > count { return found }
                if date > last { return found }
                if date >= first { found.append(date) }
            }
        }
        return found
    }

    /// A period that ends before `first`, so that nothing is missed and little is walked.
    private func firstPeriod(of start: CivilDate, near first: CivilDate) -> Int {
        let days = first.daysSinceEpoch - start.daysSinceEpoch
        let length =
            switch frequency {
            case .daily: 1
            case .weekly: 7
            case .monthly: 31
            case .yearly: 366
            }
        return max(days / (length * interval) - 1, 0)
    }

    /// The days of the period so many days, weeks, months or years after that of the start, ascending; `nil` when
    /// it lies after `last`.
    private func candidates(_ start: CivilDate, period: Int, last: CivilDate) -> [CivilDate]? {
        switch frequency {
        case .daily:
            let date = start.adding(days: period)
            guard date <= last else { return nil }
            return isAllowed(date) ? [date] : []
        case .weekly:
            let back = (start.weekday - weekStart.rawValue).flooredRemainder(by: 7)
            let monday = start.adding(days: period * 7 - back)
            guard monday <= last else { return nil }
            let wanted = days.isEmpty ? [start.weekday] : days.map(\.weekday.rawValue)
            return (0..<7).map { monday.adding(days: $0) }.filter { date in
                wanted.contains(date.weekday) && (months.isEmpty || months.contains(date.month))
            }
        case .monthly:
            let total = start.monthCount + period
            let (year, month) = (total.flooredQuotient(by: 12), total.flooredRemainder(by: 12) + 1)
            guard (year, month) <= (last.year, last.month) else { return nil }
            guard months.isEmpty || months.contains(month) else { return [] }
            return dates(inMonth: month, of: year, start)
        case .yearly:
            let year = start.year + period
            guard year <= last.year else { return nil }
            if months.isEmpty, monthDays.isEmpty, !days.isEmpty { return datesByWeekday(of: year) }
            let months =
                !months.isEmpty ? months : (monthDays.isEmpty ? [start.month] : Array(1...12))
            return months.sorted().flatMap { dates(inMonth: $0, of: year, start) }
        }
    }

    private func isAllowed(_ date: CivilDate) -> Bool {
        (months.isEmpty || months.contains(date.month)) && isMonthDay(date)
            && (days.isEmpty || days.contains { $0.weekday.rawValue == date.weekday })
    }

    private func isMonthDay(_ date: CivilDate) -> Bool {
        guard !monthDays.isEmpty else { return true }
        let fromEnd = date.day - CivilDate.days(inMonth: date.month, of: date.year) - 1
        return monthDays.contains(date.day) || monthDays.contains(fromEnd)
    }

    private func dates(inMonth month: Int, of year: Int, _ start: CivilDate) -> [CivilDate] {
        guard !days.isEmpty else {
            let length = CivilDate.days(inMonth: month, of: year)
            let wanted =
                monthDays.isEmpty ? [start.day] : monthDays.map { $0 > 0 ? $0 : length + 1 + $0 }
            return Set(wanted).sorted().compactMap { CivilDate(year: year, month: month, day: $0) }
        }
        return days.flatMap { day -> [CivilDate] in
            let ordinals = day.ordinal.map { [$0] } ?? Array(1...5)
            return ordinals.compactMap { .nth($0, day.weekday, month: month, of: year) }
        }.filter(isMonthDay).sorted()
    }

    /// Days of the week by their place in the year, or all of them.
    private func datesByWeekday(of year: Int) -> [CivilDate] {
        guard let first = CivilDate(year: year, month: 1, day: 1),
            let last = CivilDate(year: year, month: 12, day: 31)
        else { return [] }
        return days.flatMap { day -> [CivilDate] in
            let begin = first.onOrAfter(day.weekday)
            let count = (last.daysSinceEpoch - begin.daysSinceEpoch) / 7 + 1
            let places = day.ordinal.map { [$0 > 0 ? $0 - 1 : count + $0] } ?? Array(0..<count)
            return places.filter { (0..<count).contains($0) }.map { begin.adding(days: $0 * 7) }
        }.sorted()
    }
}

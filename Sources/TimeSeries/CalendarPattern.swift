/// Times that come on one day of the month, or on the ends of months.
struct CalendarPattern {
    /// The day that all rows aim at; in shorter months they have the last day.
    let dayOfMonth: Int
    /// The number of months between rows; the largest that reaches all.
    let months: Int

    /// Local times of day may differ by so much, in milliseconds: month starts of a zone whose clocks change
    /// look so when they are written in UTC.
    private static let timeOfDaySpread = 3 * 3_600_000

    /// The pattern of times; `nil` when they have none, which the second row usually shows.
    init?(_ timestamps: [Timestamp], zone: TimeZone) {
        var dates: [CivilDate] = []
        var earliest = Int.max
        var latest = 0
        var months = 0
        for timestamp in timestamps {
            let civil = zone.civil(at: timestamp)
            if let previous = dates.last {
                let distance = civil.date.monthCount - previous.monthCount
                guard distance > 0 else { return nil }
                months = greatestCommonDivisor(months, distance)
            }
            dates.append(civil.date)
            earliest = min(earliest, civil.millisecondOfDay)
            latest = max(latest, civil.millisecondOfDay)
            guard latest - earliest <= Self.timeOfDaySpread else { return nil }
        }
        guard months > 0 else { return nil }

        let day = dates.allSatisfy(\.isMonthEnd) ? 31 : dates.reduce(1) { max($0, $1.day) }
        let isHit = dates.allSatisfy { $0.day == min(day, CivilDate.days(inMonth: $0.month, of: $0.year)) }
        guard isHit else { return nil }
        dayOfMonth = day
        self.months = months
    }
}

/// The largest number that divides both; the other one when one is 0.
func greatestCommonDivisor<T: BinaryInteger>(_ a: T, _ b: T) -> T {
    var (a, b) = (a, b)
    while b != 0 { (a, b) = (b, a % b) }
    return a
}

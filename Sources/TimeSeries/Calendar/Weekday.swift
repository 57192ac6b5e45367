/// A day of the week; raw values as in ISO 8601.
public enum Weekday: Int, Sendable, Hashable, CaseIterable {
    case monday = 1
    case tuesday, wednesday, thursday, friday, saturday, sunday

    /// Whether it is a Saturday or a Sunday.
    public var isWeekend: Bool { self == .saturday || self == .sunday }
}

extension CivilDate {
    /// The first such day of the week on this date or after it.
    public func onOrAfter(_ day: Weekday) -> CivilDate {
        adding(days: (day.rawValue - weekday).flooredRemainder(by: 7))
    }

    /// Whether it is a Saturday or a Sunday.
    var isWeekend: Bool { weekday >= Weekday.saturday.rawValue }

    /// A day of the week by its place in a month.
    ///
    /// - Parameter ordinal: 1 for the first …; -1 for the last …; not 0.
    /// - Returns: `nil` where the month has no such day.
    static func nth(_ ordinal: Int, _ day: Weekday, month: Int, of year: Int) -> CivilDate? {
        let length = CivilDate.days(inMonth: month, of: year)
        let found: CivilDate?
        if ordinal > 0 {
            found = CivilDate(year: year, month: month, day: 1)?.onOrAfter(day).adding(
                days: (ordinal - 1) * 7)
        } else {
            found = CivilDate(year: year, month: month, day: length)?
                .adding(days: -6).onOrAfter(day).adding(days: (ordinal + 1) * 7)
        }
        return found.flatMap { $0.year == year && $0.month == month ? $0 : nil }
    }
}

/// A day of the Gregorian calendar, extended to the years before 1582.
///
/// - Source: Howard Hinnant, *chrono-Compatible Low-Level Date Algorithms*, `days_from_civil` and
///   `civil_from_days`, https://howardhinnant.github.io/date_algorithms.html.
public struct CivilDate: Hashable, Sendable {
    /// The year; 0 is 1 BC.
    public let year: Int
    /// The month, 1 ... 12.
    public let month: Int
    /// The day of the month, from 1.
    public let day: Int

    /// Far more than any timestamp needs, and no sum of two such numbers overflows.
    static let years = -999_999...999_999
    private static let days = -366_000_000...365_000_000  // holds all days of `years`

    /// A day, or `nil` when the calendar has none such.
    public init?(year: Int, month: Int, day: Int) {
        guard Self.years.contains(year), (1...12).contains(month),
            day >= 1, day <= Self.days(inMonth: month, of: year)
        else { return nil }
        self.init(checkedYear: year, month: month, day: day)
    }

    /// The day that lies so many days after 1970-01-01; a count beyond a million years is cut off there.
    public init(daysSinceEpoch count: Int) {
        let shifted = count.clamped(to: Self.days) + 719_468  // days since 0000-03-01
        let era = shifted.flooredQuotient(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)  // from 1 March
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    private init(checkedYear: Int, month: Int, day: Int) {
        year = checkedYear
        self.month = month
        self.day = day
    }

    /// How many days after 1970-01-01; negative before.
    public var daysSinceEpoch: Int {
        let marchYear = month <= 2 ? year - 1 : year
        let era = marchYear.flooredQuotient(by: 400)
        let yearOfEra = marchYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// The day of the week as in ISO 8601: 1 is Monday, 7 is Sunday.
    public var weekday: Int {
        (daysSinceEpoch + 3).flooredRemainder(by: 7) + 1
    }

    /// The day of the year, 1 ... 366.
    public var dayOfYear: Int {
        daysSinceEpoch - Self(checkedYear: year, month: 1, day: 1).daysSinceEpoch + 1
    }

    /// Months since January of year 0.
    var monthCount: Int { year * 12 + month - 1 }

    /// Whether the next day belongs to another month.
    public var isMonthEnd: Bool { day == Self.days(inMonth: month, of: year) }

    /// How many days a month has, 28 ... 31; `month` in 1 ... 12.
    public static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// The day so many days later; earlier for a negative count.
    public func adding(days count: Int) -> CivilDate {
        CivilDate(daysSinceEpoch: daysSinceEpoch.addingSaturated(count))
    }

    /// The same day so many months later, or the last day of a month that is too short.
    ///
    /// - Parameter wanted: The day of the month to aim at; that of this date when `nil`.
    public func adding(months count: Int, day wanted: Int? = nil) -> CivilDate {
        let limits = (Self.years.lowerBound * 12)...(Self.years.upperBound * 12 + 11)
        let total = monthCount.addingSaturated(count).clamped(to: limits)
        let newYear = total.flooredQuotient(by: 12)
        let newMonth = total - newYear * 12 + 1
        let newDay = (wanted ?? day).clamped(to: 1...Self.days(inMonth: newMonth, of: newYear))
        return CivilDate(checkedYear: newYear, month: newMonth, day: newDay)
    }
}

extension CivilDate: Comparable, CustomStringConvertible {
    /// Orders days from past to future.
    public static func < (a: CivilDate, b: CivilDate) -> Bool {
        (a.year, a.month, a.day) < (b.year, b.month, b.day)
    }

    /// The day as `YYYY-MM-DD`.
    public var description: String {
        var text = ""
        text.append(padded: year, to: 4)
        text.append("-")
        text.append(padded: month, to: 2)
        text.append("-")
        text.append(padded: day, to: 2)
        return text
    }
}

extension String {
    /// Appends a number with zeros in front, at least `width` digits.
    mutating func append(padded number: Int, to width: Int) {
        let digits = String(number.magnitude)
        if number < 0 { append("-") }
        for _ in 0..<max(width - digits.utf8.count, 0) { append("0") }
        append(digits)
    }
}

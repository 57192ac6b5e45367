/// A date and a time of day on some local clock, in the proleptic Gregorian calendar.
struct CivilMoment: Equatable {
    var year: Int
    /// 1 … 12.
    var month: Int
    /// 1 … 31.
    var day: Int
    /// Milliseconds since local midnight.
    var milliseconds: Int
    /// 0 is Monday, 6 is Sunday.
    var weekday: Int

    static let day: Int64 = 86_400_000
    private static let monthNames = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(separator: " ")
    private static let weekdayNames = "Mon Tue Wed Thu Fri Sat Sun".split(separator: " ")

    /// The moment that a clock shows `local` milliseconds after its own 1970-01-01T00:00.
    ///
    /// - Source: Hinnant, *chrono-Compatible Low-Level Date Algorithms* (2013), `civil_from_days`.
    init(local: Int64) {
        let days = Int(local >= 0 ? local / Self.day : (local + 1) / Self.day - 1)
        milliseconds = Int(local - Int64(days) * Self.day)
        weekday = (((days + 3) % 7) + 7) % 7
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Milliseconds from 1970-01-01T00:00 to the midnight that begins a date, on the same clock.
    ///
    /// - Source: Hinnant, as above, `days_from_civil`.
    static func local(year: Int, month: Int, day: Int) -> Int64 {
        let y = month <= 2 ? year - 1 : year
        let era = (y >= 0 ? y : y - 399) / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return Int64(era * 146_097 + dayOfEra - 719_468) * Self.day
    }

    /// `14:05`.
    var hourAndMinute: String {
        Self.two(milliseconds / 3_600_000) + ":" + Self.two(milliseconds / 60_000 % 60)
    }

    /// `14:05:09`.
    var timeOfDay: String { hourAndMinute + ":" + Self.two(milliseconds / 1000 % 60) }

    /// `14:05:09.250`.
    var preciseTimeOfDay: String { timeOfDay + "." + Self.padded(milliseconds % 1000, 3) }

    /// `2026-12-03`.
    var isoDate: String { Self.padded(year, 4) + "-" + Self.two(month) + "-" + Self.two(day) }

    /// `2026-12-03T14:05:09Z`, with milliseconds if there are any: RFC 3339 if the clock shows UTC.
    var rfc3339: String {
        isoDate + "T" + (milliseconds % 1000 == 0 ? timeOfDay : preciseTimeOfDay) + "Z"
    }

    /// `3 Dec`.
    var dayAndMonth: String { "\(day) \(monthName)" }

    /// `Dec`.
    var monthName: String { String(Self.monthNames[month - 1]) }

    /// `Thu 3 Dec 2026`.
    var fullDate: String { "\(Self.weekdayNames[weekday]) \(dayAndMonth) \(year)" }

    private static func two(_ number: Int) -> String { padded(number, 2) }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(abs(number))
        let zeros = String(repeating: "0", count: max(0, width - digits.count))
        return (number < 0 ? "-" : "") + zeros + digits
    }
}

/// A public holiday.
public struct Holiday: Sendable, Hashable {
    /// The day.
    public let date: CivilDate
    /// What it is called, in English; `… (observed)` for the free day that stands in for one on a weekend.
    public let name: String
}

/// The public holidays of a whole country; those of its parts are not among them.
///
/// The rules are those of the years 2015 to 2035. Holidays that follow the moon come from tables, which say
/// nothing of years outside them.
public struct HolidayCalendar: Sendable, Hashable {
    /// The ISO 3166-1 code of the country, such as `DE`.
    public let code: String
    /// What the country is called, in English.
    public let country: String
    /// Its holidays.
    public let rules: [HolidayRule]

    init(_ code: String, _ country: String, _ rules: [HolidayRule]) {
        self.code = code
        self.country = country
        self.rules = rules
    }

    /// The holidays of a country.
    ///
    /// - Parameter code: Two letters of ISO 3166-1, large or small.
    /// - Throws: ``HolidayError/unknownCountry(_:known:)``.
    public init(country code: String) throws(HolidayError) {
        let wanted = code.uppercased()
        guard let found = Self.all.first(where: { $0.code == wanted }) else {
            throw .unknownCountry(code, known: Self.all.map(\.code))
        }
        self = found
    }

    /// Every country that there is, by its code.
    public static let all: [HolidayCalendar] =
        (europe + northernEurope + americas + asiaPacific + lunar).sorted { $0.code < $1.code }

    /// The holidays of a year, from the first to the last; two may share a day. O(rules).
    public func holidays(in year: Int) -> [Holiday] {
        // Substitutes may cross New Year.
        let near = ((year - 1)...(year + 1)).flatMap { own(in: $0) }
        var taken = Set(near.map(\.holiday.date))
        if code == "JP" {
            for date in Self.enclosed(in: taken) { taken.insert(date) }
        }
        var all = near.map(\.holiday)
        if code == "JP" {
            let own = Set(all.map(\.date))
            all += taken.subtracting(own).map { Holiday(date: $0, name: "National Holiday") }
        }
        for (holiday, substitute) in near.sorted(by: { $0.holiday.date < $1.holiday.date }) {
            guard let date = Self.substitute(for: holiday.date, substitute, taken: taken) else { continue }
            taken.insert(date)
            all.append(Holiday(date: date, name: holiday.name + " (observed)"))
        }
        return all.filter { $0.date.year == year }.sorted { ($0.date, $0.name) < ($1.date, $1.name) }
    }

    private func own(in year: Int) -> [(holiday: Holiday, substitute: HolidayRule.Substitute)] {
        rules.flatMap { rule in
            rule.dates(in: year).map { (Holiday(date: $0, name: rule.name), rule.substitute) }
        }
    }

    /// Working days between two holidays, which are holidays in Japan.
    ///
    /// - Source: Act on National Holidays of Japan (Act 178 of 1948), article 3.
    private static func enclosed(in dates: Set<CivilDate>) -> [CivilDate] {
        dates.compactMap { date in
            let middle = date.adding(days: 1)
            let isEnclosed = dates.contains(middle.adding(days: 1)) && !dates.contains(middle)
            return isEnclosed && middle.weekday != Weekday.sunday.rawValue ? middle : nil
        }
    }

    private static func substitute(
        for date: CivilDate, _ substitute: HolidayRule.Substitute, taken: Set<CivilDate>
    ) -> CivilDate? {
        let isSunday = date.weekday == Weekday.sunday.rawValue
        let next = date.adding(days: 1)
        switch substitute {
        case .none: return nil
        case .nearest: return date.isWeekend ? date.adding(days: isSunday ? 1 : -1) : nil
        case .monday: return isSunday && !taken.contains(next) ? next : nil
        case .workday:
            guard date.isWeekend else { return nil }
            return (1...14).lazy.map { date.adding(days: $0) }.first { !$0.isWeekend && !taken.contains($0) }
        case .nextDay:
            guard isSunday else { return nil }
            return (1...14).lazy.map { date.adding(days: $0) }.first { !taken.contains($0) }
        }
    }
}

/// Why there are no holidays.
public enum HolidayError: Error, Equatable {
    /// There is no calendar for this country; these are known.
    case unknownCountry(String, known: [String])
}

extension HolidayError: CustomStringConvertible {
    /// The error as a sentence without its full stop.
    public var description: String {
        switch self {
        case .unknownCountry(let code, let known):
            "no holidays of a country '\(code.prefix(40))'; known: \(known.joined(separator: ", "))"
                + (code.uppercased() == "UK" ? " (the United Kingdom is GB)" : "")
        }
    }
}

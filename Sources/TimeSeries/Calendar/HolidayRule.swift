/// When one holiday is, in every year.
public struct HolidayRule: Sendable, Hashable {
    /// How the day is found in a year.
    public enum Day: Sendable, Hashable {
        /// The same day of every year.
        case fixed(month: Int, day: Int)
        /// A day of the week by its place in a month: 1 … 5, or -1 for the last.
        case nth(Int, Weekday, month: Int)
        /// The first such day of the week on a date or after it.
        case onOrAfter(Weekday, month: Int, day: Int)
        /// So many days after Easter Sunday of the western churches.
        case easter(Int)
        /// So many days after Easter Sunday of the orthodox churches.
        case orthodoxEaster(Int)
        /// The equinox of spring or autumn as Japan counts it; the years 1980 … 2099.
        case equinox(Equinox)
        /// These days and no others, as numbers of the form YYYYMMDD, or so many days after them: moons,
        /// elections, single occasions.
        case table([Int], plus: Int = 0)
    }

    /// One of the two days of the year that are as long as their nights.
    public enum Equinox: Sendable, Hashable {
        case spring
        case autumn
    }

    /// Which day is free besides a holiday that falls on a free day.
    public enum Substitute: Sendable, Hashable {
        /// None.
        case none
        /// Friday for a Saturday, Monday for a Sunday.
        case nearest
        /// Monday for a Sunday, unless it is a holiday itself.
        case monday
        /// For a Saturday or Sunday the next working day that is no holiday itself.
        case workday
        /// For a Sunday the next day that is no holiday itself.
        case nextDay
    }

    /// What it is called, in English.
    public let name: String
    /// How the day is found.
    public let day: Day
    /// Which day is free instead, when it falls on a weekend.
    public let substitute: Substitute
    /// The years in which it is a holiday.
    public let years: ClosedRange<Int>
    /// Years among them in which it is none: then it was moved.
    public let exceptions: [Int]

    /// A rule for some years.
    public init(
        _ name: String, _ day: Day, _ substitute: Substitute = .none, in years: ClosedRange<Int> = 1...9999,
        except exceptions: [Int] = []
    ) {
        self.name = name
        self.day = day
        self.substitute = substitute
        self.years = years
        self.exceptions = exceptions
    }

    /// The days in a year, ascending; empty where the rule has none.
    public func dates(in year: Int) -> [CivilDate] {
        guard years.contains(year), !exceptions.contains(year) else { return [] }
        let date: CivilDate?
        switch day {
        case .fixed(let month, let day): date = CivilDate(year: year, month: month, day: day)
        case .nth(let ordinal, let weekday, let month):
            date = .nth(ordinal, weekday, month: month, of: year)
        case .onOrAfter(let weekday, let month, let day):
            date = CivilDate(year: year, month: month, day: day)?.onOrAfter(weekday)
        case .easter(let days): date = Easter.western(year)?.adding(days: days)
        case .orthodoxEaster(let days): date = Easter.orthodox(year)?.adding(days: days)
        case .equinox(let equinox): date = equinox.date(in: year)
        case .table(let numbers, let days):
            return numbers.filter { $0 / 10_000 == year }.sorted().compactMap {
                CivilDate(year: year, month: $0 / 100 % 100, day: $0 % 100)?.adding(days: days)
            }
        }
        return date.map { [$0] } ?? []
    }
}

extension HolidayRule.Equinox {
    /// Days in a tropical year beyond 365.
    private static let drift = 0.242194

    /// - Source: the approximation for 1980 … 2099 of the Hydrographic Department of Japan, *Shin Koyomi
    ///   Benricho* (1991).
    fileprivate func date(in year: Int) -> CivilDate? {
        guard (1980...2099).contains(year) else { return nil }
        let since = year - 1980
        let first = self == .spring ? 20.8431 : 23.2488
        let day = Int(first + Self.drift * Double(since)) - since / 4
        return CivilDate(year: year, month: self == .spring ? 3 : 9, day: day)
    }
}

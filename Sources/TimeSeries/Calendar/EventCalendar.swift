/// What is known of the days on which a metric behaves otherwise: holidays, calendar files, single events.
public struct EventCalendar: Sendable, Hashable {
    /// Countries whose holidays count; a holiday is a civil day of the metric's zone.
    public var holidays: [HolidayCalendar]
    /// Calendar files.
    public var files: [ICalendar]
    /// Single events.
    public var events: [EventWindow]

    /// No more single events belong to one question.
    public static let mostEvents = 1_000

    /// Nothing out of the ordinary.
    public static let empty = EventCalendar()

    /// A calendar of these.
    public init(
        holidays: [HolidayCalendar] = [], files: [ICalendar] = [], events: [EventWindow] = []
    ) {
        self.holidays = holidays
        self.files = files
        self.events = events
    }

    /// Whether it says nothing.
    public var isEmpty: Bool { holidays.isEmpty && files.isEmpty && events.isEmpty }

    /// Countries, files and events of both.
    public func merged(with other: EventCalendar) -> EventCalendar {
        EventCalendar(
            holidays: holidays + other.holidays.filter { !holidays.contains($0) },
            files: files + other.files.filter { !files.contains($0) },
            events: events + other.events.filter { !events.contains($0) })
    }

    /// Every window that reaches into a stretch of time, by its start.
    ///
    /// A holiday that several countries have by the same name is one window.
    ///
    /// - Parameter zone: Where civil days begin.
    public func windows(from: Timestamp, to: Timestamp, zone: TimeZone) -> [EventWindow] {
        guard !isEmpty, from < to else { return [] }
        var windows = events.filter { $0.to >= from && $0.from < to }
        let years = zone.civil(at: from).date.year...zone.civil(at: to).date.year
        var seen = Set<Holiday>()
        for calendar in holidays {
            for year in years {
                for holiday in calendar.holidays(in: year) where seen.insert(holiday).inserted {
                    let start = zone.start(of: holiday.date)
                    let end = zone.start(of: holiday.date.adding(days: 1))
                    guard end > from, start < to else { continue }
                    windows.append(EventWindow(holiday.name, from: start, to: end, kind: .holiday))
                }
            }
        }
        for file in files { windows += file.windows(from: from, to: to, zone: zone) }
        return windows.sorted { ($0.from, $0.to, $0.name) < ($1.from, $1.to, $1.name) }
    }
}

extension TimeZone {
    /// The first moment of a civil day: midnight, or where clocks skip it what comes after.
    public func start(of date: CivilDate) -> Timestamp {
        meaning(of: CivilTime(date: date)).first
    }
}

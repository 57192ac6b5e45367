/// The events of a calendar file.
///
/// Events that are cancelled are left out. To-dos, alarms and definitions of time zones are skipped: a zone is
/// known by its IANA name, and a time of any other zone is taken in that of the metric, with a warning.
///
/// - Source: RFC 5545, *Internet Calendaring and Scheduling Core Object Specification (iCalendar)*.
public struct ICalendar: Sendable, Hashable {
    /// Something that was left out or taken otherwise, and where.
    public struct Remark: Sendable, Hashable {
        /// The line, counted from 1.
        public var line: Int
        /// What was found and what became of it.
        public var reason: String
    }

    /// The events, in the order of the file.
    let events: [ICalendarEvent]
    /// What the owner of the file should know.
    public let warnings: [Remark]

    /// How many events there are; one that recurs counts once.
    public var count: Int { events.count }

    /// No larger file is read.
    public static let mostBytes = 4 << 20
    /// No file with more events is read.
    public static let mostEvents = 5_000
    /// No file with more recurring events is read.
    public static let mostRecurring = 200
    /// No file is read whose events take place more often than this in all, each counted over ten years of its own.
    public static let mostOccurrences = 20_000
    /// No event lasts longer.
    public static let longestDays = 366

    /// Reads a calendar.
    ///
    /// - Throws: ``ICalendarError`` for the first line that cannot be read. O(*n*) in the number of bytes.
    public init(_ bytes: [UInt8]) throws(ICalendarError) {
        guard bytes.count <= Self.mostBytes else {
            throw ICalendarError(
                line: 1, reason: "the calendar has more than \(Self.mostBytes) bytes; split it")
        }
        var reader = ICalendarReader()
        try reader.read(bytes)
        events = reader.resolvedEvents()
        warnings = reader.warnings
    }

    /// Every occurrence that reaches into a stretch of time.
    ///
    /// - Parameter zone: Where days and times without a zone lie.
    func windows(from: Timestamp, to: Timestamp, zone: TimeZone) -> [EventWindow] {
        events.flatMap { $0.windows(from: from, to: to, zone: zone) }
    }
}

/// Why a calendar cannot be read.
public struct ICalendarError: Error, Equatable {
    /// The line, counted from 1.
    public var line: Int
    /// What is wrong there and what to do.
    public var reason: String
}

extension ICalendarError: CustomStringConvertible {
    /// The error as a sentence without its full stop.
    public var description: String { "line \(line) of the calendar: \(reason)" }
}

/// One VEVENT.
struct ICalendarEvent: Sendable, Hashable {
    /// When something is: on a civil day, or at a reading of the clocks of a zone.
    struct Moment: Sendable, Hashable {
        var civil: CivilTime
        /// `nil`: wherever the reader is.
        var zone: TimeZone?
        var isDate: Bool

        func timestamp(in reader: TimeZone) -> Timestamp { (zone ?? reader).meaning(of: civil).first }
    }

    /// How long it lasts: civil days, then a span of time.
    struct Length: Sendable, Hashable {
        var days = 0
        var milliseconds: Int64 = 0

        func isAtMost(days most: Int) -> Bool {
            Int64(days) * Step.millisecondsInDay + milliseconds <= Int64(most) * Step.millisecondsInDay
        }
    }

    var name = "event"
    var uid: String?
    var start: Moment
    var length = Length()
    var rule: RecurrenceRule?
    /// Starts that do not take place.
    var exceptions: Set<Moment> = []
    /// The start, by the rule of the event with the same UID, that this one stands in for.
    var replaces: Moment?
    /// Whether it was cancelled: then it only stands in for what it replaces.
    var isVoid = false

    func windows(from: Timestamp, to: Timestamp, zone: TimeZone) -> [EventWindow] {
        let excluded = Exclusions(exceptions, of: start.zone ?? zone)
        guard let rule else {
            guard !excluded.contain(start, zone), let window = window(start, zone), window.to >= from,
                window.from < to
            else { return [] }
            return [window]
        }
        // A day for the difference of zones, and the length for what began before.
        let reach = length.days + Int(length.milliseconds / Step.millisecondsInDay) + 2
        let first = CivilTime(clock: from.milliseconds).date.adding(days: -reach)
        let last = CivilTime(clock: to.milliseconds).date.adding(days: 2)
        return rule.dates(of: start.civil.date, from: first, to: last).compactMap { date in
            var moment = start
            moment.civil = CivilTime(date: date, millisecondOfDay: start.civil.millisecondOfDay)
            guard !excluded.contain(moment, zone), rule.until.map({ isOver(moment, $0, zone) }) != true,
                let window = window(moment, zone), window.to >= from, window.from < to
            else { return nil }
            return window
        }
    }

    /// Exceptions by what they mean: the same moment may be written in another zone, or as its day alone.
    private struct Exclusions {
        private var days: Set<CivilDate> = []
        private var moments: Set<Timestamp> = []

        /// - Parameter zone: Where exceptions without a zone lie.
        init(_ exceptions: Set<Moment>, of zone: TimeZone) {
            for exception in exceptions {
                if exception.isDate {
                    days.insert(exception.civil.date)
                } else {
                    moments.insert(exception.timestamp(in: zone))
                }
            }
        }

        func contain(_ moment: Moment, _ zone: TimeZone) -> Bool {
            if !days.isEmpty, days.contains(moment.civil.date) { return true }
            return !moments.isEmpty && moments.contains(moment.timestamp(in: zone))
        }
    }

    /// How often it takes place in the ten years from its start, exceptions included.
    var occurrences: Int {
        guard let rule else { return 1 }
        let first = start.civil.date
        let decade = first.adding(days: Self.daysInDecade)
        return rule.dates(of: first, from: first, to: min(decade, rule.until?.civil.date ?? decade)).count
    }

    private static let daysInDecade = 3_653

    private func isOver(_ moment: Moment, _ until: Moment, _ zone: TimeZone) -> Bool {
        if moment.isDate || until.isDate { return moment.civil.date > until.civil.date }
        return moment.timestamp(in: zone) > until.timestamp(in: zone)
    }

    private func window(_ moment: Moment, _ zone: TimeZone) -> EventWindow? {
        let from = moment.timestamp(in: zone)
        var end = moment
        end.civil = CivilTime(
            date: moment.civil.date.adding(days: length.days), millisecondOfDay: moment.civil.millisecondOfDay
        )
        let to = end.timestamp(in: zone).advanced(byMilliseconds: length.milliseconds)
        return to >= from ? EventWindow(name, from: from, to: to) : nil
    }
}

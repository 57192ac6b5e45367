/// Reads the lines of a calendar file into events.
struct ICalendarReader {
    private var events: [ICalendarEvent] = []
    private(set) var warnings: [ICalendar.Remark] = []
    /// The components that are open, the outermost first.
    private var open: [String] = []
    private var draft: Draft?
    private var zones: [String: TimeZone?] = [:]
    private var recurring = 0
    private var occurrences = 0

    /// Warnings beyond these say nothing new.
    private static let mostWarnings = 20
    /// Names are cut off after so many characters.
    private static let longestName = 120
    private static let deepest = 10

    /// An event while it is read.
    private struct Draft {
        var line: Int
        var event = ICalendarEvent(
            start: .init(civil: CivilTime(date: CivilDate(daysSinceEpoch: 0)), zone: nil, isDate: true))
        var hasStart = false
        var end: ICalendarEvent.Moment?
        var hasDuration = false
        var isCancelled = false
    }

    mutating func read(_ bytes: [UInt8]) throws(ICalendarError) {
        let lines = try ICalendarLine.all(of: bytes)
        guard let first = lines.first, first.name == "BEGIN", first.value.uppercased() == "VCALENDAR" else {
            throw ICalendarError(
                line: lines.first?.number ?? 1,
                reason: "BEGIN:VCALENDAR is missing; this is no iCalendar file")
        }
        for line in lines {
            switch line.name {
            case "BEGIN": try begin(line)
            case "END": try end(line)
            default: if open.last == "VEVENT" { try property(line) }
            }
        }
        if let last = open.last {
            throw ICalendarError(
                line: lines.last?.number ?? 1, reason: "END:\(last) is missing; the file is cut off")
        }
    }

    /// The events, each without the starts that another one stands in for.
    func resolvedEvents() -> [ICalendarEvent] {
        var replaced: [String: Set<ICalendarEvent.Moment>] = [:]
        for event in events {
            if let uid = event.uid, let start = event.replaces { replaced[uid, default: []].insert(start) }
        }
        guard !replaced.isEmpty else { return events.filter { !$0.isVoid } }
        return events.filter { !$0.isVoid }.map { event in
            guard event.replaces == nil, let uid = event.uid, let starts = replaced[uid] else { return event }
            var event = event
            event.exceptions.formUnion(starts)
            return event
        }
    }

    private mutating func begin(_ line: ICalendarLine) throws(ICalendarError) {
        let name = line.value.uppercased()
        guard open.count < Self.deepest else { throw line.error("components lie too deep in one another") }
        if name == "VEVENT" {
            guard open.last == "VCALENDAR" else {
                throw line.error("an event begins inside \(open.last ?? "nothing"); END:VEVENT is missing")
            }
            guard events.count < ICalendar.mostEvents else {
                throw line.error("more than \(ICalendar.mostEvents) events; split the calendar")
            }
            draft = Draft(line: line.number)
        }
        open.append(name)
    }

    private mutating func end(_ line: ICalendarLine) throws(ICalendarError) {
        let name = line.value.uppercased()
        guard open.last == name else {
            throw line.error("END:\(name.prefix(40)) ends nothing; \(open.last ?? "no component") is open")
        }
        open.removeLast()
        guard name == "VEVENT", var done = draft else { return }
        draft = nil
        guard done.hasStart else {
            throw ICalendarError(line: done.line, reason: "the event has no DTSTART; give it one")
        }
        if let end = done.end { done.event.length = try length(to: end, of: done) }
        if !done.hasDuration, done.end == nil, done.event.start.isDate { done.event.length.days = 1 }
        if done.event.rule != nil {
            recurring += 1
            guard recurring <= ICalendar.mostRecurring else {
                throw line.error("more than \(ICalendar.mostRecurring) recurring events; split the calendar")
            }
        }
        guard done.event.length.isAtMost(days: ICalendar.longestDays) else {
            throw ICalendarError(
                line: done.line,
                reason:
                    "the event lasts longer than \(ICalendar.longestDays) days; end it earlier or split it")
        }
        occurrences += done.event.occurrences
        guard occurrences <= ICalendar.mostOccurrences else {
            throw ICalendarError(
                line: done.line,
                reason: "the events take place more than \(ICalendar.mostOccurrences) times in ten years; "
                    + "end rules with UNTIL or COUNT, or split the calendar")
        }
        done.event.isVoid = done.isCancelled
        events.append(done.event)
    }

    /// The span from the start to an end.
    private func length(
        to end: ICalendarEvent.Moment, of draft: Draft
    ) throws(ICalendarError) -> ICalendarEvent.Length {
        let start = draft.event.start
        guard start.isDate == end.isDate else {
            throw ICalendarError(
                line: draft.line, reason: "DTSTART and DTEND must both be days or both be times")
        }
        var length = ICalendarEvent.Length()
        if start.isDate {
            length.days = end.civil.date.daysSinceEpoch - start.civil.date.daysSinceEpoch
        } else {
            length.milliseconds = end.timestamp(in: .utc).milliseconds(since: start.timestamp(in: .utc))
        }
        guard length.days >= 0, length.milliseconds >= 0 else {
            throw ICalendarError(line: draft.line, reason: "the event ends before it begins")
        }
        return length
    }

    private mutating func property(_ line: ICalendarLine) throws(ICalendarError) {
        guard var current = draft else { return }
        switch line.name {
        case "SUMMARY":
            let name = String(line.text.prefix(Self.longestName))
            if !name.isEmpty { current.event.name = name }
        case "UID": current.event.uid = line.value
        case "STATUS": current.isCancelled = line.value.uppercased() == "CANCELLED"
        case "DTSTART":
            current.event.start = try moment(line, line.value)
            current.hasStart = true
        case "DTEND": current.end = try moment(line, line.value)
        case "DURATION":
            current.event.length = try ICalendarDuration.length(line)
            current.hasDuration = true
        case "RRULE":
            current.event.rule = try RecurrenceRule(line) { value throws(ICalendarError) in
                try ICalendarMoment.read(value, zone: nil, line)
            }
        case "EXDATE":
            for text in line.value.split(separator: ",") {
                current.event.exceptions.insert(try moment(line, String(text)))
            }
        case "RECURRENCE-ID": current.event.replaces = try moment(line, line.value)
        case "RDATE", "EXRULE":
            warn(line, "\(line.name) is not read; write its days as events of their own")
        default: break
        }
        draft = current
    }

    private mutating func moment(
        _ line: ICalendarLine, _ value: String
    ) throws(ICalendarError) -> ICalendarEvent.Moment {
        var zone: TimeZone?
        if let name = line.parameters["TZID"] {
            if let known = zones[name] {
                zone = known
            } else {
                zone = try? TimeZone(named: name)
                zones[name] = .some(zone)
                if zone == nil {
                    warn(
                        line,
                        "the time zone '\(name.prefix(60))' is no IANA name such as Europe/Berlin; "
                            + "its times are taken in the zone of the metric")
                }
            }
        }
        return try ICalendarMoment.read(value, zone: zone, line)
    }

    private mutating func warn(_ line: ICalendarLine, _ reason: String) {
        guard warnings.count < Self.mostWarnings else { return }
        warnings.append(ICalendar.Remark(line: line.number, reason: reason))
    }
}

/// Reads days and times of a calendar file: `20261127`, `20261127T083000`, `20261127T083000Z`.
enum ICalendarMoment {
    static func read(
        _ value: String, zone: TimeZone?, _ line: ICalendarLine
    ) throws(ICalendarError) -> ICalendarEvent.Moment {
        let bytes = Array(value.utf8)
        let digits = bytes.map { ($0 &- 48) <= 9 ? Int($0 &- 48) : -1 }
        func number(_ range: Range<Int>) -> Int? {
            let part = digits[range]
            return part.contains(-1) ? nil : part.reduce(0) { $0 * 10 + $1 }
        }
        let wrong = line.error(
            "'\(value.prefix(40))' is no day such as 20261127 or time such as 20261127T083000Z")
        guard bytes.count == 8 || bytes.count == 15 || bytes.count == 16, let year = number(0..<4), year > 0,
            let month = number(4..<6), let day = number(6..<8),
            let date = CivilDate(year: year, month: month, day: day)
        else { throw wrong }
        if bytes.count == 8 { return .init(civil: CivilTime(date: date), zone: nil, isDate: true) }
        guard bytes[8] == UInt8(ascii: "T"), let hour = number(9..<11), let minute = number(11..<13),
            let second = number(13..<15), hour < 24, minute < 60, second <= 60,
            bytes.count == 15 || bytes[15] == UInt8(ascii: "Z")
        else { throw wrong }
        let milliseconds = ((hour * 60 + minute) * 60 + min(second, 59)) * 1_000
        return .init(
            civil: CivilTime(date: date, millisecondOfDay: milliseconds),
            zone: bytes.count == 16 ? .utc : zone, isDate: false)
    }
}

/// Reads durations of a calendar file: `P1D`, `PT1H30M`, `P2W`.
enum ICalendarDuration {
    static func length(_ line: ICalendarLine) throws(ICalendarError) -> ICalendarEvent.Length {
        var length = ICalendarEvent.Length()
        var number: Int?
        var isTime = false
        let wrong = line.error("'\(line.value.prefix(40))' is no duration such as P1D or PT1H30M")
        var text = line.value[...]
        if text.first == "+" { text = text.dropFirst() }
        guard text.first == "P", text.count > 2 else { throw wrong }
        for character in text.dropFirst() {
            if let digit = character.wholeNumberValue, character.isASCII {
                let next = (number ?? 0) * 10 + digit
                guard next <= 1_000_000 else { throw wrong }
                number = next
                continue
            }
            if character == "T", number == nil, !isTime {
                isTime = true
                continue
            }
            guard let count = number else { throw wrong }
            switch (character, isTime) {
            case ("W", false): length.days += count * 7
            case ("D", false): length.days += count
            case ("H", true): length.milliseconds += Int64(count) * 3_600_000
            case ("M", true): length.milliseconds += Int64(count) * 60_000
            case ("S", true): length.milliseconds += Int64(count) * 1_000
            default: throw wrong
            }
            number = nil
        }
        guard number == nil else { throw wrong }
        return length
    }
}

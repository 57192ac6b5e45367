import TestSupport
import Testing

@testable import TimeSeries

@Suite struct ICalendarTests {
    private func calendar(_ events: String...) throws -> ICalendar {
        let body = events.map { "BEGIN:VEVENT\r\n\($0)\r\nEND:VEVENT\r\n" }.joined()
        return try ICalendar(Array("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n\(body)END:VCALENDAR\r\n".utf8))
    }

    private func starts(
        _ calendar: ICalendar, _ from: String, _ to: String, zone: String = "Europe/Berlin"
    ) throws -> [String] {
        try EventCalendar(files: [calendar]).windows(
            from: Timestamp(rfc3339: from + "T00:00:00Z"), to: Timestamp(rfc3339: to + "T00:00:00Z"),
            zone: TimeZone(named: zone)
        ).map(\.from.rfc3339)
    }

    @Test func `days, local times and moments are read, with folded and escaped names`() throws {
        let text = try calendar(
            "DTSTART;VALUE=DATE:20261224\r\nDTEND;VALUE=DATE:20261227\r\nSUMMARY:Christ\r\n mas\\, all of it",
            "DTSTART;TZID=America/New_York:20260301T080000\r\nDURATION:PT1H30M\r\nSUMMARY:early",
            "DTSTART:20260301T120000Z\r\nDTEND:20260301T130000Z\r\nSUMMARY:\"noon\"")
        let zone = try TimeZone(named: "Europe/Berlin")
        let windows = EventCalendar(files: [text]).windows(
            from: try Timestamp(rfc3339: "2026-01-01T00:00:00Z"),
            to: try Timestamp(rfc3339: "2027-01-01T00:00:00Z"),
            zone: zone)
        #expect(
            windows.map { "\($0.name) \($0.from) \($0.to)" } == [
                "\"noon\" 2026-03-01T12:00:00Z 2026-03-01T13:00:00Z",
                "early 2026-03-01T13:00:00Z 2026-03-01T14:30:00Z",
                "Christmas, all of it 2026-12-23T23:00:00Z 2026-12-26T23:00:00Z",
            ])
    }

    /// Expansions that RFC 5545, section 3.8.5.3, works out, in the zone of its examples.
    @Test(arguments: [
        ("FREQ=DAILY;COUNT=3", "1997-09-02 1997-09-03 1997-09-04"),
        ("FREQ=DAILY;INTERVAL=10;COUNT=3", "1997-09-02 1997-09-12 1997-09-22"),
        ("FREQ=WEEKLY;UNTIL=19970917T000000Z", "1997-09-02 1997-09-09 1997-09-16"),
        ("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,TH;WKST=SU", "1997-09-02 1997-09-04 1997-09-16 1997-09-18"),
        ("FREQ=MONTHLY;COUNT=3;BYDAY=1FR", "1997-09-05 1997-10-03 1997-11-07"),
        ("FREQ=MONTHLY;COUNT=3;BYDAY=-2MO", "1997-09-22 1997-10-20 1997-11-17"),
        ("FREQ=MONTHLY;COUNT=3;BYMONTHDAY=-3", "1997-09-28 1997-10-29 1997-11-28"),
        ("FREQ=MONTHLY;COUNT=2;BYDAY=FR;BYMONTHDAY=13", "1998-02-13 1998-03-13"),
        ("FREQ=YEARLY;COUNT=4;BYMONTH=6,7", "1998-06-02 1998-07-02 1999-06-02 1999-07-02"),
        ("FREQ=YEARLY;COUNT=2;BYDAY=20MO", "1998-05-18 1999-05-17"),
        ("FREQ=YEARLY;COUNT=2;BYMONTH=3;BYDAY=TH", "1998-03-05 1998-03-12"),
        (
            "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8;COUNT=2",
            "1997-11-04 2001-11-06"
        ),
    ])
    func `events recur as RFC 5545 works it out`(rule: String, dates: String) throws {
        let text = try calendar("DTSTART;TZID=America/New_York:19970902T090000\r\nRRULE:\(rule)")
        let found = try starts(text, "1997-01-01", "2003-01-01").map { String($0.prefix(10)) }
        #expect(found == dates.split(separator: " ").map(String.init))
    }

    @Test func `a rule without an end is followed far from its start, and keeps its local time`() throws {
        let text = try calendar(
            "DTSTART;TZID=Europe/Berlin:20000103T080000\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY;BYDAY=SU\r\n"
                + "EXDATE;TZID=Europe/Berlin:20261108T080000")
        #expect(
            try starts(text, "2026-10-18", "2026-11-16") == [
                "2026-10-18T06:00:00Z", "2026-10-25T07:00:00Z", "2026-11-01T07:00:00Z",
                "2026-11-15T07:00:00Z",
            ])
    }

    @Test func `moved and cancelled occurrences are not where the rule has them`() throws {
        let text = try calendar(
            "UID:a\r\nDTSTART:20260105T080000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY;COUNT=4",
            "UID:a\r\nRECURRENCE-ID:20260112T080000Z\r\nDTSTART:20260113T080000Z\r\nDURATION:PT1H",
            "UID:a\r\nRECURRENCE-ID:20260119T080000Z\r\nDTSTART:20260119T080000Z\r\nSTATUS:CANCELLED",
            "DTSTART:20260120T080000Z\r\nSTATUS:CANCELLED")
        #expect(
            try starts(text, "2026-01-01", "2026-02-01").map { String($0.prefix(10)) }
                == ["2026-01-05", "2026-01-13", "2026-01-26"])
    }

    @Test(arguments: [
        "EXDATE:20260112T070000Z", "EXDATE;TZID=America/New_York:20260112T020000",
        "EXDATE;VALUE=DATE:20260112", "EXDATE:20260112T080000",
        "EXDATE;TZID=Europe/Berlin:20260112T080000", "EXDATE:20251231T070000Z,20260112T070000Z",
    ])
    func `an exception is a moment or a day, whatever zone it is written in`(exception: String) throws {
        let text = try calendar(
            "DTSTART;TZID=Europe/Berlin:20260105T080000\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\n"
                + exception)
        for zone in ["Europe/Berlin", "Asia/Tokyo"] {
            #expect(
                try starts(text, "2026-01-01", "2026-02-01", zone: zone)
                    == ["2026-01-05T07:00:00Z", "2026-01-19T07:00:00Z"])
        }
    }

    @Test func `an exception at another time of the day excludes nothing`() throws {
        let text = try calendar(
            "DTSTART;TZID=Europe/Berlin:20260105T080000\r\nRRULE:FREQ=WEEKLY;COUNT=2\r\n"
                + "EXDATE:20260112T080000Z")
        #expect(try starts(text, "2026-01-01", "2026-02-01").count == 2)
    }

    @Test(arguments: ["RECURRENCE-ID:20260112T070000Z", "RECURRENCE-ID;VALUE=DATE:20260112"])
    func `a moved occurrence is found in whatever zone it is written`(identifier: String) throws {
        let text = try calendar(
            "UID:a\r\nDTSTART;TZID=Europe/Berlin:20260105T080000\r\nDURATION:PT1H\r\n"
                + "RRULE:FREQ=WEEKLY;COUNT=3",
            "UID:a\r\n\(identifier)\r\nDTSTART:20260113T120000Z\r\nDURATION:PT1H")
        #expect(
            try starts(text, "2026-01-01", "2026-02-01") == [
                "2026-01-05T07:00:00Z", "2026-01-13T12:00:00Z", "2026-01-19T07:00:00Z",
            ])
    }

    @Test(arguments: [
        ("DTSTART:20261301", "line 4"), ("DTSTART:2026", "no day such as"), ("SUMMARY:x", "no DTSTART"),
        ("DTSTART:20260101\r\nRRULE:FREQ=HOURLY", "write DAILY, WEEKLY"),
        ("DTSTART:20260101\r\nRRULE:FREQ=YEARLY;BYSETPOS=1", "BYSETPOS"),
        ("DTSTART:20260101\r\nRRULE:COUNT=1", "FREQ"),
        ("DTSTART:20260101\r\nDTEND:20251231", "ends before"),
        ("DTSTART:20260101\r\nDTEND:20260101T000000Z", "both"),
        ("DTSTART:20260101\r\nDURATION:1D", "no duration"), ("DTSTART 20260101", "':'"),
        ("DTSTART:20260101\r\nRRULE:FREQ=DAILY;INTERVAL=0", "from 1 to"),
        ("BEGIN:VEVENT", "END:VEVENT is missing"),
        ("DTSTART:20260101\r\nRRULE:FREQ=WEEKLY;BYDAY=2MO", "MONTHLY"),
        ("DTSTART:20260101\r\nDURATION:P20000D", "longer than 366 days"),
        ("DTSTART:20260101T000000Z\r\nDURATION:PT8785H", "longer than 366 days"),
        ("DTSTART:20260101\r\nDTEND:20270103", "longer than 366 days"),
    ])
    func `what cannot be read is refused with its line and what to do`(event: String, message: String) {
        do {
            _ = try calendar(event)
            Issue.record("\(event) was read")
        } catch {
            #expect("\(error)".contains(message) && "\(error)".hasPrefix("line "), "\(error)")
        }
    }

    @Test func `a calendar of too many occurrences is refused, and told how to have fewer`() throws {
        let daily = "DTSTART:20000101T090000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY"
        func bytes(_ count: Int, _ rule: String) -> [UInt8] {
            let event = "BEGIN:VEVENT\r\n\(rule)\r\nEND:VEVENT\r\n"
            let events = String(repeating: event, count: count)
            return Array("BEGIN:VCALENDAR\r\n\(events)END:VCALENDAR\r\n".utf8)
        }
        #expect(try ICalendar(bytes(5, daily)).count == 5)
        #expect(try ICalendar(bytes(200, daily + ";COUNT=100")).count == 200)
        #expect(try ICalendar(bytes(200, daily + ";UNTIL=20000331T000000Z")).count == 200)
        for (count, rule) in [(6, daily), (200, daily + ";COUNT=101")] {
            do throws(ICalendarError) {
                _ = try ICalendar(bytes(count, rule))
                Issue.record("\(count) of \(rule) were read")
            } catch {
                #expect(error.reason.contains("20000 times") && error.reason.contains("UNTIL or COUNT"))
            }
        }
    }

    @Test func `an unknown zone is a warning`() throws {
        let text = try calendar("DTSTART;TZID=W. Europe Standard Time:20260301T080000\r\nDURATION:PT1H")
        #expect(text.warnings.count == 1 && text.warnings[0].line == 4)
        #expect(try starts(text, "2026-03-01", "2026-03-02") == ["2026-03-01T07:00:00Z"])
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `damaged calendars are refused or read, never fatal`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var bytes = Array(
            ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;TZID=Europe/Berlin:20260101T080000\nDURATION:P1DT1H\n"
                + "RRULE:FREQ=MONTHLY;INTERVAL=2;BYDAY=-1FR,2MO;COUNT=9\nSUMMARY:a\\,b\n c\nEND:VEVENT\nEND:VCALENDAR\n")
                .utf8)
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.remove(at: place)
            default: bytes.insert(UInt8.random(in: 0x30...0x39, using: &random), at: place)
            }
        }
        if seed % 3 == 0 { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random)) }
        guard let calendar = try? ICalendar(bytes) else { return }
        let windows = EventCalendar(files: [calendar]).windows(
            from: try Timestamp(rfc3339: "2020-01-01T00:00:00Z"),
            to: try Timestamp(rfc3339: "2030-01-01T00:00:00Z"),
            zone: .utc)
        #expect(windows.allSatisfy { $0.from <= $0.to }, "seed \(seed)")
    }
}

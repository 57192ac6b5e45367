import TestSupport
import Testing

@testable import TimeSeries

/// The clock reading in a text without an offset.
func civil(_ text: String) throws -> CivilTime {
    let bytes = Array(text.utf8)
    return try TimeText(bytes.span).civil
}

@Suite struct TimeZoneTests {
    @Test(arguments: goldenChanges)
    func `offsets change when they should`(golden: GoldenChange) throws {
        let zone = try TimeZone(named: golden.zone)
        let change = Timestamp(milliseconds: golden.second * 1_000)
        #expect(zone.offset(at: change) == golden.after)
        #expect(zone.offset(at: change.advanced(byMilliseconds: -1)) == golden.before)
        if golden.before != golden.after {
            #expect(zone.period(at: change).start == change.milliseconds)
            #expect(zone.period(at: change.advanced(byMilliseconds: -1)).end == change.milliseconds)
        }
    }

    @Test func `the next change of clocks is found across years and changes of name alone`() throws {
        func changes(_ zone: String, after text: String) throws -> [String] {
            let zone = try TimeZone(named: zone)
            var moment = try Timestamp(rfc3339: text)
            var found: [String] = []
            while found.count < 3, let change = zone.nextChange(after: moment) {
                found.append("\(change.at) \(change.before / 60) \(change.from / 60)")
                moment = change.at
            }
            return found
        }
        let berlin = [
            "2026-03-29T01:00:00Z 60 120", "2026-10-25T01:00:00Z 120 60", "2027-03-28T01:00:00Z 60 120",
        ]
        #expect(try changes("Europe/Berlin", after: "2025-12-01T00:00:00Z") == berlin)
        #expect(
            try changes("Europe/Berlin", after: "2037-12-01T00:00:00Z").first == "2038-03-28T01:00:00Z 60 120"
        )
        #expect(try changes("Asia/Kolkata", after: "2025-12-01T00:00:00Z").isEmpty)
        #expect(try changes("UTC", after: "2025-12-01T00:00:00Z").isEmpty)
        #expect(try changes("Europe/Berlin", after: "9999-12-31T00:00:00Z").isEmpty)
    }

    @Test(arguments: goldenMeanings)
    func `a clock reading means what it should`(golden: GoldenMeaning) throws {
        let zone = try TimeZone(named: golden.zone)
        let moments = golden.seconds.map { Timestamp(milliseconds: $0 * 1_000) }
        let expected: CivilMeaning =
            switch moments.count {
            case 0: .never(shifted: Timestamp(milliseconds: golden.shifted * 1_000))
            case 1: .one(moments[0])
            default: .twice(earlier: moments[0], later: moments[1])
            }
        let reading = try civil(golden.civil)
        #expect(zone.meaning(of: reading) == expected)
        for moment in moments { #expect(zone.civil(at: moment) == reading) }
    }

    @Test(arguments: ["Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia", "America/New_York", "UTC"])
    func `every moment is among the meanings of its reading`(name: String) throws {
        let zone = try TimeZone(named: name)
        var generator = SeededGenerator(seed: 1)
        var reader = CivilReader(zone: zone)
        for _ in 0..<20_000 {
            let moment = Timestamp(
                milliseconds: .random(in: -3_000_000_000_000...4_000_000_000_000, using: &generator))
            let reading = zone.civil(at: moment)
            let meaning = zone.meaning(of: reading)
            #expect(reader.meaning(of: reading) == meaning)
            switch meaning {
            case .one(let only): #expect(only == moment)
            case .twice(let earlier, let later): #expect(earlier == moment || later == moment)
            case .never: Issue.record("\(moment) is \(reading), which should exist")
            }
        }
    }

    @Test func `a reader that remembers agrees with one that does not`() throws {
        let zone = try TimeZone(named: "Europe/Berlin")
        var reader = CivilReader(zone: zone)
        let start = try civil("2025-01-01T00:00").clock
        for step in 0..<(2 * 365 * 48) {
            let reading = CivilTime(clock: start + Int64(step) * 1_800_000)
            #expect(reader.meaning(of: reading) == zone.meaning(of: reading))
        }
    }

    @Test(arguments: [Timestamp.earliest, .latest])
    func `the ends of time have a meaning`(moment: Timestamp) throws {
        for name in ["Europe/Berlin", "Pacific/Apia", "UTC"] {
            let zone = try TimeZone(named: name)
            let distance = zone.meaning(of: zone.civil(at: moment)).first.milliseconds(since: moment)
            #expect(abs(distance) < 86_400_000)
            #expect(try Timestamp(rfc3339: moment.rfc3339(in: zone)) == moment)
        }
    }

    @Test(arguments: [
        ("Europe/Berlin", "2025-07-01T00:00:00Z", "2025-07-01T02:00:00+02:00"),
        ("America/New_York", "2025-01-01T00:00:00.5Z", "2024-12-31T19:00:00.500-05:00"),
        ("Asia/Kolkata", "2025-01-01T00:00:00Z", "2025-01-01T05:30:00+05:30"),
        ("UTC", "2025-01-01T00:00:00Z", "2025-01-01T00:00:00Z"),
        ("America/New_York", "1850-01-01T00:00:00Z", "1849-12-31T19:04:00-04:56"),  // −4:56:02
    ])
    func `moments are written with the offset of a zone`(name: String, moment: String, text: String) throws {
        let timestamp = try Timestamp(rfc3339: moment)
        #expect(try timestamp.rfc3339(in: TimeZone(named: name)) == text)
        #expect(try Timestamp(rfc3339: text) == timestamp)
    }

    @Test func `UTC needs no file`() throws {
        #expect(try TimeZone(named: "UTC", in: "/nowhere") == .utc)
        #expect(TimeZone.utc.isUTC)
        #expect(try TimeZone(named: "Etc/UTC").isUTC)
        #expect(try !TimeZone(named: "Europe/London").isUTC)
        #expect(try !TimeZone(named: "Etc/GMT+5").isUTC)
    }

    @Test(arguments: [
        "", "/etc/passwd", "../../../etc/passwd", "Europe/../../etc/passwd", "Europe//Berlin",
        "/Europe/Berlin", "Europe/Berlin/", "zone.tab", "Europe/Berlin\0", "Europe/Bérlin", "a b",
        String(repeating: "a", count: 101),
    ])
    func `a name that is none opens no file`(name: String) {
        #expect(throws: TimeZoneError.invalidName(name)) { try TimeZone(named: name) }
    }

    @Test(arguments: ["Europe", "Europe/Atlantis", "Europe/Berlin/Mitte"])
    func `an unknown zone is named`(name: String) {
        let directory = TimeZone.systemDirectory
        let error = #expect(throws: TimeZoneError.unknown(name, directory: directory)) {
            try TimeZone(named: name)
        }
        #expect(
            error?.description
                == "no time zone '\(name)' in \(directory); names are like Europe/Berlin")
    }

    @Test func `zones are equal by name`() throws {
        let zones: Set<TimeZone> = try [
            TimeZone(named: "Europe/Berlin"), TimeZone(named: "Europe/Berlin"), .utc,
        ]
        #expect(zones.count == 2)
    }
}

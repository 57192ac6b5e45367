import Foundation
import Networking
import Pipeline
import Testing
import TimeSeries

@testable import Service

@Suite struct CalendarRouteTests {
    /// Days from 2023-01-01 in Berlin, quiet on 25 and 26 December, up to 24 December 2025.
    private func body(_ members: String) -> String {
        let first = 1_672_527_600  // 2022-12-31T23:00:00Z
        let berlin = try? TimeZone(named: "Europe/Berlin")
        var times: [Int] = []
        var values: [Double] = []
        for day in 0..<1_089 {
            let summer = berlin?.offset(at: Timestamp(milliseconds: Int64(first + day * 86_400) * 1_000)) ?? 0
            times.append(first + day * 86_400 - (summer - 3_600))
            let date = CivilDate(daysSinceEpoch: 19_358 + day)
            let isHoliday = date.month == 12 && (25...26).contains(date.day)
            values.append((isHoliday ? 20 : 100) + Double(day * 7 % 5))
        }
        return #"{"series":[{"timestamps":\#(times),"values":\#(values)}],"timezone":"Europe/Berlin","#
            + #""step":"1d","season":7,"model":"seasonal-naive","horizon":5,\#(members)}"#
    }

    private func means(_ members: String) throws -> [Double] {
        let answer = post(body(members), to: "/api/v1/forecast")
        #expect(answer.status == 200, "\(answer.text.prefix(300))")
        let result = try #require(
            try JSONDocument(answer.body).root["results"]?.elements?.first { _ in true })
        return try #require(result["forecast"]?["mean"]?.elements).compactMap(\.double)
    }

    @Test(arguments: [
        #""holidays":"DE""#, #""holidays":["AT","de"]"#,
        #""ical":"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20231225\nDURATION:P2D\nRRULE:FREQ=YEARLY\nEND:VEVENT\nEND:VCALENDAR\n""#,
        #""events":[{"name":"x","from":"2023-12-25","to":"2023-12-27"},{"name":"x","from":"2024-12-25","to":"2024-12-27"},"#
            + #"{"name":"x","from":"2025-12-24T23:00:00Z","to":"2025-12-26T23:00:00Z"}]"#,
    ])
    func `holidays, calendar files and events reach the forecast`(members: String) throws {
        let plain = try means(#""detect":"none""#)
        let known = try means(members)
        #expect(plain.allSatisfy { $0 > 90 })
        #expect(known[0] < 40 && known[1] < 40 && known[2...].allSatisfy { $0 > 90 }, "\(known)")
    }

    @Test(arguments: [
        (#""holidays":"XX""#, "/holidays: no holidays of a country 'XX'; known: AT, AU"),
        (#""holidays":["DE",7]"#, "/holidays/1: a string is needed"),
        (#""holidays":{}"#, "/holidays: an array is needed"),
        (#""ical":"hello""#, "/ical: line 1"), (#""events":[{"name":"x"}]"#, "/events/0: '' is no time"),
        (#""events":[{"from":1,"to":2}]"#, "/events/0: the event needs a name"),
        (#""events":[{"name":"x","from":2,"to":2}]"#, "/events/0: the event must end after it begins"),
        (#""events":[{"name":"x","from":1e12,"to":2}]"#, "milliseconds"),
        (#""events":[{"name":"x","until":2}]"#, "unknown key"),
    ])
    func `wrong calendars are refused with their place`(members: String, words: String) {
        expectProblem(post(#"{"series":[{"values":[1,2,3]}],\#(members)}"#), 422, words)
    }

    @Test func `a stored series has the zone and the events of its definition`() throws {
        let start = StoredService.start
        let definition = try StoredService.definition("m", "requests") {
            $0.calendar.events = [
                EventWindow(
                    "release", from: Timestamp(milliseconds: Int64(start + 6_000) * 1_000),
                    to: Timestamp(milliseconds: Int64(start + 6_600) * 1_000))
            ]
        }
        let service = try StoredService([definition])
        service.feed("requests", (0..<200).map { (100..<110).contains($0) ? 900 : Double($0 * 7 % 24) })
        let answer = service.post("/api/v1/detect", #"{"selector":"requests"}"#)
        #expect(answer.status == 200, "\(answer.text.prefix(300))")
        let result = try #require(
            try JSONDocument(answer.body).root["results"]?.elements?.first { _ in true })
        let scores = Array(try #require(result["detection"]?["score"]?.elements))
        #expect(scores[100..<110].allSatisfy { $0.isNull } && !scores[99].isNull && !scores[110].isNull)
    }

    private func metric(_ keys: String, file: String = "b.yaml") throws -> MetricDefinition {
        let text = "metrics:\n  - name: m\n    match: up\n    timezone: Europe/Berlin\n    \(keys)\n"
        let configuration = try Configuration.resolve(
            environment: [:], file: (name: file, bytes: Array(text.utf8)))
        return try #require(configuration.metrics.first)
    }

    @Test func `a definition names holidays, a calendar file beside it and events`() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "calendar-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file =
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260501\nSUMMARY:fair\nEND:VEVENT\nEND:VCALENDAR\n"
        try Data(file.utf8).write(to: folder.appendingPathComponent("fair.ics"))
        let keys =
            "holidays: [DE, FR]\n    calendar: fair.ics\n    events: [{name: sale, from: 2026-11-27, to: 2026-11-30}]"
        let definition = try metric(keys, file: folder.path + "/b.yaml")
        #expect(
            definition.calendar.holidays.map(\.code) == ["DE", "FR"] && definition.calendar.files.count == 1)
        #expect(definition.calendar.events.map(\.from.rfc3339) == ["2026-11-26T23:00:00Z"])
        // The stream is scored as before: its state is kept.
        let other = try metric("holidays: AT")
        #expect(definition.modelHash == other.modelHash)
    }

    @Test(arguments: [
        ("holidays: UK", "known: AT, AU"), ("holidays: {}", "one value or a list"),
        ("calendar: nowhere.ics", "nowhere.ics"),
        ("events: [{name: x, from: soon, to: later}]", "'soon' is no time"),
        ("events: x", "events must be a list"),
        ("events: [{name: x, form: 1}]", "unknown key \"form\""),
    ])
    func `wrong calendars of a definition are findings`(keys: String, words: String) {
        do throws(any Error) {
            _ = try metric(keys)
            Issue.record("\(keys) was taken")
        } catch {
            #expect("\(error)".contains(words), "\(error)")
        }
    }
}

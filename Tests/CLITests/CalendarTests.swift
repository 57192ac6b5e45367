import Testing

@testable import CLI

@Suite struct CalendarTests {
    private let folder: Folder
    private let file: String

    init() throws {
        folder = try Folder()
        // Hours of 20 days; a sale on the eleventh.
        let rows = (0..<480).map { hour in
            let day = hour / 24 + 1
            let clock = hour % 24 < 10 ? "0\(hour % 24)" : "\(hour % 24)"
            let date = day < 10 ? "0\(day)" : "\(day)"
            return
                "2026-01-\(date)T\(clock):00:00Z,\(Double(hour % 24) + (day == 11 ? 80 : 0) + Double(hour * 7919 % 101) / 20)"
        }
        file = folder.file((["time,load"] + rows).joined(separator: "\n") + "\n")
    }

    private func anomalies(_ words: String...) -> Int {
        let outcome = bellwether(
            ["detect", file, "-o", "csv", "--model", "seasonal-naive", "--season", "24"] + words)
        #expect(outcome.code == .success, "\(outcome.errors)")
        let column = outcome.lines[0].split(separator: ",").firstIndex { $0 == "is_anomaly" } ?? 0
        return outcome.rows.count { ["1", "true"].contains($0[column]) }
    }

    @Test func `events of the command line and of a calendar file are not judged`() {
        let calendar = folder.file(
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260111\nSUMMARY:sale\nEND:VEVENT\nEND:VCALENDAR\n",
            "a.ics")
        #expect(anomalies() > 5)
        #expect(anomalies("--event", "sale=2026-01-11/2026-01-12") == 0)
        #expect(anomalies("--event=sale=2026-01-11T00:00:00Z/2026-01-12T00:00:00Z") == 0)
        #expect(anomalies("--calendar", calendar) == 0)
        #expect(anomalies("--holidays", "DE,us") > 5)
    }

    @Test func `a zone without times is told of`() {
        let plain = folder.file("value\n1\n2\n3\n4\n", "plain.csv")
        let words = ["forecast", "--horizon", "1", "--timezone", "Europe/Berlin"]
        #expect(bellwether(words + [plain]).errors.contains("--timezone changes nothing"))
        #expect(!bellwether(words + [file]).errors.contains("--timezone changes nothing"))
    }

    @Test func `stored series take the same calendars`() {
        let data = folder.path + "/data"
        #expect(bellwether("import", file, "--data", data).code == .success)
        let words = ["detect", "-o", "csv", "--event", "sale=2026-01-11/2026-01-12", "--holidays", "DE"]
        let here = bellwether(words + [file])
        let there = bellwether(words + ["--selector", "load", "--data", data])
        #expect(there.code == .success && there.output == here.output, "\(there.errors)")
    }

    @Test func `check tells the calendar of a definition`() {
        let file = folder.file(
            "metrics: [{name: m, match: up, holidays: [DE], events: [{name: x, from: 2026-01-01, to: 2026-01-02}]}]\n",
            "b.yaml")
        let outcome = bellwether("check", file)
        #expect(
            outcome.code == .success && outcome.output.contains("holidays of Germany; single events: 1"),
            "\(outcome)")
    }

    @Test(arguments: [
        (["--holidays", "XX"], "no holidays of a country 'XX'; known: AT, AU"),
        (["--event", "sale"], "--event must be NAME=FROM/TO"),
        (["--event", "sale=2026-01-11/2026-01-11"], "must end after it begins"),
        (["--event", "sale=x/y"], "'x' is no time"),
        (["--calendar", "nowhere.ics"], "cannot read nowhere.ics"),
    ])
    func `wrong calendars are refused with what would be right`(words: [String], message: String) {
        let outcome = bellwether(["detect", file] + words)
        #expect(outcome.code != .success && outcome.errors.contains(message), "\(outcome.errors)")
    }
}

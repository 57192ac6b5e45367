import Foundation
import Networking
import Testing

@testable import CLI

@Suite(.timeLimit(.minutes(3)))
struct CheckPreviewTests {
    let folder: Folder
    private let definitions: String

    init() throws {
        folder = try Folder()
        // Two weeks of hours up to now, of which one day is out of the ordinary.
        let now = Int(Date().timeIntervalSince1970) / 3_600 * 3_600
        let rows = (0..<336).map { hour in
            let value = Double(hour % 24) + 0.1 * Double(hour * 7 % 5) + ((250..<262).contains(hour) ? 80 : 0)
            return "\(now - (336 - hour) * 3_600),\(value)"
        }
        let file = folder.file((["time,load"] + rows).joined(separator: "\n") + "\n")
        #expect(bellwether("import", file, "--data", folder.path + "/data").code == .success)
        definitions = folder.file(
            """
            metrics:
              - {name: loud, match: load, step: 1h, season: 24h, alert: {budget: 1/day}}
              - {name: quiet, match: load, step: 1h, season: 24h}
              - {name: elsewhere, match: '{__name__="none"}', step: 1h, alert: {budget: 1/day}}

            """, "b.yaml")
    }

    private var data: String { folder.path + "/data" }

    @Test func `each definition tells the incidents it would have opened, in 80 columns`() throws {
        let outcome = bellwether("check", definitions, "--preview", "30d", "--data", data)
        #expect(outcome.code == .success, "\(outcome.errors)")
        let lines = outcome.lines
        for line in lines.dropLast(2) { #expect(line.count <= 80, "\(line)") }
        try #require(lines.count > 6)
        let cells = lines[0..<4].map { $0.split(separator: " ") }
        #expect(cells[0].prefix(3) == ["preview", "series", "points"])
        #expect(cells[1].prefix(3) == ["loud", "1", "336"], "\(lines[1])")
        let incidents = try #require(Int(cells[1][4]))
        #expect(incidents >= 1)
        #expect(cells[2].prefix(3) == ["quiet", "1", "336"] && lines[2].contains("no alert"), "\(lines[2])")
        #expect(cells[3] == ["elsewhere", "0", "0", "0", "0", "-"], "\(lines[3])")
        let told = outcome.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(told.contains("\(incidents) incident") && told.contains("would have opened"))
        let service = try RunningService(data)
        let asked = bellwether("check", definitions, "--preview", "30d", "--url", service.url)
        #expect(asked.lines.prefix(4) == lines.prefix(4), "\(asked.output)\(asked.errors)")
    }

    @Test func `programs get the same facts, and the data stay as they were`() throws {
        let before = bellwether("export", "--data", data).output
        let files = try FileManager.default.subpathsOfDirectory(atPath: data).sorted()
        let outcome = bellwether("check", definitions, "--preview", "2w", "--data", data, "-o", "json")
        let root = try JSONDocument(Array(outcome.output.utf8)).root
        #expect(root["preview"]?["days"]?.integer == 14)
        let rows = try #require(root["preview"]?["definitions"]?.elements.map(Array.init))
        #expect(rows.map { $0["name"]?.string } == ["loud", "quiet", "elsewhere"])
        #expect(rows[0]["incidents"]?.integer ?? 0 >= 1)
        #expect(rows[1]["incidents"]?.integer == nil && rows[1]["anomalies"]?.integer ?? 0 >= 1)
        // Not even its journal was begun anew: a service is to find the directory as it left it.
        #expect(try FileManager.default.subpathsOfDirectory(atPath: data).sorted() == files)
        #expect(bellwether("export", "--data", data).output == before)
        #expect(!bellwether("check", definitions, "-o", "json").output.contains("preview"))
    }

    @Test(arguments: [
        (["--preview", "soon"], ExitCode.usage, "--preview must be a duration"),
        (["--preview", "36h"], .usage, "1 to 3650 whole days, such as 30d, not '36h'"),
        (["--data", "x"], .usage, "--data says whose points are gone over: it needs --preview"),
        (["--preview", "1d", "--data", "none"], .failure, "there is no data directory none"),
        (["--preview", "1d", "--data", "x", "--url", "http://x"], .usage, "exclude each other"),
    ])
    func `what does not fit is said`(words: [String], code: ExitCode, text: String) {
        let outcome = bellwether(["check", definitions] + words)
        #expect(outcome.code == code && outcome.errors.contains(text), "\(outcome.errors)")
    }
}

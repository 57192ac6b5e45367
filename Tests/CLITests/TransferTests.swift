import Foundation
import Networking
import Service
import Synchronization
import Testing

@testable import CLI

/// A service over a data directory, on a port of its own; stopped with this value.
final class RunningService {
    let data: String
    let app: App

    init(_ data: String, config: String? = nil, routes: [Route] = Routes.all, token: String? = nil) throws {
        self.data = data
        var flags = [(name: "data", value: data), (name: "listen", value: "127.0.0.1:0")]
        if let config { flags.append(("config", config)) }
        if let token { flags.append(("token-file", token)) }
        app = try App(
            Configuration.load(flags: flags, environment: [:]), routes: routes, schemas: Routes.schemas,
            in: .init(
                version: "1", clocks: .system, requestIDPrefix: "t", log: .silent, store: .directory, seed: 7)
        )
    }

    var url: String { "http://\(app.address)" }

    deinit { app.stop(grace: .seconds(5)) }
}

/// One series in JSON lines, a point a minute, with a jump near the end where it is wanted.
func minutes(_ name: String, _ count: Int, jump: Double = 0) -> String {
    let times = (0..<count).map { "\(1_764_547_200 + $0 * 60)" }.joined(separator: ",")
    let values = (0..<count).map { index in
        "\(Double(index * 7919 % 101) / 10 + (index == count - 20 ? jump : 0))"
    }
    return "{\"labels\":{\"__name__\":\"\(name)\",\"host\":\"a\"},\"timestamps\":[\(times)],\"values\":["
        + values.joined(separator: ",") + "]}\n"
}

@Suite(.timeLimit(.minutes(3)))
struct TransferTests {
    let folder: Folder

    init() throws { folder = try Folder() }

    private var data: String { folder.path + "/data" }

    @Test(arguments: ["json", "csv"])
    func `what was exported and imported again is exported byte for byte`(form: String) throws {
        let file = folder.file(minutes("cpu", 500) + minutes("a \\\"b\\\", c", 300), "points.jsonl")
        #expect(
            bellwether("import", file, "--data", data).output
                == "accepted 800, rejected 0, duplicates 0, late 0\n")
        let first = bellwether("export", "{__name__=~\".+\"}", "--data", data, "-o", form)
        #expect(first.code == .success, "\(first.errors)")
        #expect(first.output.split(separator: "\n").count == (form == "csv" ? 801 : 2))
        let again = folder.file(first.output, "again")
        let other = folder.path + "/other"
        #expect(bellwether("import", again, "--data", other).code == .success)
        #expect(bellwether("export", "--data", other, "-o", form).output == first.output)
        let twice = bellwether("import", again, "--data", other)
        #expect(twice.output == "accepted 800, rejected 0, duplicates 800, late 0\n")
    }

    @Test func `a service and this process answer alike`() throws {
        let file = folder.file(minutes("cpu", 100))
        let here = bellwether("import", file, "--data", data)
        let local = bellwether(
            "export", "cpu", "--start", "1764547200", "--end", "1764547320", "--data", data)
        #expect(
            local.lines == [
                #"{"labels":{"__name__":"cpu","host":"a"},"timestamps":[1764547200,1764547260,1764547320],"values":[0,4.1,8.2]}"#
            ])
        let bad = bellwether("export", "cpu{", "--data", data)
        let service = try RunningService(folder.path + "/served")
        let there = bellwether("import", file, "--data", service.data)
        #expect(here.output == there.output && here.code == there.code)
        for way in [["--data", service.data], ["--url", service.url]] {
            #expect(bellwether(["export", "cpu", "--end", "1764547320"] + way).output == local.output)
            let refused = bellwether(["export", "cpu{"] + way)
            #expect(refused.code == .usage && refused.errors == bad.errors, "\(refused.errors)")
        }
        #expect(bad.errors.hasPrefix("bellwether: Invalid selector: "), "\(bad.errors)")
    }

    @Test func `a token is asked for and read from its file`() throws {
        let token = folder.file("secret\n", "token")
        chmod(token, 0o600)
        let service = try RunningService(data, token: token)
        let without = bellwether("export", "--data", data)
        #expect(without.code == .failure)
        #expect(
            without.errors.contains("Unauthorized: ") && without.errors.contains("--token-file"),
            "\(without.errors)")
        #expect(bellwether("export", "--data", data, "--token-file", token).code == .success)
        #expect(bellwether("export", "--url", service.url, "--token-file", token).code == .success)
    }

    @Test func `who is not there is named`() throws {
        let missing = bellwether("export", "--data", folder.path + "/nothing")
        #expect(missing.code == .failure && missing.errors.contains("there is no data directory"))
        #expect(bellwether("export", "--data", folder.path).errors.contains("holds no data of bellwether"))
        #expect(
            bellwether("export", "--data", folder.file("", "plain")).errors.contains("is not a directory"))
        let silent = bellwether("export", "--url", "http://127.0.0.1:1")
        #expect(
            silent.code == .failure && silent.errors.contains("the service does not answer"),
            "\(silent.errors)")
        #expect(bellwether("export", "--url", "ftp://x").code == .usage)
        #expect(bellwether("export", "--url", "http://x", "--data", "d").code == .usage)
        let both = bellwether("import", folder.path + "/nothing.csv", "--data", data)
        #expect(both.code == .failure && both.errors.contains("cannot read"))
        #expect(!FileManager.default.fileExists(atPath: data))
    }

    @Test func `faults are told with the line of their file, and the exit code is 1`() {
        let rows = (0..<40).map { "\(hour($0)),\($0 == 30 ? "x" : "\($0)"),2" }
        let file = folder.file((["time,a,b"] + rows).joined(separator: "\n"), "wide.csv")
        let outcome = bellwether("import", file, "--label", "host=h", "--label", "zone=z", "--data", data)
        #expect(outcome.code == .failure)
        #expect(outcome.output == "accepted 79, rejected 1, duplicates 0, late 0\n")
        #expect(outcome.errors.hasPrefix("bellwether: \(file):32: 'x' in column 'a'"), "\(outcome.errors)")
        let named = bellwether("export", "a{host=\"h\",zone=\"z\"}", "--data", data)
        #expect(named.lines.count == 1)
        let json = folder.file(minutes("cpu", 3), "p.json")
        #expect(bellwether("import", json, "--metric", "m", "--data", data).code == .usage)
        let broken = bellwether("import", folder.file("a,b\nx,y\n", "broken.csv"), "--data", data)
        #expect(
            broken.code == .failure && broken.errors.contains("broken.csv: Malformed csv"), "\(broken.errors)"
        )
        let label = bellwether("import", file, "--label", "nonsense", "--data", data)
        #expect(label.code == .usage && label.errors.contains("NAME=VALUE"), "\(label.errors)")
    }

    @Test(arguments: [1_000, 4_000, 1 << 20])
    func `cut into parts, a table is the same table`(pieceBytes: Int) throws {
        let rows = (0..<600).map { "\"srv,\($0 % 3)\r\nx\";\(hour($0 / 3));\($0)" }
        for text in [
            (["series_id;when;value"] + rows).joined(separator: "\r\n"),
            (0..<500).map { "\(hour($0)),\($0)" }.joined(separator: "\r"),
            "\u{FEFF}t,\"a\nb\",c\n\n"
                + (0..<500).map { "\(hour($0)),\($0),5\" disk" }.joined(separator: "\n"),
        ] {
            let source = try ImportSource(folder.file(text), format: .csv, pieceBytes: pieceBytes)
            var joined = ""
            var line = 1
            var pieces = 0
            while let piece = try source.next() {
                #expect(piece.firstLine == line && piece.body.count <= pieceBytes)
                let lines = lineCount(piece.body)
                #expect(piece.lineOfFile(piece.headerLines + 1) == line)
                line += lines - piece.headerLines
                let header = piece.headerLines == 0 ? 0 : try #require(PointsHeader.bytes(of: text))
                joined += String(decoding: piece.body.dropFirst(header), as: UTF8.self)
                pieces += 1
            }
            #expect(joined == text)
            #expect(source.done == text.utf8.count)
            #expect(pieceBytes > 100_000 ? pieces == 1 : pieces > 3)
        }
    }

    @Test func `a large file goes in several requests and arrives whole`() throws {
        let rows = (0..<360_000).map { index in
            "cpu{host=\"\(index % 2)\"},\(1_764_547_200 + index / 2),\(index)"
        }
        let quoted = rows.map { row in
            let cut = row.firstIndex(of: "}").map { row.index(after: $0) } ?? row.endIndex
            return "\"" + row[..<cut].replacing("\"", with: "\"\"") + "\"" + row[cut...]
        }
        let file = folder.file(
            (["series_id,timestamp,value"] + quoted + ["cpu,soon,1"]).joined(separator: "\n") + "\n")
        let outcome = bellwether("import", file, "--data", data)
        #expect(outcome.output == "accepted 360000, rejected 1, duplicates 0, late 0\n", "\(outcome.errors)")
        #expect(outcome.errors.contains("file.csv:360002: "), "\(outcome.errors)")
    }

    @Test func `a gzip file is imported as the plain one`() {
        let outcome = bellwether(
            "import", folder.file(gzipStored(minutes("cpu", 50)), "p.gz"), "--data", data)
        #expect(outcome.output == "accepted 50, rejected 0, duplicates 0, late 0\n", "\(outcome.errors)")
    }

    @Test func `a busy service is asked again`() throws {
        let calls = Calls()
        let route = Route(
            .post, "/api/v1/import", "Busy at first.", kind: .pooled,
            body: .init("Points", mediaTypes: ["application/x-ndjson"]), answer: .json("ImportAnswer")
        ) { _, _ in
            guard calls.next() > 1 else {
                throw Problem("busy", 503, "Busy", detail: "Full.", retryAfterSeconds: 1)
            }
            return .text("{\"accepted\":5,\"rejected\":0,\"duplicates\":0,\"late\":0,\"errors\":[]}")
        }
        let service = try RunningService(data, routes: [route])
        let outcome = bellwether("import", folder.file(minutes("cpu", 5)), "--url", service.url)
        #expect(outcome.output == "accepted 5, rejected 0, duplicates 0, late 0\n", "\(outcome.errors)")
    }
}

/// Counts.
final class Calls: Sendable {
    private let count = Mutex(0)
    func next() -> Int {
        count.withLock {
            $0 += 1; return $0
        }
    }
}

private enum PointsHeader {
    /// Bytes up to the first row of data in the tables of these tests.
    static func bytes(of text: String) -> Int? {
        text.firstRange(of: "\"srv").map { text.utf8.distance(from: text.startIndex, to: $0.lowerBound) }
            ?? text.firstRange(of: "2025").map {
                text.utf8.distance(from: text.startIndex, to: $0.lowerBound)
            }
    }
}

/// Line ends, CRLF as one.
private func lineCount(_ bytes: [UInt8]) -> Int {
    bytes.indices.count { index in
        bytes[index] == 10 ? index == 0 || bytes[index - 1] != 13 : bytes[index] == 13
    }
}

import Networking
import Testing

@testable import CLI

@Suite(.timeLimit(.minutes(3)))
struct StoredQuestionTests {
    let folder: Folder
    private let file: String

    init() throws {
        folder = try Folder()
        let values = waves(120).enumerated().map { $0 == 100 ? $1 + 80 : $1 }
        file = folder.file(
            (["time,load"] + values.enumerated().map { "\(hour($0)),\($1)" }).joined(separator: "\n") + "\n")
    }

    private var data: String { folder.path + "/data" }

    @Test(arguments: [
        ["detect"], ["detect", "--batch", "--alpha", "0.01"], ["forecast", "--horizon", "5"],
        ["forecast", "--horizon", "6h", "--levels", "50", "--model", "seasonal-naive", "--season", "12"],
    ])
    func `stored series have the rows of a file with the same points`(words: [String]) throws {
        #expect(bellwether("import", file, "--data", data).code == .success)
        let here = bellwether([words[0], file] + words.dropFirst() + ["-o", "csv"])
        let stored = words + ["--selector", "load", "-o", "csv"]
        let there = bellwether(stored + ["--data", data])
        #expect(there.code == .success && there.errors == here.errors, "\(there.errors)")
        #expect(there.output == here.output)
        let service = try RunningService(data)
        #expect(bellwether(stored + ["--url", service.url]).output == here.output)
    }

    @Test func `table, json and picture are those of a file too`() throws {
        #expect(bellwether("import", file, "--data", data).code == .success)
        let picture = folder.path + "/p.svg"
        let stored = ["--selector", "load", "--data", data]
        let table = bellwether(["predict", "--plot", picture] + stored)
        let ofFile = bellwether("predict", file)
        #expect(table.lines.dropFirst() == ofFile.lines.dropFirst(), "\(table.output)")
        #expect(FileInputProbe.size(picture) > 1000)
        let json = bellwether(
            ["detect", "-o", "json", "--start", "2025-12-02T00:00:00Z", "--end", "1764806400"] + stored)
        let root = try JSONDocument(Array(json.output.utf8)).root
        let result = try #require(root["results"]?.elements?.map { $0 }.first)
        #expect(result["history"]?["values"]?.count == 49)
        #expect(result["history"]?["timestamps"]?.count == 49)
        #expect(result["detection"]?["mode"]?.string == "causal")
    }

    @Test func `every matching series is named in the notation of Prometheus`() throws {
        let rows = (0..<30).map { "\(hour($0)),\($0 % 5),\($0 % 7)" }
        let wide = folder.file((["time,a,b"] + rows).joined(separator: "\n"), "wide.csv")
        #expect(bellwether("import", wide, "--label", "host=h", "--data", data).code == .success)
        let outcome = bellwether(
            "forecast", "--selector", "{host=\"h\"}", "--horizon", "1", "-o", "csv", "--timezone",
            "Europe/Berlin",
            "--data", data)
        try #require(outcome.lines.count == 3, "\(outcome.errors)")
        #expect(outcome.lines.dropFirst().allSatisfy { $0.hasSuffix("+01:00") })
        #expect(outcome.lines[1].hasPrefix("\"a{host=\"\"h\"\"}\",1,"))
    }

    @Test(arguments: [
        (["detect", "--selector", "load{"], ExitCode.usage, "Invalid body: /selector: column"),
        (["detect", "--selector", "none"], .failure, "No series: No stored series matches none."),
        (["detect", "F", "--selector", "load"], .usage, "--selector asks about stored series: leave out F"),
        (["detect", "F", "--start", "3"], .usage, "--start is for stored series: it needs --selector"),
        (["detect", "F", "--url", "http://x"], .usage, "--url is for stored series"),
        (["detect", "--selector", "load", "--seed", "3"], .usage, "--seed is for files"),
        (["forecast", "--selector", "load"], .usage, "forecast needs --horizon H"),
        (["detect", "--selector", "load", "--start", "soon"], .usage, "Invalid body: /start"),
    ])
    func `what cannot be asked is told in one line`(words: [String], code: ExitCode, message: String) {
        #expect(bellwether("import", file, "--data", data).code == .success)
        let place = words.contains("F") ? [] : ["--data", data]
        let outcome = bellwether(words + place)
        #expect(outcome.code == code && outcome.output.isEmpty)
        #expect(outcome.errors.contains(message), "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == 1)
        guard code == .usage, place.isEmpty == false, words[0] == "detect", !words.contains("--seed") else {
            return
        }
        #expect(bellwether(words + place + ["-o", "csv"]).output == detectHeader + "\n")
    }
}

private enum FileInputProbe {
    static func size(_ path: String) -> Int { ((try? FileInput.read(path)) ?? []).count }
}

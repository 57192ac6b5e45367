import Foundation
import Networking
import TestSupport
import Testing

@testable import CLI

@Suite struct EvaluateTests {
    private static let header =
        "dataset,method,is_peer,step,series,failed,left_out,n,smape,mase,median_mase,owa,msis,coverage_80,"
        + "coverage_95,scaled_wql,wql,ms_median,ms_mean,ms_worst"

    /// Two sets, a manifest and an index; a series of the first is constant.
    private static let files: [(path: String, text: String)] = {
        func rows(_ id: String, _ values: [Double], horizon: Int) -> String {
            values.enumerated().map { step, value in
                "\(id),\(step < values.count - horizon ? "train" : "test"),\(step),\(value)\n"
            }.joined()
        }
        let header = "series_id,split,t,value\n"
        let monthly =
            rows("b", waves(72).map { $0 * 2 }, horizon: 6) + rows("a", waves(60), horizon: 6)
            + rows("flat", Array(repeating: 3, count: 40), horizon: 6)
        let manifest = #"""
            [{"name": "x_monthly", "m": 12, "periods": [12]}, {"name": "m3_yearly", "m": 1, "periods": [1]}]
            """#
        return [
            ("d/x_monthly.csv", header + monthly),
            ("d/m3_yearly.csv", header + rows("y", waves(30), horizon: 4)),
            ("d/manifest.json", manifest),
            (
                "d/series.csv",
                "dataset,series_id,m\nx_monthly,a,12\nx_monthly,b,12\nx_monthly,flat,12\nm3_yearly,y,1\n"
            ),
        ]
    }()

    private func dataFolder() throws -> Folder {
        let folder = try Folder()
        for file in Self.files { _ = folder.file(file.text, String(file.path.dropFirst(2))) }
        return folder
    }

    /// The rows without their times, which no two runs share.
    private func untimed(_ outcome: Outcome) -> [[String]] { outcome.rows.map { Array($0.dropLast(3)) } }

    @Test func `what is no file in a folder is left alone, and a set named twice is refused`() throws {
        let folder = try dataFolder()
        try FileManager.default.createDirectory(
            atPath: folder.path + "/folder.csv", withIntermediateDirectories: false)
        #expect(mkfifo(folder.path + "/pipe.csv", 0o600) == 0)
        let words = ["evaluate", "forecast", "--models", "naive2", "-o", "csv", "--data", folder.path]
        let outcome = bellwether(words)
        #expect(outcome.code == .success, "\(outcome.errors)")
        #expect(!outcome.output.contains("pipe") && !outcome.output.contains("folder"))
        _ = folder.file(#"[{"name": "x_monthly", "m": 12}, {"name": "x_monthly", "m": 12}]"#, "manifest.json")
        let refused = bellwether(words)
        #expect(refused.code == .failure)
        #expect(refused.errors.contains("manifest.json: x_monthly stands in it twice"))
    }

    @Test func `a folder and its archive give the same figures on any number of threads`() throws {
        let folder = try dataFolder()
        let words = [
            "evaluate", "forecast", "--models", "naive2,seasonal-naive,ridge", "-o", "csv", "--data",
        ]
        let plain = bellwether(words + [folder.path])
        #expect(plain.code == .success, "\(plain.errors)")
        #expect(plain.lines.first == Self.header)
        let rows = plain.rows
        #expect(rows.allSatisfy { $0.count == 20 })
        #expect(rows.prefix(3).map { $0[1] } == ["naive2", "seasonal-naive", "ridge"])
        #expect(rows[0].prefix(8) == ["x_monthly", "naive2", "0", "", "2", "0", "1", "12"])
        #expect(rows[0][11] == "1" && rows[0][12].isEmpty)
        #expect(rows.count { $0[2] == "1" } == 9, "the peers of m3_yearly, all but Prophet")
        #expect(plain.errors.contains("x_monthly: 1 series left out: their history repeats itself"))
        let archive = folder.file(Archive.tar(Self.files), "d.tar")
        for more in [["--threads", "3"], ["--threads", "1"]] {
            let outcome = bellwether(words + [archive] + more)
            #expect(untimed(outcome) == untimed(plain), "\(outcome.errors)")
        }
    }

    @Test func `a prefix is taken in the order of the index`() throws {
        let folder = try dataFolder()
        let outcome = bellwether(
            "evaluate", "forecast", "--data", folder.path, "--dataset", "x_monthly", "--first", "1",
            "--models", "seasonal-naive", "-o", "csv", "--no-peers")
        let season = Array(waves(60).dropLast(6).suffix(12).prefix(6))
        let percent = zip(waves(60).suffix(6), season).map { 200 * abs($0 - $1) / (abs($0) + abs($1)) }
        let want = percent.reduce(0, +) / 6
        let got = try #require(Double(outcome.rows[0][8]))
        #expect(abs(got - want) < 1e-9, "series a comes first there")
    }

    @Test func `a table fits into 80 columns and marks the best`() throws {
        let folder = try dataFolder()
        let outcome = bellwether("evaluate", "forecast", "--data", folder.path)
        #expect(outcome.code == .success, "\(outcome.errors)")
        for line in outcome.lines { #expect(line.count <= 80, "\(line)") }
        #expect(outcome.output.contains("x_monthly: 2 series, 12 values\n"))
        #expect(outcome.output.contains("all 2 sets: geometric means\n"))
        #expect(outcome.output.contains("MedETS_CES_DOT^") && outcome.output.contains("StatsForecast 2.1.1"))
        #expect(outcome.output.contains("*"))
        #expect(!bellwether("evaluate", "forecast", "--data", folder.path, "--no-peers").output.contains("^"))
    }

    @Test func `a series of one's own is judged at rolling origins, step by step`() throws {
        let folder = try Folder()
        let lines = waves(120).enumerated().map { "\(hour($0)),\($1)" }
        let path = folder.file((["time,load"] + lines).joined(separator: "\n"), "load.csv")
        let words = ["evaluate", "forecast", "--data", path, "--horizon", "6", "--origins", "4"]
        let outcome = bellwether(words + ["--models", "seasonal-naive", "-o", "csv", "--season", "12"])
        #expect(outcome.code == .success, "\(outcome.errors)")
        #expect(outcome.rows.count == 7)
        #expect(outcome.rows[0].prefix(8) == ["load", "seasonal-naive", "0", "", "1", "0", "0", "24"])
        #expect(outcome.rows[6].prefix(8) == ["load", "seasonal-naive", "0", "6", "", "", "", "4"])
        let table = bellwether(words)
        #expect(table.output.contains("MASE by step") && table.code == .success)
        for line in table.lines { #expect(line.count <= 80, "\(line)") }
    }

    @Test func `a picture and JSON are written`() throws {
        let folder = try dataFolder()
        let picture = folder.path + "/cost.svg"
        let outcome = bellwether(
            "evaluate", "forecast", "--data", folder.path, "--dataset", "m3_yearly", "--models",
            "naive2,ridge", "--plot", picture, "-o", "json")
        #expect(outcome.code == .success, "\(outcome.errors)")
        let root = try JSONDocument(Array(outcome.output.utf8)).root
        let results = root["sets"]?.elements?.first { _ in true }?["results"]?.elements.map(Array.init)
        #expect(results?.count == 11 && results?.first?["owa"]?.double == 1)
        #expect(results?.first?["msis"] == nil || results?.first?["msis"]?.isNull == true)
        let svg = try String(contentsOfFile: picture, encoding: .utf8)
        #expect(svg.contains(">ridge<") && svg.contains(">AutoETS<") && svg.hasSuffix("</svg>\n"))
    }

    @Test func `what was guessed or is not to be read is said`() throws {
        let folder = try Folder()
        let rows = "series_id,split,t,value\na,train,0,1\na,train,1,2\na,train,2,4\na,test,3,5\n"
        _ = folder.file(rows, "mine.csv")
        let outcome = bellwether(
            "evaluate", "forecast", "--data", folder.path, "--models", "naive2", "-o", "csv")
        #expect(outcome.code == .success && outcome.rows.count == 1)
        #expect(outcome.errors.contains("mine: no manifest.json; seasons of none are assumed"))
        _ = folder.file("[{\"m\": 1}]", "manifest.json")
        let broken = bellwether("evaluate", "forecast", "--data", folder.path)
        #expect(broken.code == .failure && broken.errors.contains("element 1 has no name"))
        let noise = folder.file(Array(repeating: 7, count: 2000), "noise.tar")
        let refused = bellwether("evaluate", "forecast", "--data", noise)
        #expect(refused.code == .failure && refused.errors.contains("no tar archive, at byte 0"))
        #expect(bellwether("evaluate", "forecast", "--data", folder.path + "/none").code == .failure)
    }

    @Test(arguments: [
        (["evaluate"], "evaluate needs forecast or detect"),
        (["evaluate", "both"], "evaluate does forecast, detect, calibration, not 'both'"),
        (["evaluate", "forecast", "--data", "D", "--mode", "batch"], "--mode is for evaluate detect"),
        (["evaluate", "forecast"], "evaluate forecast needs --data PATH"),
        (
            ["evaluate", "forecast", "--data", "D", "--models", "ridg"],
            "no method 'ridg'; did you mean 'ridge'?"
        ),
        (["evaluate", "forecast", "--data", "D", "--models", "ridge,"], "--models must be NAME,NAME"),
        (["evaluate", "forecast", "--data", "D", "--peers", "--no-peers"], "exclude each other"),
        (["evaluate", "forecast", "--data", "D", "--peers", "--origins", "2"], "leave out --origins"),
        (["evaluate", "forecast", "--data", "D", "--threads", "0"], "--threads must be a whole number"),
        (["evaluate", "calibration", "--mode", "batch"], "--mode is not for evaluate calibration"),
        (["evaluate", "calibration", "--models", "ridg"], "not 'ridg'; did you mean 'ridge'?"),
        (
            ["evaluate", "calibration", "--models", "ridge,theta"],
            "takes one method that forecasts, not 'ridge,theta'"
        ),
    ])
    func `bad usage is refused before anything is read`(words: [String], message: String) {
        let outcome = bellwether(words)
        #expect(outcome.code == .usage && outcome.errors.contains(message), "\(outcome.errors)")
    }

    @Test func `a calibration says for each promise whether it holds`() throws {
        let outcome = bellwether(
            "evaluate", "calibration", "--quick", "--threads", "2", "--models", "mean", "-o", "csv")
        #expect(outcome.code == .success, "\(outcome.errors)")
        let rows = outcome.output.split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
        #expect(
            rows.first?.joined(separator: ",") == "measure,tier,case,nominal,count,of,ratio,least,most,holds")
        #expect(Set(rows.dropFirst().map { $0[0] }) == ["false-alarms", "planted", "incidents"])
        // What forecasts the mean of a season that it does not know finds few of the spikes.
        #expect(rows.contains { $0[..<3] == ["planted", "full", "spike"] && $0[5] == "20" && $0[9] == "0" })
        #expect(
            rows.contains { $0[..<3] == ["planted", "stream", "spike"] && $0[5] == "20" && $0[9] == "1" })
    }

    @Test func `unknown sets are refused with the nearest one`() throws {
        let folder = try dataFolder()
        let outcome = bellwether("evaluate", "forecast", "--data", folder.path, "--dataset", "m3_yaerly")
        #expect(outcome.code == .usage && outcome.errors.contains("did you mean 'm3_yearly'?"))
        let own = folder.file("t,v\n1,2\n2,3\n", "own.csv")
        #expect(bellwether("evaluate", "forecast", "--data", own).errors.contains("needs --horizon H"))
        let season = bellwether("evaluate", "forecast", "--data", folder.path, "--season", "4")
        #expect(season.code == .usage && season.errors.contains("--season is for a CSV of series"))
    }

    static let shared = "forecast-dev.tar.gz"

    /// The figures of the same series in the reference implementation, to the digits that it prints.
    @Test(
        .enabled(if: SharedData.has(shared), "the development series are not here"),
        arguments: [
            ("m3_yearly", 240, "17.82", "3.269", "17.82", "3.269"),
            ("m3_quarterly", 240, "9.74", "1.252", "11.13", "1.411"),
            ("tourism_monthly", 120, "21.72", "1.800", "20.82", "1.675"),
        ])
    func `the benchmarks agree with those of the peers`(
        set: String, first: Int, naiveSMAPE: String, naiveMASE: String, smape: String, mase: String
    ) throws {
        let path = SharedData.folder.appendingPathComponent(Self.shared).path
        let outcome = bellwether(
            "evaluate", "forecast", "--data", path, "--dataset", set, "--first", "\(first)", "--models",
            "naive2,seasonal-naive", "--no-peers", "-o", "csv")
        let rows = outcome.rows
        #expect(rows.map { $0[4] } == ["\(first)", "\(first)"], "\(outcome.errors)")
        let wanted = [[naiveSMAPE, naiveMASE], [smape, mase]]
        for (row, want) in zip(rows, wanted) {
            let got = [
                EvaluationTable.fixed(Double(row[8]) ?? 0, 2), EvaluationTable.fixed(Double(row[9]) ?? 0, 3),
            ]
            #expect(got == want)
        }
    }
}

/// Archives for tests, as tar writes them.
enum Archive {
    static func tar(_ files: [(path: String, text: String)]) -> [UInt8] {
        var bytes: [UInt8] = []
        for file in files {
            var header = [UInt8](repeating: 0, count: 512)
            func put(_ text: String, _ place: Int) {
                header.replaceSubrange(place..<place + text.utf8.count, with: Array(text.utf8))
            }
            func octal(_ number: Int) -> String {
                let text = String(number, radix: 8)
                return String(repeating: "0", count: 11 - text.count) + text
            }
            put(file.path, 0)
            put(octal(file.text.utf8.count), 124)
            put("        ", 148)
            put("0", 156)
            put("ustar\u{0}00", 257)
            put(String(octal(header.reduce(0) { $0 + Int($1) }).suffix(6)) + "\u{0} ", 148)
            bytes += header + Array(file.text.utf8)
            bytes += [UInt8](repeating: 0, count: (512 - file.text.utf8.count % 512) % 512)
        }
        return bytes + [UInt8](repeating: 0, count: 1024)
    }
}

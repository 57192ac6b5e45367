import Foundation
import Networking
import TestSupport
import Testing

@testable import CLI

@Suite struct EvaluateDetectTests {
    private static let header =
        "dataset,method,mode,is_peer,series,failed,vus_pr,vus_roc,auc_pr,best_f1,event_f1,ucr_accuracy,"
        + "nab_standard,nab_low_fp,nab_low_fn,us_median,us_mean,us_worst,state_bytes"

    /// Waves in hours with a spell of high values.
    private static func rows(_ count: Int, window: Range<Int>) -> String {
        "timestamp_or_index,value,label\n"
            + waves(count).enumerated().map { step, value in
                let isHigh = window.contains(step)
                return "\(1_764_547_200 + 3600 * step),\(isHigh ? value + 90 : value),\(isHigh ? 1 : 0)\n"
            }.joined()
    }

    /// Three series of two data sets, one of them clean, and a manifest.
    private static let files: [(path: String, text: String)] = [
        ("d/u.csv", rows(300, window: 200..<206)), ("d/n1.csv", rows(260, window: 150..<160)),
        ("d/n2.csv", rows(200, window: 0..<0)), ("d/stray.csv", "a,b\n1,2\n"),
        (
            "d/manifest.csv",
            "file,dataset,train_prefix,windows_inclusive\nn1.csv,NAB,40,150-159\nu.csv,UCR,60,200-205\nn2.csv,NAB,0,\n"
        ),
    ]

    private func dataFolder() throws -> Folder {
        let folder = try Folder()
        for (path, text) in Self.files { _ = folder.file(text, String(path.dropFirst(2))) }
        return folder
    }

    /// Rows without their times.
    private func untimed(_ outcome: Outcome) -> [[String]] {
        outcome.rows.map { Array($0.prefix(15) + $0.suffix(1)) }
    }

    @Test func `a folder and its archive give the same figures on any number of threads`() throws {
        let folder = try dataFolder()
        let words = ["evaluate", "detect", "--models", "auto,zscore100,mad500+mean", "-o", "csv", "--data"]
        let plain = bellwether(words + [folder.path])
        #expect(plain.code == .success, "\(plain.errors)")
        #expect(plain.lines.first == Self.header)
        #expect(plain.errors.contains("1 files are not in manifest.csv: left out"))
        let rows = plain.rows
        #expect(rows.count == 20 && rows.allSatisfy { $0.count == 19 })
        #expect(rows.prefix(5).map { $0[1] } == ["auto", "auto", "auto", "zscore100", "mad500+mean"])
        #expect(rows.prefix(5).map { $0[2] } == ["causal", "delayed", "batch", "causal", "causal"])
        let sets = ["NAB", "UCR", "ALL", "MEAN"]
        #expect(rows.map { $0[0] } == sets.flatMap { Array(repeating: $0, count: 5) })
        #expect(rows.map { $0[4] } == Array(repeating: "1", count: 10) + Array(repeating: "2", count: 10))
        #expect(rows.allSatisfy { $0[3] == "0" && $0[5] == "0" })
        #expect(rows[0][11].isEmpty && rows[5][11] == "1", "the rule of UCR is for UCR")
        #expect(!rows[0][12].isEmpty && rows[5][12].isEmpty && rows[15][12] == rows[0][12])
        #expect(rows[3][18] == "840" && rows[0][18].isEmpty)
        let archive = folder.file(Archive.tar(Self.files), "d.tar")
        for more in [["--threads", "3"], ["--threads", "1"]] {
            let outcome = bellwether(words + [archive] + more)
            #expect(untimed(outcome) == untimed(plain), "\(outcome.errors)")
        }
    }

    @Test func `sets, modes and the first of each are chosen`() throws {
        let folder = try dataFolder()
        let outcome = bellwether(
            "evaluate", "detect", "--data", folder.path, "--dataset", "NAB", "--mode", "causal", "--first",
            "1",
            "--models", "ewma_z,auto", "-o", "csv")
        #expect(outcome.code == .success, "\(outcome.errors)")
        #expect(
            outcome.rows.map { $0.prefix(5).joined(separator: " ") } == [
                "NAB ewma_z causal 0 1", "NAB auto causal 0 1",
            ])
        let own = folder.file(Self.rows(200, window: 120..<125), "own.csv")
        let single = bellwether("evaluate", "detect", "--data", own, "--models", "zscore100", "-o", "csv")
        #expect(single.code == .success && single.rows.map { $0[0] } == ["own"], "\(single.errors)")
    }

    @Test func `a table fits into 80 columns, a picture and JSON are written`() throws {
        let folder = try dataFolder()
        let outcome = bellwether("evaluate", "detect", "--data", folder.path, "--models", "auto,mad500")
        #expect(outcome.code == .success, "\(outcome.errors)")
        for line in outcome.lines { #expect(line.count <= 80, "\(line)") }
        #expect(outcome.output.contains("mean over all series: 3 series, 760 values\n"))
        #expect(outcome.output.contains("VUS-PR by data set") && outcome.output.contains("file by file"))
        #expect(outcome.output.contains("*") && !outcome.output.contains("^"))
        let picture = folder.path + "/cost.svg"
        let json = bellwether(
            "evaluate", "detect", "--data", folder.path, "--models", "auto", "--plot", picture, "-o", "json")
        let root = try JSONDocument(Array(json.output.utf8)).root
        let results = root["results"]?.elements.map(Array.init) ?? []
        #expect(results.count == 12 && results[0]["nab_scaled"]?.bool == true)
        #expect(results[0]["ucr_accuracy"]?.isNull ?? true && root["points"]?.integer == 760)
        let svg = try String(contentsOfFile: picture, encoding: .utf8)
        #expect(svg.contains(">auto batch<") && svg.contains("CPU microseconds a value"))
    }

    @Test(arguments: [
        (["evaluate", "detect"], "evaluate detect needs --data PATH"),
        (
            ["evaluate", "detect", "--data", "D", "--models", "mad50"],
            "no detector 'mad50'; did you mean 'mad500'?"
        ),
        (
            ["evaluate", "detect", "--data", "D", "--models", "mad500", "--mode", "batch"],
            "none of mad500 is batch"
        ),
        (
            ["evaluate", "detect", "--data", "D", "--mode", "slow"],
            "--mode must be one of causal, delayed, batch"
        ),
        (["evaluate", "detect", "--data", "D", "--horizon", "3"], "--horizon is not for evaluate detect"),
    ])
    func `bad usage is refused before anything is read`(words: [String], message: String) {
        let outcome = bellwether(words)
        #expect(outcome.code == .usage && outcome.errors.contains(message), "\(outcome.errors)")
    }

    @Test func `what cannot be read is said with its file and line`() throws {
        let folder = try dataFolder()
        let words = ["evaluate", "detect", "--models", "zscore100", "--data", folder.path]
        #expect(bellwether(words + ["--dataset", "NAP"]).errors.contains("did you mean 'NAB'?"))
        _ = folder.file("timestamp_or_index,value,label\n0,1,0\n1,1,7\n", "u.csv")
        let broken = bellwether(words)
        #expect(
            broken.code == .failure && broken.errors.contains("u.csv: line 3: label is '7'"),
            "\(broken.errors)")
        _ = folder.file("file,dataset\ngone.csv,X\n", "manifest.csv")
        #expect(bellwether(words).errors.contains("gone.csv of manifest.csv is not there"))
        let clean = folder.file(Self.rows(100, window: 0..<0), "clean.csv")
        let none = bellwether("evaluate", "detect", "--models", "zscore100", "--data", clean)
        #expect(none.code == .failure && none.errors.contains("no series has an anomaly to find"))
        let missing = folder.file("value,label\n,0\nnan,1\n", "missing.csv")
        let failed = bellwether(
            "evaluate", "detect", "--models", "auto", "--mode", "batch", "--data", missing)
        #expect(failed.code == .failure)
        #expect(
            failed.errors.contains(
                "missing: auto (batch) failed on 1 series: missing: every value is missing"),
            "\(failed.errors)")
    }

    static let shared = "anomaly-dev.tar.gz"

    /// The figures of the reference implementation for the same scores, to six digits.
    @Test(.enabled(if: SharedData.has(shared), "the development series are not here"))
    func `a baseline has the figures of the reference on the Numenta series`() throws {
        let path = SharedData.folder.appendingPathComponent(Self.shared).path
        let outcome = bellwether(
            "evaluate", "detect", "--data", path, "--dataset", "NAB", "--models", "zscore100", "-o", "csv")
        let row = try #require(outcome.rows.first)
        #expect(row[4] == "27", "\(outcome.errors)")
        let wanted = [
            (6, 0.129975), (7, 0.524926), (8, 0.110431), (9, 0.195707), (10, 0.560697), (12, 22.085483),
            (13, 15.431543), (14, 25.279211),
        ]
        for (column, want) in wanted {
            let got = try #require(Double(row[column]))
            #expect(abs(got - want) < 1e-6, "column \(column): \(got) for \(want)")
        }
    }
}

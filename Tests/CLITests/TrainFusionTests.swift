import Foundation
import TestSupport
import Testing

@testable import CLI

@Suite struct TrainFusionTests {
    /// Waves with a spell of high values, in files of a folder.
    private func dataFolder(series: Int) throws -> Folder {
        let folder = try Folder()
        for number in 0..<series {
            let begin = 90 + 3 * number
            let rows = waves(150).enumerated().map { step, value in
                let isHigh = (begin..<begin + 4).contains(step)
                return "\(step),\(isHigh ? value + 60 : value),\(isHigh ? 1 : 0)"
            }
            _ = folder.file(
                (["timestamp_or_index,value,label"] + rows).joined(separator: "\n") + "\n", "s\(number).csv")
        }
        return folder
    }

    @Test func `both fusions are written, the same on any number of threads`() throws {
        let folder = try dataFolder(series: 10)
        let models = try Folder()
        let folders = ["fusion-causal/1", "fusion-batch/2"]
        for folder in folders {
            try FileManager.default.createDirectory(
                atPath: models.path + "/" + folder, withIntermediateDirectories: true)
        }
        var written: [[String]] = []
        for threads in ["1", "2"] {
            let outcome = bellwether(
                "train-fusion", "--data", folder.path, "--models", models.path, "--threads", threads)
            #expect(outcome.code == .success, "\(outcome.errors)")
            #expect(outcome.errors.contains("causal: 10 of 10 series"))
            written.append(
                try folders.map {
                    try String(contentsOfFile: models.path + "/\($0)/weights.txt", encoding: .utf8)
                })
        }
        #expect(written[0] == written[1])
        #expect(written[0].allSatisfy { $0.hasPrefix("linear ") && $0.contains("\nsum-scale ") })
    }

    @Test func `what was held out is ranked`() throws {
        let folder = try dataFolder(series: 10)
        let outcome = bellwether(
            "train-fusion", "--data", folder.path, "--fusion", "causal", "--cross-validate", "-o", "csv")
        #expect(outcome.code == .success, "\(outcome.errors)")
        #expect(outcome.errors.contains("causal: part 5 of 5 learned"))
        let row = outcome.rows.first
        #expect(row?[1] == "fusion-causal" && row?[2] == "causal" && row?[4] == "10")
        #expect(Double(row?[6] ?? "").map { $0 > 0.3 } ?? false, "\(outcome.output)")
    }

    @Test func `too little, or too much asked for, is told`() throws {
        let folder = try dataFolder(series: 3)
        let few = bellwether("train-fusion", "--data", folder.path, "--cross-validate")
        #expect(few.code == .failure && few.errors.contains("3 series with anomalies, 10 are needed"))
        let nowhere = bellwether("train-fusion", "--data", folder.path, "--models", folder.path + "/none")
        #expect(nowhere.code == .failure && nowhere.errors.contains("no folder that can be written to"))
        #expect(!nowhere.errors.contains("series with anomalies"), "told before anything is learned")
        let both = bellwether(
            "train-fusion", "--data", folder.path, "--cross-validate", "--leave-set-out")
        #expect(both.code == .usage && both.errors.contains("exclude each other"))
        #expect(bellwether("train-fusion").errors.contains("train-fusion needs --data"))
    }
}

import Detection
import Foundation
import TestSupport
import Testing

@testable import Evaluation

/// How well the ranking of the light tier finds known anomalies, on recorded series of about a thousand values.
@Suite struct StreamRankingQualityTests {
    private static let shared = "anomaly-dev.tar.gz"

    /// The mean VUS-PR of two development sets, as an independent implementation of the same definitions in Python
    /// with NumPy and Numba found them; all 161 series: 0.5023.
    @Test(.enabled(if: SharedData.has(shared), "the development series are not here"))
    func `it finds what its prototype found`() throws {
        let stream = try #require(EvaluatedDetectors.all.first { $0.name == "stream" })
        #expect(stream.mode == .causal && stream.stateBytes.map { $0 <= 4_096 } == true)
        let bytes = try decompressed(SharedData.folder.appendingPathComponent(Self.shared))
        for (dataset, volume) in [("MSCLOUD", 0.610), ("SKAB", 0.659)] {
            let series = try series(of: dataset, in: bytes)
            let volumes = try series.map { one in
                let scores = try stream.scores(one)
                return VolumeUnderSurface(scores: scores, windows: one.windows, length: one.patternLength).pr
            }
            let mean = volumes.reduce(0, +) / Double(volumes.count)
            #expect(abs(mean - volume) < 0.0015, "\(dataset): \(mean)")
        }
    }

    /// The series of one data set that have anomalies.
    private func series(of dataset: String, in bytes: [UInt8]) throws -> [LabelledSeries] {
        var files: [String: DatasetFile] = [:]
        for entry in try TarArchive.entries(of: bytes) {
            files[entry.name] = DatasetFile(name: entry.name, bytes: Array(bytes[entry.range]))
        }
        let reader = try LabelledReader(manifest: files[LabelledReader.manifest], name: "dev")
        let entries = try #require(reader.entries).filter { $0.dataset == dataset }
        return try entries.map { try reader.read(#require(files[$0.file])) }.filter { !$0.windows.isEmpty }
    }

    private func decompressed(_ file: URL) throws -> [UInt8] {
        let program = Process()
        let output = Pipe()
        program.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        program.arguments = ["gzip", "-dc", file.path]
        program.standardOutput = output
        try program.run()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        program.waitUntilExit()
        return [UInt8](bytes)
    }
}

import Foundation
import TestSupport
import Testing

@testable import Evaluation

/// The labelled series that detectors are developed on.
struct DevelopmentSeries {
    /// Beside the repository.
    static let file = "anomaly-dev.tar.gz"

    private var files: [String: DatasetFile] = [:]

    init() throws {
        let bytes = try Self.decompressed(SharedData.folder.appendingPathComponent(Self.file))
        for entry in try TarArchive.entries(of: bytes) {
            files[entry.name] = DatasetFile(name: entry.name, bytes: Array(bytes[entry.range]))
        }
    }

    /// The series of one data set that have anomalies.
    func series(of dataset: String) throws -> [LabelledSeries] {
        let reader = try LabelledReader(manifest: files[LabelledReader.manifest], name: "dev")
        let entries = try #require(reader.entries).filter { $0.dataset == dataset }
        return try entries.map { try reader.read(#require(files[$0.file])) }.filter { !$0.windows.isEmpty }
    }

    /// The mean VUS-PR of a detector.
    static func meanVolume(_ detector: EvaluatedDetector, _ series: [LabelledSeries]) throws -> Double {
        let volumes = try series.map { one in
            let scores = try detector.scores(one)
            return VolumeUnderSurface(scores: scores, windows: one.windows, length: one.patternLength).pr
        }
        return volumes.reduce(0, +) / Double(volumes.count)
    }

    private static func decompressed(_ file: URL) throws -> [UInt8] {
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

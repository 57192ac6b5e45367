import Foundation
import Synchronization
import Testing

@testable import CLI

/// What a command line printed, and how it ended.
struct Outcome {
    var code: ExitCode
    var output: String
    var errors: String

    /// The lines of the output; the last line end is checked and taken away.
    var lines: [String] {
        #expect(output.isEmpty || output.hasSuffix("\n"), "no line end at the end")
        return output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }

    /// The cells of every row after the header; no cell here has a quote.
    var rows: [[String]] {
        lines.dropFirst().map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    }
}

/// Runs a command line in this process.
func bellwether(_ words: String...) -> Outcome { bellwether(words) }

/// Runs a command line in this process.
func bellwether(_ words: [String], errorIsTerminal: Bool = false) -> Outcome {
    let output = Captured()
    let errors = Captured()
    let console = Console(
        errorIsTerminal: errorIsTerminal, output: { output.add($0) }, errors: { errors.add($0) })
    let code = Main.run(words, console: console)
    return Outcome(code: code, output: output.text, errors: errors.text)
}

private final class Captured: Sendable {
    private let bytes = Mutex<[UInt8]>([])
    func add(_ more: [UInt8]) { bytes.withLock { $0 += more } }
    var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }
}

/// A folder that lasts as long as this value.
final class Folder {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent(
            "bellwether-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file and gives its path.
    func file(_ content: String, _ name: String = "file.csv") -> String { file(Array(content.utf8), name) }

    /// Writes a file and gives its path.
    func file(_ content: [UInt8], _ name: String = "file.csv") -> String {
        let place = path + "/" + name
        #expect(FileManager.default.createFile(atPath: place, contents: Data(content)))
        return place
    }
}

let detectHeader =
    "series_id,index,value,expected,lower,upper,score,p_value,is_anomaly,rank_score,timestamp"
let forecastHeader = "series_id,step,mean,lo-80,hi-80,lo-95,hi-95,timestamp"

/// Numbers with a season of 12 and a little unevenness.
func waves(_ count: Int) -> [Double] {
    (0..<count).map { step in
        let phase = Double(step % 12 - 6)
        let unevenness = Double(step * 7919 % 101) / 100
        return phase * phase + unevenness
    }
}

/// Hours of December 2025 as text.
func hour(_ index: Int) -> String {
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "2025-12-" + two(index / 24 + 1) + "T" + two(index % 24) + ":00:00Z"
}

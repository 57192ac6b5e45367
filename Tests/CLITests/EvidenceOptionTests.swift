import Foundation
import Testing

@testable import CLI

@Suite struct EvidenceOptionTests {
    private let folder: Folder
    private let file: String

    init() throws {
        folder = try Folder()
        let rows = (0..<400).map { step in
            "\(Double(step % 20) + Double(step * 7 % 5) + (step == 300 ? 90 : 0))"
        }
        file = folder.file((["value"] + rows).joined(separator: "\n") + "\n")
    }

    @Test func `ranks of detectors are further columns, and the others stay`() throws {
        let plain = bellwether("detect", file, "-o", "csv")
        let seen = bellwether("detect", file, "-o", "csv", "--evidence", "autoregression,frozen")
        #expect(seen.code == .success, "\(seen.errors)")
        #expect(seen.lines[0] == plain.lines[0] + ",evidence:autoregression,evidence:frozen")
        #expect(seen.rows.count == 400)
        for (row, before) in zip(seen.rows, plain.rows) { #expect(Array(row.dropLast(2)) == before) }
        let ranks = seen.rows.map { Double($0[11]) ?? -1 }
        #expect((300...306).contains(ranks.indices.max { ranks[$0] < ranks[$1] } ?? 0))
    }

    @Test func `strips stand below the answer and the picture`() throws {
        let picture = folder.path + "/a.svg"
        let outcome = bellwether("detect", file, "--batch", "--evidence", "all", "--plot", picture)
        #expect(outcome.code == .success, "\(outcome.errors)")
        let lines = outcome.lines
        let start = try #require(lines.firstIndex { $0.hasPrefix("the upper tenth") })
        let matrix = try #require(lines[start...].first { $0.hasPrefix("matrix-profile") })
        #expect(matrix.contains("█") && matrix.count <= 100)
        #expect(lines.allSatisfy { $0.count <= 100 })
        let svg = try String(contentsOfFile: picture, encoding: .utf8)
        #expect(svg.contains(">matrix-profile</text>") && svg.contains("class=\"heat4\""))
    }

    @Test func `what is no detector, or no file, is told`() {
        let unknown = bellwether("detect", file, "--evidence", "frosen")
        #expect(unknown.code == .usage && unknown.errors.contains("did you mean 'frozen'?"))
        let json = bellwether("detect", file, "--evidence", "frozen", "-o", "json")
        #expect(json.code == .usage && json.errors.contains("leave -o json out"))
        let stored = bellwether("detect", "--selector", "up", "--evidence", "frozen")
        #expect(stored.code == .usage && stored.errors.contains("export the series first"))
    }
}

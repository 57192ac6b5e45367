import Foundation
import TestSupport
import Testing

@testable import CLI

@Suite struct PictureTests {
    static let datasets = ["nile", "co2", "sunspots", "us-cpi", "us-gdp", "elnino"]

    private func dataset(_ name: String) throws -> String {
        let paths = Repository.files(below: "datasets/" + name, suffix: ".csv")
        return Repository.root.appendingPathComponent(try #require(paths.first)).path
    }

    @Test(arguments: datasets)
    func `a table is never wider than the terminal`(name: String) throws {
        let path = try dataset(name)
        for words in [
            ["forecast", path, "--horizon", "8"], ["detect", path],
            ["predict", path, "--levels", "50,80,95,99"],
        ] {
            let outcome = bellwether(words)
            #expect(outcome.code == .success, "\(outcome.errors)")
            let lines = outcome.output.split(separator: "\n")
            #expect(lines.count > 5)
            for line in lines { #expect(line.count <= 80, "\(words[0]): \(line)") }
            #expect(!outcome.output.contains("\u{1B}"))
        }
    }

    @Test func `a picture is a whole SVG, and several series get numbers`() throws {
        let folder = try Folder()
        let path = try dataset("nile")
        let one = folder.path + "/one.svg"
        #expect(bellwether("predict", path, "--plot", one, "-o", "json").code == .success)
        try expectSVG(one)
        let values = waves(48)
        let rows = (0..<48).map { "\(hour($0)),\(values[$0]),\(values[$0] * 3)" }
        let wide = folder.file((["time,\"a<b>&\"\"\",b"] + rows).joined(separator: "\n"))
        #expect(
            bellwether("forecast", wide, "--horizon", "4", "--plot", folder.path + "/two.svg").code
                == .success)
        try expectSVG(folder.path + "/two-1.svg")
        try expectSVG(folder.path + "/two-2.svg")
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/two.svg"))
        let outcome = bellwether("detect", path, "--plot", "/nonexistent/x.svg", "-o", "csv")
        #expect(outcome.code == .failure && outcome.errors.contains("cannot write /nonexistent/x.svg"))
    }

    /// Every element is closed, in order, and the root is `svg`.
    private func expectSVG(_ path: String) throws {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        var open: [Substring] = []
        var root: Substring?
        for piece in text.split(separator: "<").dropFirst(text.hasPrefix("<") ? 0 : 1) {
            let parts = piece.split(separator: ">", omittingEmptySubsequences: false)
            #expect(parts.count == 2, "\(piece.prefix(60))")
            let tag = parts[0]
            if tag.hasPrefix("?") || tag.hasPrefix("!") { continue }
            let name = tag.drop { $0 == "/" }.prefix { $0.isLetter || $0.isNumber }
            if tag.hasPrefix("/") {
                #expect(open.popLast() == name)
            } else if !tag.hasSuffix("/") {
                if root == nil { root = name }
                open.append(name)
            }
        }
        #expect(root == "svg" && open.isEmpty, "\(open)")
    }
}

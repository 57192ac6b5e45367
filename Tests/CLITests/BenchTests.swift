import Foundation
import TestSupport
import Testing

@testable import CLI

@Suite(
    .enabled(if: Program.bellwether != nil, "the program is not built"), .waitsForProcesses,
    .timeLimit(.minutes(3)))
struct BenchTests {
    @Test func `a run prints every figure and leaves nothing behind`() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(Program.bellwether))
        process.arguments = ["bench", "ingest", "--series", "200", "--full", "100", "--seconds", "1"]
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let notes = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(notes)")
        for name in ["rate, median second", "time in score", "p99", "memory", "database", "restart after"] {
            #expect(text.contains(name), "\(name) in \(text)")
        }
        // A figure that the service does not tell is a dash.
        #expect(!text.contains(" - "), "\(text)")
        #expect(notes.contains("200 series on 2 connections"))
    }

    @Test func `a figure has three digits, or all of a whole number`() {
        #expect(
            [0, 12_345.6, 99.94, 3.14159, 0.03277, 7].map(BenchTable.number) == [
                "0", "12346", "99.9", "3.14", "0.033", "7",
            ])
        #expect(BenchTable.number(.nan) == "-")
    }
}

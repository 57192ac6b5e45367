import Foundation
import TestSupport
import Testing

@testable import CLI

@Suite(
    .enabled(if: Program.bellwether != nil, "the program is not built"), .waitsForProcesses,
    .timeLimit(.minutes(3)))
struct ProcessTests {
    private func run(_ words: [String], input: String) throws -> (code: Int32, output: String, errors: String)
    {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(Program.bellwether))
        process.arguments = words
        let (stdin, stdout, stderr) = (Pipe(), Pipe(), Pipe())
        process.standardInput = stdin
        process.standardOutput = stdout
        process.standardError = stderr
        try process.run()
        stdin.fileHandleForWriting.write(Data(input.utf8))
        try stdin.fileHandleForWriting.close()
        let output = stdout.fileHandleForReading.readDataToEndOfFile()
        let errors = stderr.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (
            process.terminationStatus, String(decoding: output, as: UTF8.self),
            String(decoding: errors, as: UTF8.self)
        )
    }

    @Test func `a dash is standard input`() throws {
        let outcome = try run(
            ["detect", "-", "-o", "csv"], input: "time,value\n2025-12-01,1\n2025-12-02,2\n")
        #expect(outcome.code == 0)
        #expect(
            outcome.output == detectHeader
                + "\nvalue,0,1,,,,,,0,,2025-12-01\nvalue,1,2,,,,,,0,,2025-12-02\n")
        let empty = try run(["forecast", "-", "--horizon", "1", "-o", "csv"], input: "")
        #expect(empty.code == 1 && empty.output == forecastHeader + "\n")
    }

    @Test func `exit codes leave the process`() throws {
        #expect(try run(["version"], input: "").code == 0)
        #expect(try run(["detect", "/nonexistent"], input: "").code == 1)
        #expect(try run(["detect"], input: "").code == 2)
        let listen = try run(["serve", "--listen", "0.0.0.0:0"], input: "")
        #expect(listen.code == 2 && listen.errors.contains("set token-file, or listen on 127.0.0.1"))
        let token = try run(["serve", "--listen", "127.0.0.1:0", "--token-file", "/nonexistent"], input: "")
        #expect(token.code == 2 && token.errors.contains("/nonexistent: cannot be read"))
    }
}

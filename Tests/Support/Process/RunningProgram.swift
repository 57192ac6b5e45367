import Foundation
import Glibc

/// A program that a test started; killed with the value, if it still runs.
public final class RunningProgram: @unchecked Sendable {  // Only one test uses it; `Process` guards itself.
    /// Why a program did not do what was waited for; has what it printed.
    public struct Failure: Error, CustomStringConvertible {
        /// What was waited for, and all that was printed.
        public var description: String
    }

    private let process = Process()
    private let log: String

    /// Starts a program, whose standard output and error go to a file.
    ///
    /// - Parameter log: Where; a file of this name is replaced.
    public init(_ path: String, _ words: [String], log: String) throws {
        self.log = log
        guard FileManager.default.createFile(atPath: log, contents: nil),
            let file = FileHandle(forWritingAtPath: log)
        else { throw Failure(description: "\(log) cannot be written") }
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = words
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = file
        process.standardError = file
        try process.run()
        try file.close()
    }

    deinit { kill() }

    /// The number of the process.
    public var number: Int32 { process.processIdentifier }
    /// Whether it has not ended.
    public var isRunning: Bool { process.isRunning }
    /// All that it has printed.
    public var printed: String {
        String(decoding: FileManager.default.contents(atPath: log) ?? Data(), as: UTF8.self)
    }
    /// The lines of that.
    public var lines: [String] { printed.split(separator: "\n").map(String.init) }

    /// Sends a signal.
    public func signal(_ number: Int32) {
        if process.isRunning { Glibc.kill(process.processIdentifier, number) }
    }

    /// Ends it with SIGKILL and waits for that.
    public func kill() {
        signal(SIGKILL)
        _ = try? exitCode(within: 10)
    }

    /// Waits for its end.
    ///
    /// - Returns: The exit code, or the number of the signal that ended it, negative.
    public func exitCode(within seconds: Double) throws -> Int32 {
        try wait("the end", within: seconds) { !self.process.isRunning }
        let isSignal = process.terminationReason == .uncaughtSignal
        return isSignal ? -process.terminationStatus : process.terminationStatus
    }

    /// Asks it to end with SIGTERM.
    public func stop(within seconds: Double = 30) throws -> Int32 {
        signal(SIGTERM)
        return try exitCode(within: seconds)
    }

    /// Waits until something holds.
    public func wait(_ what: String, within seconds: Double, until isDone: () -> Bool) throws {
        let end = ContinuousClock.now + .seconds(seconds)
        while !isDone() {
            guard ContinuousClock.now < end else {
                throw Failure(description: "no \(what) within \(seconds) s; printed was: \(printed)")
            }
            usleep(10_000)
        }
    }
}

extension RunningProgram {
    /// Starts `bellwether serve` on a free port; ``address(within:)`` waits for it.
    ///
    /// - Parameters:
    ///   - data: The data directory.
    ///   - wrapper: A program with its words that starts ours, as `setpriv …`.
    public static func serve(
        data: String, log: String, options: [String] = [], wrapper: [String] = []
    ) throws -> RunningProgram {
        guard let program = Program.bellwether else { throw Failure(description: "the program is not built") }
        let words =
            wrapper + [program, "serve", "--listen", "127.0.0.1:0", "--data", data] + options
        return try RunningProgram(words[0], Array(words.dropFirst()), log: log)
    }

    /// Where a service answers, as `http://127.0.0.1:8720`.
    public func address(within seconds: Double = 30) throws -> String {
        let mark = "listens on "
        var found: String?
        try wait("address", within: seconds) {
            let line = self.lines.first { $0.contains(mark) }
            found = line.flatMap { $0.range(of: mark).map { line in line.upperBound } }.flatMap { place in
                line.map { String($0[place...]) }
            }
            return found != nil || !self.isRunning
        }
        guard let found else { throw Failure(description: "the service did not start: \(printed)") }
        return found
    }
}

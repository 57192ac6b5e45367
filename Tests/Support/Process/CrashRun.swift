import Foundation
import Glibc
import Networking

/// A service that is killed again and again while samples stream in.
public struct CrashRun {
    /// How it is killed.
    public enum End: Sendable {
        /// SIGKILL at any moment.
        case kill
        /// SIGKILL while checkpoints are made one after another.
        case killDuringCheckpoints
        /// SIGKILL while it starts and replays the journal.
        case killDuringStart
        /// SIGTERM, which it must answer with exit code 0.
        case terminate
    }

    /// What came out.
    public struct Outcome {
        /// Acknowledged samples that are missing, and others that were never sent.
        public var differences: [String]
        /// Samples that were acknowledged.
        public var samples: Int
        /// Requests that had to be repeated.
        public var repeated: Int
        /// What each restart said of the data that it found.
        public var found: [String]
        /// Whether anything else went wrong: exit codes other than 0, warnings.
        public var faults: [String]
        /// Directories that a kill left and on which the service was started twice.
        public var rereads = 0
        /// The scores in the last of them.
        public var rereadScores = 0
        /// Stretches that a service told of just before it was killed, and that were over.
        public var told: Set<String> = []
        /// What two starts on copies of one such directory said differently, and what a later one said otherwise of a point.
        public var contradictions: [String] = []
        /// What is stored at the end, when the run was ordered, and the requests that brought it.
        public var scores: (stored: StoredScores, start: Int64, requests: [Int])?
    }

    /// Kills a service so many times and compares what it has with what it acknowledged.
    ///
    /// When it is ordered every directory that a kill leaves is started twice beside the run: both starts must find the
    /// same bytes of scores, and whatever was scored before it stays. What is told just before a kill, stored or not, is told at
    /// the end.
    ///
    /// - Parameters:
    ///   - seed: Of the moments.
    ///   - isOrdered: Whether every series gets its samples in their order, which makes scores comparable.
    ///   - options: Words of the service besides.
    ///   - told: Called after each end with its number, counted from 1.
    public static func run(
        _ ends: [End], threads: Int = 4, seed: UInt64, isOrdered: Bool = false, options: [String] = [],
        told: (Int) -> Void = { _ in }
    ) throws -> Outcome {
        let folder = try TemporaryFolder()
        var generator = SeededGenerator(seed: seed)
        let start = Int64(Date().timeIntervalSince1970 - 72 * 3600) * 1000
        let sender = PersistentSender(threads: threads, start: start, isOrdered: isOrdered)
        var outcome = Outcome(differences: [], samples: 0, repeated: 0, found: [], faults: [])
        var earlier = StoredScores()
        for (round, end) in ends.enumerated() {
            let service = try RunningProgram.serve(
                data: folder("data"), log: folder("log-\(round)"), options: options)
            if case .killDuringStart = end {
                usleep(UInt32.random(in: 0...80_000, using: &generator))
                service.kill()
                if isOrdered { earlier = try reread(folder, options, after: earlier, &outcome) }
                told(round + 1)
                continue
            }
            let address = try service.address()
            outcome.found.append(finding(service))
            sender.address = address
            let moment = Date() + Double.random(in: 0.1...1.2, using: &generator)
            switch end {
            case .killDuringStart: continue
            case .killDuringCheckpoints:
                let client = try PointClient(address)
                let killer = Thread {
                    Thread.sleep(until: moment)
                    service.signal(SIGKILL)
                }
                killer.start()
                while (try? client.checkpoint())?.status == 200 {}
                _ = try service.exitCode(within: 10)
            case .kill:
                Thread.sleep(until: moment)
                if isOrdered { outcome.told.formUnion(try PointClient(address).endedStretches()) }
                service.kill()
            case .terminate:
                Thread.sleep(until: moment)
                let code = try service.stop()
                if code != 0 { outcome.faults.append("exit code \(code) after SIGTERM: \(service.printed)") }
            }
            sender.address = nil
            if isOrdered { earlier = try reread(folder, options, after: earlier, &outcome) }
            told(round + 1)
        }
        let service = try RunningProgram.serve(data: folder("data"), log: folder("log"), options: options)
        let address = try service.address()
        outcome.found.append(finding(service))
        sender.address = address
        try sender.finish()
        let client = try PointClient(address)
        outcome.differences = sender.differences(to: try client.exported())
        outcome.samples = sender.acknowledgedCount
        outcome.repeated = sender.repeated.requests
        if isOrdered {
            let lost = outcome.told.subtracting(try client.endedStretches())
            outcome.contradictions += lost.sorted().map { "told before a kill and lost: " + $0 }
        }
        let code = try service.stop()
        if code != 0 { outcome.faults.append("exit code \(code) at the end: \(service.printed)") }
        // Once more from the database alone.
        let last = try RunningProgram.serve(data: folder("data"), log: folder("log-last"), options: options)
        let stored = try PointClient(try last.address()).exported()
        outcome.differences += sender.differences(to: stored).map { "after the last start: " + $0 }
        _ = try last.stop()
        if isOrdered {
            let stored = try StoredScores(in: folder("data"))
            outcome.contradictions += earlier.contradictions(in: stored).map { "at the end: " + $0 }
            outcome.scores = (stored, start, sender.requestCounts)
        }
        return outcome
    }

    /// Compares what is stored at a kill, what two starts make of it, and what was there before.
    ///
    /// - Returns: What the starts make of it.
    private static func reread(
        _ folder: TemporaryFolder, _ options: [String], after earlier: StoredScores, _ outcome: inout Outcome
    ) throws -> StoredScores {
        let names = ["left", "once", "twice"]
        for name in names { try copy(folder("data"), to: folder(name)) }
        let left = try StoredScores(in: folder("left"))
        var found: [StoredScores] = []
        for name in names.dropFirst() {
            let service = try RunningProgram.serve(
                data: folder(name), log: folder("log-" + name), options: options)
            _ = try service.address()
            let code = try service.stop()
            if code != 0 { outcome.faults.append("exit code \(code) of a second start: \(service.printed)") }
            found.append(try StoredScores(in: folder(name)))
        }
        outcome.rereads += 1
        outcome.rereadScores = found[0].scoredCount
        outcome.contradictions += found[0].differences(to: found[1]).map { "of two starts: " + $0 }
        outcome.contradictions += left.contradictions(in: found[0]).map { "of what was stored: " + $0 }
        outcome.contradictions += earlier.contradictions(in: found[0]).map { "of an earlier kill: " + $0 }
        return found[0]
    }

    private static func copy(_ path: String, to target: String) throws {
        if FileManager.default.fileExists(atPath: target) {
            try FileManager.default.removeItem(atPath: target)
        }
        if FileManager.default.fileExists(atPath: path) {
            try FileManager.default.copyItem(atPath: path, toPath: target)
        }
    }

    /// What the same requests leave behind when nothing ends the service.
    public static func undisturbed(
        start: Int64, requests: [Int], options: [String] = []
    ) throws -> StoredScores {
        let folder = try TemporaryFolder()
        let service = try RunningProgram.serve(data: folder("data"), log: folder("log"), options: options)
        let sender = PersistentSender(
            threads: requests.count, start: start, isOrdered: true, requests: requests)
        sender.address = try service.address()
        try sender.finish(within: 600)
        let code = try service.stop()
        guard code == 0 else {
            throw RunningProgram.Failure(description: "exit code \(code): \(service.printed)")
        }
        return try StoredScores(in: folder("data"))
    }

    private static func finding(_ service: RunningProgram) -> String {
        service.lines.first { $0.contains("data in ") } ?? ""
    }
}

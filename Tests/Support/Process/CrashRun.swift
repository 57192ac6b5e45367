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
    }

    /// Kills a service so many times and compares what it has with what it acknowledged.
    ///
    /// - Parameter seed: Of the moments.
    public static func run(_ ends: [End], threads: Int = 4, seed: UInt64) throws -> Outcome {
        let folder = try TemporaryFolder()
        var generator = SeededGenerator(seed: seed)
        let start = Int64(Date().timeIntervalSince1970 - 12 * 3600) * 1000
        let sender = PersistentSender(threads: threads, start: start)
        var outcome = Outcome(differences: [], samples: 0, repeated: 0, found: [], faults: [])
        for (round, end) in ends.enumerated() {
            let service = try RunningProgram.serve(data: folder("data"), log: folder("log-\(round)"))
            let address = try service.address()
            outcome.found.append(finding(service))
            sender.address = address
            let moment = Date() + Double.random(in: 0.1...1.2, using: &generator)
            switch end {
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
                service.kill()
            case .terminate:
                Thread.sleep(until: moment)
                let code = try service.stop()
                if code != 0 { outcome.faults.append("exit code \(code) after SIGTERM: \(service.printed)") }
            }
            sender.address = nil
        }
        let service = try RunningProgram.serve(data: folder("data"), log: folder("log"))
        let address = try service.address()
        outcome.found.append(finding(service))
        sender.address = address
        try sender.finish()
        let client = try PointClient(address)
        outcome.differences = sender.differences(to: try client.exported())
        outcome.samples = sender.acknowledgedCount
        outcome.repeated = sender.repeated.requests
        let code = try service.stop()
        if code != 0 { outcome.faults.append("exit code \(code) at the end: \(service.printed)") }
        // Once more from the database alone.
        let last = try RunningProgram.serve(data: folder("data"), log: folder("log-last"))
        let stored = try PointClient(try last.address()).exported()
        outcome.differences += sender.differences(to: stored).map { "after the last start: " + $0 }
        _ = try last.stop()
        return outcome
    }

    private static func finding(_ service: RunningProgram) -> String {
        service.lines.first { $0.contains("data in ") } ?? ""
    }
}

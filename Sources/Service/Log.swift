internal import Synchronization

/// Terse lines about what the service does, one a line.
public struct Log: Sendable {
    /// How much is said.
    public enum Level: String, Sendable, CaseIterable, Comparable {
        /// Every request.
        case debug
        /// What is worth knowing of a healthy service.
        case info
        /// What somebody should look at one day.
        case warning
        /// What somebody should look at now.
        case error

        fileprivate var rank: Int { Level.allCases.firstIndex(of: self) ?? 0 }

        /// The chattier level is the lower one.
        public static func < (a: Level, b: Level) -> Bool { a.rank < b.rank }
    }

    /// The chattiest level that is written: one for a log and its copies, so that it can change while they are in use.
    public var level: Level {
        get { threshold.level }
        nonmutating set { threshold.level = newValue }
    }
    private let threshold: Threshold
    private let write: @Sendable (String) -> Void

    /// What copies of a log share.
    private final class Threshold: Sendable {
        private let rank: Atomic<Int>

        init(_ level: Level) { rank = Atomic(level.rank) }

        var level: Level {
            get { Level.allCases[rank.load(ordering: .relaxed)] }
            set { rank.store(newValue.rank, ordering: .relaxed) }
        }
    }

    /// A log.
    ///
    /// - Parameter write: Writes one line, which comes without its end; called on any thread.
    public init(level: Level = .info, write: @escaping @Sendable (String) -> Void) {
        threshold = Threshold(level)
        self.write = write
    }

    /// A log that nobody reads.
    public static let silent = Log { _ in }

    /// Writes a line if it is wanted; what would break the line is replaced by a space.
    public func line(_ level: Level, _ message: @autoclosure () -> String) {
        guard level >= self.level else { return }
        let text = "\(level.rawValue): \(message())"
        guard text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return write(text) }
        var clean = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            clean.append(scalar.value < 0x20 || scalar.value == 0x7F ? " " : scalar)
        }
        write(String(clean))
    }

    /// Writes a line about one request.
    public func debug(_ message: @autoclosure () -> String) { line(.debug, message()) }
    /// Writes a line about a healthy service.
    public func info(_ message: @autoclosure () -> String) { line(.info, message()) }
    /// Writes a line about something to look at one day.
    public func warning(_ message: @autoclosure () -> String) { line(.warning, message()) }
    /// Writes a line about something to look at now.
    public func error(_ message: @autoclosure () -> String) { line(.error, message()) }
}

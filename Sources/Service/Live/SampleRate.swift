internal import Synchronization

/// How many samples come a second, measured from one question to the next.
final class SampleRate: Sendable {
    private struct Mark {
        var at: UInt64
        var count: Int
    }

    /// The earlier one is the beginning of what is measured.
    private let marks = Mutex<(earlier: Mark, later: Mark)?>(nil)

    /// A measurement lasts at least so long once there was time for it, in nanoseconds.
    private static let shortest: UInt64 = 5_000_000_000

    /// Samples a second since a question some seconds ago, or the last one before.
    ///
    /// - Parameters:
    ///   - count: All samples so far.
    ///   - now: Nanoseconds of a clock that never goes back.
    /// - Returns: `nil` for the first question, which has nothing to be compared with.
    func rate(count: Int, now: UInt64) -> Double? {
        marks.withLock { marks in
            let mark = Mark(at: now, count: count)
            guard let (_, later) = marks else {
                marks = (mark, mark)
                return nil
            }
            if now - min(now, later.at) >= Self.shortest { marks = (later, mark) }
            guard let earlier = marks?.earlier, now > earlier.at else { return nil }
            return Double(count - earlier.count) / (Double(now - earlier.at) / 1e9)
        }
    }
}

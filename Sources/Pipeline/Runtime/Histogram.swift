/// Durations by how long they were; observed and read by any thread.
public final class Histogram: Sendable {
    /// Upper bounds in seconds, rising, and the same in nanoseconds.
    public static let bounds = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
    ]
    private static let nanosecondBounds = bounds.map { UInt64(($0 * 1e9).rounded()) }

    private let counts: [PipelineCounters.Count] = (0...bounds.count).map { _ in PipelineCounters.Count() }
    private let sum = PipelineCounters.Count()

    /// Without a duration.
    public init() {}

    /// Counts a duration.
    ///
    /// - Parameter count: How often.
    public func observe(nanoseconds: UInt64, count: Int = 1) {
        let place = Self.nanosecondBounds.firstIndex { nanoseconds <= $0 } ?? Self.bounds.count
        counts[place].add(count)
        sum.add(Int(clamping: nanoseconds) &* count)
    }

    /// Per bound, and at last for all, how many durations were at most it; and their sum in seconds.
    public var snapshot: (cumulative: [Int], seconds: Double) {
        var total = 0
        let cumulative = counts.map { count in
            total += count.value
            return total
        }
        return (cumulative, Double(sum.value) / 1e9)
    }
}

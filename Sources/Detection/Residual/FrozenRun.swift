import Glibc

/// How long a value has not moved, against the longest such run before: a sensor that hangs.
///
/// - Source: the run-length check of sensor validation, e.g. Gandin, *Complex quality control of meteorological
///   observations*, Monthly Weather Review 116 (1988).
struct FrozenRun: BitwiseCopyable, Sendable {
    /// Values nearer than this, relative to their size, are the same.
    private static let tolerance = 1e-12
    /// Shorter runs are chance.
    private static let shortest = 3

    private var run = 0
    private var longest = 0

    /// Judges the last value, then learns it.
    mutating func push<let kept: Int, Sample>(_ recent: inout RecentValues<kept, Sample>) -> Double {
        push(recent[0], after: recent.count > 1 ? recent[1] : nil)
    }

    /// Judges a value, then learns it.
    ///
    /// - Parameter last: The value before it; `nil` for the first one.
    @inline(__always)
    mutating func push(_ value: Double, after last: Double?) -> Double {
        if let last, abs(value - last) <= Self.tolerance * (1 + abs(value)) {
            run += 1
        } else {
            longest = max(longest, run)
            run = 0
        }
        return run > Self.shortest ? log(1 + Double(run) / (2 + Double(longest))) : 0
    }
}

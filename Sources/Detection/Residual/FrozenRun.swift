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
        let value = recent[0]
        if recent.count > 1, abs(value - recent[1]) <= Self.tolerance * (1 + abs(value)) {
            run += 1
        } else {
            longest = max(longest, run)
            run = 0
        }
        return run > Self.shortest ? log(1 + Double(run) / (2 + Double(longest))) : 0
    }
}

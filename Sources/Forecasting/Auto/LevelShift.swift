import Numerics

/// A level that moved late in a history and stayed.
///
/// The last values are a new, quiet level when their median is farther than six scaled median absolute
/// deviations from that of the four times as many before them, in units of the widest of both stretches and
/// of the last twenty of them.
enum LevelShift {
    private static let stretch = (fewest: 12, partOfPeriod: 12)
    private static let before = 4
    private static let around = 20
    private static let limit = 6.0

    /// The history with what lies before such a shift moved to the new level; as it is without one.
    static func healed(_ y: [Double], period: Int) -> [Double] {
        let count = y.count
        let width = max(stretch.fewest, period / stretch.partOfPeriod)
        guard count >= 6 * width else { return y }
        let start = count - (before + 1) * width
        let old = Array(y[start..<count - width])
        let new = Array(y[(count - width)...])
        let level = Descriptive.median(old)
        let shift = Descriptive.median(new) - level
        let spread =
            [old, new, Array(y[max(0, count - around * width)...])].map {
                1.4826 * Descriptive.medianAbsoluteDeviation($0)
            }.max() ?? 0
        guard abs(shift) > limit * spread, abs(shift) > 1e-9 * abs(level) else { return y }
        var last = count - 1
        while last > start, abs(y[last] - level) > 0.5 * abs(shift) { last -= 1 }
        var healed = y
        for t in 0...last { healed[t] += shift }
        return healed
    }
}

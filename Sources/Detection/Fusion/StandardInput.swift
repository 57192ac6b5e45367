import Glibc

/// The unit of a series: the mean and the deviation of its first values. What lies far out is drawn in by a
/// logarithm, which keeps the order and bounds the regressions.
struct StandardInput: BitwiseCopyable, Sendable {
    /// Beyond so many deviations values are drawn in.
    private static let straight = 50.0

    private var centre = 0.0
    private var spread = 1.0

    init() {}

    /// The unit of some finite values.
    init(_ values: Span<Double>) {
        let count = Double(values.count)
        var sum = 0.0
        for i in values.indices { sum += values[i] / count }
        var squares = 0.0
        for i in values.indices { squares += (values[i] - sum) * (values[i] - sum) / count }
        centre = sum
        spread = squares.squareRoot()
        guard spread <= 1e-9 * (1 + abs(sum)), !values.isEmpty else { return }
        // What stands still is 0, not the rounding of its mean, which logarithms of a variance would tell apart.
        centre = values[0]
        spread = sum == 0 ? 1 : abs(sum) / 1_000
    }

    /// A value in the unit.
    func standard(_ value: Double) -> Double {
        let standard = (value - centre) / spread
        guard abs(standard) > Self.straight else { return standard }
        let drawn = Self.straight + Self.straight * log(abs(standard) / Self.straight)
        return standard < 0 ? -drawn : drawn
    }
}

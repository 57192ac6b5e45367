/// The distance from a slow mean, and how far outside everything seen before a value lies.
///
/// - Source: an exponentially weighted control chart, Roberts, Technometrics 1 (1959), with updates clipped as in
///   Huber, *Robust Statistics*, 1981.
struct Amplitude: BitwiseCopyable, Sendable {
    private static let warmUp = 20
    private static let clip = 4.0
    private static let clippedFrom = 50
    /// The mean reaches back over so many values.
    static let memory = 4_000.0

    /// The slow mean and variance, clipped.
    private(set) var mean = 0.0
    private(set) var variance = 0.0
    private var lowest = 0.0
    private var highest = 0.0

    /// Judges the last value, then learns it.
    mutating func push<let kept: Int, Sample>(
        _ recent: inout RecentValues<kept, Sample>
    ) -> (distance: Double, novelty: Double) {
        let value = recent[0]
        let step = recent.count - 1
        if step == 0 { (lowest, highest) = (value, value) }
        let deviation = variance.squareRoot() + 1e-9
        var evidence = (distance: 0.0, novelty: 0.0)
        if step > Self.warmUp {
            evidence.distance = abs(value - mean)
            let beyond = max(value - highest, lowest - value, 0)
            evidence.novelty = beyond / (highest - lowest + 1e-9)
        }
        highest = max(highest, value)
        lowest = min(lowest, value)
        let reach = Self.clip * deviation
        let lesson = step > Self.clippedFrom ? min(max(value, mean - reach), mean + reach) : value
        let weight = max(1 / Double(step + 1), 1 / Self.memory)
        let change = lesson - mean
        mean += weight * change
        variance = (1 - weight) * (variance + weight * change * change)
        return evidence
    }
}

/// How the samples of a counter become rates.
struct CounterRate: BitwiseCopyable, Sendable {
    private var time = Int64.min
    private var value = 0.0

    /// The increase a second since the last sample.
    ///
    /// A counter that fell was reset in between, and how much it had counted until then nobody knows: a restart is no
    /// anomaly.
    ///
    /// - Returns: `nil` for the first sample, after an interruption, and across a reset.
    mutating func rate(_ time: Int64, _ value: Double) -> Double? {
        defer {
            self.time = time
            self.value = value
        }
        guard self.time != .min, time > self.time, value >= self.value else { return nil }
        return (value - self.value) / (Double(time - self.time) / 1000)
    }

    /// The increase since the last sample, and the seconds it took.
    mutating func increase(_ time: Int64, _ value: Double) -> (increase: Double, seconds: Double)? {
        let seconds = Double(time - (self.time == .min ? time : self.time)) / 1000
        return rate(time, value).map { ($0 * seconds, seconds) }
    }

    /// Forgets the last sample.
    mutating func interrupt() { time = .min }
}

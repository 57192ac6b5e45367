/// The last values of a stream, in place: a plain value without a pointer.
struct Ring: BitwiseCopyable, Sendable {
    /// How many values are kept: two seasons of hourly data, or a day and three quarters of 5-minute data.
    static let capacity = 512

    private var cells = InlineArray<512, Double>(repeating: 0)
    /// Values appended so far, those already overwritten included.
    private(set) var count = 0

    /// Appends a value.
    ///
    /// - Parameter window: 1 ... `capacity`.
    /// - Returns: The value that leaves a window of so many when the next one comes; 0 while it fills.
    mutating func append(_ value: Double, window: Int) -> Double {
        precondition(window >= 1 && window <= Self.capacity, "a window of \(window)")
        var cells = cells.mutableSpan
        cells[count % Self.capacity] = value
        count += 1
        return count >= window ? cells[(count - window) % Self.capacity] : 0
    }
}

/// Mean and variance that follow a stream exponentially.
struct SlowMoments: BitwiseCopyable, Sendable {
    private(set) var mean = 0.0
    private(set) var variance = 0.0

    /// Moves towards `value` by a share `weight`; by at most 4 standard deviations of it when `clips`.
    mutating func follow(_ value: Double, weight: Double, clips: Bool) {
        var change = value - mean
        if clips {
            let reach = 4 * variance.squareRoot()
            if abs(change) > reach { change = change > 0 ? reach : -reach }
        }
        mean += weight * change
        variance = (1 - weight) * (variance + weight * change * change)
    }
}

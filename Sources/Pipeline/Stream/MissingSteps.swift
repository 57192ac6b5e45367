/// Fills steps without a sample as a metric wants it.
struct MissingSteps: BitwiseCopyable, Sendable {
    private var last = Double.nan
    /// Missing steps in a row whose values wait for the next known one.
    private var waiting = 0

    /// Steps in a row after which nothing is filled: an outage is no row of zeros.
    static let most = 10_000

    init() {}

    /// Takes a value, or `nan` for a step without one, and tells the steps whose values are known now, in order.
    mutating func take(
        _ value: Double, _ policy: MissingPolicy, _ tell: (_ value: Double, _ isMeasured: Bool) -> Void
    ) {
        guard value.isNaN else {
            if waiting > 0 {
                for step in 1...waiting {
                    tell(last + (value - last) * Double(step) / Double(waiting + 1), false)
                }
                waiting = 0
            }
            last = value
            return tell(value, true)
        }
        switch policy {
        case .unknown: tell(.nan, false)
        case .zero: tell(0, false)
        case .last: tell(last, false)
        case .interpolate(let most):
            waiting += 1
            guard waiting > most || last.isNaN else { return }
            for _ in 0..<waiting { tell(.nan, false) }
            waiting = 0
            // What is missing for so long has no neighbour to be drawn a line from.
            last = .nan
        }
    }
}

/// When a step is: a moment, or a number where only the order is known.
public enum StepTime: Sendable, Hashable {
    /// Counted from the first value, which is 0.
    case index(Int)
    /// A moment.
    case moment(Timestamp)
    /// The series has times, but too few to tell its step.
    case unknown
}

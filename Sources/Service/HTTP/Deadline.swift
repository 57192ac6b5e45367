/// The moment after which an answer is no longer wanted.
public struct Deadline: Sendable {
    /// A deadline that does not come.
    public static let never = Deadline(nanoseconds: .max, clock: { 0 })

    private let nanoseconds: UInt64
    private let clock: @Sendable () -> UInt64

    /// A deadline on a steady clock, which reads nanoseconds.
    public init(nanoseconds: UInt64, clock: @escaping @Sendable () -> UInt64) {
        self.nanoseconds = nanoseconds
        self.clock = clock
    }

    /// Whether it has passed.
    public var isPast: Bool { clock() > nanoseconds }

    /// Returns when there is time left.
    ///
    /// - Throws: ``Problem`` 503 when there is none.
    public func check() throws(Problem) {
        guard isPast else { return }
        throw Problem(
            "deadline-exceeded", 503, "Deadline exceeded",
            detail: "The answer was not ready within the request deadline.", retryAfterSeconds: 1)
    }
}

/// The moment after which an answer is no longer wanted.
public struct Deadline: Sendable {
    /// A deadline that does not come.
    public static let never = Deadline(nanoseconds: .max, clock: { 0 })

    private let nanoseconds: UInt64
    private let clock: @Sendable () -> UInt64
    private let isAbandoned: @Sendable () -> Bool

    /// A deadline on a steady clock, which reads nanoseconds.
    ///
    /// - Parameter isAbandoned: Whether nobody waits any more, whatever the clock says.
    public init(
        nanoseconds: UInt64, clock: @escaping @Sendable () -> UInt64,
        isAbandoned: @escaping @Sendable () -> Bool = { false }
    ) {
        self.nanoseconds = nanoseconds
        self.clock = clock
        self.isAbandoned = isAbandoned
    }

    /// Whether it has passed, or nobody waits.
    public var isPast: Bool { clock() > nanoseconds || isAbandoned() }

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

/// How threads are started: passed in, as everything that belongs to the system.
public struct Threads: Sendable {
    /// Starts a body on a thread of its own; what is returned waits for its end. `nil` when the system has no thread.
    public var start: @Sendable (_ body: @escaping @Sendable () -> Void) -> (@Sendable () -> Void)?

    /// A way to start threads.
    public init(
        start: @escaping @Sendable (_ body: @escaping @Sendable () -> Void) -> (@Sendable () -> Void)?
    ) {
        self.start = start
    }
}

/// Starts a thread that takes no signals.
///
/// - Returns: Waits for its end, once; `nil` when the system has no thread.
public func startThread(_ body: @escaping @Sendable () -> Void) -> (@Sendable () -> Void)? {
    guard let thread = try? SystemThread(stackBytes: 2 << 20, body) else { return nil }
    return { thread.join() }
}

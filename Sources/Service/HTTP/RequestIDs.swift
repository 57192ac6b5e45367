internal import Synchronization

/// Numbers requests; the prefix tells one run of the service from another.
public final class RequestIDs: Sendable {
    private let prefix: String
    private let count = Atomic<Int>(0)

    /// - Parameter prefix: Random, made where the program starts.
    public init(prefix: String) {
        self.prefix = prefix
    }

    /// The next name, as `3f9a1c-42`.
    public func next() -> String {
        "\(prefix)-\(count.wrappingAdd(1, ordering: .relaxed).newValue)"
    }
}

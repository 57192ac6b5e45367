public import Networking
import Synchronization

/// A request as its handler sees it: let in, matched, its body decoded.
public struct Request: Sendable {
    /// The request as it came, but for the body, whose content coding is undone.
    public var http: HTTPRequest
    /// What stood in the holes of the route's pattern.
    public var parameters: [String: String]
    /// The name under which the log knows the request.
    public var id: String
    /// When its answer is no longer wanted.
    public var deadline: Deadline

    /// A request.
    public init(
        _ http: HTTPRequest, parameters: [String: String] = [:], id: String = "", deadline: Deadline = .never
    ) {
        self.http = http
        self.parameters = parameters
        self.id = id
        self.deadline = deadline
    }

    /// The body as sent, its content coding undone.
    public var body: [UInt8] { http.body }

    /// What stood in a hole of the route's pattern; empty when the pattern has no such hole.
    public func parameter(_ name: String) -> String { parameters[name] ?? "" }

    /// The first parameter of the query with this name.
    public func query(_ name: String) -> String? { http.query.first { $0.name == name }?.value }
}

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

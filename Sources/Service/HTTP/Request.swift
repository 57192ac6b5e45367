public import Networking

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
    /// When all of it had come, nanoseconds of the steady clock; `nil` where nobody noted it.
    public var received: UInt64?

    /// A request.
    public init(
        _ http: HTTPRequest, parameters: [String: String] = [:], id: String = "", deadline: Deadline = .never,
        received: UInt64? = nil
    ) {
        self.http = http
        self.parameters = parameters
        self.id = id
        self.deadline = deadline
        self.received = received
    }

    /// The body as sent, its content coding undone.
    public var body: [UInt8] { http.body }

    /// What stood in a hole of the route's pattern; empty when the pattern has no such hole.
    public func parameter(_ name: String) -> String { parameters[name] ?? "" }

    /// The first parameter of the query with this name.
    public func query(_ name: String) -> String? { http.query.first { $0.name == name }?.value }
}

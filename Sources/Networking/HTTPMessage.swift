/// The verbs that a route may have.
public enum HTTPMethod: String, Sendable, Hashable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case put = "PUT"
    case delete = "DELETE"
    case options = "OPTIONS"
    case patch = "PATCH"
}

/// One request, received whole.
public struct HTTPRequest: Sendable {
    /// The verb as sent; not every verb is an ``HTTPMethod``.
    public var method: String
    /// The path, percent-decoded, without the query.
    public var path: String
    /// The query's pairs in order, percent-decoded.
    public var query: [(name: String, value: String)]
    /// The header fields in order, names in lower case.
    public var headers: [(name: String, value: String)]
    /// The body as sent, content coding not undone.
    public var body: [UInt8]

    /// A request; every part but the path has a default.
    public init(
        method: String = "GET", path: String, query: [(name: String, value: String)] = [],
        headers: [(name: String, value: String)] = [], body: [UInt8] = []
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
    }

    /// The first header field with this name, which is given in lower case.
    public func header(_ name: String) -> String? {
        headers.first { $0.name == name }?.value
    }
}

/// One answer.
public struct HTTPResponse: Sendable {
    /// The status code.
    public var status: Int
    /// Header fields; `Content-Length` is added when it is sent.
    public var headers: [(name: String, value: String)]
    /// The body.
    public var body: [UInt8]

    /// An answer with a body of a content type.
    public init(
        status: Int = 200, contentType: String? = nil, headers: [(name: String, value: String)] = [],
        body: [UInt8] = []
    ) {
        self.status = status
        self.headers = (contentType.map { [("Content-Type", $0)] } ?? []) + headers
        self.body = body
    }

    /// The first header field with this name, which is given in lower case and compared in any.
    public func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name }?.value
    }
}

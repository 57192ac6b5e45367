public import Networking

/// An error as a client reads it.
///
/// - Source: RFC 9457, *Problem Details for HTTP APIs*.
public struct Problem: Error, Sendable {
    /// The media type of a problem document.
    public static let contentType = "application/problem+json"
    /// What stands before the slug in the type of every problem.
    public static let typePrefix = "https://bellwether.dev/problems/"

    /// One place of the request that is wrong.
    public struct Place: Sendable, Equatable {
        /// Where in the body, as a JSON Pointer.
        public var pointer: String
        /// What is wrong there.
        public var detail: String

        /// A place and what is wrong there.
        public init(pointer: String, detail: String) {
            self.pointer = pointer
            self.detail = detail
        }
    }

    /// The permanent name of this kind of problem, the last segment of its type.
    public var slug: String
    /// The status code, 400 … 599.
    public var status: Int
    /// What this kind of problem is; the same for every problem of the type.
    public var title: String
    /// What happened this time.
    public var detail: String?
    /// The places of the body that are wrong.
    public var errors: [Place]
    /// When another attempt may succeed.
    public var retryAfterSeconds: Int?
    /// Further members of the document, each a list of strings.
    public var members: [(name: String, values: [String])] = []
    /// Header fields that belong to the answer, as `Allow`.
    public var headers: [(name: String, value: String)] = []

    /// A problem; the title is the same for every problem with this slug.
    public init(
        _ slug: String, _ status: Int, _ title: String, detail: String? = nil, errors: [Place] = [],
        retryAfterSeconds: Int? = nil
    ) {
        self.slug = slug
        self.status = status
        self.title = title
        self.detail = detail
        self.errors = errors
        self.retryAfterSeconds = retryAfterSeconds
    }
}

/// An error that says how it reads to a client.
public protocol ProblemConvertible: Error {
    /// The error as a problem.
    var problem: Problem { get }
}

extension Problem {
    /// How an error reads to a client; one that does not say so is internal.
    init(of error: any Error) {
        self =
            (error as? any ProblemConvertible)?.problem
            ?? Problem("internal", 500, "Internal error", detail: "The failure was logged.")
    }
}

extension Problem: ProblemConvertible {
    /// The problem itself.
    public var problem: Problem { self }
}

extension JSONError: ProblemConvertible {
    /// 400, with the line and the column of the first offending byte.
    public var problem: Problem {
        Problem("malformed-json", 400, "Malformed JSON", detail: "\(self)")
    }
}

// MARK: - Bytes

extension Problem {
    /// The problem as an object, also as a member of a larger document.
    ///
    /// - Parameter requestID: Written as `request_id` if there is one.
    public func write(to writer: inout JSONWriter, requestID: String? = nil) {
        writer.object { writer in
            writer.member("type", Problem.typePrefix + slug)
            writer.member("title", title)
            writer.member("status", status)
            if let detail { writer.member("detail", detail) }
            if !errors.isEmpty {
                writer.key("errors")
                writer.array { writer in
                    for place in errors {
                        writer.object { writer in
                            writer.member("pointer", place.pointer)
                            writer.member("detail", place.detail)
                        }
                    }
                }
            }
            for member in members { writer.member(member.name, member.values) }
            if let requestID { writer.member("request_id", requestID) }
            if let retryAfterSeconds { writer.member("retry_after_seconds", retryAfterSeconds) }
        }
    }
}

extension HTTPResponse {
    /// The one place where an error becomes a problem document; ``init(for:in:to:requestID:)`` has the other forms.
    ///
    /// - Parameters:
    ///   - error: An error without a form for clients is answered with 500 and no word about its nature.
    ///   - requestID: What the client quotes when it asks about it.
    public init(for error: any Error, requestID: String) {
        let problem = Problem(of: error)
        var writer = JSONWriter(reservingCapacity: 256)
        problem.write(to: &writer, requestID: requestID)
        var headers = problem.headers
        if let seconds = problem.retryAfterSeconds { headers.append(("Retry-After", "\(seconds)")) }
        self.init(
            status: problem.status, contentType: Problem.contentType, headers: headers, body: writer.bytes)
    }

    /// An answer in JSON, which `body` writes.
    public static func json<E: Error>(
        status: Int = 200, _ body: (inout JSONWriter) throws(E) -> Void
    ) throws(E) -> HTTPResponse {
        var writer = JSONWriter(reservingCapacity: 256)
        try body(&writer)
        return HTTPResponse(status: status, contentType: "application/json", body: writer.bytes)
    }

    /// An answer in text.
    public static func text(
        _ text: String, status: Int = 200, contentType: String = "text/plain; charset=utf-8"
    ) -> HTTPResponse {
        HTTPResponse(status: status, contentType: contentType, body: Array(text.utf8))
    }
}

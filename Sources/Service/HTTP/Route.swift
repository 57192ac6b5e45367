public import Networking

/// Answers one request that its route let in; what it throws becomes a problem document.
public typealias Handler = @Sendable (Request, Context) throws -> HTTPResponse

/// Answers one request later, from any thread, when what it started is done; what it throws itself becomes a problem
/// document at once. To be called once, and not after an error.
public typealias SuspendedHandler =
    @Sendable (Request, Context, _ answer: @escaping @Sendable (HTTPResponse) -> Void) throws -> Void

/// Begins an answer that goes on; what it throws becomes a problem document.
public typealias StreamingHandler = @Sendable (Request, Context) throws -> StreamingAnswer

/// The head of an answer that goes on, and who feeds its body.
public struct StreamingAnswer: Sendable {
    /// Status and header fields; its body is not sent.
    public var head: HTTPResponse
    /// Called once with the stream, on the thread of the handler; must not wait.
    public var begin: @Sendable (HTTPStream) -> Void

    /// A head and who feeds the body.
    public init(head: HTTPResponse, begin: @escaping @Sendable (HTTPStream) -> Void) {
        self.head = head
        self.begin = begin
    }
}

/// One line of the table of routes.
public struct Route: Sendable {
    /// Where the handler runs.
    public enum Kind: Sendable {
        /// On the thread of the connection: it answers in microseconds and never waits.
        case inline
        /// On the worker pool; when the pool's queue is full, the answer is 503.
        case pooled
        /// On the worker pool, as ``pooled``; the connection then waits for an answer that comes later.
        case suspended
        /// On the worker pool, as ``pooled``; the answer then goes on until the client or the service has enough.
        case streaming
    }

    /// How errors of a route read.
    public enum ErrorForm: Sendable {
        /// As RFC 9457 says.
        case problem
        /// A line of text, for protocols that show it in a log.
        case text
        /// `{"error": …}`, as version 1 of InfluxDB has it.
        case influx1
        /// `{"code": …, "message": …}`, as version 2 of InfluxDB has it.
        case influx2
        /// A google.rpc.Status in the encoding of the request, as OTLP has it.
        case otlp
    }

    /// What the body of a request is.
    public struct Body: Sendable {
        /// The media types it may have, in lower case.
        public var mediaTypes: [String]
        /// The name of its schema.
        public var schema: String
        /// Whether it comes as a block of Snappy, as Prometheus sends it.
        public var isSnappy: Bool
        /// Whether other media types are let in too, for protocols whose senders do not agree on one.
        public var takesAnyType: Bool

        /// A body of one of some media types.
        public init(
            _ schema: String, mediaTypes: [String] = ["application/json"], isSnappy: Bool = false,
            takesAnyType: Bool = false
        ) {
            self.schema = schema
            self.mediaTypes = mediaTypes
            self.isSnappy = isSnappy
            self.takesAnyType = takesAnyType
        }
    }

    /// What an answer is when all went well.
    public enum Answer: Sendable {
        /// JSON of a named schema.
        case json(String)
        /// Anything else, by its media type.
        case other(String)
        /// 204, without a body.
        case nothing
    }

    /// One parameter of the query.
    public struct Parameter: Sendable {
        /// Its name.
        public var name: String
        /// What it does, in one sentence.
        public var summary: String
        /// What it may be.
        public var schema: Schema

        /// A parameter that may be left out.
        public init(_ name: String, _ summary: String, schema: Schema = .string()) {
            self.name = name
            self.summary = summary
            self.schema = schema
        }
    }

    /// The verb; a route for GET also answers HEAD.
    public var method: HTTPMethod
    /// The path, where a segment `{name}` stands for any one segment.
    public var pattern: String
    /// Further paths of the same route.
    public var aliases: [String]
    /// What it does, in one sentence.
    public var summary: String
    /// Where the handler runs.
    public var kind: Kind
    /// Whether it answers without a token.
    public var isPublic: Bool
    /// The parameters of the query.
    public var query: [Parameter]
    /// The body of the request, if it has one.
    public var body: Body?
    /// The body of the answer.
    public var answer: Answer
    /// Answers the request.
    public var handler: Handler
    /// Answers it later, where `kind` is suspended.
    public var suspended: SuspendedHandler?
    /// Begins its answer, where `kind` is streaming.
    public var streaming: StreamingHandler?
    /// How its errors read.
    public var errorForm: ErrorForm

    /// A line of the table.
    public init(
        _ method: HTTPMethod, _ pattern: String, aliases: [String] = [], _ summary: String,
        kind: Kind = .inline,
        isPublic: Bool = false, query: [Parameter] = [], body: Body? = nil, answer: Answer,
        errors: ErrorForm = .problem, _ handler: @escaping Handler
    ) {
        self.method = method
        self.pattern = pattern
        self.aliases = aliases
        self.summary = summary
        self.kind = kind
        self.isPublic = isPublic
        self.query = query
        self.body = body
        self.answer = answer
        errorForm = errors
        self.handler = handler
    }

    /// A line of the table for a request that is answered later.
    public init(
        suspending method: HTTPMethod, _ pattern: String, aliases: [String] = [], _ summary: String,
        query: [Parameter] = [], body: Body? = nil, answer: Answer, errors: ErrorForm = .problem,
        _ handler: @escaping SuspendedHandler
    ) {
        self.init(
            method, pattern, aliases: aliases, summary, kind: .suspended, query: query, body: body,
            answer: answer, errors: errors
        ) { _, _ in preconditionFailure("\(pattern) is answered later") }
        suspended = handler
    }

    /// A line of the table for an answer that goes on.
    public init(
        streaming pattern: String, _ summary: String, query: [Parameter] = [], mediaType: String,
        _ handler: @escaping StreamingHandler
    ) {
        self.init(.get, pattern, summary, kind: .streaming, query: query, answer: .other(mediaType)) { _, _ in
            preconditionFailure("\(pattern) is answered by a stream")
        }
        streaming = handler
    }
}

internal import Ingest
public import Networking

extension HTTPResponse {
    /// An error as a protocol has it; a problem document where it has nothing of its own.
    ///
    /// - Parameters:
    ///   - error: An error without a form for clients is answered with 500 and no word about its nature.
    ///   - request: What was asked, for protocols that answer as they were asked.
    public init(for error: any Error, in form: Route.ErrorForm, to request: HTTPRequest, requestID: String) {
        let problem = Problem(of: error)
        switch form {
        case .problem: self.init(for: error, requestID: requestID)
        case .text:
            self.init(
                problem, contentType: "text/plain; charset=utf-8", body: Array((problem.line + "\n").utf8))
        case .influx1: self.init(influx1: problem)
        case .influx2: self.init(influx2: problem)
        case .otlp:
            let encoding = OTLPMetrics.Encoding(of: request) ?? .json
            self.init(
                problem, contentType: encoding.mediaType,
                body: OTLPAnswer.failure(problem.otlpCode, message: problem.line, as: encoding))
        }
    }

    /// A failure as version 1 of InfluxDB tells it; its clients show the header field.
    init(influx1 problem: Problem) {
        var json = JSONWriter()
        json.object { $0.member("error", problem.line) }
        self.init(problem, contentType: "application/json", body: json.bytes)
        headers.append(("X-Influxdb-Error", HTTPResponse.headerText(problem.line)))
    }

    /// A failure as version 2 of InfluxDB tells it.
    ///
    /// - Parameter line: The first line of the body that is wrong; 0 when none is.
    init(influx2 problem: Problem, line: Int = 0) {
        var json = JSONWriter()
        json.object { json in
            json.member("code", problem.influxCode)
            json.member("message", problem.line)
            if line > 0 { json.member("line", line) }
        }
        self.init(problem, contentType: "application/json; charset=utf-8", body: json.bytes)
        headers.append(("X-Platform-Error-Code", problem.influxCode))
    }

    /// A failure with a body of another protocol.
    private init(_ problem: Problem, contentType: String, body: [UInt8]) {
        var headers = problem.headers
        if let seconds = problem.retryAfterSeconds { headers.append(("Retry-After", "\(seconds)")) }
        self.init(status: problem.status, contentType: contentType, headers: headers, body: body)
    }

    /// The most bytes of a text in a header field.
    private static let mostHeaderBytes = 200

    /// A text as the value of a header field: visible ASCII, cut short.
    private static func headerText(_ text: String) -> String {
        String(
            decoding: text.utf8.prefix(mostHeaderBytes).map {
                $0 >= 0x20 && $0 < 0x7F ? $0 : UInt8(ascii: "?")
            },
            as: UTF8.self)
    }
}

extension Problem {
    /// Title and detail in one line.
    var line: String { detail.map { "\(title): \($0)" } ?? title }

    /// The word by which InfluxDB knows a kind of failure.
    ///
    /// - Source: InfluxDB 2 API, *Response codes*; influxdata/influxdb, `kit/platform/errors`.
    fileprivate var influxCode: String {
        switch status {
        case 401: "unauthorized"
        case 403: "forbidden"
        case 404: "not found"
        case 405: "method not allowed"
        case 413: "request too large"
        case 415: "unsupported media type"
        case 429: "too many requests"
        case 503: "unavailable"
        case 500...: "internal error"
        default: "invalid"
        }
    }

    /// The code of a google.rpc.Status.
    fileprivate var otlpCode: OTLPAnswer.Code {
        switch status {
        case 401: .unauthenticated
        case 403: .permissionDenied
        case 413: .resourceExhausted
        case 429, 502, 503, 504: .unavailable
        case 500...: .internal
        default: .invalidArgument
        }
    }
}

extension OTLPMetrics.Encoding {
    /// The encoding that the head of a request names; `nil` for another media type, or none.
    init?(of request: HTTPRequest) {
        let type = request.header("content-type")?.prefix { $0 != ";" }.trimmed.lowercased()
        switch type {
        case "application/x-protobuf": self = .protobuf
        case "application/json": self = .json
        default: return nil
        }
    }

    /// The media type of answers in this encoding.
    var mediaType: String {
        switch self {
        case .protobuf: "application/x-protobuf"
        case .json: "application/json"
        }
    }
}

import Ingest
import Networking
import Pipeline

extension Handlers {
    /// Prometheus remote write, the version by the content type: 204 when all is stored, 400 when some of it never will
    /// be, 415 for another message, 503 to come again.
    ///
    /// Every answer to version 2 says what is stored, even of a request that failed: its senders take one that does not
    /// for a receiver of version 1 that did not understand them.
    @Sendable static func remoteWrite(
        _ request: Request, _ context: Context, _ answer: @escaping @Sendable (HTTPResponse) -> Void
    ) throws {
        let monitor = try context.requireMonitor()
        let version = try RemoteWriteVersion(of: request.http)
        let begin = context.clocks.steady()
        let decoded: DecodedPoints
        do throws(DecodeError) {
            decoded = try version.decode(request.body)
        } catch {
            var problem = Problem(
                "malformed-body", 400, "Malformed \(version.messageName)", detail: "\(error)")
            problem.headers = version.writtenHeaders(samples: 0)
            throw problem
        }
        context.metrics.countDecoded(decoded, nanoseconds: context.clocks.steady() - begin)
        let http = request.http.withoutBody
        monitor.ingest(decoded, received: request.received) { report in
            var response = remoteWriteAnswer(report, to: http)
            response.headers += version.writtenHeaders(samples: report.counts.accepted)
            answer(response)
        }
    }

    private static func remoteWriteAnswer(_ report: IngestReport, to http: HTTPRequest) -> HTTPResponse {
        if let failure = report.failure {
            return HTTPResponse(for: failure, in: .text, to: http, requestID: "")
        }
        guard report.rejected > 0 else { return HTTPResponse(status: 204) }
        let reasons = report.errors.map { "\($0)" }.joined(separator: "; ")
        return .text(
            "\(report.rejected) of \(report.rejected + report.counts.accepted) samples were refused, "
                + "the others are stored: \(reasons)\n",
            status: 400)
    }
}

/// The version of a remote write, which its content type tells.
private enum RemoteWriteVersion {
    case one, two

    /// - Throws: ``Problem`` 415 for another message.
    init(of request: HTTPRequest) throws(Problem) {
        let parameters = (request.header("content-type") ?? "").split(separator: ";").dropFirst()
        let name = parameters.map(\.trimmed).first { $0.lowercased().hasPrefix("proto=") }
            .map { $0.dropFirst("proto=".count).filter { $0 != "\"" } }
        switch name {
        case nil, "prometheus.WriteRequest": self = .one
        case PrometheusRemoteWrite2.messageName: self = .two
        case .some(let name):
            throw Problem(
                "unsupported-media-type", 415, "Unsupported media type",
                detail: "Messages prometheus.WriteRequest (remote write 1.0) and "
                    + "\(PrometheusRemoteWrite2.messageName) (2.0) are taken, not \(name.prefix(100)).")
        }
    }

    /// What its message is called, for people.
    var messageName: String {
        switch self {
        case .one: "WriteRequest"
        case .two: PrometheusRemoteWrite2.messageName
        }
    }

    func decode(_ body: [UInt8]) throws(DecodeError) -> DecodedPoints {
        switch self {
        case .one: try PrometheusRemoteWrite.decode(body)
        case .two: try PrometheusRemoteWrite2.decode(body)
        }
    }

    /// What an answer says of what is stored; histograms and exemplars never are.
    func writtenHeaders(samples: Int) -> [(name: String, value: String)] {
        switch self {
        case .one: []
        case .two: PrometheusRemoteWrite2.writtenHeaders(samples: samples, histograms: 0, exemplars: 0)
        }
    }
}

extension HTTPRequest {
    /// The head alone, for what is needed until an answer comes.
    var withoutBody: HTTPRequest {
        HTTPRequest(method: method, path: path, query: query, headers: headers)
    }
}

import Ingest
import Networking
import Pipeline

extension Handlers {
    /// Metrics of OpenTelemetry: 200, with partial success where data points were refused; 400 for what is no request
    /// of OTLP, 503 to come again. Answers have the encoding of the request.
    @Sendable static func otlpMetrics(
        _ request: Request, _ context: Context, _ answer: @escaping @Sendable (HTTPResponse) -> Void
    ) throws {
        let monitor = try context.requireMonitor()
        guard let encoding = OTLPMetrics.Encoding(of: request.http) else {
            throw Problem(
                "unsupported-media-type", 415, "Unsupported media type",
                detail: "Say which encoding it is: Content-Type application/x-protobuf or application/json.")
        }
        let begin = context.clocks.steady()
        let decoded: DecodedPoints
        do throws(DecodeError) {
            decoded = try context.otlp.decode(request.body, as: encoding, at: context.now, steady: begin)
        } catch {
            throw Problem(
                "malformed-body", 400, "Malformed ExportMetricsServiceRequest", detail: "\(error)")
        }
        context.metrics.countDecoded(decoded, nanoseconds: context.clocks.steady() - begin)
        let http = request.http.withoutBody
        monitor.ingest(decoded, received: request.received) { report in
            if let failure = report.failure {
                return answer(HTTPResponse(for: failure, in: .otlp, to: http, requestID: request.id))
            }
            let message =
                report.rejected == 0 ? "" : report.errors.map { "\($0)" }.joined(separator: "; ")
            answer(
                HTTPResponse(
                    contentType: encoding.mediaType,
                    body: OTLPAnswer.success(rejected: report.rejected, message: message, as: encoding)))
        }
    }
}

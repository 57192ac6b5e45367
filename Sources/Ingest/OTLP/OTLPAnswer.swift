import Networking

/// What OTLP senders are answered, in the encoding of their request.
///
/// - Source: opentelemetry-proto 1.9, `docs/specification.md`, "OTLP/HTTP Response", and
///   `collector/metrics/v1/metrics_service.proto`; googleapis, `google/rpc/status.proto` and `code.proto`.
public enum OTLPAnswer {
    /// Codes of failures.
    public enum Code: Int32, Sendable {
        /// The request is not what it should be; it must not be sent again.
        case invalidArgument = 3
        /// The sender may not do this.
        case permissionDenied = 7
        /// There is more than can be taken now.
        case resourceExhausted = 8
        /// It failed, and nobody knows why.
        case `internal` = 13
        /// It may go better when it is sent again.
        case unavailable = 14
        /// The sender did not say who it is.
        case unauthenticated = 16
    }

    /// An ExportMetricsServiceResponse; its partial success is not set when all was taken and there is nothing to say.
    ///
    /// - Parameters:
    ///   - rejected: Data points that were not taken and must not be sent again.
    ///   - message: Why, or a warning when none was rejected.
    public static func success(
        rejected: Int, message: String, as encoding: OTLPMetrics.Encoding
    ) -> [UInt8] {
        let isWhole = rejected == 0 && message.isEmpty
        switch encoding {
        case .protobuf:
            guard !isWhole else { return [] }
            var partial: [UInt8] = []
            partial.appendField(1, varint: UInt64(rejected))
            if !message.isEmpty { partial.appendField(2, message.utf8) }
            var response: [UInt8] = []
            response.appendField(1, partial)
            return response
        case .json:
            var json = JSONWriter()
            json.object { json in
                guard !isWhole else { return }
                json.key("partialSuccess")
                json.object { json in
                    // A 64-bit integer is a text in the JSON of Protocol Buffers, and 0 is left out.
                    if rejected > 0 { json.member("rejectedDataPoints", "\(rejected)") }
                    if !message.isEmpty { json.member("errorMessage", message) }
                }
            }
            return json.bytes
        }
    }

    /// A google.rpc.Status, the body of every failure.
    public static func failure(
        _ code: Code, message: String, as encoding: OTLPMetrics.Encoding
    ) -> [UInt8] {
        switch encoding {
        case .protobuf:
            var status: [UInt8] = []
            status.appendField(1, varint: UInt64(code.rawValue))
            if !message.isEmpty { status.appendField(2, message.utf8) }
            return status
        case .json:
            var json = JSONWriter()
            json.object { json in
                json.member("code", Int(code.rawValue))
                if !message.isEmpty { json.member("message", message) }
            }
            return json.bytes
        }
    }
}

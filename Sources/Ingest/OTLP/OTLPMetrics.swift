/// Reads metrics of OpenTelemetry: ExportMetricsServiceRequest, in Protocol Buffers or in JSON.
///
/// - **Names** are Prometheus': `http.server.duration` in `s` is `http_server_duration_seconds`, a monotonic sum ends
///   in `_total`, a gauge of unit `1` in `_ratio`. Attributes become labels, their values texts; those whose names
///   become the same are joined with `;`.
/// - **Resources**: `service.name`, with `service.namespace` and a slash before it, is the label `job`,
///   `service.instance.id` is `instance`; they win over attributes. Of the others those that ``Options`` names are
///   labels, `service.name` if nothing is said.
/// - **Gauges and cumulative sums** are taken as they are. A counter whose start time says that it began again since
///   it was seen last gets a point of 0 there, so that a reset shows also where the value is higher than before.
/// - **Delta sums** are added up, see ``DeltaAccumulator``; a monotonic one is a counter, so that a rate comes out
///   either way.
/// - **Histograms** become the counters `_count` and `_sum`, and the 50th, 90th and 99th percentile of what came
///   since the point before, with the label `quantile`: of a delta its own, of a cumulative one the difference
///   to the point before, none for the first. Buckets themselves are not kept. See ``BucketQuantiles``.
/// - **Summaries** become `_count`, `_sum` and the quantiles they have.
/// - A point that says that it has no value is the stale marker, in each series it would have had.
/// - Times are cut to milliseconds. Exemplars and unknown fields are skipped; exemplars are counted.
///
/// - Source: opentelemetry-proto 1.9, `metrics/v1/metrics.proto` and `docs/specification.md`; OpenTelemetry
///   specification, *Prometheus and OpenMetrics Compatibility*.
public enum OTLPMetrics {
    /// How a request is written.
    public enum Encoding: Sendable {
        /// `application/x-protobuf`.
        case protobuf
        /// `application/json`: names in lower camel case, 64-bit integers as texts or numbers, enumerations as
        /// numbers or names.
        case json
    }

    /// What is made a label beside the attributes of a point.
    public struct Options: Hashable, Sendable {
        /// Attributes of the resource that every series of it gets, by the names that they are sent with.
        public var resourceAttributes: Set<String>
        /// Whether every series gets `otel_scope_name` and `otel_scope_version`.
        public var addsScope: Bool

        /// `service.name` of the resource and no scope, unless said otherwise.
        public init(resourceAttributes: Set<String> = ["service.name"], addsScope: Bool = false) {
            self.resourceAttributes = resourceAttributes
            self.addsScope = addsScope
        }
    }

    /// The percentiles that a histogram becomes.
    static let quantiles: [(value: Double, text: [UInt8])] = [
        (0.5, Array("0.5".utf8)), (0.9, Array("0.9".utf8)), (0.99, Array("0.99".utf8)),
    ]
    /// The most buckets of a histogram; senders have 160 at most if nothing else is said to them.
    static let bucketLimit = 4096

    /// Reads a request.
    ///
    /// A data point is rejected, and the rest read, when it has no time or no value, too many or nameless
    /// attributes, buckets that do not fit their bounds, no aggregation temporality where it needs one, or is a
    /// delta that does not follow the one before. ``DecodedPoints/rejected`` counts data points, of which a
    /// histogram is one; a record of an error is the place of the metric in the request.
    ///
    /// - Parameters:
    ///   - body: The request, with its content coding undone.
    ///   - memory: What is remembered between requests; of a body that cannot be read it has what was read.
    /// - Throws: ``DecodeError`` when the framing is lost.
    /// - Complexity: O(*n*) in bytes and bytes of labels, no allocation for a data point of a known series but
    ///   of a histogram; at most 32 bytes of labels and some 60 of other memory a byte of body.
    public static func decode(
        _ body: [UInt8], as encoding: Encoding, options: Options = Options(), memory: inout OTLPMemory
    ) throws(DecodeError) -> DecodedPoints {
        var assembler = OTLPAssembler(bodyBytes: body.count, options: options)
        swap(&assembler.memory, &memory)
        let failure: DecodeError?
        switch encoding {
        case .protobuf: failure = OTLPWirePass.read(body, into: &assembler)
        case .json: failure = OTLPJSONPass.read(body, into: &assembler)
        }
        swap(&assembler.memory, &memory)
        if let failure { throw failure }
        return assembler.finish()
    }

    /// Reads a request by itself: totals of deltas begin with it, and cumulative histograms have no quantiles.
    ///
    /// - Throws: ``DecodeError`` when the framing is lost.
    public static func decode(
        _ body: [UInt8], as encoding: Encoding, options: Options = Options()
    ) throws(DecodeError) -> DecodedPoints {
        var memory = OTLPMemory()
        return try decode(body, as: encoding, options: options, memory: &memory)
    }
}

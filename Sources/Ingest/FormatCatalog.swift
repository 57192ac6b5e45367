public import TimeSeries

/// What a sender may say of an import beside its bytes.
public struct ImportOptions: Hashable, Sendable {
    /// The name of every series; `nil` when the input names them.
    public var metric: String?
    /// Labels for every series that does not have them.
    public var labels: Labels
    /// Where times without an offset lie.
    public var zone: TimeZone
    /// The time of points that have none; without it they are an error. It is the server's, not the sender's.
    public var now: Timestamp?

    /// Nothing said: names as in the input, no more labels, UTC, every point with its time.
    public init(
        metric: String? = nil, labels: Labels = .none, zone: TimeZone = .utc, now: Timestamp? = nil
    ) {
        self.metric = metric
        self.labels = labels
        self.zone = zone
        self.now = now
    }
}

/// One format in which points may be sent.
public struct ImportFormat: Sendable {
    /// Reads a whole body.
    public typealias Decoder =
        @Sendable (
            _ body: consuming [UInt8], _ options: ImportOptions
        ) throws(DecodeError) -> DecodedPoints

    /// Its permanent name.
    public let name: String
    /// The media types by which it is known, in lower case, without parameters but the message of a protocol;
    /// none where a type does not tell it from others.
    public let mediaTypes: [String]
    /// The options that it heeds: of `metric`, `labels` and `timezone`; the others change nothing.
    public let options: Set<String>
    /// Reads a body from which every content coding is undone.
    ///
    /// Throws ``DecodeError`` when nothing of it can be read; see the format for what is rejected piece by piece.
    public let decode: Decoder
}

/// The formats in which points may be sent; to add one, write its file and a line here.
public enum FormatCatalog {
    /// Every format.
    public static let all: [ImportFormat] = [
        ImportFormat(
            name: "json-lines",
            mediaTypes: ["application/json", "application/x-ndjson", "application/jsonl"],
            options: []
        ) { body, _ in PointsJSON.decode(body) },
        ImportFormat(
            name: "csv", mediaTypes: ["text/csv"], options: ["metric", "labels", "timezone"]
        ) { body, options throws(DecodeError) in try PointsCSV.decode(body, options: options) },
        ImportFormat(
            name: "prometheus-remote-write",
            mediaTypes: ["application/x-protobuf", "application/x-protobuf;proto=prometheus.writerequest"],
            options: []
        ) { body, _ throws(DecodeError) in try PrometheusRemoteWrite.decode(body) },
        ImportFormat(name: "prometheus-text", mediaTypes: ["text/plain"], options: ["labels"]) {
            body, options throws(DecodeError) in try exposition(body, .text, options)
        },
        ImportFormat(
            name: "openmetrics", mediaTypes: [PrometheusText.openMetricsType], options: ["labels"]
        ) { body, options throws(DecodeError) in try exposition(body, .openMetrics, options) },
        ImportFormat(
            name: "prometheus-remote-write-2",
            mediaTypes: ["application/x-protobuf;proto=io.prometheus.write.v2.request"], options: []
        ) { body, _ throws(DecodeError) in try PrometheusRemoteWrite2.decode(body) },
        ImportFormat(name: "otlp-metrics-protobuf", mediaTypes: [], options: []) {
            body, _ throws(DecodeError) in
            try OTLPMetrics.decode(body, as: .protobuf)
        },
        ImportFormat(name: "otlp-metrics-json", mediaTypes: [], options: []) { body, _ throws(DecodeError) in
            try OTLPMetrics.decode(body, as: .json)
        },
    ]

    private static func exposition(
        _ body: [UInt8], _ dialect: PrometheusText.Dialect, _ options: ImportOptions
    ) throws(DecodeError) -> DecodedPoints {
        let target = ScrapeTarget(labels: options.labels, honorsLabels: true)
        return try PrometheusText.decode(body, dialect, at: options.now, target: target)
    }

    /// The format with this name.
    public static func format(named name: String) -> ImportFormat? {
        all.first { $0.name == name }
    }

    /// The format for a `Content-Type` field, in any case; of its parameters `proto` alone matters.
    public static func format(contentType: String) -> ImportFormat? {
        let parts = contentType.lowercased().filter { !" \t\"".contains($0) }
            .split(separator: ";", omittingEmptySubsequences: false)
        guard let first = parts.first else { return nil }
        let message = parts.dropFirst().first { $0.hasPrefix("proto=") }
        let type = first + (message.map { ";" + $0 } ?? "")
        return all.first { $0.mediaTypes.contains(String(type)) }
    }
}

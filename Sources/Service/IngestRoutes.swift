internal import Networking

/// The routes by which points come: one line each, with the error form of its protocol.
enum IngestRoutes {
    static let all: [Route] = [
        Route(
            suspending: .post, "/api/v1/write", "Take points by Prometheus remote write 1.0 or 2.0.",
            body: Route.Body("RemoteWrite", mediaTypes: ["application/x-protobuf"], isSnappy: true),
            answer: .nothing, errors: .text, Handlers.remoteWrite),
        Route(
            suspending: .post, "/write", "Take points in Influx line protocol, as InfluxDB 1 does.",
            query: [
                Route.Parameter("db", "Taken and not used: there is one place for all points."),
                Route.Parameter("precision", "The unit of times: ns, u, ms, s, m or h; ns."),
            ],
            body: influxBody, answer: .nothing, errors: .influx1, Handlers.influx1),
        Route(
            suspending: .post, "/api/v2/write", "Take points in Influx line protocol, as InfluxDB 2 does.",
            query: [
                Route.Parameter("org", "Taken and not used: there is one place for all points."),
                Route.Parameter("bucket", "Taken and not used."),
                Route.Parameter("precision", "The unit of times: ns, us, ms or s; ns."),
            ],
            body: influxBody, answer: .nothing, errors: .influx2, Handlers.influx2),
        Route(
            .get, "/ping", "Whether the service answers, as clients of InfluxDB ask.", isPublic: true,
            answer: .nothing, Handlers.ping),
        Route(
            suspending: .post, "/v1/metrics", aliases: ["/api/v1/otlp/v1/metrics"],
            "Take metrics by OTLP over HTTP.",
            body: Route.Body("OTLPMetrics", mediaTypes: ["application/x-protobuf", "application/json"]),
            answer: .json("OTLPAnswer"), errors: .otlp, Handlers.otlpMetrics),
        Route(
            suspending: .post, "/api/v1/import", "Take points as JSON lines, CSV, or text of Prometheus.",
            query: [
                Route.Parameter("metric", "CSV: the name of every series."),
                Route.Parameter(
                    "label", "CSV and text: NAME=VALUE, a label for every series; may come again."),
                Route.Parameter("timezone", "CSV: where times without an offset lie."),
            ],
            body: Route.Body(
                "Points",
                mediaTypes: [
                    "application/json", "application/x-ndjson", "application/jsonl", "text/csv",
                    "text/plain",
                    "application/openmetrics-text",
                ]),
            answer: .json("ImportAnswer"), Handlers.importPoints),
    ]

    private static let influxBody = Route.Body("InfluxLines", mediaTypes: ["text/plain"], takesAnyType: true)
}

/// The schemas that those routes name.
enum IngestSchemas {
    static let all: [NamedSchema] = [
        NamedSchema("RemoteWrite", .string(format: "binary")),
        NamedSchema("InfluxLines", .string()),
        NamedSchema("OTLPMetrics", .any),
        NamedSchema("OTLPAnswer", otlpAnswer),
        NamedSchema("Points", .string()),
        NamedSchema("ImportAnswer", importAnswer),
    ]

    private static let otlpAnswer = Schema.object([
        .optional(
            "partialSuccess",
            .object([
                .optional("rejectedDataPoints", .string(), "A whole number."),
                .optional("errorMessage", .string()),
            ]))
    ])

    private static let importAnswer = Schema.object([
        .required("accepted", .integer(atLeast: 0), "Points that are stored now."),
        .required("rejected", .integer(atLeast: 0), "Points that are not."),
        .required("duplicates", .integer(atLeast: 0), "Of the accepted, those that were there already."),
        .required(
            "late", .integer(atLeast: 0), "Of the accepted, those older than the newest of their series."),
        .required(
            "combined", .integer(atLeast: 0),
            "Of the accepted, those that are part of others: of series whose senders differ in dropped labels."
        ),
        .required(
            "errors",
            .array(
                .object([
                    .optional("line", .integer(atLeast: 1)), .optional("record", .integer(atLeast: 1)),
                    .required("reason", .string()),
                ]), atMost: 10)),
    ])
}

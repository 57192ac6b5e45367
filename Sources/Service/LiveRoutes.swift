import Networking
import Pipeline

/// The routes for whoever looks on: the page, and programs like it.
enum LiveRoutes {
    static let all: [Route] = [
        Route(
            .get, "/api/v1/fleet",
            "How all series do: state, score, newest value and heat, a page at a time.",
            kind: .pooled,
            query: [
                Route.Parameter("search", "Words that all occur in name or labels, as text or label=value."),
                Route.Parameter(
                    "state", "Only series in this state.",
                    schema: .string(values: FleetState.allCases.map(\.rawValue))),
                Route.Parameter("definition", "Only series of this definition."),
                Route.Parameter(
                    "sort", "What comes first; score: the anomalous, then by score.",
                    schema: .string(values: FleetQuestion.Order.allCases.map(\.rawValue))),
                Route.Parameter(
                    "limit", "At most so many; 200.", schema: .integer(atLeast: 1, atMost: 1_000)),
                Route.Parameter(
                    "offset", "So many are left out.", schema: .integer(atLeast: 0, atMost: 10_000_000)),
                Route.Parameter(
                    "heat", "Characters of a heat strip; 60.", schema: .integer(atLeast: 1, atMost: 120)),
            ],
            answer: .json("Fleet"), Handlers.fleet),
        Route(
            .get, "/api/v1/series/{id}/chart",
            "One series as it is drawn: values, band, forecast, anomalies and events.", kind: .pooled,
            query: [
                Route.Parameter("start", "RFC 3339 or epoch seconds; so that the newest points are there."),
                Route.Parameter("end", "RFC 3339 or epoch seconds; included; the newest point."),
                Route.Parameter(
                    "points",
                    "At most so many, whatever they are; 2,000. Where more than half would be anomalous, the "
                        + "extremes of a column stand for its others; anomalies has all stretches.",
                    schema: .integer(atLeast: 8, atMost: ChartQuestion.mostPoints)),
            ],
            answer: .json("Chart"), Handlers.chart),
        Route(
            streaming: "/api/v1/stream",
            "What happens now as server-sent events; resumes after the header Last-Event-ID.",
            query: [
                Route.Parameter("series", "The number of a series; may come again."),
                Route.Parameter("topics", "incidents, events, or both with a comma."),
                Route.Parameter("last_event_id", "As Last-Event-ID, for clients that cannot set it."),
            ],
            mediaType: "text/event-stream", Handlers.stream),
        Route(
            .get, "/api/v1/status", "How the service itself does.", kind: .pooled, answer: .json("Status"),
            Handlers.status),
    ]
}

/// The schemas that they name.
enum LiveSchemas {
    static let all: [NamedSchema] = [
        NamedSchema("Fleet", fleet),
        NamedSchema("Chart", chart),
        NamedSchema("Status", status),
    ]

    private static let count = Schema.integer(atLeast: 0)
    private static let numbers = Schema.array(.number())
    private static let state = Schema.string(values: FleetState.allCases.map(\.rawValue))

    private static let fleet = Schema.object([
        .required("time", .number()), .required("series", count), .required("matching", count),
        .required(
            "counts",
            .object([
                .required("ok", count), .required("anomalous", count), .required("warming", count),
                .required("no_data", count),
            ])),
        .required(
            "rows",
            .array(
                .object([
                    .required("id", count), .required("name", .string()),
                    .required("labels", .map(.string())), .required("definition", .nullable(.string())),
                    .required("state", state), .required("score", .nullable(.number())),
                    .required("value", .nullable(.number())), .required("timestamp", .nullable(.number())),
                    .required(
                        "heat", .string(),
                        "One character a stretch, oldest first: the magnitude of the smallest p, or a dot."),
                ]))),
    ])

    private static let anomaly = Schema.object([
        .required("final", .boolean), .optional("revision", .integer(atLeast: 1)),
        .required("from", .number()), .required("to", .number()), .required("open", .boolean),
        .required("direction", .string(values: ["above", "below"])), .required("evidence", .string()),
        .required("peak_score", .number()), .required("sentence", .string()),
    ])

    private static let event = Schema.object([
        .required("id", .string()), .required("title", .string()), .required("text", .string()),
        .required("start", .number()), .required("end", .number()), .required("labels", .map(.string())),
    ])

    private static let most = ChartQuestion.mostPoints

    private static let chart = Schema.object([
        .required("id", count), .required("name", .string()), .required("labels", .map(.string())),
        .required("definition", .nullable(.string())), .required("state", state),
        .required("step_seconds", .nullable(.number())), .required("start", .nullable(.number())),
        .required("end", .nullable(.number())),
        .required(
            "oldest", .nullable(.number()), "When the first point of the series is, in the chart or not."),
        .required("newest", .nullable(.number()), "When the last one is."),
        .required(
            "warnings",
            .array(.object([.required("code", .string()), .required("detail", .string())])),
            "rollup: points of the older part are rollups."), .required("of", count),
        .required("downsampled", .boolean),
        .required(
            "points",
            .object([
                .required("timestamps", .array(.number(), atMost: most)),
                .required("values", .array(.number(), atMost: most)),
                .required("score", .array(.nullable(.number()), atMost: most)),
                .required("is_anomaly", .array(.integer(atLeast: 0, atMost: 1), atMost: most)),
                .required("final", .array(.boolean, atMost: most), "Whether no late point can change it."),
            ])),
        .required(
            "band",
            .object([
                .required(
                    "source", .string(values: SeriesChart.BandSource.allCases.map(\.rawValue)),
                    "As it was when the values came, made again of what is stored, or completed: its older part made again."
                ),
                .required("timestamps", numbers), .required("expected", numbers),
                .required("lower", numbers), .required("upper", numbers),
            ])),
        .required(
            "forecast",
            .nullable(
                .object([
                    .required("level", .number()), .required("timestamps", numbers),
                    .required("mean", numbers), .required("lower", numbers), .required("upper", numbers),
                ]))),
        .required("anomalies", .array(anomaly)), .required("events", .array(event)),
    ])

    private static let status = Schema.object([
        .required("version", .string()), .required("uptime_seconds", .number()),
        .required("series", count), .required("series_in_memory", count),
        .required(
            "samples_per_second", .nullable(.number(atLeast: 0)),
            "Since a question some seconds ago; null for the first one."),
        .required("stored_points", count),
        .required("queue_points", count), .required("queue_bytes", count),
        .required("scored_total", count), .required("anomalous_total", count),
        .required("incidents", .object([.required("open", count), .required("acknowledged", count)])),
        .required(
            "channels",
            .array(
                .object([
                    .required("name", .string()), .required("kind", .string()),
                    .required("waiting", count), .required("delivered", count),
                    .required("retried", count), .required("rejected", count),
                    .required("oldest_seconds", .number(atLeast: 0)),
                ]))),
        .required("resident_bytes", .nullable(.number())), .required("cpu_seconds", .nullable(.number())),
    ])
}

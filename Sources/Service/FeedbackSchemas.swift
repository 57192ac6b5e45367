import Alerting
import Pipeline

/// The schemas of what people say of anomalies, and of what a definition would say.
enum FeedbackSchemas {
    static let all: [NamedSchema] = [
        NamedSchema("FeedbackOrder", order),
        NamedSchema("FeedbackAnswer", answer),
        NamedSchema("FeedbackList", .object([.required("feedback", .array(.named("ChangeEvent")))])),
        NamedSchema("FoundAnomaly", anomaly),
        NamedSchema("PreviewOrder", previewOrder),
        NamedSchema("Preview", preview),
    ]

    private static let time = Schema.anyOf([.number(), .string(format: "date-time")])
    private static let labels = Schema.map(.string())
    private static let verdict = Schema.string(values: Feedback.allCases.map(\.rawValue))
    private static let days = Schema.Property.optional(
        "days", .integer(atLeast: 1, atMost: 3_650), "How far back; 30.")

    private static let order = Schema.object([
        .optional(
            "anomaly",
            .object([
                .optional("labels", labels, "All labels of its series."),
                .optional("series", .string(), "Instead: a selector."),
                .required("from", time, "A time in it."), .optional("definition", .string()),
            ])),
        .optional("incident", .integer(atLeast: 1), "Instead of an anomaly: all that an incident shows."),
        .required(
            "verdict", verdict,
            "anomaly: nothing is learned from it; expected: nor is anybody told; false_alarm: it was normal; "
                + "new_normal: all since then is."),
        .optional("dry_run", .boolean, "Whether only the effect is wanted."), days,
        .optional("by", .string(), "Who says so; api when left out."),
    ])

    private static let anomaly = Schema.object([
        .required("labels", labels), .required("definition", .string()), .required("from", time),
        .required("to", time), .required("peak_score", .nullable(.number())),
        .required("sentence", .string()),
    ])

    private static let answer = Schema.object([
        .optional("id", .string(), "By which it is taken back; none of a dry run."),
        .required("verdict", verdict), .required("dry_run", .boolean),
        .required("summary", .string()), .required("removed", .array(.named("FoundAnomaly"))),
        .required("added", .array(.named("FoundAnomaly"))), .required("kept", .array(.named("FoundAnomaly"))),
        .required(
            "incidents",
            .object([
                .required("removed", incidents), .required("added", incidents), .required("kept", incidents),
            ]), "The incidents of these series: without what is said, and with it."),
        .required("points", .integer(atLeast: 0), "The points that were gone over."),
        .optional("revision", AlertSchemas.revision),
    ])

    private static let previewOrder = Schema.object([
        .required(
            "metric", .object([], open: true),
            "The keys of a metric definition, as in the configuration; no name is needed."),
        days,
    ])

    private static let preview = Schema.object([
        .required("summary", .string()), .required("series", .integer(atLeast: 0)),
        .required("points", .integer(atLeast: 0), "The points that were gone over."),
        .required("anomalies", .integer(atLeast: 0), "Stretches that it would have found, told or not."),
        .required("warming", .integer(atLeast: 0), "Series with too few points for a model."),
        .required("incidents", incidents),
    ])

    private static let incidents = Schema.array(
        .object([
            .required("opened_at", time), .required("resolved_at", .nullable(time)),
            .required("severity", .string()), .required("members", .array(labels)),
            .required("peak_score", .nullable(.number())), .required("title", .string()),
            .required("sentence", .string()),
        ]))
}

import Alerting

/// The schemas of what is said about incidents.
enum AlertSchemas {
    static let all: [NamedSchema] = [
        NamedSchema(
            "Incidents",
            .object([
                .required("incidents", .array(.named("IncidentSummary"))),
                .required(
                    "next", .nullable(.integer()), "What `before` is for the next page; null at the end."),
            ])),
        NamedSchema("IncidentSummary", .object(summary)),
        NamedSchema("Incident", .object(summary + details)),
        NamedSchema("Delivery", delivery),
        NamedSchema("Deliveries", .object([.required("deliveries", .array(.named("Delivery")))])),
        NamedSchema("IncidentOrder", incidentOrder),
        NamedSchema("Acknowledgement", acknowledgement),
        NamedSchema("Person", .object([by])),
        NamedSchema("Resolution", .object([by, .optional("comment", .string())])),
        NamedSchema("Comment", .object([by, .required("text", .string())])),
        NamedSchema("Silences", .object([.required("silences", .array(silence))])),
        NamedSchema("SilenceOrder", silenceOrder),
        NamedSchema("SilenceID", .object([.required("silenceID", .string())])),
        NamedSchema("ChangeEvent", event),
        NamedSchema("ChangeEvents", .object([.required("events", .array(.named("ChangeEvent")))])),
        NamedSchema("ChangeEventOrder", eventOrder),
        NamedSchema("ChangeEventID", .object([.required("id", .string())])),
    ]

    private static let time = Schema.anyOf([.number(), .string(format: "date-time")])
    private static let labels = Schema.map(.string())
    private static let by = Schema.Property.optional("by", .string(), "Who asks; api when left out.")
    private static let severity = Schema.string(values: Severity.allCases.map(\.rawValue))
    private static let number = Schema.nullable(.number())

    private static let summary: [Schema.Property] = [
        .required("id", .integer(atLeast: 1)),
        .required("state", .string(values: Incident.State.allCases.map(\.rawValue))),
        .required("kind", .string(values: Incident.Kind.allCases.map(\.rawValue))),
        .required("severity", severity), .required("title", .string()), .required("sentence", .string()),
        .required("labels", labels, "What routes and silences look at."),
        .required("definitions", .array(.string())), .required("opened_at", time),
        .required("started_at", time, "Of the first anomalous value."), .required("updated_at", time),
        .required("resolved_at", .nullable(time)),
        .required(
            "acknowledged",
            .nullable(
                .object([
                    .required("by", .string()), .required("at", time),
                    .required("until", .nullable(time)), .required("comment", .string()),
                ]))),
        .required("silenced", .boolean), .required("member_count", .integer(atLeast: 0)),
        .required("active_count", .integer(atLeast: 0)), .required("peak_score", number),
    ]

    private static let details: [Schema.Property] = [
        .required(
            "members",
            .array(
                .object([
                    .required("rank", .integer(atLeast: 1)), .required("series", .integer(atLeast: 0)),
                    .required("name", .string()), .required("labels", labels),
                    .required("definition", .string()),
                    .required("state", .string(values: ["active", "recovered"])),
                    .required("from", time), .required("to", time), .required("peak_score", number),
                    .required("actual", number), .required("expected", number),
                    .required("lower", number), .required("upper", number),
                    .required("direction", .nullable(.string(values: ["above", "below"]))),
                    .required("sentence", .string()),
                ]))),
        .required(
            "timeline",
            .array(
                .object([
                    .required("time", time),
                    .required("kind", .string(values: Incident.Moment.Kind.allCases.map(\.rawValue))),
                    .required("text", .string()), .required("by", .string(), "Empty for the service."),
                ]))),
        .required("deliveries", .array(.named("Delivery"))),
    ]

    private static let delivery = Schema.object([
        .required("sequence", .integer(atLeast: 1)),
        .required("id", .string(), "The same for every attempt: what receivers tell repetitions by."),
        .required("incident", .integer(atLeast: 1)), .required("channel", .string()),
        .required("event", .string(values: Delivery.Event.allCases.map(\.rawValue))),
        .required("state", .string(values: Delivery.State.allCases.map(\.rawValue))),
        .required("attempts", .integer(atLeast: 0)), .required("due_at", time),
        .required("last_error", .nullable(.string())),
    ])

    private static let incidentOrder = Schema.object([
        .required("title", .string()), .optional("severity", severity, "warning when left out."),
        .optional("labels", labels), .optional("text", .string()), by,
    ])

    private static let acknowledgement = Schema.object([
        by, .optional("comment", .string()),
        .optional(
            "until", .anyOf([.number(), .string()]),
            "A time, or a duration as 2h, after which it is open again; never when left out."),
    ])

    private static let matcher = Schema.object([
        .required("name", .string()), .required("value", .string()), .optional("isRegex", .boolean),
        .optional("isEqual", .boolean),
    ])

    private static let silence = Schema.object([
        .required("id", .string()), .required("state", .string(values: ["pending", "active", "expired"])),
        .required("matchers", .array(matcher)), .required("startsAt", time), .required("endsAt", time),
        .required("createdBy", .string()), .required("comment", .string()),
    ])

    private static let silenceOrder = Schema.object([
        .optional("id", .string(), "Of the silence that this one replaces."),
        .optional(
            "matchers", .array(.anyOf([matcher, .string()]), atLeast: 1, atMost: 64),
            "All must hold; as text in Alertmanager's notation."),
        .optional("selector", .string(), "Instead of matchers: a Prometheus selector."),
        .optional("startsAt", time, "Now when left out."), .optional("endsAt", time),
        .optional("duration", .string(), "Instead of endsAt, as 2h."),
        .optional("createdBy", .string()), .optional("comment", .string()),
    ])

    private static let event = Schema.object([
        .required("id", .string()), .required("title", .string()), .required("text", .string()),
        .required("start", time), .required("end", time, "Equal to start for a moment."),
        .required("labels", labels),
        .optional("modes", .array(mode), "What the time means for the values of series."),
        .optional("match", .string(), "The series that it concerns."),
        .optional("definition", .string()),
        .optional("verdict", .string(values: Feedback.allCases.map(\.rawValue)), "Of a feedback."),
        .optional(
            "series",
            .array(
                .object([.required("labels", labels), .required("from", time), .required("to", time)])),
            "Single series, each with its own time."),
        .optional("revision", revision, "When it is noted: what was said anew because of it."),
        .optional("warning", .string(), "When it is noted: why nothing comes of it yet."),
    ])

    private static let mode = Schema.string(values: LearningMode.allCases.map(\.rawValue))

    static let revision = Schema.object([
        .required("series", .integer(atLeast: 0), "Series for which something else is declared now."),
        .required("revised", .integer(atLeast: 0), "Those whose past was said anew."),
        .required("points", .integer(atLeast: 0), "The points that were gone over."),
        .required("unreadable", .integer(atLeast: 0), "Those whose past cannot be read; see the log."),
    ])

    private static let eventOrder = Schema.object([
        .optional("id", .string(), "Of the event that this one replaces."), .required("title", .string()),
        .optional("text", .string()), .optional("time", time, "Now when left out."),
        .optional("end", time, "Needed with a mode."), .optional("labels", labels),
        .optional(
            "mode", mode,
            "mute: nobody is told; dont_learn: nothing is learned from it; learn_quietly: it is normal."),
        .optional("match", .string(), "With a mode: a Prometheus selector of the series it concerns."),
        .optional("definition", .string(), "With a mode: only series of this definition."),
    ])
}

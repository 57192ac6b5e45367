/// The schemas of what is said about stored series.
enum StoredSchemas {
    static let all: [NamedSchema] = [
        NamedSchema("RemoteWrite", .string(format: "binary")),
        NamedSchema("Points", .string()),
        NamedSchema("ImportAnswer", importAnswer),
        NamedSchema("SeriesList", seriesList),
        NamedSchema("Anomalies", anomalies),
        NamedSchema("Checkpoint", checkpoint),
    ]

    private static let time = Schema.anyOf([.number(), .string(format: "date-time")])

    private static let importAnswer = Schema.object([
        .required("accepted", .integer(atLeast: 0), "Points that are stored now."),
        .required("rejected", .integer(atLeast: 0), "Points that are not."),
        .required("duplicates", .integer(atLeast: 0), "Of the accepted, those that were there already."),
        .required("late", .integer(atLeast: 0), "Of the accepted, those older than the newest of their series."),
        .required(
            "errors",
            .array(
                .object([
                    .optional("line", .integer(atLeast: 1)), .optional("record", .integer(atLeast: 1)),
                    .required("reason", .string()),
                ]), atMost: 10)),
    ])

    private static let seriesList = Schema.object([
        .required("status", .string(values: ["success"])),
        .required("data", .array(.map(.string()))),
    ])

    private static let anomalies = Schema.object([
        .required(
            "anomalies",
            .array(
                .object([
                    .required("labels", .map(.string())),
                    .optional("definition", .string()), .optional("definition_hash", .string()),
                    .required("from", time), .required("to", time), .required("open", .boolean),
                    .required("count", .integer(atLeast: 1)),
                    .required("direction", .string(values: ["above", "below"])),
                    .required("evidence", .string()), .required("peak_score", .number()),
                    .required(
                        "peak",
                        .object([
                            .required("timestamp", time), .required("value", .number()),
                            .required("expected", .number()), .required("lower", .number()),
                            .required("upper", .number()), .required("p_value", .number()),
                        ])),
                    .required("sentence", .string()),
                ])))
    ])

    private static let checkpoint = Schema.object([
        .required("series", .integer(atLeast: 0)), .required("points", .integer(atLeast: 0)),
        .required("chunk_bytes", .integer(atLeast: 0)),
    ])
}

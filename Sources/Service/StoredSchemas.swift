/// The schemas of what is said about stored series.
enum StoredSchemas {
    static let all: [NamedSchema] = [
        NamedSchema("SeriesList", seriesList),
        NamedSchema("Anomalies", anomalies),
        NamedSchema("Checkpoint", checkpoint),
        NamedSchema("Watermarks", watermarks),
        NamedSchema("Reload", reload),
        NamedSchema("Models", .object([.required("models", .array(.named("ModelVersion")))])),
        NamedSchema("Model", .anyOf([versions, .named("ModelVersion")])),
        NamedSchema("ModelVersion", version),
        NamedSchema("TrainingOrder", order),
        NamedSchema("TrainingStarted", started),
        NamedSchema("Training", training),
        NamedSchema("Promotion", promotion),
        NamedSchema("Champion", champion),
        NamedSchema("Formulas", .object([.required("formulas", .array(formula))])),
    ]

    private static let formula = Schema.object([
        .required("name", .string()), .required("expr", .string(), "In its canonical form."),
        .required("series", .integer(atLeast: 0), "How many series it makes."),
        .required("step", .nullable(.string()), "null until it is found from the data."),
        .required("decided", .nullable(time), "The newest step that needs no more input."),
        .required("made", .integer(atLeast: 0), "Points since the service started."),
        .required("problem", .nullable(.string()), "Why not everything is made."),
        .required("notes", .array(.string()), "Which series have no partner."),
    ])

    private static let names = Schema.array(.string())
    private static let count = Schema.integer(atLeast: 0)

    private static let reload = Schema.object([
        .required("added", names, "Names of definitions that are new."),
        .required("edited", names), .required("removed", names), .required("unchanged", count),
        .required("series_kept", count, "Series that came to an edited definition and keep their model."),
        .required("series_anew", count, "Series whose model begins anew, with their history."),
        .required("series_without_definition", count, "Series that no definition matches any more."),
        .required("at_next_start", names, "Settings that are different and take effect at the next start."),
        .required("warnings", names),
    ])

    private static let watermarks = Schema.object([
        .required(
            "watermarks",
            .array(
                .object([
                    .required(
                        "source", .object([.optional("job", .string()), .optional("instance", .string())])),
                    .required("series", count), .required("watermark", .nullable(time)),
                    .required(
                        "lag_seconds", .nullable(.number()),
                        "How far it lies behind the clock of the service; negative ahead of it."),
                ])), "The furthest behind first."),
        .required("left_out", count, "Series of sources that are too many to be told apart."),
    ])

    private static let figures = Schema.map(.nullable(.number()))

    private static let version = Schema.object([
        .required("definition", .string()), .required("version", .integer(atLeast: 1)),
        .required("method", .string()), .required("created", time),
        .required("window", .object([.required("from", time), .required("to", time)])),
        .required("configuration_hash", .string()), .required("metrics", figures),
        .required("parent", .nullable(.integer(atLeast: 1))), .required("checksum", .string()),
        .required("champion", .boolean),
        .optional(
            "series",
            .array(
                .object([
                    .required("labels", .map(.string())), .required("method", .string()),
                    .required("season", .array(.integer())), .required("step", .string()),
                    .required("last_time", time),
                ]))),
    ])

    private static let versions = Schema.object([
        .required("definition", .string()), .required("champion", .nullable(.integer(atLeast: 1))),
        .required(
            "history",
            .array(.object([.required("version", .integer(atLeast: 1)), .required("since", time)]))),
        .required("versions", .array(.named("ModelVersion"))),
    ])

    private static let order = Schema.object([
        .optional("model", .string(), "A forecasting method, or auto; that of the definition when left out."),
        .optional("window", .string(), "How far back to learn from, as 14d."),
        .optional("seed", .integer(atLeast: 0)),
        .optional("keep", .boolean, "Store a challenger that is not promoted too."),
    ])

    private static let started = Schema.object([
        .required("definition", .string()), .optional("job", .string()),
    ])

    private static let training = Schema.object([
        .required("definition", .string()),
        .required("state", .string(values: ["none", "running", "done"])),
        .optional("stage", .string(values: ["load", "back-test", "promote"])),
        .optional("done", .integer(atLeast: 0)), .optional("of", .integer(atLeast: 0)),
        .optional(
            "result",
            .object([
                .required(
                    "decision",
                    .string(values: [
                        "promoted", "not_better", "not_enough_data", "gate_breached", "cancelled", "failed",
                    ])),
                .required("version", .nullable(.integer(atLeast: 1))), .required("detail", .string()),
                .required("metrics", figures), .required("seconds", .number()),
                .required(
                    "failures",
                    .array(
                        .object([.required("labels", .map(.string())), .required("reason", .string())]))),
            ])),
    ])

    private static let promotion = Schema.object([
        .required("version", .anyOf([.integer(atLeast: 1), .string(values: ["previous"])]))
    ])

    private static let champion = Schema.object([
        .required("definition", .string()), .required("champion", .integer(atLeast: 1)),
        .required("previous", .nullable(.integer(atLeast: 1))),
    ])

    private static let time = Schema.anyOf([.number(), .string(format: "date-time")])

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
                    .required("final", .boolean, "Whether no late point can change it any more."),
                    .optional(
                        "revision", .integer(atLeast: 1),
                        "The account of the past that says it first; left out for what was said as it came."),
                    .required("from", time), .required("to", time), .required("since", time),
                    .required("open", .boolean),
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
                ]))),
        .required(
            "level_changes",
            .array(
                .object([
                    .required("labels", .map(.string())), .optional("definition", .string()),
                    .required("final", .boolean), .required("at", time), .required("confirmed", time),
                    .required("count", .integer(atLeast: 1)), .required("before", .number()),
                    .required("after", .number()), .required("sentence", .string()),
                ]))),
    ])

    private static let checkpoint = Schema.object([
        .required("series", .integer(atLeast: 0)), .required("points", .integer(atLeast: 0)),
        .required("chunk_bytes", .integer(atLeast: 0)),
    ])
}

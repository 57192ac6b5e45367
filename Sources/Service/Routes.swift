import Analysis
import Detection
import Forecasting
import Networking
import Pipeline
import TimeSeries

/// The routes of the service: one line each.
public enum Routes {
    private static let body = Route.Body("PredictRequest")

    /// All of them but those about the service itself, which ``RouteTable`` adds.
    public static let all = IngestRoutes.all + stored + alerts + feedback

    private static let stored: [Route] =
        [
            Route(
                .post, "/api/v1/predict", aliases: ["/predict"], "Forecast and score posted series.",
                kind: .pooled, body: body, answer: .json("PredictAnswer"), Handlers.predict),
            Route(
                .post, "/api/v1/forecast", "Forecast posted series.",
                kind: .pooled, body: body, answer: .json("PredictAnswer"), Handlers.forecast),
            Route(
                .post, "/api/v1/detect", "Score posted series.",
                kind: .pooled, body: body, answer: .json("PredictAnswer"), Handlers.detect),
            Route(
                .get, "/api/v1/methods", "Every forecaster and detector, from the catalogues.",
                answer: .json("Methods"), Handlers.methods),
            Route(
                .get, "/api/v1/export",
                "The points of stored series; the header Bellwether-Next asks for more.",
                kind: .pooled,
                query: [
                    selector, start, end, Route.Parameter("format", "json (lines) or csv."),
                    Route.Parameter("after", "What Bellwether-Next said."),
                    Route.Parameter(
                        "step",
                        "One point for each step, as 5m; made of rollups where points are not kept, and then the header "
                            + "Bellwether-Warning says rollup."),
                ],
                answer: .other("application/x-ndjson"), Handlers.export),
            Route(
                .get, "/api/v1/series", "The labels of stored series.", kind: .pooled,
                query: [
                    Route.Parameter("match[]", "A Prometheus selector; may come again."), start, end,
                    Route.Parameter("limit", "At most so many."),
                ],
                answer: .json("SeriesList"), Handlers.series),
            Route(
                .get, "/api/v1/anomalies", "Stretches of anomalous values of stored series.", kind: .pooled,
                query: [
                    selector, start, end, Route.Parameter("limit", "At most so many, the latest first; 100."),
                    Route.Parameter("time", "rfc3339 or unix."),
                ],
                answer: .json("Anomalies"), Handlers.anomalies),
            Route(
                .get, "/api/v1/watermarks", "How far in event time each source of points is.", kind: .pooled,
                query: [Route.Parameter("time", "rfc3339 or unix.")], answer: .json("Watermarks"),
                Handlers.watermarks),
            Route(
                .get, "/api/v1/models", "Every version of every model.", kind: .pooled,
                answer: .json("Models"),
                Handlers.models),
            Route(
                .get, "/api/v1/models/{name}",
                "The versions of one definition, or one of them with its series.",
                kind: .pooled,
                query: [definition, Route.Parameter("version", "Which version; all when left out.")],
                answer: .json("Model"), Handlers.model),
            Route(
                .post, "/api/v1/models/{name}/retrain", "Train a challenger; promote it if it is better.",
                kind: .pooled, query: [definition], body: Route.Body("TrainingOrder"),
                answer: .json("TrainingStarted"), Handlers.retrain),
            Route(
                .get, "/api/v1/models/{name}/training", "How far the last training is, and what it came to.",
                kind: .pooled, query: [definition], answer: .json("Training"), Handlers.training),
            Route(
                .delete, "/api/v1/models/{name}/training", "Cancel the training; the champion stays.",
                kind: .pooled, query: [definition], answer: .json("TrainingStarted"), Handlers.cancelTraining),
            Route(
                .put, "/api/v1/models/{name}/champion", "Make a version champion.", kind: .pooled,
                query: [definition], body: Route.Body("Promotion"), answer: .json("Champion"),
                Handlers.promote),
            Route(
                .post, "/api/v1/checkpoint",
                "Bring everything acknowledged into the database, as before a copy.",
                kind: .pooled, answer: .json("Checkpoint"), Handlers.checkpoint),
            Route(
                .get, "/federate",
                "The newest scores and bands of stored series, for Prometheus; off unless the setting federate is true.",
                kind: .pooled,
                query: [
                    Route.Parameter(
                        "match[]",
                        "Which stored series, a Prometheus selector; must be there, and may come again.")
                ],
                answer: .other("text/plain"), errors: .text, Handlers.federate),
            Route(
                .get, "/api/v1/formulas", "What each formula makes, how far it is, and why it is not made.",
                kind: .pooled, answer: .json("Formulas"), Handlers.formulas),
            Route(.post, "/-/reload", reload, kind: .pooled, answer: .json("Reload"), Handlers.reload),
            Route(.put, "/-/reload", reload, kind: .pooled, answer: .json("Reload"), Handlers.reload),
        ] + LiveRoutes.all

    private static let reload = "Read the configuration again, and take over what can change while it runs."
    private static let selector = Route.Parameter(
        "selector", "A Prometheus selector; all series when left out.")
    private static let definition = Route.Parameter(
        "selector", "With the name \"-\": the selector that stands for a definition.")
    private static let start = Route.Parameter("start", "RFC 3339 or epoch seconds.")
    private static let end = Route.Parameter("end", "RFC 3339 or epoch seconds; included.")

    /// The schemas that the routes name.
    public static let schemas: [NamedSchema] =
        [
            NamedSchema("PredictRequest", request),
            NamedSchema("PredictAnswer", answer),
            NamedSchema("Prediction", prediction),
            NamedSchema("Methods", methods),
        ] + IngestSchemas.all + StoredSchemas.all + AlertSchemas.all + FeedbackSchemas.all + LiveSchemas.all

    private static let numbers = Schema.array(.nullable(.number()))
    private static let time = Schema.anyOf([.number(), .string(format: "date-time")])
    private static let times = Schema.array(time)

    private static let country = Schema.string(values: HolidayCalendar.all.map(\.code))

    private static let request = Schema.object([
        .optional("model", .string(values: ForecasterCatalog.names), "How to forecast; auto chooses."),
        .optional(
            "step", .string(), "The distance of two values, such as 5m, PT5M or P1M; found when left out."),
        .optional(
            "horizon",
            .anyOf([.integer(atLeast: 1, atMost: PredictionRequest.longestHorizon), .string()]),
            "Steps, or a duration; one season but at most 24 steps when left out."),
        .optional(
            "levels", .array(.number(atLeast: 0, atMost: 100), atMost: PredictionRequest.mostLevels),
            "Coverage of the intervals in percent."),
        .optional("alpha", .number(atLeast: 0, atMost: 1), "The share of quiet values that may be flagged."),
        .optional("detect", .string(values: PredictionRequest.Extent.allCases.map(\.rawValue))),
        .optional("mode", .string(values: DetectionMode.allCases.map(\.rawValue))),
        .optional("time", .string(values: PredictBody.TimeForm.allCases.map(\.rawValue))),
        .optional("season", .integer(atLeast: 1, atMost: PredictionRequest.mostPoints), "1 for none."),
        .optional("timezone", .string(), "An IANA name; of stored series that of their definition."),
        .optional(
            "holidays",
            .anyOf([country, .array(country)]), "Countries whose public holidays are known."),
        .optional(
            "events",
            .array(
                .object([
                    .required("name", .string(), "Windows of one name are expected to be alike."),
                    .required("from", time, "Also a civil day or time of the zone."), .required("to", time),
                ]), atMost: EventCalendar.mostEvents), "Times out of the ordinary."),
        .optional(
            "ical", .anyOf([.string(), .array(.string())]), "The text of iCalendar files with such times."),
        .optional(
            "train", .integer(atLeast: 1, atMost: PredictionRequest.mostPoints),
            "So many first values are known to be normal."),
        .optional("selector", .string(), "Stored series instead of \"series\": a Prometheus selector."),
        .optional("start", time, "With selector: the first time."),
        .optional("end", time, "With selector: the last time, included."),
        .optional(
            "history", .boolean, "With selector: whether the values looked at come with the answer."),
        .optional(
            "series",
            .array(
                .object([
                    .optional("labels", .map(.string())),
                    .optional("timestamps", times, "Ascending; RFC 3339 or epoch seconds."),
                    .required("values", numbers, "null is a missing value."),
                ]), atLeast: 1, atMost: PredictionRequest.mostSeries)),
        .optional(
            "limits",
            .array(
                .object([
                    .required("op", .string(values: Limit.Comparison.allCases.map(\.rawValue))),
                    .required("value", .number()),
                ]))),
    ])

    private static let answer = Schema.object([
        .required("request_id", .string()),
        .required("results", .array(.named("Prediction"))),
    ])

    private static let prediction = Schema.object(
        [
            .required("labels", .map(.string())),
            .required("status", .string(values: ["ok", "warming", "error"])),
            .optional(
                "history", .object([.required("timestamps", times), .required("values", numbers)])),
            .optional("model", .string()),
            .optional("step", .nullable(.string())),
            .optional("season", .array(.integer())),
            .optional(
                "forecast",
                .object([
                    .required("timestamps", .array(.nullable(time))), .required("mean", numbers),
                    .required("lower", .map(numbers)), .required("upper", .map(numbers)),
                ])),
            .optional("detection", .object([], open: true)),
            .optional("limits", .array(.object([], open: true))),
            .optional("warnings", .array(.map(.string()))),
            .optional("problem", .named("Problem")),
        ])

    private static let methods = Schema.object([
        .required("forecasters", .array(.object([], open: true))),
        .required(
            "evidence",
            .array(
                .object([
                    .required("name", .string()), .required("summary", .string()),
                    .required("source", .string()), .required("share", .number()),
                ])), "What a verdict may rest on, and its share of the false alarms."),
        .required(
            "detectors",
            .array(
                .object([
                    .required("name", .string()),
                    .required("mode", .string(values: ["causal", "delayed", "batch"])),
                    .required("summary", .string()), .required("source", .string()),
                    .required("state_bytes", .nullable(.integer(atLeast: 0))),
                ])), "What ranks values: the tiers, and each evidence by itself."),
    ])
}

import Analysis
import Detection
import Forecasting
import Networking
import Pipeline

/// The routes of the service: one line each.
public enum Routes {
    private static let body = Route.Body("PredictRequest")

    /// All of them but those about the service itself, which ``RouteTable`` adds.
    public static let all: [Route] = [
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
    ]

    /// The schemas that the routes name.
    public static let schemas: [NamedSchema] = [
        NamedSchema("PredictRequest", request),
        NamedSchema("PredictAnswer", answer),
        NamedSchema("Prediction", prediction),
        NamedSchema("Methods", methods),
    ]

    private static let numbers = Schema.array(.nullable(.number()))
    private static let times = Schema.array(.anyOf([.number(), .string(format: "date-time")]))

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
        .optional("timezone", .string(), "An IANA name."),
        .optional(
            "train", .integer(atLeast: 1, atMost: PredictionRequest.mostPoints),
            "So many first values are known to be normal."),
        .required(
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
            .optional("model", .string()),
            .optional("step", .nullable(.string())),
            .optional("season", .array(.integer())),
            .optional(
                "forecast",
                .object([
                    .required("timestamps", times), .required("mean", numbers),
                    .required("lower", .map(numbers)), .required("upper", .map(numbers)),
                ])),
            .optional("detection", .object([], open: true)),
            .optional("limits", .array(.object([], open: true))),
            .optional("warnings", .array(.map(.string()))),
            .optional("problem", .named("Problem")),
        ])

    private static let methods = Schema.object([
        .required("forecasters", .array(.object([], open: true))),
        .required("detectors", .array(.object([], open: true))),
    ])
}

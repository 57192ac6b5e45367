import Analysis
import Forecasting
import Pipeline
import TimeSeries

extension BodyError: ProblemConvertible {
    /// What is echoed of a request is cut here, so that a long text does not come back whole.
    private static let longestEcho = 500

    /// 422, or 413 when there is too much of something.
    var problem: Problem {
        let pointer = Self.clipped(pointer)
        let detail = Self.clipped(detail)
        let places = [Problem.Place(pointer: pointer, detail: detail)]
        let text = pointer.isEmpty ? detail : "\(pointer): \(detail)"
        switch kind {
        case .invalid: return Problem("invalid-body", 422, "Invalid body", detail: text, errors: places)
        case .tooLarge: return Problem("limit-exceeded", 413, "Limit exceeded", detail: text, errors: places)
        case .notSupported:
            return Problem("not_supported", 422, "Not supported", detail: text, errors: places)
        }
    }

    private static func clipped(_ text: String) -> String {
        text.utf8.count > longestEcho ? text.prefix(longestEcho) + "…" : text
    }
}

extension PredictionError {
    /// The problem of the series at a JSON pointer.
    func problem(at pointer: String) -> Problem {
        switch self {
        case .forecast(let error):
            return error.problem(at: pointer)
        case .analysis(.tooFewPaths(let needed, let got)):
            return BodyError(
                kind: .notSupported, pointer: "/limits",
                detail: "\(pointer) has too little history for a probability: \(needed) residual paths are "
                    + "needed, \(got) are there; post more values or ask for a shorter horizon"
            ).problem
        case .horizonTooLong(let steps, let most):
            return BodyError(
                kind: .tooLarge, pointer: "/horizon", detail: "at most \(most) steps, not \(steps)"
            ).problem
        case .spanWithoutTimes:
            return BodyError(
                pointer: "/horizon",
                detail: "a span of time needs timestamps; \(pointer) has none: give the horizon in steps"
            ).problem
        }
    }
}

extension ForecastError {
    /// The problem of the series at a JSON pointer.
    fileprivate func problem(at pointer: String) -> Problem {
        switch self {
        case .historyTooShort(let needed, let got):
            Problem(
                "history-too-short", 422, "Not enough history",
                detail: "\(pointer): \(needed) values are needed by this model, \(got) are there.",
                errors: [.init(pointer: pointer + "/values", detail: "\(needed) needed, \(got) there")])
        case .noFiniteValues:
            Problem(
                "no-values", 422, "No values", detail: "\(pointer): every value is missing.",
                errors: [.init(pointer: pointer + "/values", detail: "every value is missing")])
        case .negativeCounts:
            Problem(
                "negative-counts", 422, "Negative counts",
                detail:
                    "\(pointer): this model forecasts counts, and there are values below 0; choose another.",
                errors: [.init(pointer: pointer + "/values", detail: "values below 0")])
        case .overflow:
            Problem(
                "values-too-large", 422, "Values too large",
                detail: "\(pointer): the forecast overflows; divide the values by a power of ten.",
                errors: [.init(pointer: pointer + "/values", detail: "the forecast overflows")])
        case .cancelled:
            Problem(
                "out-of-time", 503, "Out of time", detail: "The fit took longer than the request may.",
                retryAfterSeconds: 1)
        case .unknownMethod(let name, let known):
            Problem(
                "invalid-body", 422, "Invalid body",
                detail: "No model \"\(name)\"; known: \(known.joined(separator: ", ")).")
        }
    }
}

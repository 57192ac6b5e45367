import Forecasting
import Networking
import Pipeline
import Query
import TimeSeries

extension Handlers {
    /// Forecast and scores of posted series.
    @Sendable static func predict(_ request: Request, _ context: Context) throws -> HTTPResponse {
        try answer(request, context) { _ in }
    }

    /// The forecast alone.
    @Sendable static func forecast(_ request: Request, _ context: Context) throws -> HTTPResponse {
        try answer(request, context) { $0.extent = .none }
    }

    /// The scores alone, and the limits where they are asked for.
    @Sendable static func detect(_ request: Request, _ context: Context) throws -> HTTPResponse {
        try answer(request, context) { $0.wantsForecast = false }
    }

    /// The stored series that a selector matches, as if they had been posted.
    private static func storedSeries(
        _ selector: Selector, _ times: ClosedRange<Int64>, _ context: Context
    ) throws -> [(labels: Labels, result: Result<PostedSeries, BodyError>)] {
        let monitor = try context.requireMonitor()
        let matching = monitor.series(matching: selector)
        guard !matching.isEmpty else {
            throw Problem(
                "no-series", 404, "No series", detail: "No stored series matches \(selector).")
        }
        guard matching.count <= PredictionRequest.mostSeries else {
            throw BodyError(
                kind: .tooLarge, pointer: "/selector",
                detail: "\(matching.count) series match, at most \(PredictionRequest.mostSeries) are answered"
            )
        }
        return try matching.map { series in
            let (observations, remark) = try monitor.observations(of: series, in: times)
            let count = observations.values.count
            guard count <= PredictionRequest.mostPoints else {
                throw BodyError(
                    kind: .tooLarge, pointer: "/start",
                    detail: "\(series.labels) has \(count) points in these times, at most "
                        + "\(PredictionRequest.mostPoints) are answered: ask for a shorter time")
            }
            guard count > 0 else {
                let error = BodyError(
                    pointer: "/selector", detail: "\(series.labels) has no values in these times")
                return (series.labels, .failure(error))
            }
            var posted = PostedSeries(
                observations: observations, timeForm: .rfc3339, pointer: "/selector",
                definition: series.definition)
            posted.remark = remark
            return (series.labels, .success(posted))
        }
    }

    private static func answer(
        _ request: Request, _ context: Context, adjust: (inout PredictionRequest) -> Void
    ) throws -> HTTPResponse {
        let begin = context.clocks.steady()
        let document = try JSONDocument(request.body)
        var body = try PredictBody(document.root)
        adjust(&body.request)
        if let stored = body.stored {
            body.series = try storedSeries(stored.selector, stored.times, context)
        }
        try body.checkAnswerSize()
        let parsed = context.clocks.steady()
        context.metrics.countStage(.json, nanoseconds: parsed - begin)
        let results = try BatchPrediction(body, request: request, context: context).results
        let predicted = context.clocks.steady()
        let response = try HTTPResponse.json { json throws(Problem) in
            try json.object { json throws(Problem) in
                json.member("request_id", request.id)
                json.key("results")
                try json.array { json throws(Problem) in
                    for result in results {
                        try request.deadline.check()
                        result.write(body, to: &json)
                    }
                }
            }
        }
        context.metrics.countStage(.encode, nanoseconds: context.clocks.steady() - predicted)
        return response
    }
}

/// The answers for all series of one request.
private struct BatchPrediction {
    struct Result {
        let labels: Labels
        let outcome: PredictionJSON.Outcome
        let timeForm: PredictBody.TimeForm?
        var history: Observations?

        func write(_ body: PredictBody, to json: inout JSONWriter) {
            let form = body.timeForm ?? timeForm
            let writer = PredictionJSON(levels: body.request.levels, writesEpochSeconds: form == .unix)
            writer.write(outcome, labels: labels, history: history, to: &json)
        }
    }

    let results: [Result]

    /// - Throws: The problem of the first series when every one failed; ``Problem`` when the time is up.
    init(_ body: PredictBody, request: Request, context: Context) throws {
        var results: [Result] = []
        var problems: [Problem] = []
        for (labels, series) in body.series {
            try request.deadline.check()
            do {
                let posted = try series.get()
                let predictor = Predictor(body.request(for: posted), clock: context.clocks.steady)
                var prediction = try predictor.predict(posted, request, context)
                if let remark = posted.remark { prediction.warnings.append(Warning(.rollup, remark)) }
                results.append(
                    Result(
                        labels: labels, outcome: .prediction(prediction), timeForm: posted.timeForm,
                        history: body.wantsHistory ? posted.observations : nil))
            } catch {
                try request.deadline.check()
                let problem = Problem(of: error)
                if problem.status == 413 { throw problem }
                problems.append(problem)
                results.append(Result(labels: labels, outcome: .problem(problem), timeForm: nil))
            }
        }
        context.metrics.countSeries(.error, problems.count)
        context.metrics.countSeries(.ok, results.count - problems.count)
        if problems.count == results.count, let first = problems.first {
            var all = first
            all.errors = problems.flatMap(\.errors)
            throw all
        }
        self.results = results
    }
}

extension PredictBody {
    /// What is asked of one series: with the zone and the calendar of its definition, where it is a stored one.
    fileprivate func request(for posted: PostedSeries) -> PredictionRequest {
        guard let definition = posted.definition else { return request }
        var request = request
        if !hasZone { request.zone = definition.timezone }
        request.calendar = request.calendar.merged(with: definition.calendar)
        return request
    }
}

extension Predictor {
    /// Predicts a posted series and counts what it cost.
    fileprivate func predict(
        _ posted: PostedSeries, _ request: Request, _ context: Context
    ) throws(Problem) -> Prediction {
        do throws(PredictionError) {
            let prediction = try predict(posted.observations, progress: request.progress)
            context.metrics.countStage(.fit, nanoseconds: prediction.fitNanoseconds)
            context.metrics.countStage(.score, nanoseconds: prediction.scoreNanoseconds)
            return prediction
        } catch {
            throw error.problem(at: posted.pointer)
        }
    }
}

extension Request {
    /// Progress that cancels a fit when nobody waits for its answer any more.
    var progress: FitProgress {
        let deadline = deadline
        return FitProgress(while: { !deadline.isPast })
    }
}

public import Analysis
import Detection
public import Forecasting
public import TimeSeries

/// Why a series has no prediction.
public enum PredictionError: Error, Equatable {
    /// No method fits the series.
    case forecast(ForecastError)
    /// A limit cannot be answered.
    case analysis(AnalysisError)
    /// The horizon comes to more steps than are answered.
    case horizonTooLong(steps: Int, most: Int)
    /// A span of time was asked for of a series without times.
    case spanWithoutTimes
}

/// Predicts one series: grid → season → fit → forecast, scores and limits.
public struct Predictor: Sendable {
    private let request: PredictionRequest
    private let clock: @Sendable () -> UInt64

    /// A predictor for these questions.
    ///
    /// - Parameter clock: Nanoseconds of a clock that never goes back, to tell what a prediction cost.
    public init(_ request: PredictionRequest, clock: @escaping @Sendable () -> UInt64 = { 0 }) {
        self.request = request
        self.clock = clock
    }

    /// Answers for one series.
    ///
    /// - Parameters:
    ///   - observations: In time order; `nan` marks a missing value.
    ///   - progress: Told how far a slow fit is; may cancel it.
    public func predict(
        _ observations: Observations, progress: FitProgress = .ignored
    ) throws(PredictionError) -> Prediction {
        let begin = clock()
        let gridded = Gridding(observations, step: request.step, zone: request.zone)
        let series = gridded.series
        let step = series.grid?.step
        let natural = step.map { SeasonalHints.periods(of: $0) } ?? []
        var warnings = gridded.warnings
        let calendar = usableCalendar(gridded, &warnings)
        var frame = gridded.isOrderOnly ? nil : CalendarFrame(series, calendar: calendar, horizon: 0)
        let season = self.season(of: frame?.history ?? series, natural: natural)
        var prediction = Prediction(
            status: .ok, method: request.method, step: step, season: season, forecast: nil,
            horizonTimes: [], behind: nil, limits: [], warnings: [])

        var fitted: FittedMethod?
        if request.wantsForecast || !request.limits.isEmpty {
            let steps = try horizon(season: season, series: series)
            if !gridded.isOrderOnly { frame = CalendarFrame(series, calendar: calendar, horizon: steps) }
            let method = try fit(
                frame?.history ?? series, season: season, natural: natural,
                horizon: frame?.innerSteps(steps) ?? steps, progress: progress
            ).framed(by: frame)
            fitted = method
            prediction.method = method.name
            if !method.hasMeasuredErrors {
                let have = series.values.count(where: \.isFinite)
                warnings.append(
                    Warning(
                        .shortHistory,
                        "\(have) values are too few to measure errors; the intervals are a guess"))
            }
            prediction.horizonTimes = (0..<steps).map {
                series.time(ofStep: series.values.count + $0, isDated: observations.timestamps != nil)
            }
            if request.wantsForecast {
                let forecast = method.forecast(steps: steps, levels: request.levels.map { $0 / 100 })
                guard forecast.isFinite else { throw .forecast(.overflow) }
                prediction.forecast = forecast
            }
            for limit in request.limits {
                do {
                    let answer = try TimeToLimit(limit, for: method, steps: steps, seed: request.seed)
                    prediction.limits.append(answer)
                } catch {
                    throw .analysis(error)
                }
            }
        }
        let fittedAt = clock()
        if request.extent != .none {
            try addScores(
                to: &prediction, of: gridded, observations, frame: frame, fitted: fitted, natural: natural,
                progress)
            if prediction.status == .warming {
                let have = series.values.count(where: \.isFinite)
                let training = request.trainingCount.map { " (the first \($0) to train on)" } ?? ""
                warnings.append(
                    Warning(.warming, "\(have) values\(training) are too few to score any of them"))
            }
        }
        prediction.warnings = warnings
        prediction.fitNanoseconds = fittedAt - begin
        prediction.scoreNanoseconds = clock() - fittedAt
        return prediction
    }

    /// The calendar, or an empty one and a warning where it cannot apply.
    private func usableCalendar(_ gridded: Gridding, _ warnings: inout [Warning]) -> EventCalendar {
        guard !request.calendar.isEmpty else { return .empty }
        let step = gridded.isOrderOnly ? nil : gridded.series.grid?.step
        guard let step, step.nominalMilliseconds <= Step.millisecondsInDay else {
            let reason = step.map { "steps of \($0) are longer than a day" } ?? "the steps have no times"
            warnings.append(Warning(.calendarUnused, "holidays and events are left out: \(reason)"))
            return .empty
        }
        for remark in request.calendar.files.flatMap(\.warnings) {
            let detail = "line \(remark.line) of the calendar: \(remark.reason)"
            warnings.append(Warning(.calendarPartlyRead, detail))
        }
        return request.calendar
    }

    private func season(of series: Series, natural: [Int]) -> [Int] {
        if let season = request.season { return season > 1 ? [season] : [] }
        return SeasonDetector(natural: natural).periods(of: series.values)
    }

    private func fit(
        _ series: Series, season: [Int], natural: [Int], horizon: Int, progress: FitProgress
    ) throws(PredictionError) -> FittedMethod {
        let settings = MethodSettings(
            season: season, natural: request.season == nil ? natural : [], horizon: horizon,
            seed: request.seed)
        do {
            return try ForecasterCatalog.fit(
                request.method, to: series, settings: settings, progress: progress)
        } catch {
            throw .forecast(error)
        }
    }

    /// The steps to predict. Without a season the default is a quarter of the history.
    private func horizon(season: [Int], series: Series) throws(PredictionError) -> Int {
        let count = series.values.count
        let steps: Int
        switch request.horizon {
        case nil:
            steps = min(season.first ?? max(count / 4, 1), PredictionRequest.longestDefaultHorizon)
        case .steps(let wanted):
            steps = wanted
        case .span(let span):
            guard let grid = series.grid else { throw .spanWithoutTimes }
            steps = grid.steps(covering: span, from: count - 1)
        }
        guard steps <= PredictionRequest.longestHorizon else {
            throw .horizonTooLong(steps: steps, most: PredictionRequest.longestHorizon)
        }
        return max(steps, 1)
    }

    private func addScores(
        to prediction: inout Prediction, of gridded: Gridding, _ observations: Observations,
        frame: CalendarFrame?, fitted: FittedMethod?, natural: [Int], _ progress: FitProgress
    ) throws(PredictionError) {
        let given = request.season.map { $0 > 1 ? [$0] : [] }
        let settings = DetectionSettings(
            alpha: request.alpha, mode: request.mode, trainingCount: request.trainingCount,
            method: request.method, season: given ?? wholeSeason(prediction), naturalSeasons: natural,
            seed: request.seed)
        var scores: Scores
        do {
            scores = try SeriesDetector(settings).scores(
                of: gridded.series, frame: frame, fitted: fitted, progress: progress)
        } catch ForecastError.historyTooShort {
            scores = Scores.unknown(mode: request.mode, count: gridded.series.values.count)
        } catch {
            throw .forecast(error)
        }
        if !scores.score.contains(where: \.isFinite) { prediction.status = .warming }
        if fitted == nil, let method = scores.method { prediction.method = method }
        let rows = scores.rows(atSlots: observations.values.indices.map { gridded.slot(ofRow: $0) })
        let times =
            observations.timestamps?.map { StepTime.moment($0) }
            ?? observations.values.indices.map { StepTime.index($0) }
        guard request.extent == .last, !times.isEmpty else {
            prediction.behind = Prediction.Behind(scores: rows, times: times)
            return
        }
        prediction.behind = Prediction.Behind(
            scores: rows.suffix(1), times: Array(times.suffix(1)))
    }

    /// In batch mode the season that the whole series shows; a causal score may not know it.
    private func wholeSeason(_ prediction: Prediction) -> [Int]? {
        request.mode == .batch ? prediction.season : nil
    }
}

extension Series {
    /// When a step is; steps may lie past the last value.
    fileprivate func time(ofStep step: Int, isDated: Bool) -> StepTime {
        grid.map { .moment($0.time(at: step)) } ?? (isDated ? .unknown : .index(step))
    }
}

extension Warning.Code {
    /// Errors could not be measured on so short a history.
    static let shortHistory = Warning.Code(rawValue: "short_history")
    /// Holidays and events could not be used.
    static let calendarUnused = Warning.Code(rawValue: "calendar_unused")
    /// Something of a calendar file was left out or taken otherwise.
    static let calendarPartlyRead = Warning.Code(rawValue: "calendar_partly_read")
    /// No value could be scored.
    static let warming = Warning.Code(rawValue: "warming")
}

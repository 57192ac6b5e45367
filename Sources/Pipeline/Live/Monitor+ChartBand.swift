import Detection
import Forecasting
import Storage
import TimeSeries

extension Monitor {
    /// What was expected of the values of a chart.
    ///
    /// - Parameters:
    ///   - kept: The times at which a band is drawn, ascending; one that was recorded is drawn at all of its times.
    func band(
        of draft: ChartDraft, _ points: ChartPoints, _ columns: PointColumns, kept: [Int64],
        _ progress: FitProgress
    ) -> SeriesChart.Band {
        guard let first = kept.first, let last = kept.last else { return .none }
        guard draft.clock != nil else {
            return Self.replayed(columns, isCounter: draft.isRate, at: kept)
        }
        // Steps as they were judged tell more than as they would be judged today.
        let recorded = draft.view.trail.entries(in: first...last)
        guard let since = recorded.first?.time else { return refitted(draft, points, at: kept, progress) }
        let older = kept.prefix { $0 < since }
        // A chart of what is recorded, but for some first steps, is worth no fit.
        guard older.count > kept.count / 20 else {
            return SeriesChart.Band(source: .recorded, entries: recorded)
        }
        var past = points
        past.cut(after: since - 1)
        let fitted = refitted(draft, past, at: Array(older), progress)
        guard !fitted.entries.isEmpty else { return SeriesChart.Band(source: .recorded, entries: recorded) }
        return SeriesChart.Band(source: .completed, entries: fitted.entries + recorded)
    }

    /// Lets the light detector go over the points again.
    private static func replayed(
        _ columns: PointColumns, isCounter: Bool, at kept: [Int64]
    ) -> SeriesChart.Band {
        // Bands do not depend on the season, nor on when it is looked for.
        var series = StreamSeries(isCounter: isCounter)
        var entries: [(time: Int64, band: LiveBand)] = []
        var next = 0
        for place in 0..<columns.count {
            let time = columns.times[place]
            while next < kept.count, kept[next] < time { next += 1 }
            let isKept = next < kept.count && kept[next] == time
            let judged = series.takeWatched(time, columns.values[place], wantsBand: isKept).judged
            if let band = judged?.band { entries.append((time, band)) }
        }
        return entries.isEmpty ? .none : SeriesChart.Band(source: .replayed, entries: entries)
    }

    /// The most steps that a model is fitted to and goes over for one chart.
    private static let mostRefitted = 3_000

    /// Fits a model to the beginning of the steps and lets it go over the rest.
    private func refitted(
        _ draft: ChartDraft, _ points: ChartPoints, at kept: [Int64], _ progress: FitProgress
    ) -> SeriesChart.Band {
        let steps = points.all.suffix(Self.mostRefitted)
        var request = draft.request
        request.wantsForecast = false
        request.mode = .causal
        request.alpha = draft.view.threshold
        guard let prediction = predict(request, steps, progress), let behind = prediction.behind else {
            return .none
        }
        let wanted = Set(kept)
        let scores = behind.scores
        let least = steps.contains { $0.value < 0 } ? -Double.infinity : 0
        var entries: [(time: Int64, band: LiveBand)] = []
        for (place, point) in steps.enumerated() where wanted.contains(point.time) {
            guard scores.expected[place].isFinite, scores.lower[place].isFinite, scores.upper[place].isFinite
            else { continue }
            let band = LiveBand(
                expected: scores.expected[place],
                lower: min(max(scores.lower[place], least), scores.upper[place]), upper: scores.upper[place])
            entries.append((point.time, band))
        }
        return entries.isEmpty ? .none : SeriesChart.Band(source: .refitted, entries: entries)
    }

    // MARK: - What comes next

    /// The coverage of the interval of an outlook.
    private static let level = 95.0
    /// A model is fitted to so many values at most.
    private static let mostForOutlook = 1_000
    /// An outlook has at least so many steps, whatever the chart.
    private static let fewestAhead = 12

    /// What is expected next: by the model that is live, else by one that is fitted to the newest values.
    func outlook(
        of draft: ChartDraft, _ points: ChartPoints, _ progress: FitProgress
    ) -> SeriesChart.Outlook? {
        let quarter = min(points.all.count - points.begin, draft.question.points) / 4
        if let outlook = Self.championOutlook(of: draft, points, quarter: quarter) { return outlook }
        let newest = points.all.suffix(Self.mostForOutlook)
        var request = draft.request
        request.method = ForecasterCatalog.automatic
        request.extent = .none
        request.levels = [Self.level]
        request.horizon = .steps(Self.steps(ahead: min(quarter, Self.mostForOutlook / 4), season: nil))
        guard let prediction = predict(request, newest, progress), var forecast = prediction.forecast else {
            return nil
        }
        let steps = min(Self.steps(ahead: quarter, season: prediction.season.first), forecast.mean.count)
        forecast.mean = Array(forecast.mean.prefix(steps))
        let times = prediction.horizonTimes.map { time -> Int64? in
            if case .moment(let moment) = time { return moment.milliseconds }
            return nil
        }
        guard !times.contains(nil) else { return nil }
        return Self.outlook(forecast) { times[$0] ?? 0 }
    }

    /// What the live model expects; `nil` when there is none, or too little is known of its errors.
    private static func championOutlook(
        of draft: ChartDraft, _ points: ChartPoints, quarter: Int
    ) -> SeriesChart.Outlook? {
        let newest = points.all.suffix(mostForOutlook)
        guard let live = draft.view.live, let next = draft.view.next, let clock = draft.view.clock,
            let earliest = newest.first
        else { return nil }
        let first = clock.index(at: earliest.time)
        guard first < next, next - first <= 10 * mostForOutlook else { return nil }
        var values = [Double](repeating: .nan, count: next - first)
        // An incident is no sample of the errors of ordinary times; what happens all the time is.
        let areAnomaliesUsual = newest.count { $0.isAnomaly } * 4 > newest.count
        for point in newest where areAnomaliesUsual || !point.isAnomaly {
            let place = clock.index(at: point.time) - first
            if values.indices.contains(place) { values[place] = point.value }
        }
        let steps = Self.steps(ahead: quarter, season: live.season.first)
        let errors = ChampionErrors(of: live, next: next, first: first, values: values, steps: steps)
        guard let widths = errors?.halfWidths else { return nil }
        let least = newest.contains { $0.value < 0 } ? -Double.infinity : 0
        var outlook = SeriesChart.Outlook(level: level, entries: [])
        for (place, mean) in live.model.mean(steps: steps).enumerated() {
            let band = LiveBand(
                expected: max(mean, least), lower: max(mean - widths[place], least),
                upper: max(mean + widths[place], least))
            outlook.entries.append((clock.time(of: next + place).milliseconds, band))
        }
        return outlook
    }

    /// One season, but at most a quarter of the chart, and at least some steps.
    private static func steps(ahead quarter: Int, season: Int?) -> Int {
        max(fewestAhead, min(season ?? quarter, quarter))
    }

    private static func outlook(
        _ forecast: Forecast, time: (Int) -> Int64
    ) -> SeriesChart.Outlook? {
        guard let interval = forecast.intervals.first else { return nil }
        var outlook = SeriesChart.Outlook(level: level, entries: [])
        for (place, mean) in forecast.mean.enumerated() {
            let band = LiveBand(
                expected: mean, lower: interval.lower[place], upper: interval.upper[place])
            outlook.entries.append((time(place), band))
        }
        return outlook
    }

    /// A prediction of some values; `nil` when they are too few, or nobody waits any more.
    private func predict(
        _ request: PredictionRequest, _ points: some Collection<SeriesChart.Point>, _ progress: FitProgress
    ) -> Prediction? {
        let times = points.map { Timestamp(milliseconds: $0.time) }
        guard let observations = try? Observations(timestamps: times, values: points.map(\.value)) else {
            return nil
        }
        return try? Predictor(request, clock: surroundings.steady).predict(observations, progress: progress)
    }
}

extension ChartDraft {
    /// A question about the values of the chart; its steps and season are those of the definition.
    var request: PredictionRequest {
        var request = PredictionRequest()
        if let clock { request.step = clock.step }
        guard let definition else { return request }
        request.zone = definition.timezone
        request.method = definition.model
        request.seed = 1
        if let season = definition.season, let clock { request.season = season.steps(of: clock.step) }
        return request
    }
}

public import Forecasting
public import TimeSeries

/// Finds what is unusual in one series: the entry point of detection for files and posted series.
public struct SeriesDetector: Sendable {
    private let settings: DetectionSettings

    /// A detector with these settings.
    public init(_ settings: DetectionSettings) {
        self.settings = settings
    }

    /// Scores every value.
    ///
    /// - Parameters:
    ///   - series: `nan` marks a missing step; it gets an expectation but no score.
    ///   - frame: The frame of the series, where it has one: seasons are counted and values judged in it. A value
    ///     in a window of the calendar of which too little is known gets no score.
    ///   - fitted: The method already fitted to this very series; used in batch mode to save a fit.
    ///   - progress: Told how far the work is; may cancel it.
    /// - Throws: ``ForecastError`` when the series is too short or empty, or the work was cancelled.
    public func scores(
        of series: Series, frame: CalendarFrame? = nil, fitted: FittedMethod? = nil,
        progress: FitProgress = .ignored
    ) throws(ForecastError) -> Scores {
        let framed = FramedValues(series, frame)
        guard framed.values.contains(where: \.isFinite) else { throw .noFiniteValues }
        switch settings.mode {
        case .causal, .delayed:
            let ranking = try SeriesRanking(
                framed.values, network: settings.network, progress: progress.unreported)
            var scores = try CausalDetection(settings: settings, progress: progress)
                .scores(of: framed, fused: ranking.assessments)
            scores.rank(by: ranking, isDelayed: settings.mode == .delayed)
            return scores
        case .batch:
            let season = settings.season ?? season(of: framed.history)
            var scores = try BatchDetection(settings: settings, progress: progress).scores(
                of: framed, season: season, fitted: fitted)
            let ranking = BatchRanking(network: settings.batchNetwork)
            scores.rank(by: try ranking.ranks(of: framed.values, progress: progress.unreported))
            return scores
        }
    }

    private func season(of series: Series) -> [Int] {
        SeasonDetector(natural: settings.naturalSeasons).periods(of: series.values)
    }
}

import Detection
import Forecasting
import TimeSeries

/// A model brought to the step at which a stream goes on, with a judge that knows its errors.
struct PreparedModel: Sendable {
    var live: FullSeries.LiveModel
    var judge: CausalJudge
    var evidence: FusedEvidence
    var levels: LevelWatch

    init(live: FullSeries.LiveModel, judge: CausalJudge, evidence: FusedEvidence, levels: LevelWatch) {
        self.live = live
        self.judge = judge
        self.evidence = evidence
        self.levels = levels
    }

    /// A judge is made from at most so many of the latest values, and what else speaks from so many.
    private static let mostValues = 2_000
    private static let mostEvidence = 4_000

    /// Brings a stored model from the end of its window to the end of a history.
    ///
    /// - Parameters:
    ///   - version: The version that it belongs to.
    ///   - history: Up to the step before the one at which the stream goes on.
    init(_ trained: TrainedSeries, version: Int, history: StepHistory) {
        var model = trained.model
        var residuals = trained.residuals
        let seen = history.clock.index(at: trained.lastTime.milliseconds)
        // Steps that are no longer stored are missing ones: the season keeps its place.
        var step = seen + 1
        while step < history.end {
            let value = step >= history.first ? history.values[step - history.first] : .nan
            if value.isFinite { residuals.append(value - model.next) }
            model.observe(value)
            step += 1
        }
        live = FullSeries.LiveModel(
            model: model, method: trained.method, season: trained.season, version: version)
        // Spikes have no residual in what was trained on.
        var values = Array(history.values.suffix(Self.mostValues))
        let trainedCount = min(max(seen + 1 - (history.end - values.count), 0), values.count)
        let period = MethodSettings(season: trained.season).period
        let cleaned = SpikeFilter(period: period).cleaned(Series(values: Array(values.prefix(trainedCount))))
        values.replaceSubrange(..<trainedCount, with: cleaned.values)
        judge = Self.judge(
            model, residuals.suffix(TrainedSeries.mostResiduals), history, values, trained.season)
        evidence = FusedEvidence(values: history.values.suffix(Self.mostEvidence))
        levels = Self.levels(history.values, trained.season)
    }

    /// Fits the method of a definition without a champion, the seasonal naive one.
    ///
    /// - Throws: ``ForecastError`` when the history is too short for it.
    init(defaultFor history: StepHistory, season given: Int?) throws(ForecastError) {
        let values = history.values
        let natural = SeasonalHints.periods(of: history.clock.step)
        let season =
            given.map { $0 > 1 ? [$0] : [] } ?? SeasonDetector(natural: natural).periods(of: values)
        let settings = MethodSettings(season: season)
        // As in a training: an isolated spike neither enters the model nor widens the band, and has no echo.
        let series = SpikeFilter(period: settings.period).cleaned(Series(values: values))
        let fitted = try ForecasterCatalog.fitModel(Self.defaultMethod, to: series, settings: settings)
        let residuals = zip(series.values, fitted.model.fitted(on: series)).map { $0 - $1 }
        live = FullSeries.LiveModel(
            model: fitted.model, method: fitted.name, season: season, version: 0)
        judge = Self.judge(
            fitted.model, residuals.suffix(TrainedSeries.mostResiduals), history,
            values.suffix(Self.mostValues), season)
        evidence = FusedEvidence(values: values.suffix(Self.mostEvidence))
        levels = Self.levels(values, season)
    }

    /// What is champion where there is none.
    static let defaultMethod = "seasonal-naive"

    private static func judge(
        _ model: any ForecastModel, _ residuals: ArraySlice<Double>, _ history: StepHistory,
        _ values: some Sequence<Double>, _ season: [Int]
    ) -> CausalJudge {
        CausalJudge(
            residuals: Array(residuals), values: Array(values),
            period: season.first ?? 1, threshold: StreamSeries.threshold,
            longestHold: AnomalyRun.longestHold(of: history.clock.step),
            growth: ErrorGrowth(of: model, over: history.values, period: season.last ?? 1))
    }

    /// A watch for the longest season that it can remember, after a history.
    private static func levels(_ values: [Double], _ season: [Int]) -> LevelWatch {
        var watch = LevelWatch(season: season.last { $0 <= LevelWatch.longestPeriod } ?? 1)
        for value in values.suffix(mostEvidence) { _ = watch.push(value) }
        return watch
    }
}

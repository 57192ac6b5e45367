import Forecasting
import TimeSeries

/// Back-tests and fits one series: a unit of work for each origin and one for the fit to all data.
///
/// Every fit is made to the history without its isolated spikes, as far as it was known at the origin; errors
/// are those of the values as they are.
struct SeriesTraining {
    let history: TrainingHistory
    let champion: TrainedSeries?
    let settings: TrainingSettings
    /// At most so many origins.
    let mostOrigins: Int
    let work: TrainingWork

    /// Units of work of one series.
    static func units(mostOrigins: Int) -> Int { mostOrigins + 1 }

    /// What became of a series.
    enum Result {
        case trained(TrainedSeries, BackTest)
        case failed(TrainingFailure.Reason)
    }

    /// What the back-test of a series found.
    struct BackTest: Equatable {
        /// Scaled errors of the origins with known values.
        var challenger: [Double] = []
        var champion: [Double] = []
        var coverage = ConformalCoverage()
        /// Forecasts of the challenger that are not finite, those of the fit to all data among them.
        var wildForecasts = 0
        /// Known values of the whole history.
        var points = 0
    }

    /// - Throws: ``ForecastError/cancelled``, ``ForecastError/unknownMethod(_:known:)``.
    func run() throws(ForecastError) -> Result {
        var left = Self.units(mostOrigins: mostOrigins)
        let result: Result
        do throws(ForecastError) {
            result = try train(&left)
        } catch {
            switch error {
            case .historyTooShort(let needed, let got): result = .failed(.tooShort(needed: needed, got: got))
            case .noFiniteValues: result = .failed(.noKnownValues)
            case .negativeCounts: result = .failed(.negativeCounts)
            case .cancelled, .unknownMethod, .overflow: throw error
            }
        }
        if left > 0 { try work.finish(left) }
        return result
    }

    /// - Parameter left: The units of work that are still to do.
    private func train(_ left: inout Int) throws(ForecastError) -> Result {
        let values = history.values
        let known = values.count(where: \.isFinite)
        guard known > 0 else { throw .noFiniteValues }
        guard known >= settings.minimumHistory else {
            throw .historyTooShort(needed: settings.minimumHistory, got: known)
        }
        let season = season
        let method = MethodSettings(
            season: season, horizon: horizon(season: season), seed: settings.seed)
        let minimum = try minimumHistory(method)
        let origins = RollingOrigins(
            count: values.count, horizon: method.horizon, minimum: minimum, most: mostOrigins)
        guard let origins else {
            let needed = RollingOrigins.leastCount(horizon: method.horizon, minimum: minimum)
            throw .historyTooShort(needed: needed, got: values.count)
        }

        let first = cleaned(origins.steps[0], method)
        let (name, firstModel) = try ForecasterCatalog.fitModel(
            settings.method, to: first, settings: method, progress: work.inner)
        let forecaster = try ForecasterCatalog.entry(name).make(method)
        let unit = ErrorUnit(before: first.values[...], period: method.period)
        var opponent = Opponent(champion, on: history.grid, before: origins.steps[0], period: method.period)

        var test = BackTest(points: known)
        var errors: [[Double]] = []
        for (number, origin) in origins.steps.enumerated() {
            let before = number == 0 ? first : cleaned(origin, method)
            let model =
                number == 0 ? firstModel : try forecaster.fit(before, progress: work.inner)
            let truth = values[origin..<origin + method.horizon]
            let means = model.mean(steps: method.horizon)
            test.wildForecasts += means.count { !$0.isFinite }
            let own = Self.errors(of: means, truth)
            let others = Self.errors(
                of: try opponent.means(at: origin, after: before, steps: method.horizon), truth)
            errors.append(own)
            let pair = (unit.scaledError(of: own), unit.scaledError(of: others))
            if pair.0.isFinite, pair.1.isFinite {
                test.challenger.append(pair.0)
                test.champion.append(pair.1)
            }
            left -= 1
            try work.finish()
        }
        guard !test.challenger.isEmpty else { throw .noFiniteValues }
        test.coverage = ConformalCoverage(errors: errors)

        let whole = cleaned(values.count, method)
        let model = try forecaster.fit(whole, progress: work.inner)
        test.wildForecasts += model.mean(steps: method.horizon).count { !$0.isFinite }
        let residuals = zip(whole.values, model.fitted(on: whole)).map { $0 - $1 }.filter(\.isFinite)
        let trained = TrainedSeries(
            labels: history.labels, method: name, season: method.season, model: model,
            lastTime: history.grid.time(at: values.count - 1), step: history.grid.step,
            residuals: Array(residuals.suffix(TrainedSeries.mostResiduals)))
        return .trained(trained, test)
    }

    /// The season that was given, or that the whole history shows.
    private var season: [Int] {
        if let season = settings.season { return season > 1 ? [season] : [] }
        let natural = SeasonalHints.periods(of: history.grid.step)
        return SeasonDetector(natural: natural).periods(of: history.values)
    }

    /// The steps that are judged: those asked for, else as many as a prediction has by default.
    private func horizon(season: [Int]) -> Int {
        let usual = season.first ?? max(history.values.count / 4, 1)
        let wanted = settings.horizon ?? min(usual, PredictionRequest.longestDefaultHorizon)
        return min(max(wanted, 1), PredictionRequest.longestHorizon)
    }

    /// The steps that the method needs; of `auto` those that every candidate needs.
    private func minimumHistory(_ method: MethodSettings) throws(ForecastError) -> Int {
        guard settings.method == ForecasterCatalog.automatic else {
            return try ForecasterCatalog.entry(settings.method).make(method).minimumHistory
        }
        let candidates = ForecasterCatalog.entries.filter(\.isCandidate)
        return candidates.map { $0.make(method).minimumHistory }.max() ?? 1
    }

    /// What is learned from at a step: the values before it without their isolated spikes.
    private func cleaned(_ count: Int, _ method: MethodSettings) -> Series {
        SpikeFilter(period: method.period).cleaned(Series(values: Array(history.values.prefix(count))))
    }

    /// Value minus mean; `nan` where the value is missing, infinite where the mean is not finite.
    private static func errors(of means: [Double], _ truth: ArraySlice<Double>) -> [Double] {
        zip(truth, means).map { value, mean in
            guard value.isFinite else { return .nan }
            return mean.isFinite ? value - mean : .infinity
        }
    }
}

/// Whom the challenger is compared with: the champion, or the seasonal naive method where there is none.
private enum Opponent {
    case champion(ChampionWalk)
    case seasonalNaive(period: Int)

    init(_ champion: TrainedSeries?, on grid: TimeGrid, before first: Int, period: Int) {
        if let champion, let walk = ChampionWalk(champion, on: grid, before: first) {
            self = .champion(walk)
        } else {
            self = .seasonalNaive(period: period)
        }
    }

    /// The means from an origin on; origins ascend from call to call.
    mutating func means(at origin: Int, after history: Series, steps: Int) throws(ForecastError) -> [Double] {
        switch self {
        case .champion(var walk):
            let means = walk.means(at: origin, after: history.values, steps: steps)
            self = .champion(walk)
            return means
        case .seasonalNaive(let period):
            return try SeasonalNaive(period: period).fit(history).mean(steps: steps)
        }
    }
}

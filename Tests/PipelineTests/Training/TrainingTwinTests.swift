import TestSupport
import Testing

@testable import Forecasting
@testable import Pipeline
@testable import TimeSeries

/// The whole back-test done again in the most obvious way.
@Suite struct TrainingTwinTests {
    private func twin(
        _ method: String, _ values: [Double], champion: (any ForecastModel)?, after end: Int
    ) throws -> (challenger: Double, champion: Double) {
        let settings = MethodSettings(season: [24], horizon: 24, seed: 1)
        let origins = try #require(
            RollingOrigins(count: values.count, horizon: 24, minimum: 16, most: 10)
        ).steps
        let unit = (24..<origins[0]).map { abs(values[$0] - values[$0 - 24]) }.filter { $0.isFinite }
        let scale = unit.reduce(0, +) / Double(unit.count)
        var sums = (0.0, 0.0)
        for origin in origins {
            let before = Series(values: Array(values[..<origin]))
            let challenger: any ForecastModel = try ForecasterCatalog.entry(method).make(settings).fit(before)
            var other: any ForecastModel = try SeasonalNaive(period: 24).fit(before)
            if let champion {
                other = champion
                for step in end..<origin { other.observe(values[step]) }
            }
            func error(_ model: any ForecastModel) -> Double {
                let errors = zip(values[origin..<origin + 24], model.mean(steps: 24)).map { abs($0 - $1) }
                    .filter { $0.isFinite }
                return errors.reduce(0, +) / Double(errors.count) / scale
            }
            sums.0 += error(challenger)
            sums.1 += error(other)
        }
        return (sums.0 / Double(origins.count), sums.1 / Double(origins.count))
    }

    @Test(arguments: ["seasonal-naive", "holt-winters", "ridge", "mlp"], [false, true])
    func `the back-test is that of its obvious twin`(method: String, hasChampion: Bool) throws {
        var random = SeededSeries(seed: 31)
        let values = random.holes(in: random.season(420, period: 24), share: 0.05)
        try #require(SpikeFilter(period: 24).spikes(in: values).isEmpty)
        var champion: ModelParameters?
        var model: (any ForecastModel)?
        if hasChampion {
            let old = try HoltWinters(period: 24).fit(Series(values: Array(values[..<100])))
            model = old
            champion = ModelParameters([
                TrainedSeries(
                    labels: [7], method: "holt-winters", season: [24], model: old,
                    lastTime: Made.grid.time(at: 99), step: Made.grid.step, residuals: [])
            ])
        }
        let history = TrainingHistory(labels: [7], values: values, grid: Made.grid)
        let metrics = try #require(Made.train(method, [history], champion: champion).metrics)
        let twin = try twin(method, values, champion: model, after: 100)
        #expect(abs(metrics.challengerScaledError - twin.challenger) < 1e-9 * twin.challenger)
        #expect(abs(metrics.championScaledError - twin.champion) < 1e-9 * twin.champion)
    }

    @Test func `auto chooses on what lies before the first origin`() throws {
        let history = Made.seasons(1, points: 400)[0]
        let origins = try #require(RollingOrigins(count: 400, horizon: 24, minimum: 4, most: 10)).steps
        let before = Series(values: Array(history.values[..<origins[0]]))
        let settings = MethodSettings(season: [24], horizon: 24, seed: 1)
        let chosen = try ForecasterCatalog.fitModel("auto", to: before, settings: settings).name
        #expect(try Made.train("auto", [history]).parameters?[history.labels]?.method == chosen)
    }
}

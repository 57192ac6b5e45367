import TestSupport
import Testing

@testable import Forecasting
@testable import Pipeline
@testable import TimeSeries

@Suite struct TrainingTests {
    private static let methods = ForecasterCatalog.names

    @Test(arguments: [1, 12])
    func `a clearly better challenger is promoted`(series: Int) throws {
        let outcome = try Made.train("ridge", Made.seasons(series, points: 600))
        let metrics = try #require(outcome.metrics)
        #expect(outcome.decision == .promoted && outcome.failures.isEmpty)
        #expect(metrics.differenceLow <= metrics.differenceHigh && metrics.differenceHigh < 0)
        #expect(metrics.challengerScaledError < metrics.championScaledError)
        #expect(metrics.origins == 10 * series && metrics.series == series && metrics.points == 600 * series)
        let coverage = try #require(metrics.coverage95)
        #expect(abs(coverage - 0.95) < 0.04, "\(coverage)")
        #expect(outcome.parameters?.series.count == series)
    }

    @Test(arguments: [1, 12])
    func `the same errors are not better`(series: Int) throws {
        let outcome = try Made.train("seasonal-naive", Made.seasons(series, points: 400))
        let metrics = try #require(outcome.metrics)
        #expect(outcome.decision == .notBetter && outcome.parameters != nil)
        #expect(metrics.differenceLow == 0 && metrics.differenceHigh == 0)
        #expect(metrics.challengerScaledError == metrics.championScaledError)
    }

    @Test func `a challenger as good as its champion is not better, a worse one neither`() throws {
        let histories = Made.seasons(3, points: 500)
        let champion = try Made.train("ridge", histories).parameters
        for method in ["ridge", "seasonal-naive"] {
            let outcome = try Made.train(method, histories, champion: champion)
            #expect(outcome.decision == .notBetter, "\(method)")
        }
    }

    @Test func `a champion of other times is beaten`() throws {
        // It learned a season upside down, and its weights do not let go of it quickly.
        let old = Made.seasons(3, points: 400).map { history in
            var history = history
            history.values = history.values.map { 100 - $0 }
            return history
        }
        let champion = try Made.train("holt-winters", old).parameters
        let outcome = try Made.train("ridge", Made.seasons(3, points: 400, seed: 2), champion: champion)
        #expect(outcome.decision == .promoted, "\(String(describing: outcome.metrics))")
    }

    @Test func `a series that is new since the champion is compared with the seasonal naive method`() throws {
        let histories = Made.seasons(2, points: 400)
        let whole = try Made.train("seasonal-naive", histories)
        let half = try Made.train("seasonal-naive", [histories[0]])
        let none = try Made.train("ridge", histories).metrics
        for champion in [whole.parameters, half.parameters] {
            // A seasonal naive champion in phase is the seasonal naive method.
            let metrics = try Made.train("ridge", histories, champion: champion).metrics
            #expect(metrics == none)
        }
    }

    @Test func `too little data is told with what is missing`() throws {
        var short = Made.seasons(3, points: 40)
        short[1].values.removeLast(5)
        short[2].values = [Double](repeating: .nan, count: 90)
        let outcome = try Made.train("ridge", short)
        #expect(outcome.decision == .notEnoughData(needed: 52, got: 40))
        #expect(outcome.parameters == nil && outcome.metrics == nil)
        #expect(
            outcome.failures.map(\.reason) == [
                .tooShort(needed: 52, got: 40), .tooShort(needed: 52, got: 35), .noKnownValues,
            ])
        #expect(try Made.train("ridge", []).decision == .notEnoughData(needed: 0, got: 0))
        var settings = Made.settings("ridge")
        settings.minimumHistory = 201
        let gated = try Training(settings).run(Made.seasons(1, points: 200))
        #expect(gated.decision == .notEnoughData(needed: 201, got: 200))
    }

    @Test func `series that cannot be trained are skipped and named`() throws {
        var histories = Made.seasons(5, points: 300)
        histories[1].values.removeLast(270)
        histories[2].labels = histories[0].labels
        for step in 100..<300 { histories[3].values[step] = .nan }
        let outcome = try Made.train("seasonal-naive", histories)
        #expect(outcome.metrics?.series == 2 && outcome.metrics?.points == 600)
        #expect(
            outcome.failures == [
                TrainingFailure(labels: Made.labels(1), reason: .tooShort(needed: 52, got: 30)),
                TrainingFailure(labels: Made.labels(0), reason: .repeated),
                TrainingFailure(labels: Made.labels(3), reason: .noKnownValues),
            ])
        let parameters = try #require(outcome.parameters)
        #expect(parameters[Made.labels(0)] != nil && parameters[Made.labels(1)] == nil)
        #expect(parameters[Made.labels(4)] != nil)
    }

    @Test func `each gate is kept or breached`() throws {
        let histories = Made.seasons(2, points: 600)
        var settings = Made.settings("ridge")
        settings.gates = QualityGates(maximumScaledError: 5, minimumCoverage: 0.8)
        #expect(try Training(settings).run(histories).decision == .promoted)
        settings.gates = QualityGates(maximumScaledError: 0.1)
        var outcome = try Training(settings).run(histories)
        var metrics = try #require(outcome.metrics)
        #expect(
            outcome.decision
                == .gateBreached(.maximumScaledError, value: metrics.challengerScaledError, limit: 0.1))
        settings.gates = QualityGates(minimumCoverage: 1)
        outcome = try Training(settings).run(histories)
        metrics = try #require(outcome.metrics)
        #expect(
            outcome.decision
                == .gateBreached(.minimumCoverage, value: try #require(metrics.coverage95), limit: 1))
        #expect(outcome.parameters != nil)
    }

    @Test func `a coverage that cannot be measured breaches nothing`() throws {
        var settings = Made.settings("ridge", horizon: 1)
        settings.gates = QualityGates(minimumCoverage: 1)
        let outcome = try Training(settings).run(Made.seasons(1, points: 100))
        #expect(outcome.metrics?.coverage95 == nil)
        #expect(outcome.decision == .notBetter || outcome.decision == .promoted)
    }

    @Test func `forecasts that are not finite breach a gate`() throws {
        // The slope between two cycles of such values overflows.
        let values = (0..<200).map { $0 % 2 == 0 ? 1.7e308 : -1.7e308 }
        let histories = [TrainingHistory(labels: [], values: values, grid: Made.grid)]
        let outcome = try Made.train("holt-winters", histories, season: 1)
        guard case .gateBreached(.finiteForecasts, let value, limit: 0) = outcome.decision else {
            Issue.record("\(outcome.decision)")
            return
        }
        #expect(value > 0)
    }

    @Test(arguments: methods)
    func `a constant series divides nothing by 0`(method: String) throws {
        let histories = [3.0, 0, -1e9].enumerated().map { index, value in
            TrainingHistory(
                labels: Made.labels(index), values: [Double](repeating: value, count: 80), grid: Made.grid)
        }
        let outcome = try Made.train(method, histories, season: nil)
        let metrics = try #require(outcome.metrics)
        #expect(metrics.named.allSatisfy { $0.value.isFinite })
        #expect(metrics.championScaledError == 0)
        #expect(outcome.decision == .notBetter)
    }

    @Test(arguments: methods)
    func `the model of a version is that of a fit to all data`(method: String) throws {
        let history = Made.seasons(1, points: 300)[0]
        let outcome = try Made.train(method, [history])
        let trained = try #require(outcome.parameters?[history.labels])
        #expect(trained.method == method || (method == "auto" && trained.method.hasPrefix("auto/")))
        #expect(trained.season == [24] && trained.step == Made.grid.step)
        #expect(trained.lastTime == Made.grid.time(at: 299))
        let settings = MethodSettings(season: [24], horizon: 24, seed: 1)
        let cleaned = SpikeFilter(period: 24).cleaned(Series(values: history.values))
        let model: any ForecastModel = try ForecasterCatalog.entry(trained.method).make(settings).fit(cleaned)
        #expect(bits(trained.model.mean(steps: 50)) == bits(model.mean(steps: 50)))
        let residuals = zip(cleaned.values, model.fitted(on: cleaned)).map { $0 - $1 }.filter { $0.isFinite }
        #expect(bits(trained.residuals) == bits(residuals))
    }

    @Test func `at most a thousand residuals are kept, the last ones`() throws {
        let history = Made.seasons(1, points: 1_500)[0]
        let trained = try #require(Made.train("seasonal-naive", [history]).parameters?[history.labels])
        let last = (500..<1_500).map { history.values[$0] - history.values[$0 - 24] }
        #expect(bits(trained.residuals) == bits(last))
    }

    @Test func `figures have permanent names`() throws {
        let metrics = try #require(Made.train("ridge", Made.seasons(1, points: 300)).metrics)
        #expect(
            metrics.named.map(\.name) == [
                "challenger_scaled_error", "champion_scaled_error", "difference_low", "difference_high",
                "coverage_95", "origins", "series", "points",
            ])
    }
}

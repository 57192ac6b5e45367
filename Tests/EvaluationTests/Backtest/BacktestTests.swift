import Forecasting
import Synchronization
import TestSupport
import Testing

@testable import Evaluation

@Suite struct BacktestTests {
    private func set(_ name: String = "made_monthly", count: Int = 4, seed: UInt64 = 5) -> EvaluationSet {
        var random = SeededSeries(seed: seed)
        let series = (0..<count).map { index in
            let values = random.season(84 + 12, period: 12)
            return EvaluationSeries(
                id: "s\(index)", train: Array(values.prefix(84)), test: Array(values.suffix(12)), period: 12)
        }
        return EvaluationSet(name: name, seasons: [12], series: series)
    }

    private func run(
        _ names: [String], _ sets: [EvaluationSet], _ cut: BacktestCut = .given
    ) throws -> ForecastReport {
        let methods = try names.map { try #require(EvaluationMethod.named($0)) }
        let test = Backtest(methods, on: sets, cut: cut)
        return test.report(test.jobs.map { test.run($0, clock: { 0 }) })
    }

    @Test func `a report is what the metrics say of every series`() throws {
        let set = set()
        let report = try run(["seasonal-naive", "naive2", "holt-winters"], [set])
        #expect(report.rows.map(\.method) == ["seasonal-naive", "naive2", "holt-winters"])
        let row = report.rows[0]
        #expect(row.series == 4 && row.failed == 0 && row.values == 48 && !row.isPeer)
        var (smape, mase, naiveSMAPE, naiveMASE, inside) = (0.0, 0.0, 0.0, 0.0, 0)
        for series in set.series {
            let season = Array(series.train.suffix(12))
            let scale = PointErrors.scale(of: series.train, period: 12)
            smape += PointErrors.smape(series.test, season) / 4
            mase += PointErrors.mase(series.test, season, scale: scale) / 4
            let naive = Naive2(period: 12).forecast(series.train, steps: 12)
            naiveSMAPE += PointErrors.smape(series.test, naive) / 4
            naiveMASE += PointErrors.mase(series.test, naive, scale: scale) / 4
            let differences = zip(series.train.dropFirst(12), series.train).map { $0 - $1 }
            let deviation = (differences.reduce(0) { $0 + $1 * $1 } / 72).squareRoot()
            inside += zip(series.test, season).count { abs($0 - $1) <= 1.959964 * deviation }
        }
        #expect(abs(row.smape - smape) < 1e-12 && abs(row.mase - mase) < 1e-12)
        #expect(abs(row.owa - 0.5 * (smape / naiveSMAPE + mase / naiveMASE)) < 1e-12)
        #expect(row.coverage95 == Double(inside) / 48)
        #expect(row.scaledWQL > 0 && row.wql > 0 && row.msis > 0 && row.coverage80 < row.coverage95)
        #expect(report.rows[1].owa == 1 && report.rows[1].msis.isNaN && report.rows[1].wql.isNaN)
        #expect(report.rows[2].owa < row.owa, "smoothing beats repeating noise")
        #expect(report.steps.isEmpty && report.failures.isEmpty && report.leftOut.isEmpty)
    }

    @Test func `the report does not depend on the order in which jobs are done`() throws {
        let methods = try ["auto", "ridge"].map { try #require(EvaluationMethod.named($0)) }
        let test = Backtest(methods, on: [set(), set("other", seed: 9)], cut: .given)
        var scores = [CaseScore?](repeating: nil, count: test.jobs.count)
        for index in test.jobs.indices.reversed() { scores[index] = test.run(test.jobs[index], clock: { 0 }) }
        let forward = test.jobs.map { test.run($0, clock: { 0 }) }
        #expect(test.report(scores.compactMap { $0 }) == test.report(forward))
        #expect(test.jobs.count == 24, "naive2 is there for the OWA of the others")
        #expect(test.report(forward).rows.count == 4)
    }

    @Test func `time is that of the clock, once warm`() throws {
        let method = try #require(EvaluationMethod.named("seasonal-naive"))
        let test = Backtest([method], on: [set(count: 3)], cut: .given)
        let now = Mutex(0.0)
        let report = test.report(
            test.jobs.map { job in
                test.run(job) {
                    now.withLock { now in
                        now += 1
                        return now * now
                    }
                }
            })
        // Naive2 reads the clock first, at 1 … 36; then 7² and 8², 9² and 10², 11² and 12².
        let row = try #require(report.rows.first)
        #expect(row.medianMilliseconds == 19 && row.meanMilliseconds == 19 && row.worstMilliseconds == 23)
    }

    @Test func `a method that fails is counted and named, and OWA compares the rest`() throws {
        var set = set()
        set.series.append(EvaluationSeries(id: "holes", train: [.nan, 1, .nan, 5], test: [2, 3], period: 1))
        set.series.append(EvaluationSeries(id: "flat", train: [5, 5, 5, 5], test: [6], period: 1))
        let method = EvaluationMethod(name: "picky") { (test) throws(ForecastError) in
            guard test.series != "s2" else { throw .historyTooShort(needed: 99, got: test.train.count) }
            let value = test.series == "s3" ? Double.infinity : 50
            return Forecast(mean: test.actual.map { _ in value }, intervals: [])
        }
        let test = Backtest([method], on: [set], cut: .given)
        let report = test.report(test.jobs.map { test.run($0, clock: { 0 }) })
        let row = try #require(report.rows.first)
        #expect(row.failed == 2 && row.series == 2 && row.values == 24 && row.owa.isFinite)
        #expect(report.failures.map(\.series).prefix(2) == ["s2", "s3"])
        #expect(report.failures[0].reason == "99 values are needed, 84 are there")
        #expect(report.failures[1].reason == "the forecast is not finite")
        #expect(report.leftOut == [.init(set: set.name, flat: 2, short: 0)])
    }

    @Test func `rolling origins lie side by side and errors come by step`() throws {
        let set = set(count: 2)
        let cases = BacktestCut.rolling(origins: 3).cases(set.series[0], of: set)
        let values = set.series[0].train + set.series[0].test
        #expect(cases.map(\.train.count) == [60, 72, 84])
        #expect(cases.flatMap(\.actual) == Array(values.suffix(36)))
        #expect(BacktestCut.rolling(origins: 99).cases(set.series[0], of: set).map(\.train.count).min() == 12)
        let report = try run(["seasonal-naive"], [set], .rolling(origins: 3))
        let row = try #require(report.rows.first)
        #expect(row.series == 2 && row.values == 72)
        #expect(report.steps.map(\.step) == Array(1...12) && report.steps.allSatisfy { $0.values == 6 })
        let mean = report.steps.reduce(0) { $0 + $1.mase } / 12
        #expect(abs(mean - row.mase) < 1e-12)
        let short = EvaluationSet(
            name: "short", seasons: [],
            series: [EvaluationSeries(id: "a", train: [1, 2], test: [3, 4, 5], period: 1)])
        #expect(try run(["naive2"], [short], .rolling(origins: 2)).leftOut.first?.short == 1)
    }

    @Test func `the median lies between the quantiles, which ascend`() throws {
        let method = try #require(EvaluationMethod.named("holt-winters"))
        let set = set(count: 1)
        let test = try #require(BacktestCut.given.cases(set.series[0], of: set).first)
        let forecast = try method.forecast(test)
        let quantiles = QuantileGrid.quantiles(of: forecast)
        #expect(quantiles.count == QuantileGrid.taus.count && quantiles[4] == forecast.mean)
        for (low, high) in zip(quantiles, quantiles.dropFirst()) {
            for (a, b) in zip(low, high) { #expect(a <= b) }
        }
    }

    @Test func `methods over all sets are compared by geometric means`() throws {
        let report = try run(["naive2", "ridge"], [set(), set("other", seed: 9)])
        let overall = report.overall
        #expect(overall.map(\.method) == ["naive2", "ridge"] && overall.allSatisfy { $0.sets == 2 })
        #expect(overall[0].owa == 1)
        let product = report.rows[1].owa * report.rows[3].owa
        #expect(abs(overall[1].owa - product.squareRoot()) < 1e-12)
    }

    @Test func `every name is a method, and nothing else is`() {
        #expect(Set(EvaluationMethod.names).count == EvaluationMethod.names.count)
        for name in EvaluationMethod.names { #expect(EvaluationMethod.named(name)?.name == name) }
        for name in EvaluationMethod.usual { #expect(EvaluationMethod.names.contains(name)) }
        #expect(EvaluationMethod.named("auto/ridge") == nil)
        for entry in ForecasterCatalog.entries {
            #expect(EvaluationMethod.usual.contains(entry.name) == !entry.isSlow)
        }
    }
}

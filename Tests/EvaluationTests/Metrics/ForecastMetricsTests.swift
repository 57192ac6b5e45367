import Foundation
import Ingest
import TestSupport
import Testing

@testable import Evaluation

/// Ten probabilities less the ends.
private let taus = (1...9).map { Double($0) / 10 }

private func expectClose(_ got: Double, _ want: Double, _ what: String) {
    #expect(abs(got - want) <= 1e-9 * max(1, abs(want)), "\(what): \(got) for \(want)")
}

/// Numbers that are all those of the reference.
///
/// - Parameter rounding: Half of the last digit that the file shows, relative to the number.
private func expectGolden(_ golden: GoldenObject, train: [Double], test: [Double], rounding: Double = 0) {
    let name = golden.text("name")
    let period = Int(golden.number("m"))
    let want = golden.object("expect")
    let forecast = golden.numbers("forecast")
    let scale = PointErrors.scale(of: train, period: period)
    func check(_ got: Double, _ key: String) {
        let expected = want.number(key)
        let tolerance = (1e-9 + rounding) * max(1, abs(expected))
        #expect(abs(got - expected) <= tolerance, "\(name) \(key): \(got) for \(expected)")
    }
    let (smape, mase) = (
        PointErrors.smape(test, forecast), PointErrors.mase(test, forecast, scale: scale)
    )
    check(scale, "mase_scale")
    check(smape, "smape")
    check(mase, "mase")
    for (level, key) in [(0.8, "80"), (0.95, "95")] {
        let (lower, upper) = (golden.numbers("lo" + key), golden.numbers("hi" + key))
        check(IntervalErrors.coverage(test, lower: lower, upper: upper), "cov" + key)
        check(
            IntervalErrors.msis(test, lower: lower, upper: upper, level: level, scale: scale), "msis" + key)
    }
    #expect(
        SeasonalityTest.isSeasonal(train, period: period) == (want.number("seasonal_test_90") != 0),
        "\(name)")
    let naive = Naive2(period: period).forecast(train, steps: test.count)
    for (got, expected) in zip(naive, want.numbers("naive2")) {
        #expect(abs(got - expected) <= (1e-9 + rounding) * abs(expected), "\(name): \(got) for \(expected)")
    }
    let naiveSMAPE = PointErrors.smape(test, naive)
    let naiveMASE = PointErrors.mase(test, naive, scale: scale)
    check(naiveSMAPE, "smape_naive2")
    check(naiveMASE, "mase_naive2")
    check(
        PointErrors.owa(smape: smape, mase: mase, naiveSMAPE: naiveSMAPE, naiveMASE: naiveMASE),
        "owa_vs_naive2")
}

@Suite struct ForecastMetricsTests {
    @Test func `every metric agrees with the reference on our data sets`() throws {
        for golden in try GoldenFile("Tests/EvaluationTests/Golden/forecast-metrics.json").cases {
            let table = try TableReader().read(
                Repository.bytes("datasets/\(golden.text("name"))/data.csv"))
            let values = try #require(table.series.first).values.filter(\.isFinite)
            let horizon = Int(golden.number("h"))
            let (train, test) = (Array(values.dropLast(horizon)), Array(values.suffix(horizon)))
            #expect(train.last == golden.number("last_train"))
            expectGolden(golden, train: train, test: test)
            let want = golden.object("expect")
            let quantiles = golden.rows("quantiles")
            var loss = WeightedQuantileLoss(taus: taus)
            loss.add(test, quantiles: quantiles)
            expectClose(loss.value, want.number("wql"), "wql")
            let scale = PointErrors.scale(of: train, period: Int(golden.number("m")))
            var scaled = WeightedQuantileLoss(taus: taus)
            scaled.add(test, quantiles: quantiles, scale: scale)
            expectClose(scaled.value, want.number("swql"), "swql")
            let samples = Array(train.suffix(40))
            let crps = test.map { QuantileErrors.crps($0, samples: samples) }.reduce(0, +)
            expectClose(crps / Double(test.count), want.number("crps_samples"), "crps")
            let season = SeasonalRepeat(period: Int(golden.number("m"))).forecast(train, steps: horizon)
            #expect(season == want.numbers("seasonal_naive"))
        }
    }

    static let shared = "golden-forecast/metrics_cases.json"

    @Test(.enabled(if: SharedData.has(shared), "the golden cases of the M4 series are not here"))
    func `every metric agrees with the reference on series of the M competitions`() throws {
        let file = try SharedData.object(Self.shared)
        var (smape, mase, naiveSMAPE, naiveMASE) = (0.0, 0.0, 0.0, 0.0)
        var loss = WeightedQuantileLoss(taus: taus)
        var counted = 0
        for golden in file.objects("cases") {
            let (train, test) = (golden.numbers("train"), golden.numbers("test"))
            // Twelve significant digits are written.
            expectGolden(golden, train: train, test: test, rounding: 5e-12)
            guard golden.has("quantiles") else { continue }
            counted += 1
            let scale = PointErrors.scale(of: train, period: Int(golden.number("m")))
            smape += PointErrors.smape(test, golden.numbers("forecast"))
            mase += PointErrors.mase(test, golden.numbers("forecast"), scale: scale)
            let naive = Naive2(period: Int(golden.number("m"))).forecast(train, steps: test.count)
            naiveSMAPE += PointErrors.smape(test, naive)
            naiveMASE += PointErrors.mase(test, naive, scale: scale)
            let quantiles = golden.object("quantiles")
            #expect(quantiles.numbers("taus") == taus)
            var own = WeightedQuantileLoss(taus: taus)
            own.add(test, quantiles: quantiles.rows("values"))
            expectClose(own.value, golden.object("expect").number("wql"), golden.text("name"))
            loss.add(own)
        }
        let all = file.object("aggregate")
        let count = Double(counted)
        expectClose(smape / count, all.number("smape"), "smape")
        expectClose(mase / count, all.number("mase"), "mase")
        let owa = PointErrors.owa(smape: smape, mase: mase, naiveSMAPE: naiveSMAPE, naiveMASE: naiveMASE)
        expectClose(owa, all.number("owa"), "owa")
        expectClose(loss.value, all.number("wql"), "wql")
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `the score of samples is that of all pairs`(seed: UInt64) {
        var random = SeededSeries(seed: seed)
        let samples = random.noise(1 + Int(seed) * 3)
        let y = random.normal()
        let count = Double(samples.count)
        var (distance, spread) = (0.0, 0.0)
        for a in samples {
            distance += abs(a - y)
            for b in samples { spread += abs(a - b) }
        }
        let slow = distance / count - 0.5 * spread / (count * count)
        expectClose(QuantileErrors.crps(y, samples: samples), slow, "seed \(seed)")
    }

    @Test func `a fine grid of quantiles scores as samples do`() {
        var random = SeededSeries(seed: 3)
        let samples = random.noise(999).sorted()
        let fine = (1...999).map { (Double($0) - 0.5) / 999 }
        for y in [-2.0, 0, 0.3, 5] {
            let grid = QuantileErrors.crps(y, quantiles: samples, taus: fine)
            #expect(abs(grid - QuantileErrors.crps(y, samples: samples)) < 1e-9)
        }
    }

    @Test func `missing values and short histories have answers`() {
        #expect(PointErrors.smape([0, 1, .nan], [0, 1, 5]) == 0)
        #expect(PointErrors.smape([0], [1]) == 200)
        #expect(PointErrors.smape([.nan], [1]).isNaN)
        #expect(PointErrors.scale(of: [1, 3, 2], period: 12) == 1.5, "the lag is 1 then")
        #expect(PointErrors.scale(of: [1], period: 1).isNaN)
        #expect(PointErrors.scale(of: [1, .nan, 4, 6], period: 1) == 2)
        #expect(IntervalErrors.coverage([1, .nan, 3], lower: [1, 0, 0], upper: [2, 9, 1]) == 0.5)
        #expect(abs(IntervalErrors.coverageDifference(0.9, level: 0.95) - 0.05) < 1e-15)
        #expect(Naive2(period: 4).forecast([], steps: 2).allSatisfy { $0.isNaN })
        #expect(Naive2(period: 4).forecast([.nan, 7, .nan], steps: 2) == [7, 7])
        #expect(SeasonalRepeat(period: 2).forecast([1, 2, 3], steps: 3) == [2, 3, 2])
        #expect(SeasonalRepeat(period: 4).forecast([1, 2, 3], steps: 2) == [3, 3])
        let growing = SeasonalRepeat(period: 2).deviations([0, 0, 3, 4], steps: 3)
        #expect(abs(growing[0] - 12.5.squareRoot()) < 1e-12 && abs(growing[2] - 5) < 1e-12)
        #expect(WeightedQuantileLoss(taus: taus).value.isNaN)
        let zeros = (0..<48).map { Double($0 % 12 == 0 ? 9 : 0) }
        #expect(Naive2(period: 12).forecast(zeros, steps: 13).allSatisfy { $0.isFinite })
    }

    @Test func `a season is found where there is one, and Naive2 carries it on`() {
        var random = SeededSeries(seed: 11)
        let season = random.season(96, period: 12)
        #expect(SeasonalityTest.isSeasonal(season, period: 12))
        let found = (0..<200).count { _ in SeasonalityTest.isSeasonal(random.noise(96), period: 12) }
        #expect((4...40).contains(found), "\(found) of 200 series of noise, a tenth of which may be")
        #expect(!SeasonalityTest.isSeasonal(Array(season.prefix(35)), period: 12))
        #expect(!SeasonalityTest.isSeasonal(Array(repeating: 5, count: 96), period: 12))
        let future = random.season(96 + 24, period: 12, noise: 0).suffix(24)
        for (got, want) in zip(Naive2(period: 12).forecast(season, steps: 24), future) {
            #expect(abs(got - want) < 5, "\(got) for \(want)")
        }
    }
}

import TestSupport
import Testing
import TimeSeries

@testable import Forecasting

@Suite struct ForecasterContractTests {
    private static let names = ForecasterCatalog.entries.map(\.name)
    private static let seasons = [[], [7], [4, 12], [30]]

    private func forecaster(_ name: String, season: [Int] = [], seed: UInt64 = 1) throws -> any Forecaster {
        try ForecasterCatalog.entry(name).make(MethodSettings(season: season, horizon: 6, seed: seed))
    }

    /// Every shape of history of `count` values.
    private func histories(_ count: Int) -> [(what: String, values: [Double])] {
        var random = SeededSeries(seed: UInt64(count))
        let noise = random.noise(count)
        let most = max(count / 3, 1)
        return [
            ("noise", noise), ("constant", noise.map { _ in 3 }), ("zero", noise.map { _ in 0 }),
            ("integers", noise.map { ($0 * 3).rounded() }),
            ("counts", noise.map { abs($0 * 3).rounded() }), ("huge", noise.map { 1e12 + 1e11 * $0 }),
            ("tiny", noise.map { 1e-9 * $0 }),
            ("holes", [1] + random.holes(in: noise, share: 0.3).dropFirst()),
            ("leading nan", noise.indices.map { $0 < count - most ? .nan : noise[$0] }),
            ("trailing nan", noise.indices.map { $0 < most ? noise[$0] : .nan }),
            ("one value", noise.indices.map { $0 == count / 2 ? 7 : .nan }),
            ("trend", noise.indices.map { Double($0) }),
            ("growth", noise.indices.map { 1.5 * Double($0 * $0) }),
        ]
    }

    /// Methods for counts take no values below 0.
    private func refuses(_ name: String, _ values: [Double]) -> Bool {
        ["poisson", "negative-binomial"].contains(name) && values.contains { $0 < 0 }
    }

    @Test(arguments: names)
    func `any finite history gives finite means`(name: String) throws {
        let isSlow = try ForecasterCatalog.entry(name).isSlow
        for season in isSlow ? [[], [7]] : Self.seasons {
            let forecaster = try forecaster(name, season: season)
            let least = forecaster.minimumHistory
            let counts = isSlow ? [least, 40] : Array(least...10) + [13, 16, 24, 31, 40]
            for count in counts {
                for (what, values) in histories(count) where !refuses(name, values) {
                    var model: any ForecastModel = try forecaster.fit(Series(values: values))
                    let at = "\(name), season \(season), \(count) values, \(what)"
                    let mean = model.mean(steps: 30)
                    #expect(mean.count == 30 && mean.allSatisfy { $0.isFinite }, "\(at): \(mean)")
                    #expect(model.next.bitPattern == mean[0].bitPattern, "\(at)")
                    let fitted = model.fitted(on: Series(values: values))
                    #expect(fitted.count == count, "\(at)")
                    for value in [1.0, .nan, -2, .nan, .nan, 5] {
                        model.observe(value)
                        #expect(model.next.isFinite && model.next == model.mean(steps: 1)[0], "\(at)")
                    }
                }
            }
        }
    }

    @Test(arguments: names)
    func `too short and empty histories are refused`(name: String) throws {
        let forecaster = try forecaster(name, season: [4])
        let least = forecaster.minimumHistory
        for count in 0..<least {
            #expect(throws: ForecastError.historyTooShort(needed: least, got: count)) {
                _ = try forecaster.fit(Series(values: [Double](repeating: 1, count: count)))
            }
        }
        for count in [least, least + 9] {
            #expect(throws: ForecastError.noFiniteValues) {
                _ = try forecaster.fit(Series(values: [Double](repeating: .nan, count: count)))
            }
        }
    }

    @Test(arguments: names)
    func `the same input gives the same output`(name: String) throws {
        var random = SeededSeries(seed: 3)
        let history = Series(values: random.season(90, period: 7))
        let a = try forecaster(name, season: [7]).fit(history).mean(steps: 40)
        let b = try forecaster(name, season: [7]).fit(history).mean(steps: 40)
        #expect(bits(a) == bits(b))
    }

    @Test(arguments: names, [[], [7], [30]])
    func `a restored model goes on as the stored one would`(name: String, season: [Int]) throws {
        var random = SeededSeries(seed: 4)
        let values = random.holes(in: random.season(120, period: 7), share: 0.1)
        var model: any ForecastModel = try forecaster(name, season: season).fit(Series(values: values))
        for round in 0..<2 {
            var again: any ForecastModel = try restored(model)
            #expect(bits(again.mean(steps: 50)) == bits(model.mean(steps: 50)), "round \(round)")
            #expect(
                bits(again.fitted(on: Series(values: values)))
                    == bits(model.fitted(on: Series(values: values))))
            for value in random.holes(in: random.season(100, period: 7), share: 0.2) {
                model.observe(value)
                again.observe(value)
            }
            #expect(bits(again.mean(steps: 50)) == bits(model.mean(steps: 50)), "round \(round)")
            #expect(stored(again) == stored(model))
        }
    }

    @Test(arguments: names)
    func `damaged bytes are refused or give a model that works`(name: String) throws {
        var random = SeededSeries(seed: 5)
        let values = random.season(60, period: 7)
        let model: any ForecastModel = try forecaster(name, season: [7]).fit(Series(values: values))
        let whole = stored(model)
        for seed in 0..<200 as Range<UInt64> {
            var generator = SeededGenerator(seed: seed)
            var bytes = whole
            if seed % 2 == 0 {
                bytes.removeLast(Int.random(in: 1...bytes.count, using: &generator))
            } else {
                // Half of the flips in the sizes at the front, where they do the most.
                let end = seed % 4 == 1 ? bytes.count : min(bytes.count, 64)
                for _ in 0..<Int.random(in: 1...3, using: &generator) {
                    let place = Int.random(in: 0..<end, using: &generator)
                    bytes[place] = UInt8.random(in: 0...255, using: &generator)
                }
            }
            guard var damaged: any ForecastModel = try? restored(model, from: bytes) else { continue }
            #expect(seed % 2 == 1, "truncated bytes of seed \(seed) were read")
            #expect(damaged.mean(steps: 20).count == 20, "seed \(seed)")
            #expect(damaged.fitted(on: Series(values: values)).count == 60, "seed \(seed)")
            for value in [1, .nan, 3] { damaged.observe(value) }
            _ = damaged.next
        }
    }

    @Test(arguments: names, [[], [7]])
    func `fitted means are nan only in the warm-up`(name: String, season: [Int]) throws {
        var random = SeededSeries(seed: 6)
        let values = random.season(100, period: 7)
        let model: any ForecastModel = try forecaster(name, season: season).fit(Series(values: values))
        let fitted = model.fitted(on: Series(values: values))
        let warmUp = try #require(fitted.firstIndex { $0.isFinite })
        #expect(warmUp <= 20)
        #expect(fitted[warmUp...].allSatisfy { $0.isFinite })
    }

    @Test(arguments: [1, 7])
    func `fitted means of the seasonal naive method are those of a replay`(period: Int) throws {
        var random = SeededSeries(seed: 7)
        let values = random.holes(in: random.season(100, period: 7), share: 0.2)
        let method = SeasonalNaive(period: period)
        let first = try #require(values.firstIndex { $0.isFinite })
        let fitted = try method.fit(Series(values: values)).fitted(on: Series(values: values))
        let begin = first + 3 * period
        var replay = try method.fit(Series(values: Array(values[..<begin])))
        for step in begin..<values.count {
            #expect(abs(fitted[step] - replay.next) <= 1e-9, "step \(step)")
            replay.observe(values[step])
        }
    }

    @Test func `an unknown method is answered with the names that there are`() {
        for name in ["nonsense", "auto/nonsense", "auto", ""] {
            let error = ForecastError.unknownMethod(
                name, known: ["auto"] + ForecasterCatalog.entries.map(\.name))
            #expect(throws: error) { try ForecasterCatalog.entry(name) }
        }
        #expect(throws: ForecastError.unknownMethod("x", known: ForecasterCatalog.names)) {
            try ForecasterCatalog.fit("x", to: Series(values: [1, 2, 3]), settings: MethodSettings())
        }
    }
}

import TestSupport
import Testing

@testable import Forecasting
@testable import Pipeline
@testable import TimeSeries

@Suite struct ChampionWalkTests {
    private static let methods = ["seasonal-naive", "holt-winters", "ridge", "mlp"]
    private let values: [Double] = {
        var random = SeededSeries(seed: 21)
        return random.holes(in: random.season(400, period: 24), share: 0.05)
    }()

    /// A champion fitted to `values[0..<count]`, where `values[0]` is `shift` steps after the grid's origin.
    private func champion(_ method: String, count: Int, shift: Int = 0, season: [Int] = [24]) throws
        -> TrainedSeries
    {
        let settings = MethodSettings(season: season, horizon: 24, seed: 2)
        let model: any ForecastModel = try ForecasterCatalog.entry(method).make(settings)
            .fit(Series(values: Array(values[..<count])))
        return TrainedSeries(
            labels: [], method: method, season: season, model: model,
            lastTime: Made.grid.time(at: shift + count - 1), step: Made.grid.step, residuals: [])
    }

    /// The model after observing values by hand.
    private func continued(_ champion: TrainedSeries, over values: ArraySlice<Double>) -> [Double] {
        var model = champion.model
        for value in values { model.observe(value) }
        return model.mean(steps: 30)
    }

    @Test(arguments: methods)
    func `a champion that ended inside the history goes on from there`(method: String) throws {
        let champion = try champion(method, count: 120)
        var walk = try #require(ChampionWalk(champion, on: Made.grid, before: 200))
        for origin in [200, 224, 301] {
            let means = walk.means(at: origin, after: Array(values[..<origin]), steps: 30)
            #expect(bits(means) == bits(continued(champion, over: values[120..<origin])), "\(origin)")
        }
    }

    @Test(arguments: methods)
    func `a champion that ended just before the history, or at the first origin, misses nothing`(
        method: String
    ) throws {
        let champion = try champion(method, count: 120)
        var walk = try #require(ChampionWalk(champion, on: Made.grid + 120, before: 100))
        let rest = Array(values[120...])
        #expect(
            bits(walk.means(at: 100, after: rest, steps: 30)) == bits(continued(champion, over: rest[..<100]))
        )
        walk = try #require(ChampionWalk(champion, on: Made.grid, before: 120))
        #expect(bits(walk.means(at: 120, after: values, steps: 30)) == bits(continued(champion, over: [])))
    }

    @Test(arguments: ["seasonal-naive", "holt-winters", "ridge"])
    func `a champion that saw the origins begins at the first step in phase`(method: String) throws {
        // It saw 301 steps and expects phase 301 mod 24 = 13 next, so it begins at step 13.
        let champion = try champion(method, count: 301)
        var walk = try #require(ChampionWalk(champion, on: Made.grid, before: 200))
        let means = walk.means(at: 200, after: values, steps: 30)
        #expect(bits(means) == bits(continued(champion, over: values[13..<200])))
    }

    @Test(arguments: ["seasonal-naive", "holt-winters", "ridge"])
    func `a champion from long before the history begins in phase`(method: String) throws {
        // Its last step lies 50 steps before the history: it expects step -49, in phase with step 23.
        let champion = try champion(method, count: 120, shift: -170 + 1)
        #expect(champion.lastTime == Made.grid.time(at: -50))
        var walk = try #require(ChampionWalk(champion, on: Made.grid, before: 200))
        let means = walk.means(at: 200, after: values, steps: 30)
        #expect(bits(means) == bits(continued(champion, over: values[23..<200])))
    }

    @Test func `a seasonal naive champion in phase is as good as one fitted anew`() throws {
        for count in [90, 301, 333] {
            let champion = try champion("seasonal-naive", count: count)
            var walk = try #require(ChampionWalk(champion, on: Made.grid, before: 200))
            let anew = try SeasonalNaive(period: 24).fit(Series(values: Array(values[..<200])))
            #expect(bits(walk.means(at: 200, after: values, steps: 48)) == bits(anew.mean(steps: 48)))
        }
    }

    @Test func `another step, or no step in phase, leaves a champion out`() throws {
        var champion = try champion("seasonal-naive", count: 301)
        #expect(ChampionWalk(champion, on: Made.grid, before: 13) == nil)
        #expect(ChampionWalk(champion, on: Made.grid, before: 23) == nil)
        #expect(ChampionWalk(champion, on: Made.grid, before: 24) != nil)
        champion.season = [24, 168]
        #expect(ChampionWalk(champion, on: Made.grid, before: 167) == nil)
        #expect(ChampionWalk(champion, on: Made.grid, before: 168) != nil)
        champion.step = .fixed(milliseconds: 1_800_000)
        #expect(ChampionWalk(champion, on: Made.grid, before: 200) == nil)
    }

    @Test func `the least common multiple stops at its limit`() {
        let multiple = ChampionWalk.leastCommonMultiple
        #expect(multiple([], 5) == 1 && multiple([24], 24) == 24 && multiple([24], 23) == nil)
        #expect(multiple([4, 6], 100) == 12 && multiple([7, 24, 168], 1_000) == 168)
        #expect(multiple([.max - 1, .max], .max) == nil)
        #expect(multiple([], 0) == nil)
    }
}

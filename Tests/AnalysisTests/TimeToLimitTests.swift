import TestSupport
import Testing
import TimeSeries

@testable import Analysis
@testable import Forecasting

@Suite struct TimeToLimitTests {
    private func fitted(
        _ values: [Double], horizon: Int = 12, method: String = "holt-winters"
    ) throws -> FittedMethod {
        let settings = MethodSettings(horizon: horizon)
        return try ForecasterCatalog.fit(method, to: Series(values: values), settings: settings)
    }

    private func flat(_ count: Int = 200) -> [Double] {
        var random = SeededSeries(seed: 1)
        return random.noise(count).map { 50 + $0 }
    }

    @Test(arguments: [Limit(.above, 0), Limit(.atLeast, 10), Limit(.below, 100), Limit(.atMost, 90)])
    func `a limit that is already passed is certain and now`(limit: Limit) throws {
        let answer = try TimeToLimit(limit, for: fitted(flat()), steps: 12, seed: 1)
        #expect(answer.probability == 1)
        #expect(answer.p10 == 0 && answer.p50 == 0 && answer.p90 == 0)
        #expect(answer.limit == limit)
    }

    @Test(arguments: [Limit(.below, 0), Limit(.atMost, 10), Limit(.above, 100), Limit(.atLeast, 90)])
    func `a limit far away is never reached`(limit: Limit) throws {
        let answer = try TimeToLimit(limit, for: fitted(flat()), steps: 12, seed: 1)
        #expect(answer.probability == 0)
        #expect(answer.p10 == nil && answer.p50 == nil && answer.p90 == nil)
    }

    @Test(arguments: [
        (Limit.Comparison.above, 5.0, false), (.atLeast, 5, true), (.below, 5, false), (.atMost, 5, true),
    ])
    func `a limit is reached at its value only where it says so`(
        comparison: Limit.Comparison, value: Double, isReached: Bool
    ) throws {
        #expect(Limit(comparison, value).isReached(by: value) == isReached)
        let constant = try fitted([Double](repeating: 5, count: 100), method: "seasonal-naive")
        let answer = try TimeToLimit(Limit(comparison, value), for: constant, steps: 12, seed: 1)
        #expect(answer.probability == (isReached ? 1 : 0))
    }

    @Test func `times are in order and probabilities fall with the distance`() throws {
        var random = SeededSeries(seed: 2)
        let method = try fitted(random.autoregression(300, 1), horizon: 24, method: "seasonal-naive")
        let last = method.mean(steps: 1)[0]
        var before = 1.0
        for distance in stride(from: -2.0, through: 20, by: 0.5) {
            let answer = try TimeToLimit(Limit(.above, last + distance), for: method, steps: 24, seed: 1)
            #expect(answer.probability <= before && answer.probability >= 0)
            before = answer.probability
            let times = [answer.p10, answer.p50, answer.p90].compactMap { $0 }
            #expect(times == times.sorted() && times.allSatisfy { (0..<24).contains($0) })
            #expect((answer.p10 != nil) == (answer.probability >= 0.1))
            #expect((answer.p50 != nil) == (answer.probability >= 0.5))
            #expect((answer.p90 != nil) == (answer.probability >= 0.9))
        }
    }

    @Test func `the same seed gives the same answer`() throws {
        var random = SeededSeries(seed: 3)
        let method = try fitted(random.autoregression(300, 1), horizon: 24, method: "seasonal-naive")
        let limit = Limit(.above, method.mean(steps: 1)[0] + 6)
        for steps in [24, 60] {
            let one = try TimeToLimit(limit, for: method, steps: steps, seed: 9)
            #expect(try TimeToLimit(limit, for: method, steps: steps, seed: 9) == one)
        }
    }

    @Test func `few paths are refused`() throws {
        let short = try fitted([1, 2, 1, 2, 1], method: "seasonal-naive")
        #expect(throws: AnalysisError.tooFewPaths(needed: 10, got: 0)) {
            try TimeToLimit(Limit(.above, 3), for: short, steps: 2, seed: 1)
        }
    }

    /// A third of the history serves as origins; a horizon nearly as long leaves hardly a whole path.
    @Test(arguments: [(60, 15), (100, 24), (100, 33), (100, 40), (300, 250), (1_000, 400)])
    func `a long horizon has an answer`(count: Int, steps: Int) throws {
        let method = try fitted(flat(count), horizon: steps, method: "seasonal-naive")
        let answer = try TimeToLimit(Limit(.above, 0), for: method, steps: steps, seed: 1)
        #expect(answer.probability == 1)
        #expect(try TimeToLimit(Limit(.above, 500), for: method, steps: steps, seed: 1).probability == 0)
    }

    @Test func `probabilities of random walks come true`() throws {
        var said = 0.0
        var came = 0.0
        var late = 0
        var timed = 0
        for seed in 0..<200 as Range<UInt64> {
            var random = SeededSeries(seed: 3_000 + seed)
            let walk = random.autoregression(324, 1)
            let method = try fitted(Array(walk[..<300]), horizon: 24, method: "seasonal-naive")
            let limit = Limit(.above, walk[299] + 4)
            let answer = try TimeToLimit(limit, for: method, steps: 24, seed: seed)
            let crossing = walk[300...].firstIndex { $0 > limit.value }
            said += answer.probability
            came += crossing == nil ? 0 : 1
            if let p50 = answer.p50, let crossing {
                timed += 1
                if crossing - 300 > p50 { late += 1 }
            }
        }
        print("limits of walks: \(said / 200) said, \(came / 200) came; \(late) of \(timed) after p50")
        #expect(abs(said - came) / 200 <= 0.1)
    }

    @Test func `the paths of a combination have its quantiles at every step`() throws {
        let method = try fitted(flat(), method: "auto")
        let steps = 12
        let paths = method.paths(steps: steps) { ResidualPaths($0, steps: $1, seed: 1).paths }
        #expect(paths.count >= TimeToLimit.fewestPaths)
        let forecast = method.forecast(steps: steps, levels: [0.8])
        for h in 0..<steps {
            let inside = paths.count {
                (forecast.intervals[0].lower[h]...forecast.intervals[0].upper[h]).contains($0[h])
            }
            #expect(abs(Double(inside) / Double(paths.count) - 0.8) < 0.1, "step \(h): \(inside)")
        }
    }
}

import TestSupport
import Testing
import TimeSeries

@testable import Forecasting

@Suite struct STLTests {
    private static let shared = [
        "airpassengers", "co2_monthly", "infra_hourly_ms_ingress-01-0", "m3_monthly_N2000",
        "m3_quarterly_N1071", "tourism_monthly_M355",
    ]
    private static let multiple = "golden-forecast/mstl_m4_hourly_H156.dev.json"

    private func expectEqual(_ got: [Double], _ want: [Double], within share: Double, _ what: String) {
        let size = want.reduce(0) { max($0, abs($1)) }
        #expect(got.count == want.count, "\(what)")
        let worst = zip(got, want).reduce(0) { max($0, abs($1.0 - $1.1)) }
        #expect(worst <= share * max(size, 1e-300), "\(what): off by \(worst / size)")
    }

    @Test(
        .enabled(
            if: SharedData.has("golden-forecast/airpassengers.dev.json"), "the shared fits are not there"),
        arguments: shared)
    func `the parts are those of the reference`(name: String) throws {
        let golden = try SharedData.object("golden-forecast/\(name).dev.json")
        for (key, isRobust) in [("STL_plain", false), ("STL_robust", true)] {
            let want = golden.object(key)
            let stl = STL(
                period: Int(golden.number("m")), seasonal: Loess(window: 11, degree: 0), isRobust: isRobust)
            let parts = try stl.decompose(golden.numbers("train"))
            // The stored parts have twelve digits.
            expectEqual(parts.trend, want.numbers("trend"), within: 1e-10, "\(name) \(key) trend")
            expectEqual(parts.seasonals[0], want.numbers("seasonal"), within: 1e-10, "\(name) \(key) season")
            expectEqual(parts.remainder, want.numbers("resid"), within: 1e-8, "\(name) \(key) remainder")
        }
    }

    @Test(.enabled(if: SharedData.has(multiple), "the shared decomposition is not there"))
    func `two seasons are those of the reference`() throws {
        let golden = try SharedData.object(Self.multiple)
        let parts = try MSTL(periods: [24, 168]).decompose(golden.numbers("y"))
        expectEqual(parts.trend, golden.numbers("trend"), within: 1e-10, "trend")
        expectEqual(parts.seasonals[0], golden.numbers("seasonal24"), within: 1e-10, "day")
        expectEqual(parts.seasonals[1], golden.numbers("seasonal168"), within: 1e-10, "week")
        expectEqual(parts.remainder, golden.numbers("remainder"), within: 1e-8, "remainder")
    }

    @Test func `the temperature of the sea is taken apart as by the reference`() throws {
        for golden in try GoldenFile("Tests/ForecastingTests/Golden/stl.json").cases {
            let (inputs, want) = (golden.object("inputs"), golden.object("outputs"))
            let stl = STL(
                period: Int(inputs.number("period")),
                seasonal: Loess(
                    window: Int(inputs.number("seasonal")), degree: Int(inputs.number("seasonal degree"))),
                isRobust: inputs.number("robust") == 1)
            let parts = try stl.decompose(try goldenValues(golden))
            let name = golden.object("series").text("dataset")
            let steps = want.numbers("steps").map { Int($0) }
            for (key, part) in [("trend", parts.trend), ("seasonal", parts.seasonals[0])] {
                expectEqual(steps.map { part[$0] }, want.numbers(key), within: 1e-9, "\(name) \(key)")
            }
        }
    }

    /// One phase and one pass after the other, each fit from its own weights and normal equations.
    @Test(arguments: [(2, 3, 1), (3, 5, 0), (7, 7, 1), (12, 11, 0), (30, 15, 1)], [false, true])
    func `the fast passes are those of the definition`(
        shape: (period: Int, window: Int, degree: Int), isRobust: Bool
    ) throws {
        var random = SeededSeries(seed: UInt64(shape.period))
        for count in [2 * shape.period, 3 * shape.period + 1, 100] {
            var values = random.season(count, period: shape.period)
            values[count / 3] += 40
            var stl = STL(
                period: shape.period, seasonal: Loess(window: shape.window, degree: shape.degree),
                isRobust: isRobust)
            if isRobust { stl.outerPasses = 3 }
            let fast = try stl.decompose(values)
            let slow = SlowSTL.decompose(values, stl)
            expectEqual(fast.trend, slow.trend, within: 1e-9, "trend of \(count)")
            expectEqual(fast.seasonals[0], slow.seasonal, within: 1e-9, "season of \(count)")
        }
    }

    @Test func `a smoother is the local regression at every fitted step`() {
        var random = SeededSeries(seed: 3)
        for count in [2, 3, 9, 40] {
            let values = random.noise(count)
            let some = values.map { $0 > 1 ? 0 : min(abs($0), 1) }
            for (window, degree) in [(3, 0), (5, 1), (11, 1), (51, 0), (51, 1)] {
                for weights in [[], some] {
                    let exact = Loess(window: window, degree: degree).smooth(values, weights: weights)
                    let slow = values.indices.map { step in
                        SlowSTL.estimate(values, weights, at: step, window: window, degree: degree)
                            ?? values[step]
                    }
                    expectEqual(exact, slow, within: 1e-11, "\(count), \(window), \(degree)")
                    let jumping = Loess(window: window, degree: degree, jump: 4)
                        .smooth(values, weights: weights)
                    for step in stride(from: 0, to: count, by: 4) where count > 4 {
                        #expect(jumping[step] == exact[step])
                    }
                    #expect(jumping[count - 1] == exact[count - 1])
                }
            }
        }
    }

    @Test func `a line and a fixed season are found exactly`() throws {
        let season = [3.0, -1, 4, -6]
        let values = (0..<60).map { 10 + 0.5 * Double($0) + season[$0 % 4] }
        let parts = try STL(period: 4).decompose(values)
        for step in values.indices {
            #expect(abs(parts.trend[step] - 10 - 0.5 * Double(step)) <= 1e-6, "step \(step)")
            #expect(abs(parts.seasonals[0][step] - season[step % 4]) <= 1e-6, "step \(step)")
        }
    }

    @Test func `a robust decomposition leaves an outlier to the remainder`() throws {
        var random = SeededSeries(seed: 5)
        var values = random.season(140, period: 7, noise: 0.5)
        let clean = try STL(period: 7, isRobust: true).decompose(values)
        values[70] += 100
        let robust = try STL(period: 7, isRobust: true).decompose(values)
        let plain = try STL(period: 7).decompose(values)
        func harm(_ parts: SeasonalDecomposition) -> Double {
            values.indices.reduce(0) { worst, i in
                max(
                    worst,
                    abs(parts.trend[i] + parts.seasonals[0][i] - clean.trend[i] - clean.seasonals[0][i]))
            }
        }
        #expect(harm(robust) < 1 && harm(plain) > 10, "\(harm(robust)), \(harm(plain))")
        #expect(robust.remainder[70] > 95)
    }

    @Test func `the parts add up and a missing value has no remainder`() throws {
        var random = SeededSeries(seed: 6)
        let values = random.holes(in: random.season(400, period: 12), share: 0.1)
        for parts in [
            try STL(period: 12).jumping.decompose(values), try MSTL(periods: [4, 12]).decompose(values),
        ] {
            for step in values.indices {
                let sum = parts.seasonals.reduce(parts.trend[step] + parts.remainder[step]) { $0 + $1[step] }
                #expect(values[step].isNaN ? parts.remainder[step].isNaN : abs(sum - values[step]) <= 1e-9)
                #expect(parts.trend[step].isFinite)
            }
        }
    }

    @Test func `fits at a tenth of the window are close to fits everywhere`() throws {
        var random = SeededSeries(seed: 7)
        let values = random.season(600, period: 24)
        let exact = try STL(period: 24).decompose(values)
        let fast = try STL(period: 24).jumping.decompose(values)
        expectEqual(fast.trend, exact.trend, within: 0.005, "trend")
        expectEqual(fast.seasonals[0], exact.seasonals[0], within: 0.05, "season")
    }

    @Test func `too short and empty histories are refused`() {
        #expect(throws: ForecastError.historyTooShort(needed: 14, got: 13)) {
            try STL(period: 7).decompose([Double](repeating: 1, count: 13))
        }
        #expect(throws: ForecastError.historyTooShort(needed: 24, got: 20)) {
            try MSTL(periods: [3, 12]).decompose([Double](repeating: 1, count: 20))
        }
        #expect(throws: ForecastError.noFiniteValues) {
            try STL(period: 7).decompose([Double](repeating: .nan, count: 20))
        }
        #expect(throws: ForecastError.cancelled) {
            try STL(period: 7).decompose([Double](repeating: 1, count: 20), progress: FitProgress { false })
        }
    }

    @Test func `the default windows are the published ones`() {
        let stl = STL(period: 12, seasonal: Loess(window: 35))
        #expect(stl.trend.window == 19 && stl.lowPass.window == 13)
        #expect(STL(period: 4).trend.window == 9 && STL(period: 365).lowPass.window == 367)
        #expect(MSTL(periods: [24, 168]).seasons.map(\.seasonal.window) == [11, 15])
        #expect(STL(period: 7, seasonal: Loess(window: 35)).jumping.seasonal.jump == 4)
    }
}

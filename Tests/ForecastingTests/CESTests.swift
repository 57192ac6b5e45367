import Foundation
import Numerics
import TestSupport
import Testing
import TimeSeries

@testable import Forecasting

@Suite struct CESTests {
    private static let names = [
        "airpassengers", "co2_monthly", "infra_hourly_ms_ingress-01-0", "m3_monthly_N2000",
        "m3_quarterly_N1071",
        "m3_yearly_N0323", "nile", "tourism_monthly_M355",
    ]
    private let weights = CESState.Weights(level: (1.3, 1.02), season: (1.2, 1.01))

    private func start(_ form: CES.Form, scale: Double = 1) -> CESState {
        let phases = [8.0, -5, 1, -4]
        let hasSeason = form == .partial || form == .full
        let levels = form == .simple ? phases.map { 100 + $0 } : [100]
        return CESState(
            form: form, level: levels, potential: levels.map { 0.7 * $0 },
            season: hasSeason ? phases : [], seasonPotential: form == .full ? phases.map { 0.6 * $0 } : [])
    }

    /// The published equation, in complex numbers: the pair (mean, its potential) becomes
    /// a·(value, error) + (1 + i − a)·(mean, potential), a step or a season later.
    private func twin(_ form: CES.Form, _ weights: CESState.Weights, _ start: CESState, _ values: [Double])
        -> Double
    {
        typealias Complex = (re: Double, im: Double)
        func product(_ a: Complex, _ b: Complex) -> Complex {
            (a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re)
        }
        func next(_ a: Complex, _ pair: Complex, error: Double) -> Complex {
            let new = product(a, (pair.re + error, error))
            let old = product((1 - a.re, 1 - a.im), pair)
            return (new.re + old.re, new.im + old.im)
        }
        let a: Complex = (weights.level.real, weights.level.imaginary)
        let b: Complex = (weights.season.real, weights.season.imaginary)
        var levels = zip(start.level, start.potential).map { Complex($0, $1) }
        var seasons: [Complex] = start.season.indices.map {
            (start.season[$0], start.seasonPotential.isEmpty ? 0 : start.seasonPotential[$0])
        }
        var sum = 0.0
        for y in values {
            let level = levels.removeFirst()
            let season: Complex = seasons.isEmpty ? (0, 0) : seasons.removeFirst()
            let error = y.isNaN ? 0 : y - level.re - season.re
            sum += error * error
            levels.append(next(a, level, error: error))
            if form == .partial { seasons.append((season.re + b.re * error, 0)) }
            if form == .full { seasons.append(next(b, season, error: error)) }
        }
        return sum
    }

    @Test(arguments: CES.Form.allCases, [true, false])
    func `errors are those of the complex recursion, and derivatives those of differences`(
        form: CES.Form, hasHoles: Bool
    ) throws {
        var random = SeededSeries(seed: 41)
        var values = random.season(40, period: 4)
        if hasHoles { values = random.holes(in: values, share: 0.2) }
        let problem = CESProblem(form: form, values: values, season: [], period: 4, searchesSeason: true)
        let weights = form == .partial ? CESState.Weights(level: weights.level, season: (0.2, 0)) : weights
        let point = problem.point(weights, start(form))
        #expect(point.count == form.parameters(period: 4) - (form == .partial ? 0 : 1))
        #expect(problem.state(at: point) == start(form))
        let here = try #require(problem.linearised(at: point))
        let want = twin(form, weights, start(form), values)
        #expect(abs(here.value / want - 1) <= 1e-10)
        func squares(_ point: [Double]) -> Double {
            twin(form, problem.weights(at: point), problem.state(at: point), values)
        }
        for j in point.indices {
            let width = 1e-5 * max(1, abs(point[j]))
            var (low, high) = (point, point)
            low[j] -= width
            high[j] += width
            let slope = (squares(high) - squares(low)) / (4 * width)
            let size = (here.gram[j, j] * here.value).squareRoot()
            #expect(abs(here.gradient[j] - slope) <= 1e-5 * size, "\(form), variable \(j)")
        }
    }

    /// Admissible weights forget their beginning; those that do not, do not.
    @Test(arguments: CES.Form.allCases)
    func `weights are admissible when a beginning is forgotten`(form: CES.Form) {
        var random = SeededSeries(seed: 42)
        let problem = CESProblem(form: form, values: [1], season: [], period: 4, searchesSeason: true)
        var counts = (yes: 0, no: 0)
        for _ in 0..<60 {
            let level = (0.8 + random.uniform(), 0.8 + 0.4 * random.uniform())
            let season =
                form == .partial
                ? (random.uniform(), 0) : (0.8 + random.uniform(), 0.9 + 0.3 * random.uniform())
            let weights = CESState.Weights(level: level, season: season)
            var state = start(form)
            for _ in 0..<6_000 { state.advance(error: -state.next, weights) }
            let isAdmissible = problem.isAdmissible(weights)
            if isAdmissible { #expect(abs(state.next) < 1e4, "\(form), \(weights)") }
            if !(abs(state.next) < 1e9) { #expect(!isAdmissible, "\(form), \(weights)") }
            if isAdmissible { counts.yes += 1 } else { counts.no += 1 }
        }
        #expect(counts.yes >= 5 && counts.no >= 5, "\(form): \(counts)")
    }

    @Test func `with imaginary weight 1 it is simple exponential smoothing`() {
        var random = SeededSeries(seed: 43)
        var state = CESState(form: .none, level: [3], potential: [9], season: [], seasonPotential: [])
        var level = 3.0
        let weights = CESState.Weights(level: (1.4, 1), season: (0, 0))
        for value in random.noise(50) {
            #expect(abs(state.next - level) <= 1e-12)
            level += 0.4 * (value - level)
            state.advance(error: value - state.next, weights)
        }
    }

    @Test func `the choice finds a season, and a line is followed`() throws {
        var random = SeededSeries(seed: 44)
        let season = try CES(period: 7).fit(Series(values: random.season(140, period: 7)))
        #expect(season.form == .partial || season.form == .full || season.form == .simple)
        for (step, mean) in season.mean(steps: 14).enumerated() {
            let want = 50 + 10 * sin(2 * .pi * Double(140 + step) / 7)
            #expect(abs(mean - want) < 1.5)
        }
        let level = try CES(period: 7).fit(Series(values: random.noise(120).map { 50 + $0 }))
        #expect(level.form == .none)
        let line = try CES().fit(
            Series(values: random.noise(120).enumerated().map { 10 + Double($0) + 0.3 * $1 }))
        let ahead = line.mean(steps: 5)
        #expect(ahead[4] - ahead[0] > 2 && abs(ahead[4] - 134) < 4, "\(ahead)")
    }

    @Test func `a missing value teaches nothing, and fitted means go on to the next`() throws {
        var random = SeededSeries(seed: 45)
        let values = random.season(120, period: 7)
        var model = try CES(period: 7).fit(Series(values: values))
        let mean = model.mean(steps: 3)
        let longer = model.fitted(on: Series(values: values + [.nan, .nan, .nan]))
        for (a, b) in zip(longer.suffix(3), mean) { #expect(abs(a - b) <= 1e-9 * abs(b)) }
        model.observe(.nan)
        #expect(abs(model.next - mean[1]) <= 1e-9 * abs(mean[1]))
    }

    /// Of the reference, initial states come from running backwards; ours have the least squares.
    @Test(
        .enabled(if: SharedData.has("golden-forecast/nile.dev.json"), "the shared golden files are not here"),
        arguments: names)
    func `our fits are as likely as the stored ones`(name: String) throws {
        let golden = try SharedData.object("golden-forecast/\(name).dev.json")
        let stored = golden.object("AutoCES")
        let period = Int(golden.number("m"))
        let history = Series(values: golden.numbers("train"))
        let forms: [String: CES.Form] = ["N": .none, "S": .simple, "P": .partial, "F": .full]
        let form = try #require(forms[stored.text("seasontype")])
        let fit = try CES(period: period, form: form).fit(history)
        #expect(fit.form == form)
        let given = stored.object("params")
        let weights = CESState.Weights(
            level: (given.number("alpha_0"), given.number("alpha_1")),
            season: (given.optionalNumber("beta_0") ?? 0, given.optionalNumber("beta_1") ?? 0))
        let problem = CESProblem(form: form, values: [1], season: [], period: period, searchesSeason: true)
        let want = stored.number("loglik") - 0.5
        let chosen = try CES(period: period).fit(history)
        if name == "airpassengers" {
            // The stored weights never forget their beginning: ours must, and another form is as likely.
            #expect(!problem.isAdmissible(weights))
            #expect(chosen.logLikelihood >= want, "\(name): \(chosen.logLikelihood)")
        } else {
            #expect(fit.logLikelihood >= want, "\(name): \(fit.logLikelihood) for \(want)")
        }
        // The reference counts no initial state; so counted, the best of our forms is as good.
        let count = Double(history.values.count)
        let criteria = try CES.Form.allCases.filter { $0 == .none || period > 1 }.map { form -> Double in
            let fit = try CES(period: period, form: form).fit(history)
            let k = Double(fit.form.weights + 1)
            return 2 * k * (1 + (k + 1) / (count - k - 1)) - 2 * fit.logLikelihood
        }
        #expect(criteria.reduce(.infinity, min) <= stored.number("aicc") + 1, "\(name): \(criteria)")
    }
}

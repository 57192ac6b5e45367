import Foundation
import Numerics
import TestSupport
import Testing
import TimeSeries

@testable import Forecasting

@Suite struct ETSTests {
    /// Values that a form could have made: its own recursion with seeded errors.
    private func simulated(
        _ form: ETS.Form, _ start: ETSState, count: Int, sigma: Double, _ random: inout SeededSeries
    ) -> [Double] {
        let weights = weights(form)
        var state = start
        return (0..<count).map { _ in
            let mean = state.next(weights)
            let error = sigma * random.normal() * (form.error == .multiplicative ? mean : 1)
            state.advance(error: error, weights)
            return mean + error
        }
    }

    private func start(_ form: ETS.Form) -> ETSState {
        let addends: [Double] = [8, -5, 1, -4]
        let season = form.season == .none ? [] : addends.map { form.season == .additive ? $0 : 1 + $0 / 20 }
        return ETSState(
            level: 100, trend: form.trend == .none ? 0 : 1.5, season: season,
            multiplies: form.season == .multiplicative)
    }

    /// The published equations, one form at a time and nothing shared: e relative or not, q = l + φb.
    private func twin(_ form: ETS.Form, _ start: ETSState, _ weights: ETSState.Weights, _ values: [Double])
        -> Double
    {
        var (l, b, s) = (start.level, start.trend, start.season)
        let (alpha, beta, gamma, phi) = (weights.level, weights.trend, weights.season, weights.damping)
        var (squares, logarithms, count) = (0.0, 0.0, 0.0)
        for y in values {
            let q = l + phi * b
            let old = s.isEmpty ? 0 : s.removeFirst()
            let mean = form.season == .none ? q : form.season == .additive ? q + old : q * old
            let e = y.isNaN ? 0 : form.error == .additive ? y - mean : y / mean - 1
            if !y.isNaN {
                squares += e * e
                logarithms += form.error == .additive ? 0 : log(mean)
                count += 1
            }
            switch (form.error, form.season) {
            case (.additive, _):
                (l, b) = (q + alpha * e, phi * b + beta * e)
                if form.season == .additive { s.append(old + gamma * e) }
            case (.multiplicative, .none): (l, b) = (q * (1 + alpha * e), phi * b + beta * q * e)
            case (.multiplicative, .additive):
                (l, b) = (q + alpha * mean * e, phi * b + beta * mean * e)
                s.append(old + gamma * mean * e)
            case (.multiplicative, .multiplicative):
                (l, b) = (q * (1 + alpha * e), phi * b + beta * q * e)
                s.append(old * (1 + gamma * e))
            }
        }
        return squares * exp(2 * logarithms / count)
    }

    private func weights(_ form: ETS.Form) -> ETSState.Weights {
        ETSState.Weights(
            level: 0.3, trend: form.trend == .none ? 0 : 0.06, season: form.season == .none ? 0 : 0.2,
            damping: form.trend == .none ? 0 : form.trend == .damped ? 0.92 : 1)
    }

    @Test(arguments: ETS.Form.all, [true, false])
    func `errors are those of the published equations, and derivatives those of differences`(
        form: ETS.Form, hasHoles: Bool
    ) throws {
        var random = SeededSeries(seed: 31)
        var values = simulated(
            form, start(form), count: 60, sigma: form.error == .additive ? 4 : 0.04, &random)
        if hasHoles { values = random.holes(in: values, share: 0.2) }
        let problem = ETSProblem(form: form, values: values, season: start(form).season, searchesSeason: true)
        let point = problem.point(weights(form), start(form))
        #expect(point.count == form.parameters(period: 4) - (form.season == .none ? 1 : 0))
        let here = try #require(problem.linearised(at: point))
        let want = twin(form, start(form), problem.weights(at: point), values)
        #expect(abs(problem.value(at: point) / want - 1) <= 1e-12)
        #expect(abs(here.value / want - 1) <= 1e-12)
        for j in point.indices {
            let width = 1e-5 * max(1, abs(point[j]))
            var (low, high) = (point, point)
            low[j] -= width
            high[j] += width
            let slope = (problem.value(at: high) - problem.value(at: low)) / (4 * width)
            let size = (here.gram[j, j] * here.value).squareRoot()
            #expect(abs(here.gradient[j] - slope) <= 1e-6 * size, "\(form.name), variable \(j)")
        }
    }

    @Test(arguments: ETS.Form.all)
    func `a fit is at least as likely as the truth`(form: ETS.Form) throws {
        var random = SeededSeries(seed: 32)
        let sigma = form.error == .additive ? 3 : 0.03
        let values = simulated(form, start(form), count: 120, sigma: sigma, &random)
        let model = try ETS(period: 4, form: form).fit(Series(values: values))
        #expect(model.form == form)
        let truth = -60 * log(twin(form, start(form), weights(form), values))
        #expect(model.logLikelihood >= truth, "\(form.name)")
        #expect(model.logLikelihood <= truth + 20, "\(form.name)")
    }

    @Test func `the choice finds season and trend, and leaves out what is not there`() throws {
        var random = SeededSeries(seed: 33)
        let noise = random.noise(120)
        let season = try ETS(period: 7).fit(Series(values: random.season(140, period: 7)))
        #expect(season.form.season == .additive && season.form.trend == .none, "\(season.form.name)")
        let level = try ETS(period: 7).fit(Series(values: noise.map { 50 + $0 }))
        #expect(level.form.season == .none && level.form.trend == .none, "\(level.form.name)")
        let line = try ETS(period: 7).fit(Series(values: noise.indices.map { Double($0) + noise[$0] }))
        #expect(line.form.season == .none && line.form.trend == .additive, "\(line.form.name)")
        let factors = noise.indices.map { step in
            (100 + Double(step)) * (1 + 0.5 * sin(2 * .pi * Double(step) / 7)) * (1 + 0.05 * noise[step])
        }
        let growing = try ETS(period: 7).fit(Series(values: factors))
        #expect(
            growing.form.season == .multiplicative && growing.form.trend == .additive, "\(growing.form.name)")
        #expect(growing.form.name == "ETS(M,A,M)")
    }

    @Test func `a line and a season are carried on`() throws {
        let season: [Double] = [3, -1, -2, 0]
        func value(_ step: Int) -> Double { 5.0 + 2.0 * Double(step) + season[step % 4] }
        let mean = try ETS(period: 4).fit(Series(values: (0..<80).map(value))).mean(steps: 8)
        for (step, mean) in mean.enumerated() {
            let want = value(80 + step)
            #expect(abs(mean - want) <= 1e-4 * want, "\(mean) for \(want)")
        }
    }

    @Test func `a missing value teaches nothing and holes hardly move the forecast`() throws {
        var random = SeededSeries(seed: 34)
        let values = random.season(140, period: 7)
        var model = try ETS(period: 7).fit(Series(values: values))
        let mean = model.mean(steps: 7)
        let holed = try ETS(period: 7).fit(Series(values: random.holes(in: values, share: 0.2)))
        for (a, b) in zip(mean, holed.mean(steps: 7)) { #expect(abs(a - b) < 1.5) }
        model.observe(.nan)
        #expect(abs(model.next - mean[1]) <= 1e-9 * abs(mean[1]))
    }

    @Test func `the unit of the series does not matter`() throws {
        var random = SeededSeries(seed: 35)
        let values = random.season(80, period: 7)
        let plain = try ETS(period: 7).fit(Series(values: values))
        for factor in [1e-30, 1e30] {
            let scaled = try ETS(period: 7).fit(Series(values: values.map { $0 * factor }))
            #expect(scaled.form == plain.form)
            for (a, b) in zip(plain.mean(steps: 9), scaled.mean(steps: 9)) {
                #expect(abs(a * factor / b - 1) <= 1e-6)
            }
        }
    }

    @Test func `a long history is estimated on its end and told from its beginning`() throws {
        var random = SeededSeries(seed: 36)
        let values = (0..<1_500).map {
            200 + 0.1 * Double($0) + (10 + random.normal()) * [1.0, -2, 0, 1][$0 % 4]
        }
        let model = try ETS(period: 4).fit(Series(values: values))
        let fitted = model.fitted(on: Series(values: values))
        let errors = zip(values, fitted).map { abs($0 - $1) }
        #expect(errors.prefix(400).reduce(0, +) <= 1.3 * errors.suffix(400).reduce(0, +))
    }

    @Test func `too short a history is fitted with a simpler form`() throws {
        let form = ETS.Form(error: .multiplicative, trend: .damped, season: .multiplicative)
        for (count, name) in [(4, "ETS(M,N,N)"), (7, "ETS(M,A,N)"), (10, "ETS(M,Ad,N)"), (24, "ETS(M,Ad,M)")]
        {
            let values = (0..<count).map { 10 + Double($0 * 7 % 5) }
            #expect(try ETS(period: 4, form: form).fit(Series(values: values)).form.name == name)
        }
        let signed = (0..<24).map { Double($0 * 7 % 5) - 2 }
        #expect(try ETS(period: 4, form: form).fit(Series(values: signed)).form.name == "ETS(A,Ad,A)")
    }

    @Test func `weights that never forget are not admissible`() {
        let form = ETS.Form(error: .additive, trend: .additive, season: .additive)
        func isAdmissible(_ level: Double, _ trend: Double, _ season: Double) -> Bool {
            ETS.isAdmissible(
                ETSState.Weights(level: level, trend: trend, season: season, damping: 1), form: form,
                period: 4)
        }
        // The twin: a state of 1s, all values 0, must die out, or stay where only the level is moved.
        for (level, trend, season) in [(0.3, 0.1, 0.2), (0.9, 0.85, 0.1), (0.6, 0.6, 0.4), (0.1, 0.05, 0.8)] {
            let weights = ETSState.Weights(level: level, trend: trend, season: season, damping: 1)
            var state = ETSState(level: 1, trend: 0.3, season: [0.2, -0.5, 0.1, 0.4], multiplies: false)
            for _ in 0..<4_000 { state.advance(error: -state.next(weights), weights) }
            #expect(isAdmissible(level, trend, season) == (abs(state.next(weights)) < 1), "\(weights)")
        }
    }

    @Test(arguments: ETS.Form.all)
    func `variances are those of simulated paths`(form: ETS.Form) throws {
        var random = SeededSeries(seed: 37)
        let steps = 9
        let sigma = form.error == .additive ? 3 : 0.03
        let values = simulated(form, start(form), count: 80, sigma: sigma, &random)
        let model = try ETS(period: 4, form: form).fit(Series(values: values))
        let mean = model.mean(steps: steps)
        let deviation = model.variance.squareRoot()
        var squares = [Double](repeating: 0, count: steps)
        let paths = 2_000
        for _ in 0..<paths {
            var state = model.state
            for step in 0..<steps {
                let expected = state.next(model.weights)
                let unit = form.error == .multiplicative ? expected : 1
                let error = deviation * random.normal() * unit
                let distance = expected + error - mean[step]
                squares[step] += distance * distance / Double(paths)
                state.advance(error: error, model.weights)
            }
        }
        for (got, want) in zip(model.variances(steps: steps), squares) {
            #expect(abs(got / want - 1) < 0.12, "\(form.name): \(got) for \(want)")
        }
    }
}

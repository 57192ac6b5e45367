import Foundation
import TestSupport
import Testing
import TimeSeries

@testable import Forecasting

/// Against fits of reference implementations: exactly at their parameters, and at least as likely at ours.
@Suite struct ETSGoldenTests {
    private static let names = [
        "airpassengers", "co2_monthly", "infra_hourly_ms_ingress-01-0", "m3_monthly_N2000",
        "m3_quarterly_N1071",
        "m3_yearly_N0323", "nile", "tourism_monthly_M355",
    ]
    private static let forms = [
        "ANN", "AAN", "AANd", "AAA", "AAAd", "MNN", "MAN", "MANd", "MNM", "MAM", "MAMd",
    ]
    /// The season weight of these is above 1 − α, outside the bounds that the reference states and we keep.
    private static let outsideBounds = ["tourism_monthly_M355 AAA", "tourism_monthly_M355 AAAd"]

    /// A form by the name that the golden files use, such as `MAMd`.
    private func form(_ name: String) -> ETS.Form {
        let letters = Array(name)
        return ETS.Form(
            error: letters[0] == "A" ? .additive : .multiplicative,
            trend: letters[1] == "N" ? .none : name.hasSuffix("d") ? .damped : .additive,
            season: letters[2] == "N" ? .none : letters[2] == "A" ? .additive : .multiplicative)
    }

    /// Level, slope and phases from a list whose last element belongs to the step after `steps`.
    private func state(_ list: [Double], _ form: ETS.Form, period: Int, after steps: Int) -> ETSState {
        let head = form.trend == .none ? 1 : 2
        let phases = Array(list[head...])
        return ETSState(
            level: list[0], trend: head == 2 ? list[1] : 0,
            season: phases.indices.map { phase in
                phases[((steps - 1 - phase) % period + period) % period]
            }, phase: phases.isEmpty ? 0 : steps % period, multiplies: form.season == .multiplicative)
    }

    private struct Wanted {
        var weights: [Double]
        var initial: [Double]
        var last: [Double]
        var logLikelihood: Double
        var mse: Double
        var fitted: [Double]
        var forecast: [Double]
    }

    private func expectRecursion(
        _ values: [Double], period: Int, _ form: ETS.Form, _ want: Wanted, _ at: String
    ) {
        let weights = ETSState.Weights(
            level: want.weights[0], trend: want.weights[1], season: want.weights[2], damping: want.weights[3])
        var state = state(want.initial, form, period: period, after: 0)
        var (squares, relative, logarithms) = (0.0, 0.0, 0.0)
        var means: [Double] = []
        state.run(over: values, weights) { _, mean, error in
            means.append(mean)
            squares += error * error
            relative += error * error / (mean * mean)
            logarithms += log(abs(mean))
        }
        func expect(_ got: Double, _ want: Double, _ what: String) {
            #expect(abs(got - want) <= 1e-6 * max(1e-3, abs(want)), "\(at), \(what): \(got) for \(want)")
        }
        let count = Double(values.count)
        let isRelative = form.error == .multiplicative
        let likelihood = isRelative ? -count / 2 * log(relative) - logarithms : -count / 2 * log(squares)
        expect(likelihood, want.logLikelihood, "log likelihood")
        expect(squares / count, want.mse, "mse")
        for (got, want) in zip(means, want.fitted) { expect(got, want, "fitted") }
        let last = self.state(want.last, form, period: period, after: values.count)
        expect(state.level, last.level, "level")
        expect(state.trend, last.trend, "trend")
        for (got, want) in zip(state.season, last.season) { expect(got, want, "season") }
        for (got, want) in zip(state.mean(steps: want.forecast.count, weights), want.forecast) {
            expect(got, want, "forecast")
        }
    }

    @Test func `the recursion is the published one on the flow of the Nile`() throws {
        for golden in try GoldenFile("Tests/ForecastingTests/Golden/ets.json").cases {
            let values = try goldenValues(golden)
            let want = golden.object("outputs")
            let form = form(want.text("form"))
            expectRecursion(
                values, period: 1, form,
                Wanted(
                    weights: want.numbers("parameters"), initial: want.numbers("initial state"),
                    last: want.numbers("last state"), logLikelihood: want.number("log likelihood"),
                    mse: want.number("mse"), fitted: want.numbers("first fitted"),
                    forecast: want.numbers("forecast")), "nile \(form.name)")
            let model = try ETS(form: form).fit(Series(values: values))
            #expect(model.form == form)
            #expect(abs(model.logLikelihood - want.number("log likelihood")) <= 0.01, "\(form.name)")
            #expect(abs(model.correctedCriterion - want.number("aicc")) <= 0.02, "\(form.name)")
        }
    }

    @Test(
        .enabled(if: SharedData.has("golden-forecast/nile.dev.json"), "the shared golden files are not here"),
        arguments: names)
    func `the recursion at stored parameters gives the stored numbers`(name: String) throws {
        let golden = try SharedData.object("golden-forecast/\(name).dev.json")
        let values = golden.numbers("train")
        let period = Int(golden.number("m"))
        for key in Self.forms where golden.object("ETS_fixed_model").has(key) {
            let stored = golden.object("ETS_fixed_model").object(key)
            let form = form(key)
            let parameters = stored.object("params")
            func parameter(_ name: String) -> Double? { parameters.optionalNumber(name) }
            let weights = [
                parameters.number("alpha"), parameter("beta") ?? 0, parameter("gamma") ?? 0,
                parameter("phi") ?? (form.trend == .none ? 0 : 1),
            ]
            let forecast =
                form.trend == .damped
                ? stored.numbers("forecast_mean_textbook") : stored.object("forecast").numbers("mean")
            expectRecursion(
                values, period: period, form,
                Wanted(
                    weights: weights, initial: stored.numbers("initial_states"),
                    last: stored.numbers("last_state"), logLikelihood: stored.number("loglik_sf"),
                    mse: stored.number("mse"), fitted: stored.numbers("fitted_head"), forecast: forecast),
                "\(name) \(key)")
        }
    }

    @Test(
        .enabled(if: SharedData.has("golden-forecast/nile.dev.json"), "the shared golden files are not here"),
        arguments: names)
    func `the damped additive recursion gives the stored errors and forecasts`(name: String) throws {
        let golden = try SharedData.object("golden-forecast/\(name).dev.json")
        let values = golden.numbers("train")
        let stored = golden.object("ETS_AAdA_recursion_at_fixed_params")
        let weights = ETSState.Weights(
            level: stored.number("alpha"), trend: stored.number("beta"),
            season: stored.optionalNumber("gamma") ?? 0,
            damping: stored.number("phi"))
        let season = stored.optionalNumbers("s0") ?? []
        var state = ETSState(
            level: stored.number("l0"), trend: stored.number("b0"), season: season.count > 1 ? season : [],
            multiplies: false)
        var sum = 0.0
        var means: [Double] = []
        state.run(over: values, weights) { _, mean, error in
            means.append(mean)
            sum += error * error
        }
        #expect(abs(sum / stored.number("sse") - 1) <= 1e-6)
        let want = stored.numbers("fitted_tail") + stored.numbers("forecast")
        let got = means.suffix(5) + state.mean(steps: want.count - 5, weights)
        for (got, want) in zip(got, want) { #expect(abs(got - want) <= 1e-6 * max(1, abs(want))) }
    }

    @Test(
        .enabled(if: SharedData.has("golden-forecast/nile.dev.json"), "the shared golden files are not here"),
        arguments: names)
    func `our fits are as likely as the stored ones, and so is the choice`(name: String) throws {
        let golden = try SharedData.object("golden-forecast/\(name).dev.json")
        let period = Int(golden.number("m"))
        let history = Series(values: golden.numbers("train"))
        let keys = Self.forms.filter { golden.object("ETS_fixed_model").has($0) }
        for key in keys where !Self.outsideBounds.contains("\(name) \(key)") {
            let stored = golden.object("ETS_fixed_model").object(key).number("loglik_sf")
            let model = try ETS(period: period, form: form(key)).fit(history)
            #expect(model.form == form(key))
            #expect(
                model.logLikelihood >= stored - 0.1, "\(name) \(key): \(model.logLikelihood) for \(stored)")
        }
        let chosen = try ETS(period: period).fit(history)
        let stored = golden.object("AutoETS").number("aicc")
        #expect(
            chosen.correctedCriterion <= stored + 0.2, "\(name): \(chosen.correctedCriterion) for \(stored)")
    }

    @Test(
        .enabled(if: SharedData.has("golden-forecast/nile.dev.json"), "the shared golden files are not here"),
        arguments: names)
    func `within the bounds of statsmodels the squared errors are as small`(name: String) throws {
        let golden = try SharedData.object("golden-forecast/\(name).dev.json").object(
            "HoltWinters_statsmodels")
        let file = try SharedData.object("golden-forecast/\(name).dev.json")
        let values = file.numbers("train")
        var search = ETSSearch(values: values, filled: values, period: Int(file.number("m")))
        search.weightBounds = (0, 1)
        search.dampingBounds = (0.8, 0.995)
        for (key, name) in [
            ("add_None", "AAN"), ("add_d_None", "AANd"), ("add_add", "AAA"), ("add_d_add", "AAAd"),
        ] {
            guard golden.has(key) else { continue }
            let fit = search.fit(form(name))
            let sse = exp(-2 * fit.logLikelihood / Double(values.count))
            let stored = golden.object(key).number("sse")
            // The best curve without any learning, which the weight 0 allows, is missed on the Nile.
            let limit = file.text("name") == "nile" && key == "add_d_None" ? 1.03 : 1.001
            #expect(sse <= limit * stored, "\(name) \(key): \(sse / stored) of the stored")
        }
    }
}

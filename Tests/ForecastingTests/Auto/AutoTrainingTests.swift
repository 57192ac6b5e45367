import Foundation
import Numerics
import TestSupport
import Testing

@testable import Forecasting

@Suite struct AutoTrainingTests {
    /// Seasonal series, some on a level that moves: enough to learn something from.
    private static func examples(_ count: Int, seed: UInt64 = 1) -> [AutoExample] {
        (0..<count).map { number in
            var random = SeededSeries(seed: seed + UInt64(number))
            let season = random.season(72, period: 12, noise: 0.5)
            let values = season.enumerated().map { 20 + $1 + (number % 2 == 0 ? 0 : 0.2 * Double($0)) }
            let history = Array(values.prefix(60))
            let scale = (12..<60).reduce(0) { $0 + abs(history[$1] - history[$1 - 12]) / 48 }
            return AutoExample(
                set: number % 3 == 0 ? "a" : "b", series: "\(number / 2)", source: "\(number / 2)",
                history: history, truth: Array(values.suffix(12)), seasons: [12], scale: scale,
                benchmark: (10, 1), isLatest: number % 2 == 1)
        }
    }

    @Test func `learning twice gives the same numbers, and they forecast`() throws {
        let cases = Self.examples(24).compactMap { AutoCase($0) }
        #expect(cases.count == 24)
        let learned = try AutoLearner(cases, seed: 3, effort: 0.1).learn()
        #expect(try AutoLearner(cases, seed: 3, effort: 0.1).learn() == learned)
        #expect(try AutoParameters(learned.text) == learned.parameters)
        #expect(try AutoLearner(cases, seed: 4, effort: 0.1).learn() != learned)
        #expect(try AutoLearner(cases, seed: 3, effort: 0.1).learn(without: ["3"]) != learned)

        var errors = (own: 0.0, equal: 0.0)
        for example in Self.examples(12, seed: 900) {
            let prepared = try #require(AutoCase(example))
            let own = AutoCombination(
                prepared.evidence, learned.parameters.weights, network: learned.parameters.network)
            let share = 1 / Double(own.forecasts.count)
            let equal = AutoCombination(
                forecasts: own.forecasts, weights: own.forecasts.map { _ in share }, usesMedian: false)
            for (h, truth) in prepared.truth.enumerated() {
                errors.own += abs(own.path[h] - truth)
                errors.equal += abs(equal.path[h] - truth)
            }
        }
        #expect(errors.own < errors.equal, "\(errors)")
    }

    @Test func `too little to learn from is refused, and a wish to stop is heard`() throws {
        let cases = Self.examples(24).compactMap { AutoCase($0) }
        #expect(throws: ForecastError.historyTooShort(needed: 20, got: 10)) {
            try AutoLearner(Array(cases.prefix(10))).learn()
        }
        #expect(throws: ForecastError.cancelled) {
            try AutoLearner(cases).learn(progress: FitProgress { _, _ in false })
        }
    }

    @Test func `every source is in one part, and every set in all of them`() {
        let examples = Self.examples(60)
        let parts = AutoLearner.parts(of: examples, folds: 5)
        #expect(Set(parts.keys) == Set(examples.map(\.source)))
        #expect(Set(parts.values) == Set(0..<5))
        let sizes = (0..<5).map { part in parts.values.count { $0 == part } }
        #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 2, "\(sizes)")
    }

    /// The derivative that training follows, against differences of the loss.
    @Test func `the slope of the loss is its derivative`() {
        let cases = Self.examples(4).compactMap { AutoCase($0) }
        let weights = CaseWeights(cases, learning: [0, 1, 2, 3])
        #expect(abs(weights.weights.reduce(0, +) - 1) < 1e-12)
        func loss(_ forecast: Double, _ truth: Double, _ scale: Double) -> Double {
            let percent = 200 * abs(forecast - truth) / (abs(forecast) + abs(truth))
            return 0.5 * percent / weights.smape[1] + 0.5 * abs(forecast - truth) / scale / weights.mase[1]
        }
        for (forecast, truth) in [(3.0, 2.5), (2.0, 2.5), (-1, 2), (0.5, -0.4)] {
            let step = 1e-6
            let difference =
                (loss(forecast + step, truth, 2) - loss(forecast - step, truth, 2)) / (2 * step)
            let slope = weights.slope(1, forecast: forecast, truth: truth, scale: 2)
            #expect(abs(slope - difference) < 1e-6 * max(1, abs(slope)))
        }
    }

    /// A layer learns a function that is known.
    @Test func `a hidden layer learns a curve`() {
        var random = Xoshiro256StarStar(seed: 5)
        let count = 400
        let z = Matrix(rows: count, columns: 2, elements: (0..<2 * count).map { _ in random.nextNormal() })
        let target = (0..<count).map { 0.5 * z[$0, 0] + tanh(2 * z[$0, 1]) + 0.3 }
        let plan = LayerTraining.Plan(
            units: 8, steps: 600, hands: 4, rate: 0.03, penalty: 0, hasOutputBias: true, hasLinear: true)
        var layer = LayerTraining(plan, inputs: 2, outputs: 1, seed: 6)
        var last = 0.0
        layer.train(z, rows: Array(0..<count), seed: 7) { rows, outputs in
            var slopes = Matrix(rows: rows.count, columns: 1)
            last = 0
            for (place, row) in rows.enumerated() {
                let error = outputs[place, 0] - target[row]
                last += error * error / Double(rows.count)
                slopes[place, 0] = 2 * error / Double(count)
            }
            return slopes
        }
        #expect(last < 1e-3, "\(last)")
        let used = layer.weights(means: [0, 0], spreads: [1, 1])
        #expect(abs(used.outputs([1, -0.5])[0] - (0.5 + tanh(-1) + 0.3)) < 0.1)
    }
}

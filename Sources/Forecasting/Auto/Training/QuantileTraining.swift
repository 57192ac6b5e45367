import Glibc
import Numerics

/// Trains the network of the quantiles on the errors of the combination.
struct QuantileTraining {
    static let plan = LayerTraining.Plan(
        units: 8, steps: 900, hands: 20, rate: 0.02, penalty: 4e-4, hasOutputBias: false, hasLinear: true)
    /// So many networks are averaged, which makes one wider network.
    static let copies: UInt64 = 2
    /// Widths before anything is learned, in robust scales.
    static let start = [2.5, 1.6, 1.1, 0.7, 0.35]
    /// At most so many steps of a forecast are looked at.
    static let mostSteps = 8
    /// A row counts at most so many times the median one.
    private static let reach = 20.0
    /// The last example of a series counts so much more than earlier ones.
    private static let latest = 2.0

    private var facts: [[Double]] = []
    private var errors: [Double] = []
    private var weights: [Double] = []

    /// Gathers rows: both sides of some steps of every case.
    init(
        _ cases: [AutoCase], _ rows: [Int], network: (Int) -> DenseWeights, _ learned: AutoParameters.Weights
    ) {
        var seriesOfSet: [String: Set<String>] = [:]
        for row in rows { seriesOfSet[cases[row].example.set, default: []].insert(cases[row].series) }
        var upper: (facts: [[Double]], errors: [Double], weights: [Double]) = ([], [], [])
        var ofSeries: [String: Double] = [:]
        for row in rows {
            let steps = min(cases[row].truth.count, Self.mostSteps)
            ofSeries[cases[row].series, default: 0] += Double(steps)
        }
        for row in rows {
            let example = cases[row]
            let combination = AutoCombination(example.evidence, learned, network: network(row))
            let path = combination.path
            let sides = QuantileFacts(example.evidence, combination, path: path)
            let series = Double(seriesOfSet[example.example.set]?.count ?? 1)
            let weight =
                1 / series.squareRoot() / (ofSeries[example.series] ?? 1) / (sides.spread + 0.1)
                * (example.example.isLatest ? Self.latest : 1)
            let all = Self.mostSteps
            for h in WeighedCase.spread(path.count, most: all, all: all) {
                let error = (example.truth[h] - path[h]) / sides.unit
                facts.append(sides.below[h])
                errors.append(-error)
                weights.append(weight)
                upper.facts.append(sides.above[h])
                upper.errors.append(error)
                upper.weights.append(weight)
            }
        }
        facts += upper.facts
        errors += upper.errors
        weights += upper.weights
        let limit = Self.reach * Descriptive.median(weights)
        weights = weights.map { min($0, limit) }
        let total = weights.reduce(0, +)
        weights = weights.map { $0 / total }
    }

    /// The network of all rows.
    func train(seed: UInt64, effort: Double) -> DenseWeights {
        let scales = FactScales(facts, keepsFirst: true)
        let layer = DenseWeights(
            means: scales.means, spreads: scales.spreads, hidden: [], hiddenBias: [], output: [],
            outputBias: [], linear: [])
        let inputs = AutoQuantiles.facts
        let tails = AutoQuantiles.tails
        let z = Matrix(
            rows: facts.count, columns: inputs, elements: facts.flatMap { layer.standardised($0) })
        func slopes(_ rows: [Int], _ outputs: Matrix) -> Matrix {
            var slopes = Matrix(rows: rows.count, columns: tails.count)
            for (place, row) in rows.enumerated() {
                for (q, tail) in tails.enumerated() {
                    let logarithm = outputs[place, q]
                    guard AutoQuantiles.held(logarithm) == logarithm else { continue }
                    let width = exp(logarithm)
                    // The pinball loss of the error at the width, tails made as heavy as the middle.
                    let share = weights[row] / tail.squareRoot()
                    slopes[place, q] = share * (errors[row] > width ? tail - 1 : tail) * width
                }
            }
            return slopes
        }
        let copies = (0..<Self.copies).map { copy in
            var training = LayerTraining(
                Self.plan.scaled(by: effort), inputs: inputs, outputs: tails.count,
                start: Self.start.map { log($0) },
                seed: seed &* 41 &+ copy)
            training.train(z, rows: Array(facts.indices), seed: seed &* 43 &+ copy, slopes: slopes)
            return training.weights(means: scales.means, spreads: scales.spreads)
        }
        return DenseWeights.average(copies)
    }
}

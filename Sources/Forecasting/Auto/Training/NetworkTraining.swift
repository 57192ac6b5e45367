import Numerics

/// Trains the network among the candidates.
struct NetworkTraining {
    static let plan = LayerTraining.Plan(
        units: 32, steps: 1_200, hands: 12, rate: 0.01, penalty: 5e-4, hasOutputBias: true, hasLinear: false)
    /// So many networks are averaged, which makes one wider network.
    static let copies = 2
    /// A value's derivative is held within so many of the case's mean weight.
    private static let steepest = 3.0

    private let cases: [AutoCase]
    private let plan: LayerTraining.Plan
    private let progress: FitProgress

    init(_ cases: [AutoCase], effort: Double, progress: FitProgress) {
        self.cases = cases
        plan = Self.plan.scaled(by: effort)
        self.progress = progress
    }

    /// The network of the cases `rows`.
    func train(on rows: [Int], seed: UInt64) throws(ForecastError) -> DenseWeights {
        let scales = FactScales(rows.map { cases[$0].evidence.network.facts }, keepsFirst: false)
        var usual = DenseWeights.empty(scales)
        let inputs = GlobalNetwork.inputs
        var z = Matrix(rows: cases.count, columns: inputs)
        for row in rows {
            for (j, value) in usual.standardised(cases[row].evidence.network.facts).enumerated() {
                z[row, j] = value
            }
        }
        let weights = CaseWeights(cases, learning: rows)
        var copies: [DenseWeights] = []
        for copy in 0..<UInt64(Self.copies) {
            try progress.checkpoint()
            var layer = LayerTraining(plan, inputs: inputs, outputs: 3, seed: seed &* 31 &+ copy)
            layer.train(z, rows: rows, seed: seed &* 37 &+ copy) { slopes($0, $1, weights) }
            copies.append(layer.weights(means: scales.means, spreads: scales.spreads))
        }
        usual = DenseWeights.average(copies)
        return usual
    }

    private func slopes(_ rows: [Int], _ outputs: Matrix, _ weights: CaseWeights) -> Matrix {
        var slopes = Matrix(rows: rows.count, columns: 3)
        for (place, row) in rows.enumerated() {
            let example = cases[row]
            let network = example.evidence.network
            let steps = example.truth.count
            let share = weights.weights[row] / Double(steps)
            let bends = (0..<3).map { outputs[place, $0] }
            var sums = [0.0, 0, 0]
            for h in 0..<steps {
                let hats = GlobalNetwork.hats(step: h, of: steps)
                let forecast = network.value(h, hats, bends)
                let slope = weights.slope(
                    row, forecast: forecast, truth: example.truth[h], scale: example.scale)
                let limit = Self.steepest * share
                let held = min(max(slope * share * network.reach(h), -limit), limit)
                for i in 0..<3 { sums[i] += held * hats[i] }
            }
            for i in 0..<3 { slopes[place, i] = sums[i] }
        }
        return slopes
    }
}

extension DenseWeights {
    /// A layer of which only the scales are known.
    fileprivate static func empty(_ scales: FactScales) -> DenseWeights {
        DenseWeights(
            means: scales.means, spreads: scales.spreads, hidden: [], hiddenBias: [], output: [],
            outputBias: [], linear: [])
    }

    /// The mean of layers with the same scales: their units side by side.
    static func average(_ layers: [DenseWeights]) -> DenseWeights {
        var wide = layers[0]
        let share = 1 / Double(layers.count)
        wide.hidden = layers.flatMap(\.hidden)
        wide.hiddenBias = layers.flatMap(\.hiddenBias)
        wide.output = wide.output.indices.map { r in
            layers.flatMap { layer in layer.output[r].map { $0 * share } }
        }
        wide.outputBias = wide.outputBias.indices.map { r in
            layers.reduce(0) { $0 + $1.outputBias[r] * share }
        }
        wide.linear = wide.linear.indices.map { r in
            wide.linear[r].indices.map { j in layers.reduce(0) { $0 + $1.linear[r][j] * share } }
        }
        return wide
    }
}

import Glibc
import Numerics

/// Trains what gives each candidate its weight.
struct WeightTraining {
    static let steps = 400
    static let hands = 6
    static let rate = 0.025
    /// The weight of the squared numbers in the loss, a tenth of it for those without a feature.
    static let penalty = (features: 1e-3, constant: 1e-4)
    /// Where trust in errors, in distances and in gaps begins.
    static let start = [0, 0, -1.5]
    /// At most so many steps of a forecast are looked at, spread evenly.
    static let mostSteps = (all: 18, spread: 16)

    private let cases: [WeighedCase]
    private let weights: CaseWeights
    private let candidates: Int
    private let features: Int
    private let steps: Int

    init(_ cases: [WeighedCase], weights: CaseWeights, effort: Double) {
        steps = Int(effort * Double(Self.steps))
        self.cases = cases
        self.weights = weights
        candidates = cases.first?.forecasts.count ?? 0
        features = AutoFeatures.names.count
    }

    /// The weights of the cases `rows`.
    func train(
        on rows: [Int], features raw: [[Double]], seed: UInt64, progress: FitProgress
    ) throws(ForecastError) -> AutoParameters.Weights {
        let scales = FactScales(rows.map { raw[$0] }, keepsFirst: true, floor: 1e-9)
        var learned = AutoParameters.Weights(
            means: scales.means, spreads: scales.spreads, prior: [], errorTrust: [], distanceTrust: [],
            gapTrust: [], constants: [])
        let z = raw.map(learned.standardised)
        let prior = candidates * features
        var parameters = [Double](repeating: 0, count: prior + 3 * features + 3)
        for i in 0..<3 { parameters[prior + 3 * features + i] = Self.start[i] }
        var adam = Adam(learningRate: Self.rate, beta1: 0.9, beta2: 0.999, epsilon: 1e-9)
        var batches = Minibatches(
            rows, steps: steps, hands: Self.hands, rate: Self.rate, seed: seed)
        while let batch = batches.next() {
            try progress.checkpoint()
            var gradient = [Double](repeating: 0, count: parameters.count)
            for row in batch.rows { add(row, z[row], parameters, to: &gradient) }
            for i in gradient.indices {
                let isConstant = i < prior && i % features == 0
                let penalty =
                    i >= prior + 3 * features ? 0 : isConstant ? Self.penalty.constant : Self.penalty.features
                gradient[i] = Double(Self.hands) * gradient[i] + 2 * penalty * parameters[i]
            }
            adam.learningRate = batch.rate
            adam.step(&parameters, gradient: gradient)
        }
        learned.prior = (0..<candidates).map { Array(parameters[$0 * features..<($0 + 1) * features]) }
        learned.errorTrust = Array(parameters[prior..<prior + features])
        learned.distanceTrust = Array(parameters[prior + features..<prior + 2 * features])
        learned.gapTrust = Array(parameters[prior + 2 * features..<prior + 3 * features])
        learned.constants = Array(parameters[(prior + 3 * features)...])
        return learned
    }

    /// Adds the derivative of the loss of one case.
    private func add(_ row: Int, _ z: [Double], _ p: [Double], to gradient: inout [Double]) {
        let example = cases[row]
        // Where the median serves, the weights are not learned.
        guard !example.usesMedian else { return }
        let (count, width, prior) = (candidates, features, candidates * features)
        func dot(_ begin: Int) -> Double {
            var sum = 0.0
            for j in 0..<width { sum += p[begin + j] * z[j] }
            return sum
        }
        let constants = prior + 3 * width
        let trust = example.isValidated ? exp(p[constants] + 0.5 * dot(prior)) : 0
        let caution = exp(p[constants + 1] + 0.5 * dot(prior + width))
        let care = exp(p[constants + 2] + 0.5 * dot(prior + 2 * width))
        let against = example.penalties
        var weight = (0..<count).map { k in
            dot(k * width) - trust * against.errors[k] - caution * against.distances[k]
                - care * against.gaps[k]
        }
        let highest = weight.max() ?? 0
        var total = 0.0
        for k in 0..<count {
            weight[k] = exp(weight[k] - highest)
            total += weight[k]
        }
        for k in 0..<count { weight[k] /= total }

        let combination = AutoCombination(forecasts: [], weights: weight, usesMedian: false)
        let share = weights.weights[row] / Double(example.steps.count)
        var logits = [Double](repeating: 0, count: count)
        var held = [Double](repeating: 0, count: count)
        for (place, h) in example.steps.enumerated() {
            let forecast = combination.step(
                at: h, of: example.forecasts, order: example.order[place], held: &held)
            let slope =
                share
                * weights.slope(row, forecast: forecast, truth: example.truth[h], scale: example.scale)
            for k in 0..<count { logits[k] += slope * weight[k] * (held[k] - forecast) }
        }
        var (errors, distances, gaps) = (0.0, 0.0, 0.0)
        for k in 0..<count {
            for j in 0..<width { gradient[k * width + j] += logits[k] * z[j] }
            errors -= logits[k] * against.errors[k] * trust
            distances -= logits[k] * against.distances[k] * caution
            gaps -= logits[k] * against.gaps[k] * care
        }
        for (i, sum) in [errors, distances, gaps].enumerated() {
            gradient[constants + i] += sum
            for j in 0..<width { gradient[prior + i * width + j] += 0.5 * sum * z[j] }
        }
    }
}

/// A case whose network has spoken: what the weights see.
struct WeighedCase {
    let forecasts: [[Double]]
    let penalties: AutoPenalties
    let isValidated: Bool
    let usesMedian: Bool
    let truth: [Double]
    let scale: Double
    /// The steps that are looked at, and the candidates in ascending order at each.
    let steps: [Int]
    let order: [[Int]]

    init(_ example: AutoCase, network: DenseWeights) {
        let evidence = example.evidence
        let forecasts = evidence.forecasts + [evidence.network.forecast(network, within: evidence.bounds)]
        self.forecasts = forecasts
        penalties = AutoPenalties(evidence, forecasts: forecasts)
        isValidated = !evidence.validations.isEmpty
        usesMedian = AutoCombination.usesMedian(evidence)
        truth = example.truth
        scale = example.scale
        steps = Self.spread(
            truth.count, most: WeightTraining.mostSteps.spread, all: WeightTraining.mostSteps.all)
        order = steps.map { h in
            forecasts.indices.sorted { (forecasts[$0][h], $0) < (forecasts[$1][h], $1) }
        }
    }

    /// All steps of a short horizon, or `most` of a longer one, the first and the last among them.
    static func spread(_ count: Int, most: Int, all: Int) -> [Int] {
        guard count > all else { return Array(0..<count) }
        let places = (0..<most).map {
            Int((Double($0) * Double(count - 1) / Double(most - 1)).rounded(.toNearestOrEven))
        }
        return places.indices.filter { $0 == 0 || places[$0] != places[$0 - 1] }.map { places[$0] }
    }
}

import Forecasting
import Glibc
import Numerics

/// Learns a fusion network from labelled series, so that within each of them anomalous values rank first.
///
/// Every series counts the same. Each step sees eight series, of each up to 48 anomalous and 400 quiet values. Networks
/// of two seeds are averaged; the mean of a network over the second half of the steps is what is kept. The network
/// and the plain sum then get the same spread.
struct FusionTraining {
    private static let units = 16
    private static let copies: UInt64 = 2
    private static let epochs = 40
    private static let seriesInStep = 8
    private static let positives = 48
    private static let negatives = 400
    private static let rate = 0.01
    private static let lastShare = 0.1
    private static let squareMemory = 0.99
    private static let penalty = 1e-4
    private static let firstSpread = 0.3

    /// The numbers of a training, by the names of `model.json`.
    static let plan: [String: Double] = [
        "units": Double(units), "copies": Double(copies), "epochs": Double(epochs),
        "series_in_step": Double(seriesInStep), "positives": Double(positives),
        "negatives": Double(negatives),
        "rate": rate, "penalty": penalty,
    ]

    private let examples: [FusionExample]
    private let width: Int
    private let epochs: Int
    private let progress: FitProgress

    /// - Parameters:
    ///   - examples: At least one; each of as many features a value.
    ///   - effort: How many times the usual rounds; tests are content with less.
    init(_ examples: [FusionExample], effort: Double = 1, progress: FitProgress = .ignored) {
        epochs = max(2, Int(effort * Double(Self.epochs)))
        self.examples = examples
        width = examples[0].features.count / examples[0].count
        self.progress = progress
    }

    /// The network of the examples `chosen`.
    func train(on chosen: [Int], seed: UInt64 = 1) throws(ForecastError) -> FusionNetwork {
        var copies: [[Double]] = []
        for copy in 0..<Self.copies {
            copies.append(try trained(on: chosen, seed: seed &* 31 &+ copy))
        }
        let layout = Layout(width: width, units: Self.units)
        let share = 1 / Double(Self.copies)
        let raw = FusionNetwork(
            linear: layout.linear.map { i in copies.reduce(0) { $0 + $1[i] * share } },
            hidden: (0..<width).flatMap { row in
                let first = layout.hidden.lowerBound + row * Self.units
                return copies.flatMap { $0[first..<first + Self.units] }
            },
            hiddenBias: copies.flatMap { $0[layout.bias] },
            output: copies.flatMap { $0[layout.output].map { $0 * share } }, netScale: 1, sumScale: 1)
        return scaled(raw, on: chosen)
    }

    /// Where the parameters of one network lie among all.
    private struct Layout {
        let linear: Range<Int>
        let hidden: Range<Int>
        let bias: Range<Int>
        let output: Range<Int>

        init(width: Int, units: Int) {
            linear = 0..<width
            hidden = width..<width + width * units
            bias = hidden.upperBound..<hidden.upperBound + units
            output = bias.upperBound..<bias.upperBound + units
        }
    }

    private func trained(on chosen: [Int], seed: UInt64) throws(ForecastError) -> [Double] {
        var random = Xoshiro256StarStar(seed: seed)
        let layout = Layout(width: width, units: Self.units)
        var parameters = [Double](repeating: 0, count: layout.output.upperBound)
        for i in layout.linear { parameters[i] = 1 / Double(width).squareRoot() }
        for i in layout.hidden {
            parameters[i] = Self.firstSpread / Double(width).squareRoot() * random.nextNormal()
        }
        var adam = Adam(learningRate: Self.rate, beta2: Self.squareMemory)
        var mean = [Double](repeating: 0, count: parameters.count)
        var kept = 0.0
        for epoch in 0..<epochs {
            try progress.checkpoint()
            adam.learningRate = Self.rate * (1 - (1 - Self.lastShare) * Double(epoch) / Double(epochs))
            let order = chosen.shuffled(using: &random)
            for first in stride(from: 0, to: order.count, by: Self.seriesInStep) {
                let hand = order[first..<min(first + Self.seriesInStep, order.count)]
                let gradient = gradient(of: parameters, layout, hand, &random)
                adam.step(&parameters, gradient: gradient)
            }
            guard epoch >= epochs / 2 else { continue }
            for i in mean.indices { mean[i] += parameters[i] }
            kept += 1
        }
        return mean.map { $0 / kept }
    }

    private func gradient(
        of parameters: [Double], _ layout: Layout, _ hand: ArraySlice<Int>,
        _ random: inout Xoshiro256StarStar
    ) -> [Double] {
        let draws = hand.map { draw(examples[$0], &random) }
        let rows = draws.reduce(0) { $0 + $1.rows.count }
        var inputs = Matrix(rows: rows, columns: width)
        inputs.withMutableElements { elements in
            var place = 0
            for (example, draw) in zip(hand, draws) {
                let features = examples[example].features
                for row in draw.rows {
                    for j in 0..<width { elements[place + j] = Double(features[row * width + j]) }
                    place += width
                }
            }
        }
        let weights = Matrix(
            rows: width, columns: Self.units, elements: Array(parameters[layout.hidden]))
        var hidden = inputs * weights
        let linear = inputs.times(Array(parameters[layout.linear]))
        var scores = linear
        for row in 0..<rows {
            for unit in 0..<Self.units {
                let value = tanh(hidden[row, unit] + parameters[layout.bias.lowerBound + unit])
                hidden[row, unit] = value
                scores[row] += value * parameters[layout.output.lowerBound + unit]
            }
        }
        var slopes: [Double] = []
        var first = 0
        for draw in draws {
            let part = Array(scores[first..<first + draw.rows.count])
            let found = RankingLoss.slopes(part, positives: draw.positives, weight: draw.weight)
            slopes += found.slopes.map { $0 / Double(hand.count) }
            first += draw.rows.count
        }
        var gradient = parameters.map { Self.penalty * $0 }
        for i in layout.bias { gradient[i] = 0 }
        for (j, slope) in inputs.transposeTimes(slopes).enumerated() { gradient[j] += slope }
        var deltas = Matrix(rows: rows, columns: Self.units)
        for row in 0..<rows {
            for unit in 0..<Self.units {
                let value = hidden[row, unit]
                let delta =
                    slopes[row] * parameters[layout.output.lowerBound + unit] * (1 - value * value)
                deltas[row, unit] = delta
                gradient[layout.bias.lowerBound + unit] += delta
                gradient[layout.output.lowerBound + unit] += slopes[row] * value
            }
        }
        let hiddenSlopes = inputs.transposed() * deltas
        for i in 0..<width {
            for unit in 0..<Self.units {
                gradient[layout.hidden.lowerBound + i * Self.units + unit] += hiddenSlopes[i, unit]
            }
        }
        return gradient
    }

    /// The values of a series that one step sees.
    private struct Draw {
        let rows: [Int]
        let positives: Int
        /// Of a quiet value.
        let weight: Double
    }

    private func draw(_ example: FusionExample, _ random: inout Xoshiro256StarStar) -> Draw {
        let positives = Self.choose(Self.positives, of: 0..<example.positives, &random)
        let negatives = Self.choose(Self.negatives, of: example.positives..<example.count, &random)
        return Draw(
            rows: positives + negatives, positives: positives.count,
            weight: example.ratio * Double(positives.count) / Double(negatives.count))
    }

    private static func choose(
        _ count: Int, of range: Range<Int>, _ random: inout Xoshiro256StarStar
    ) -> [Int] {
        Array(Array(range).shuffled(using: &random).prefix(count))
    }

    /// Gives the network and the sum a spread of 1 each over the examples, every series counting the same.
    private func scaled(_ network: FusionNetwork, on chosen: [Int]) -> FusionNetwork {
        var spreads = (network: 0.0, sum: 0.0)
        for index in chosen {
            let example = examples[index]
            var outputs: [Double] = []
            for row in 0..<example.count {
                let features = example.features[row * width..<(row + 1) * width].map { Double($0) }
                outputs.append(network.network(features.span))
            }
            spreads.network += Descriptive.variance(outputs)
            spreads.sum += Descriptive.variance(example.sums)
        }
        let count = Double(chosen.count)
        return FusionNetwork(
            linear: network.linear, hidden: network.hidden, hiddenBias: network.hiddenBias,
            output: network.output, netScale: 1 / max((spreads.network / count).squareRoot(), 1e-9),
            sumScale: 1 / max((spreads.sum / count).squareRoot(), 1e-9))
    }
}

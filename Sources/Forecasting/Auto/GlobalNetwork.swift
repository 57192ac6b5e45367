import Glibc
import Numerics

/// A small neural network learned from many series: a correction of the mean of four smoothing candidates.
///
/// One hidden layer of tanh looks at the last values without their season, in units of their usual change,
/// at the features, and at where eight candidates are half-way and at the end. Its three outputs bend the
/// mean at the beginning, in the middle and at the end of the horizon, in units of the root of the step.
struct GlobalNetwork {
    /// What it adds to, and what it is told of besides.
    static let base = [2, 3, 4, 16]
    private static let told = [2, 3, 4, 16, 7, 8, 17, 15]
    /// How many facts of the history, features and candidates it sees.
    static let inputs = 20 + (AutoFeatures.names.count - 1) + 2 * told.count

    /// The numbers that it sees.
    let facts: [Double]
    /// The mean of the base candidates without their season.
    private let mean: [Double]
    private let scale: Double
    private let effects: [Double]
    private let isMultiplicative: Bool

    /// Gathers what the network sees of a history of at least four values.
    init(_ adjustment: SeasonalAdjustment, _ forecasts: [[Double]], features: [Double], period: Int) {
        let steps = forecasts[0].count
        let effects = adjustment.effects(steps: steps)
        let isMultiplicative = adjustment.isMultiplicative
        func adjusted(_ k: Int, _ h: Int) -> Double {
            isMultiplicative ? forecasts[k][h] / effects[h] : forecasts[k][h] - effects[h]
        }
        let history = NetworkHistory(adjustment.adjusted, period: period)
        let (level, scale) = (history.level, history.scale)
        let middle = (steps - 1) / 2
        let whole = Double(steps).squareRoot()
        let half = (Double(steps + 1) / 2).squareRoot()
        let ends = Self.told.flatMap { k in
            [
                asinh((adjusted(k, steps - 1) - level) / scale / whole),
                asinh((adjusted(k, middle) - level) / scale / half),
            ]
        }
        facts = history.facts + features[1...] + ends
        mean = (0..<steps).map { h in
            Self.base.reduce(0) { $0 + adjusted($1, h) } / Double(Self.base.count)
        }
        self.scale = scale
        self.effects = effects
        self.isMultiplicative = isMultiplicative
    }

    /// The forecast with these weights, within `lowest ... highest`.
    func forecast(_ weights: DenseWeights, within bounds: ClosedRange<Double>) -> [Double] {
        let outputs = weights.outputs(facts)
        return mean.indices.map { h in
            let forecast = value(h, Self.hats(step: h, of: mean.count), outputs)
            return min(max(forecast, bounds.lowerBound), bounds.upperBound)
        }
    }

    /// The forecast of a step from the three outputs, not held.
    func value(_ h: Int, _ hats: [Double], _ outputs: [Double]) -> Double {
        let bend = hats[0] * outputs[0] + hats[1] * outputs[1] + hats[2] * outputs[2]
        let value = mean[h] + scale * Double(h + 1).squareRoot() * bend
        return isMultiplicative ? value * effects[h] : value + effects[h]
    }

    /// How much a step belongs to the beginning, the middle and the end of a horizon.
    static func hats(step: Int, of steps: Int) -> [Double] {
        let share = Double(step) / Double(max(steps - 1, 1))
        return [max(1 - 2 * share, 0), share < 0.5 ? 2 * share : 2 - 2 * share, max(2 * share - 1, 0)]
    }

    /// The derivative of the forecast of each step with respect to the three outputs: the hats times this.
    func reach(_ h: Int) -> Double {
        scale * Double(h + 1).squareRoot() * (isMultiplicative ? effects[h] : 1)
    }
}

/// The last values without their season as the network sees them: relative to the last, in units of the usual
/// change.
struct NetworkHistory {
    /// The last value.
    let level: Double
    /// The mean absolute change of late, wild ones held.
    let scale: Double
    /// Ten single values, eight means further back, and the size and wildness of the changes.
    let facts: [Double]

    private static let singles = 10
    private static let means = [3, 4, 6, 8, 12, 24, 48, 96]

    init(_ x: [Double], period: Int) {
        let count = x.count
        let seen = min(count, max(60, 2 * min(period, 48)))
        var changes = (1..<seen).map { abs(x[count - $0] - x[count - $0 - 1]) }
        let mean = changes.reduce(0, +) / Double(changes.count)
        let largest = changes.max() ?? 0
        let middle = Descriptive.value(ofRank: changes.count / 2, inPlace: &changes)
        let last = x[count - 1]
        let limit = 5 * middle + 1e-9 * abs(last) + 0.05 * largest
        let held = changes.reduce(0) { $0 + min($1, limit) } / Double(seen - 1)
        let size = x.reduce(0) { $0 + abs($1) } / Double(count)
        let scale = max(held, 1e-3 * size + 1e-12)
        var facts = (1...Self.singles).map { asinh((x[max(count - 1 - $0, 0)] - last) / scale) }
        var begin = Self.singles + 1
        for width in Self.means {
            let window = (begin..<begin + width).filter { $0 < count }.map { x[count - 1 - $0] }
            let far = window.reduce(0, +) / Double(window.count)
            facts.append(window.isEmpty ? facts[facts.count - 1] : asinh((far - last) / scale))
            begin += width
        }
        facts.append(log(scale / (size + 1e-12) + 1e-4))
        facts.append(log(scale / (mean + 1e-12)))
        level = last
        self.scale = scale
        self.facts = facts
    }
}

/// The learned numbers of one hidden layer of tanh on standardised inputs, with or without a linear part
/// beside it.
struct DenseWeights: Sendable, Equatable {
    /// Mean and spread of each input; what is farther than four spreads counts as four.
    var means: [Double]
    var spreads: [Double]
    /// One row a hidden unit.
    var hidden: [[Double]]
    var hiddenBias: [Double]
    /// One row an output, one column a hidden unit.
    var output: [[Double]]
    var outputBias: [Double]
    /// One row an output, one column an input; empty for none.
    var linear: [[Double]]

    private static let farthest = 4.0

    /// The inputs as the layer sees them.
    func standardised(_ inputs: [Double]) -> [Double] {
        inputs.indices.map { i in
            min(max((inputs[i] - means[i]) / spreads[i], -Self.farthest), Self.farthest)
        }
    }

    /// The outputs of raw inputs.
    func outputs(_ inputs: [Double]) -> [Double] {
        let z = standardised(inputs)
        let units = hidden.indices.map { tanh(hiddenBias[$0] + Self.dot(hidden[$0], z)) }
        return output.indices.map { r in
            outputBias[r] + Self.dot(output[r], units) + (linear.isEmpty ? 0 : Self.dot(linear[r], z))
        }
    }

    private static func dot(_ a: [Double], _ b: [Double]) -> Double {
        var sum = 0.0
        for i in a.indices { sum += a[i] * b[i] }
        return sum
    }
}

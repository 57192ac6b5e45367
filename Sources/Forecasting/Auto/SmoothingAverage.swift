import Glibc
import Numerics

/// Exponential smoothing averaged over a grid of its weights instead of estimated.
///
/// Each member starts from a state that it cast back over the first values, and counts exp(−n/2 · ln SSE):
/// its likelihood. No search, no starting point, and one pass over the values for eight members at a time.
///
/// - Source: back-casting: Gardner, *Exponential smoothing: the state of the art*, Journal of Forecasting 4
///   (1985); weights: Raftery, *Bayesian model selection in social research*, 1995.
enum SmoothingAverage {
    /// Initial states are cast back over at most so many values.
    static let backcast = 60
    /// Members that count less than this beside the best are left out.
    static let leastWeight = 1e-6

    private typealias Lanes = SIMD8<Double>

    /// A level averaged over twelve weights.
    struct Level {
        let level: Double
        /// The averaged smoothing weight.
        let weight: Double
    }

    private static let levelWeights: [Double] = [
        0.01, 0.03, 0.06, 0.1, 0.16, 0.24, 0.34, 0.46, 0.6, 0.75, 0.9, 0.99,
    ]

    /// Simple exponential smoothing of at least one value.
    static func level(_ x: ArraySlice<Double>) -> Level {
        let count = x.count
        var levels: [Double] = []
        var errors: [Double] = []
        x.withUnsafeBufferPointer { x in
            for group in lanes(levelWeights) {
                var level = Lanes(repeating: x[min(count, backcast) - 1])
                for t in stride(from: min(count, backcast) - 1, through: 0, by: -1) {
                    level += group.weights * (x[t] - level)
                }
                var sum = Lanes()
                for value in x {
                    let error = value - level
                    sum += error * error
                    level += group.weights * error
                }
                for i in 0..<group.used {
                    levels.append(level[i])
                    errors.append(sum[i])
                }
            }
        }
        let weights = likelihoods(errors, count: count)
        let total = weights.reduce(0, +)
        return Level(
            level: zip(weights, levels).reduce(0) { $0 + $1.0 * $1.1 } / total,
            weight: zip(weights, levelWeights).reduce(0) { $0 + $1.0 * $1.1 } / total)
    }

    /// Theta's line: the level, half the slope of a straight line through the values, and the bias that
    /// smoothing leaves.
    ///
    /// - Source: Assimakopoulos & Nikolopoulos, International Journal of Forecasting 16 (2000); Hyndman &
    ///   Billah, *Unmasking the Theta method*, same journal 19 (2003).
    static func theta(_ x: ArraySlice<Double>, _ smoothed: Level, steps: Int) -> [Double] {
        let count = Double(x.count)
        let slope = Line.slope(x)
        let bias = (1 - pow(1 - smoothed.weight, count)) / max(smoothed.weight, 1e-3)
        return (0..<steps).map { smoothed.level + 0.5 * slope * (Double($0) + bias) }
    }

    private static let trendGrid = (
        level: [0.05, 0.15, 0.3, 0.5, 0.75, 0.95], trend: [0, 0.03, 0.1, 0.25, 0.5]
    )

    /// Damped trends averaged over 30 pairs of weights for each of the dampings.
    static func trend(_ x: ArraySlice<Double>, dampings: [Double], steps: Int) -> [Double] {
        let count = x.count
        var members: [(level: Double, trend: Double, damping: Double)] = []
        for level in trendGrid.level {
            for trend in trendGrid.trend {
                for damping in dampings { members.append((level, trend, damping)) }
            }
        }
        var states: [(level: Double, trend: Double)] = []
        var errors: [Double] = []
        x.withUnsafeBufferPointer { x in
            let drift = (x[count - 1] - x[0]) / Double(max(count - 1, 1)) * 0.5
            for begin in stride(from: 0, to: members.count, by: Lanes.scalarCount) {
                let used = min(Lanes.scalarCount, members.count - begin)
                var (alpha, share, phi) = (Lanes(), Lanes(), Lanes())
                for i in 0..<used {
                    (alpha[i], share[i], phi[i]) = members[begin + i]
                }
                let beta = alpha * share
                var level = Lanes(repeating: x[min(count, backcast) - 1])
                var slope = Lanes()
                for t in stride(from: min(count, backcast) - 1, through: 0, by: -1) {
                    let next = level + phi * slope
                    let error = x[t] - next
                    level = next + alpha * error
                    slope = phi * slope + beta * error
                }
                slope = -slope
                for i in 0..<used where share[i] == 0 { slope[i] = phi[i] == 1 ? drift : 0 }
                var sum = Lanes()
                for value in x {
                    let next = level + phi * slope
                    let error = value - next
                    sum += error * error
                    level = next + alpha * error
                    slope = phi * slope + beta * error
                }
                for i in 0..<used {
                    states.append((level[i], slope[i]))
                    errors.append(sum[i])
                }
            }
        }
        var forecast = [Double](repeating: 0, count: steps)
        var total = 0.0
        for (member, weight) in likelihoods(errors, count: count).enumerated() where weight >= leastWeight {
            total += weight
            var power = 1.0
            var reach = 0.0
            for h in 0..<steps {
                power *= members[member].damping
                reach += power
                forecast[h] += weight * (states[member].level + states[member].trend * reach)
            }
        }
        return forecast.map { $0 / total }
    }

    private static let seasonGrid = (
        level: [0.05, 0.15, 0.4, 0.75], trend: [0, 0.06], season: [0.01, 0.06, 0.2, 0.45]
    )
    private static let seasonDamping = 0.95

    /// Additive damped Holt–Winters averaged over 32 triples of weights.
    static func season(_ y: [Double], period: Int, steps: Int) -> [Double] {
        let count = y.count
        let adjustment = SeasonalAdjustment(y, period: period, longPeriod: 0, mode: .additive)
        let start = adjustment.profile(period: period)
        var members: [(level: Double, trend: Double, season: Double)] = []
        for level in seasonGrid.level {
            for trend in seasonGrid.trend {
                for season in seasonGrid.season { members.append((level, trend, season)) }
            }
        }
        let phi = seasonDamping
        var paths: [[Double]] = []
        var errors: [Double] = []
        var season = [Lanes](repeating: Lanes(), count: period)
        for begin in stride(from: 0, to: members.count, by: Lanes.scalarCount) {
            var (alpha, share, gamma) = (Lanes(), Lanes(), Lanes())
            for i in 0..<Lanes.scalarCount { (alpha[i], share[i], gamma[i]) = members[begin + i] }
            let beta = alpha * share
            gamma *= 1 - alpha
            for phase in 0..<period { season[phase] = Lanes(repeating: start[phase]) }
            var level = Lanes()
            var slope = Lanes()
            var sum = Lanes()
            adjustment.adjusted.withUnsafeBufferPointer { x in
                level = Lanes(repeating: x[min(period, count) - 1])
                for t in stride(from: min(2 * period + 3, count) - 1, through: 0, by: -1) {
                    let next = level + phi * slope
                    let error = x[t] - next
                    level = next + alpha * error
                    slope = phi * slope + beta * error
                }
            }
            slope = -slope
            y.withUnsafeBufferPointer { y in
                season.withUnsafeMutableBufferPointer { season in
                    var phase = 0
                    for value in y {
                        let next = level + phi * slope
                        let error = value - next - season[phase]
                        sum += error * error
                        level = next + alpha * error
                        slope = phi * slope + beta * error
                        season[phase] += gamma * error
                        phase = phase + 1 == period ? 0 : phase + 1
                    }
                }
            }
            for i in 0..<Lanes.scalarCount {
                errors.append(sum[i])
                var power = 1.0
                var reach = 0.0
                paths.append(
                    (0..<steps).map { h in
                        power *= phi
                        reach += power
                        return level[i] + slope[i] * reach + season[(count + h) % period][i]
                    })
            }
        }
        var forecast = [Double](repeating: 0, count: steps)
        var total = 0.0
        for (path, weight) in zip(paths, likelihoods(errors, count: count)) where weight >= leastWeight {
            total += weight
            for h in 0..<steps { forecast[h] += weight * path[h] }
        }
        return forecast.map { $0 / total }
    }

    /// exp(−n/2 · ln(SSE / least SSE)) of each member.
    private static func likelihoods(_ errors: [Double], count: Int) -> [Double] {
        let sums = errors.map { $0 + 1e-300 }
        let least = sums.min() ?? 1
        return sums.map { exp(-0.5 * Double(count) * log($0 / least)) }
    }

    /// The values in groups of eight; the last one may use fewer lanes.
    private static func lanes(_ values: [Double]) -> [(weights: Lanes, used: Int)] {
        stride(from: 0, to: values.count, by: Lanes.scalarCount).map { begin in
            var group = Lanes()
            let used = min(Lanes.scalarCount, values.count - begin)
            for i in 0..<used { group[i] = values[begin + i] }
            return (group, used)
        }
    }
}

/// Straight lines through evenly spaced values.
enum Line {
    /// The least-squares slope a step; 0 for fewer than two values.
    static func slope(_ x: ArraySlice<Double>) -> Double {
        let count = x.count
        guard count > 1 else { return 0 }
        let middle = Double(count - 1) / 2
        let mean = x.reduce(0, +) / Double(count)
        var product = 0.0
        var square = 0.0
        for (t, value) in x.enumerated() {
            let distance = Double(t) - middle
            product += distance * (value - mean)
            square += distance * distance
        }
        return product / square
    }
}

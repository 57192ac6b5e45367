import Glibc
import Numerics

/// A history without its seasons, and what they add to the steps ahead.
///
/// Classical decomposition in two stages, the second on what the first leaves: the ratio (or difference)
/// to a centred moving average, averaged by phase, normalised and shrunk towards no effect by c / (c + k)
/// for a phase seen c times. A stage whose season fails the autocorrelation test is left out.
///
/// - Source: Makridakis, Wheelwright & Hyndman, *Forecasting*, 1998, ch. 3; the test is that of the M4
///   competition.
struct SeasonalAdjustment {
    /// The values without their seasons.
    private(set) var adjusted: [Double]
    /// Whether the seasons multiply; else they add.
    let isMultiplicative: Bool
    /// Whether any season was found.
    private(set) var isSeasonal = false

    /// The stages that were applied: indices, and the phase of step 0 in them.
    private var stages: [(indices: [Double], offset: Int)] = []

    /// How strongly the indices of a stage are shrunk, in cycles.
    private static let shrinkage = (first: 0.5, second: 2.0)
    /// Indices multiply when the least value is positive and above this share of the mean.
    private static let leastShareForRatios = 0.02
    /// A multiplicative index is at least so large.
    private static let leastIndex = 1e-3

    private let recipe: AutoRecipe

    /// Adjusts `values` for the seasons of `period` and `longPeriod` steps; 1 and 0 stand for none.
    ///
    /// Additive, untested and of one stage when `mode` says so.
    init(
        _ values: [Double], period: Int, longPeriod: Int, mode: Mode = .tested, recipe: AutoRecipe = .current
    ) {
        self.recipe = recipe
        adjusted = values
        let least = values.min() ?? 0
        let mean = values.reduce(0, +) / Double(max(values.count, 1))
        isMultiplicative = mode == .tested && least > 0 && least > Self.leastShareForRatios * mean
        apply(period, isFirst: true, mode)
        if mode == .tested { apply(longPeriod, isFirst: false, mode) }
    }

    /// How much is asked of a season.
    enum Mode {
        /// Multiplicative where the values allow it, each season tested.
        case tested
        /// One additive season, not tested.
        case additive
    }

    private mutating func apply(_ period: Int, isFirst: Bool, _ mode: Mode) {
        let count = adjusted.count
        guard period >= 2, count >= 2 * period + 2 else { return }
        if mode == .tested {
            if !isFirst, count < 3 * period { return }
            if count >= 3 * period, !isSeasonal(period) { return }
        }
        let trend = CentredAverage.of(adjusted, period: period)
        if isMultiplicative, trend.contains(where: { $0 <= 1e-12 }) { return }
        let edge = period / 2
        let core = (edge..<count - edge).map {
            isMultiplicative ? adjusted[$0] / trend[$0] : adjusted[$0] - trend[$0]
        }
        let shrinkage = isFirst ? Self.shrinkage.first : Self.shrinkage.second
        let raw = Self.indices(core, period: period, isMultiplicative: isMultiplicative, shrinkage)
        let indices = isMultiplicative ? raw.map { max($0, Self.leastIndex) } : raw
        // The first value of the core has phase 0.
        let offset = (period - edge % period) % period
        var phase = offset
        for step in 0..<count {
            if isMultiplicative { adjusted[step] /= indices[phase] } else { adjusted[step] -= indices[phase] }
            phase = phase + 1 == period ? 0 : phase + 1
        }
        stages.append((indices, offset))
        isSeasonal = true
    }

    /// What the seasons add to, or multiply, each of the next `steps` values by.
    func effects(steps: Int) -> [Double] {
        var effects = [Double](repeating: isMultiplicative ? 1 : 0, count: steps)
        for (indices, offset) in stages {
            var phase = (offset + adjusted.count) % indices.count
            for h in 0..<steps {
                if isMultiplicative { effects[h] *= indices[phase] } else { effects[h] += indices[phase] }
                phase = phase + 1 == indices.count ? 0 : phase + 1
            }
        }
        return effects
    }

    /// What the only stage adds at each phase of step 0 and on; zeros when there is none.
    func profile(period: Int) -> [Double] {
        guard let stage = stages.first, stage.indices.count == period else {
            return [Double](repeating: 0, count: period)
        }
        return (0..<period).map { stage.indices[($0 + stage.offset) % period] }
    }

    /// Means of `values` by phase, normalised to mean 1 or 0 and shrunk towards it.
    static func indices(
        _ values: [Double], period: Int, isMultiplicative: Bool, _ shrinkage: Double
    ) -> [Double] {
        var sums = [Double](repeating: 0, count: period)
        var counts = [Double](repeating: 0, count: period)
        var phase = 0
        for value in values {
            sums[phase] += value
            counts[phase] += 1
            phase = phase + 1 == period ? 0 : phase + 1
        }
        let neutral = isMultiplicative ? 1.0 : 0.0
        for i in 0..<period { sums[i] = counts[i] > 0 ? sums[i] / counts[i] : neutral }
        let mean = sums.reduce(0, +) / Double(period)
        return (0..<period).map { i in
            let index = isMultiplicative ? sums[i] / mean : sums[i] - mean
            return neutral + (index - neutral) * counts[i] / (counts[i] + shrinkage)
        }
    }

    /// Whether the autocorrelation at `period` exceeds its 90 % bound, in size.
    private func isSeasonal(_ period: Int) -> Bool {
        let count = adjusted.count
        let mean = adjusted.reduce(0, +) / Double(count)
        let centred = adjusted.map { $0 - mean }
        let energy = BLAS.dot(centred, centred)
        guard energy > 1e-18 * Double(count) * (1 + mean * mean) else { return false }
        let stride = recipe.lagStride(period: period)
        return centred.withUnsafeBufferPointer { d in
            func correlation(_ lag: Int) -> Double {
                let early = UnsafeBufferPointer(rebasing: d[..<(count - lag)])
                return BLAS.dot(early, UnsafeBufferPointer(rebasing: d[lag...])) / energy
            }
            var squares = 0.0
            for lag in Swift.stride(from: period - stride, through: 1, by: -stride) {
                let r = correlation(lag)
                squares += Double(stride) * r * r
            }
            let bound = SeasonTest.critical / Double(count).squareRoot() * (1 + 2 * squares).squareRoot()
            return abs(correlation(period)) > bound
        }
    }
}

/// Centred moving averages.
enum CentredAverage {
    /// The moving average over `period` steps (twice over an even one), shape of `x`.
    ///
    /// Past its ends it goes on with half the slope of the nearest period.
    ///
    /// - Precondition: At least `period + 1` values.
    static func of(_ x: [Double], period m: Int) -> [Double] {
        let n = x.count
        let k = m / 2
        precondition(n > 2 * k, "\(n) values for an average over \(m)")
        var sums = [Double](repeating: 0, count: n + 1)
        for t in 0..<n { sums[t + 1] = sums[t] + x[t] }
        var average = [Double](repeating: 0, count: n)
        let width = Double(m)
        for t in k..<n - k {
            average[t] =
                m % 2 == 1
                ? (sums[t + k + 1] - sums[t - k]) / width
                : (sums[t + k] - sums[t - k + 1] + 0.5 * (x[t - k] + x[t + k])) / width
        }
        let reach = min(m, n - 2 * k - 1)
        let first = average[k]
        let last = average[n - k - 1]
        let left = reach > 0 ? (average[k + reach] - first) / Double(reach) : 0
        let right = reach > 0 ? (last - average[n - k - 1 - reach]) / Double(reach) : 0
        for t in 0..<k { average[t] = first - left * Double(k - t) * 0.5 }
        for t in n - k..<n { average[t] = last + right * Double(t - n + k + 1) * 0.5 }
        return average
    }
}

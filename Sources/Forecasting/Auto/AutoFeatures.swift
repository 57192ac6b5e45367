import Glibc
import Numerics

/// What the combination knows of a series besides how the candidates did: 22 numbers.
enum AutoFeatures {
    /// The features in the order of the learned weights.
    static let names = [
        "one", "logn", "logcyc", "m1", "m2_7", "m8_23", "m24_95", "m96", "hasM", "Fs_m", "Fs_M", "acf1x",
        "acf1dx", "lognoise", "logh", "h_over_m", "zero", "spike", "shift", "logable", "trend", "acf2dx",
    ]

    /// The features of a history of at least four values that vary.
    static func of(
        _ y: [Double], adjusted x: [Double], period m: Int, longPeriod: Int, steps: Int
    ) -> [Double] {
        let count = y.count
        let n = Double(count)
        let differences = zip(x.dropFirst(), x).map { $0 - $1 }
        let mean = x.reduce(0, +) / n
        let spread = (x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n).squareRoot() + 1e-12
        let size = x.reduce(0) { $0 + abs($1) } / n + 1e-12
        var changes = differences.map { abs($0) }
        let change = changes.reduce(0, +) / Double(changes.count)
        let largest = changes.max() ?? 0
        let middle = Descriptive.value(ofRank: changes.count / 2, inPlace: &changes)
        let quarter = max(count / 4, 2)
        let late = x[(count - quarter)...].reduce(0, +) / Double(quarter)
        let early = x[..<(count - quarter)].reduce(0, +) / Double(count - quarter)
        let least = y.min() ?? 0
        let yMean = y.reduce(0, +) / n
        let steepness = abs(Line.slope(x[...])) * (n * (n * n - 1) / 12).squareRoot()
        return [
            1, log(n), log(n / Double(max(m, 1))),
            m == 1 ? 1 : 0, (2...7).contains(m) ? 1 : 0, (8...23).contains(m) ? 1 : 0,
            (24...95).contains(m) ? 1 : 0, m >= 96 ? 1 : 0, longPeriod > 0 ? 1 : 0,
            seasonStrength(y, period: m), longPeriod > 0 ? seasonStrength(y, period: longPeriod) : 0,
            autocorrelation(x, 1), count > 4 ? autocorrelation(differences, 1) : 0,
            log(change / size + 1e-4), log(Double(steps)), min(Double(steps) / Double(max(m, 1)), 8),
            Double(y.count { $0 == 0 }) / n,
            log((largest + 1e-12) / (middle + 0.01 * largest + 1e-12)),
            abs(late - early) / spread,
            ValueTransform.allowsLogarithm(least: least, mean: yMean) ? 1 : 0,
            steepness / n.squareRoot() / spread, count > 5 ? autocorrelation(differences, 2) : 0,
        ]
    }

    /// The autocorrelation at a lag, with the usual divisor; 0 for a constant.
    private static func autocorrelation(_ x: [Double], _ lag: Int) -> Double {
        let mean = x.reduce(0, +) / Double(x.count)
        var energy = 0.0
        var product = 0.0
        for t in x.indices {
            energy += (x[t] - mean) * (x[t] - mean)
            if t >= lag { product += (x[t] - mean) * (x[t - lag] - mean) }
        }
        return energy > 0 ? product / energy : 0
    }

    /// The share of what is left of the trend that the mean cycle explains, corrected for chance; 0 … 1.
    private static func seasonStrength(_ y: [Double], period m: Int) -> Double {
        guard m >= 2, y.count >= 2 * m + 2 else { return 0 }
        let trend = CentredAverage.of(y, period: m)
        let edge = m / 2
        let rest = (edge..<y.count - edge).map { y[$0] - trend[$0] }
        let mean = rest.reduce(0, +) / Double(rest.count)
        var sums = [Double](repeating: 0, count: m)
        var counts = [Double](repeating: 0, count: m)
        for (t, value) in rest.enumerated() {
            sums[t % m] += value
            counts[t % m] += 1
        }
        for i in 0..<m { sums[i] = counts[i] > 0 ? sums[i] / counts[i] : 0 }
        var total = 0.0
        var left = 0.0
        for (t, value) in rest.enumerated() {
            total += (value - mean) * (value - mean)
            left += (value - sums[t % m]) * (value - sums[t % m])
        }
        guard total > 0 else { return 0 }
        let cycles = Double(rest.count) / Double(m)
        return max(0, 1 - left / total * (cycles / max(cycles - 1, 0.5)))
    }
}

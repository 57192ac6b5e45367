import Foundation

@testable import Detection

/// The ranking of the light tier in its obvious form: every value is remembered, every sum is taken anew, matrices
/// are whole, logarithms exact, and a new season starts again from the first of the last 612 values.
struct StreamRankingTwin {
    private let z: [Double]
    private let halves: [Double]
    /// The values after which the season is looked for.
    private let milestones: [Int]

    init(_ values: [Double], delay: Int) {
        milestones = [256 + delay, 612 + delay]
        let first = values.prefix(64)
        let mean = first.reduce(0, +) / 64
        let deviation = (first.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 64).squareRoot()
        z = values.map { ($0 - mean) / deviation }
        halves = z.map { Double(HalfValues.single(HalfValues.half($0))) }
    }

    /// Ranks, 0 for the first 64.
    func ranks() -> [Double] {
        let count = z.count
        var strengths = [[Double]](repeating: [Double](repeating: 0, count: count), count: 7)
        strengths[0] = errors(
            z, lags: Array(1...12), from: 12, forgetting: 0.999, clip: 4, weight: 0.01, isPlainFor: 6
        )
        .map(\.leverage)
        strengths[6] = still()
        var periods = [Int](repeating: 32, count: count)
        // From where a period is reported, and where what is learned of it begins.
        var (begin, origin) = (0, 0)
        for end in milestones + [count] where begin < count {
            let end = min(end, count)
            let period = periods[begin]
            let part = seasonal(period, Array(halves[origin..<end]))
            for i in 1...5 { for step in begin..<end { strengths[i][step] = part[i - 1][step - origin] } }
            begin = end
            guard end < count else { break }
            let remembered = max(0, end - 612)
            let next = DominantPeriod.of(Array(halves[remembered..<end]))
            if next != period { origin = remembered }
            for step in end..<count { periods[step] = next }
        }
        let floors = [0.001, 0.02, 0.02, 0.02, 0.2, 0.2, 0.5]
        let scaled = zip(strengths, floors).map { self.scaled($0, floor: $1) }
        let smooth = [0, 1, 3].map { channel in
            var mean = 0.0
            return scaled[channel].indices.map { step in
                mean += 2 / (Double(max(1, periods[step] / 4)) + 1) * (scaled[channel][step] - mean)
                return mean
            }
        }
        return (0..<count).map { step in
            guard step >= 64 else { return 0 }
            let sum =
                [0, 2, 4, 5, 6].reduce(0) { $0 + scaled[$1][step] } + smooth.reduce(0) { $0 + $1[step] }
            return min((Double(step) - 32) / 800, 1).squareRoot() * sum
        }
    }

    /// Distance, error, distant error, shift and roughness for a season.
    private func seasonal(_ period: Int, _ x: [Double]) -> [[Double]] {
        let nearest = x.indices.map { step in
            guard step >= 2 * period + 2 else { return 0.0 }
            let lags = [period - 1, period, period + 1, 2 * period - 1, 2 * period, 2 * period + 1]
            return lags.map { abs(x[step] - x[step - $0]) }.min() ?? 0
        }
        let error = errors(
            x, lags: [1, 2, period - 1, period, period + 1, 2 * period], from: 2 * period + 2,
            forgetting: 0.9995,
            clip: 4, weight: 0.01, isPlainFor: 21, saysFrom: 41)
        let (horizon, spacing) = (max(2, period / 4), max(1, period / 8))
        let distant = errors(
            x, lags: (0..<8).map { horizon + $0 * spacing }, from: horizon + 7 * spacing, forgetting: 0.9995,
            clip: 3, weight: 0.005, isPlainFor: 21, saysFrom: 41, isFirstOne: false)
        return [
            nearest, error.map { abs($0.error) }, distant.map { abs($0.error) }, shift(x, period),
            rough(x, period),
        ]
    }

    private func shift(_ x: [Double], _ period: Int) -> [Double] {
        var (mean, variance) = (0.0, 0.0)
        return x.indices.map { step in
            let window = x[max(0, step + 1 - 2 * period)...step]
            let level = window.reduce(0, +) / Double(window.count)
            let strength = abs(level - mean) / (variance.squareRoot() + 1e-9)
            var change = level - mean
            let reach = 4 * variance.squareRoot()
            if step >= 100 { change = min(max(change, -reach), reach) }
            let weight = max(1 / Double(step + 1), 1 / 4_000)
            mean += weight * change
            variance = (1 - weight) * (variance + weight * change * change)
            return step >= 50 ? strength : 0
        }
    }

    private func rough(_ x: [Double], _ period: Int) -> [Double] {
        let squares = x.indices.map { $0 == 0 ? 0 : (x[$0] - x[$0 - 1]) * (x[$0] - x[$0 - 1]) }
        var (mean, variance, all) = (0.0, 0.0, 0.0)
        return x.indices.map { step in
            all += squares[step]
            guard step > period else { return 0 }
            let recent = squares[(step + 1 - period)...step].reduce(0, +) / Double(period)
            let logarithm = log(recent + 1e-4 * all / Double(step) + 1e-300)
            let strength = abs(logarithm - mean) / (variance.squareRoot() + 0.1)
            let age = step + 1 - period
            let weight = max(1 / Double(age), 1 / 4_000)
            let change = logarithm - mean
            mean += weight * change
            variance = (1 - weight) * (variance + weight * change * change)
            return age > 50 ? strength : 0
        }
    }

    private func still() -> [Double] {
        var (run, longest) = (0, 0)
        return z.indices.map { step in
            if step > 0, abs(z[step] - z[step - 1]) <= 1e-12 * (1 + abs(z[step])) {
                run += 1
            } else {
                longest = max(longest, run)
                run = 0
            }
            return run > 3 ? log(1 + Double(run) / Double(2 + longest)) : 0
        }
    }

    /// Recursive least squares with a whole matrix.
    private func errors(
        _ x: [Double], lags: [Int], from: Int, forgetting: Double, clip: Double, weight: Double,
        isPlainFor: Int,
        saysFrom: Int = 21, isFirstOne: Bool = true
    ) -> [(error: Double, leverage: Double)] {
        let width = lags.count + 1
        var p = (0..<width).map { i in (0..<width).map { $0 == i ? 1_000.0 : 0 } }
        var w = (0..<width).map { $0 == 0 && isFirstOne ? 1.0 : 0 }
        var variance = 0.0
        return x.indices.map { step in
            let known = step - from
            guard known >= 0 else { return (0, 0) }
            let u = lags.map { x[step - $0] } + [1]
            let error = x[step] - zip(w, u).reduce(0) { $0 + $1.0 * $1.1 }
            let g = p.map { zip($0, u).reduce(0) { $0 + $1.0 * $1.1 } }
            let leverage = zip(g, u).reduce(0) { $0 + $1.0 * $1.1 }
            let reach = clip * (variance.squareRoot() + 1e-9)
            let clippedFrom = saysFrom - 1
            let lesson = known >= clippedFrom ? min(max(error, -reach), reach) : error
            for i in 0..<width {
                w[i] += lesson * g[i] / (forgetting + leverage)
                for j in 0..<width {
                    p[i][j] = (p[i][j] - g[i] * g[j] / (forgetting + leverage)) / forgetting
                }
            }
            let share = known < isPlainFor ? 1 / Double(known + 1) : weight
            variance = (1 - share) * variance + share * lesson * lesson
            return known >= saysFrom ? (error, leverage) : (0, 0)
        }
    }

    private func scaled(_ strengths: [Double], floor: Double) -> [Double] {
        var unit = floor
        var scale = HalfOctaveTwin()
        return strengths.enumerated().map { step, strength in
            let scaled = min(log(1 + strength / unit), 12)
            scale.count(strength)
            if step < 128 || step % 16 == 0 { unit = max(scale.percentile(), floor) }
            return scaled
        }
    }
}

/// The 90th percentile of binned strengths, with logarithms in the place of bits.
struct HalfOctaveTwin {
    private var counts = [Double](repeating: 0, count: 40)

    static func bin(of strength: Double) -> Int {
        guard strength > 0 else { return 0 }
        let octave = floor(log2(strength))
        let isUpper = strength / exp2(octave) >= 1.5
        return min(max(2 * (Int(octave) + 10) + (isUpper ? 1 : 0), 0), 39)
    }

    mutating func count(_ strength: Double) { counts[Self.bin(of: strength)] += 1 }

    func percentile() -> Double {
        let needed = 0.1 * counts.reduce(0, +)
        var above = 0.0
        for bin in (1..<40).reversed() {
            if above + counts[bin] >= needed {
                let low = exp2(Double(bin / 2 - 10)) * (bin % 2 == 0 ? 1 : 1.5)
                let width = exp2(Double(bin / 2 - 10)) * 0.5
                return low + width * (1 - (needed - above) / counts[bin])
            }
            above += counts[bin]
        }
        return 0
    }
}

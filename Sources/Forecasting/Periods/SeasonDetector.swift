import Glibc
import Numerics

/// Finds the lengths of the seasons in a history; "none" is an allowed answer.
///
/// Periods come from two sources. *Natural* ones follow from the step (24 for hourly data); they are
/// taken unless the autocorrelation speaks against them. *Found* ones are hills of the autocorrelation
/// of the detrended history whose frequency stands out of the periodogram. A found period replaces
/// a natural one only when it is clearly stronger.
///
/// - Source: the 90 % autocorrelation test of the M4 competition, Makridakis, Spiliotis & Assimakopoulos,
///   Int. J. Forecasting 36 (2020); AutoPeriod, Vlachos, Yu & Castelli, SDM 2005.
public struct SeasonDetector: Sendable {
    /// Periods that the step suggests, the most likely first.
    public var natural: [Int]

    /// A found period must explain at least this much, and beat a natural one by this much, in
    /// autocorrelation.
    static let leastCorrelation = 0.3
    static let clearlyStronger = 0.15
    /// The share of the variance that the mean cycle must explain, beyond what chance explains: of a
    /// natural period, of a found one, and of one without a peak or seen fewer than four times.
    static let leastStrength = (natural: 0.1, found: 0.3, rare: 0.7)
    /// A found period must be seen so many times.
    static let fewestCycles = 3
    /// A peak of the periodogram must exceed this multiple of the mean power: the 99.9 % level of an
    /// exponential over about a thousand frequencies. Few frequencies cannot rise so far; a fifth of
    /// their number is asked of them.
    static let leastPowerRatio = 14.0
    /// A part of a period replaces it when it explains this share of what the period does.
    static let nearlyAsStrong = 0.85
    /// At most so many repetitions are looked for in a found period.
    static let mostParts = 24
    /// At most so many of the latest values are looked at.
    static let longestWindow = 16_384

    /// A detector with these suggestions.
    public init(natural: [Int] = []) {
        self.natural = natural
    }

    /// The periods in steps, ascending, at most two; empty for none.
    ///
    /// - Parameter values: Oldest first; `nan` marks a missing step. O(n log n).
    public func periods(of values: [Double]) -> [Int] {
        let window = Array(values.suffix(Self.longestWindow))
        // Held within bounds first, where one wild value cannot drown a season; then as they are, for a
        // season that consists of regular spikes.
        for holdsWildValues in [true, false] {
            let periods = periods(of: window, holdsWildValues: holdsWildValues)
            if !periods.isEmpty { return periods }
        }
        // Differences last: a level that moved is one wild value among them, and a curved trend is gone.
        let differences = zip(window.dropFirst(), window).map { $0 - $1 }
        return periods(of: differences, holdsWildValues: true)
    }

    private func periods(of window: [Double], holdsWildValues: Bool) -> [Int] {
        guard let detrended = Self.detrended(window, holdsWildValues: holdsWildValues) else { return [] }
        let count = detrended.count
        let correlation = Fourier.autocorrelation(detrended, maximumLag: count / 2)
        let test = SeasonTest(correlation: correlation, count: count)

        let accepted = natural.filter { period in
            guard count >= 2 * period else { return false }
            return count < 3 * period || test.isSeasonal(period)
                || SeasonStrength(of: period, in: detrended).value > Self.leastStrength.natural
        }
        let found = strongestHill(of: correlation, in: detrended)
        var main = accepted.first
        if let found, !Self.isMultiple(found, of: main),
            main.map({ correlation[found] > correlation[$0] + Self.clearlyStronger }) ?? true
        {
            main = found
        }
        guard let main else { return [] }
        let second = accepted.first { $0 > main && $0 % main == 0 && count >= 3 * $0 }
        return [main] + (second.map { [$0] } ?? [])
    }

    /// Whether `period` repeats `shorter`, give or take a step: then it is the same season.
    private static func isMultiple(_ period: Int, of shorter: Int?) -> Bool {
        guard let shorter, period >= shorter else { return false }
        let remainder = period % shorter
        return min(remainder, shorter - remainder) <= max(1, shorter / 50)
    }

    /// The lag of the highest hill of the autocorrelation that the periodogram confirms.
    private func strongestHill(of correlation: [Double], in values: [Double]) -> Int? {
        let count = values.count
        let longest = count / Self.fewestCycles
        guard longest >= 2 else { return nil }
        let power = Fourier.powerSpectrum(Self.tapered(values))
        let mean = power.dropFirst().reduce(0, +) / Double(max(power.count - 1, 1))
        guard mean > 0 else { return nil }
        let leastPower = min(Self.leastPowerRatio, Double(power.count) / 5) * mean
        var best: Int?
        // The first lags of a smooth series are high without being a season: begin after the first dip.
        let begin = correlation.indices.first { $0 > 0 && correlation[$0] < 0.1 } ?? correlation.count
        for lag in stride(from: max(2, begin), through: longest, by: 1) {
            let height = correlation[lag]
            // The usual divisor shrinks r(lag) by (n − lag) / n.
            let unshrunk = height * Double(count) / Double(count - lag)
            guard unshrunk >= Self.leastCorrelation, height >= correlation[lag - 1],
                lag + 1 < correlation.count, height >= correlation[lag + 1]
            else { continue }
            let frequency = Double(count) / Double(lag)
            let from = max(1, Int((frequency - 1).rounded(.down)))
            let to = min(power.count - 1, Int((frequency + 1).rounded(.up)))
            let isPeak = from <= to && power[from...to].contains { $0 > leastPower }
            // A multiple of a period is as high as the period itself; keep the shorter one.
            if let best, height <= correlation[best] + 0.05 { continue }
            // Noise may move the top of a hill by a step; the mean cycle tells.
            let strengths = (max(2, lag - 1)...lag + 1).map {
                (period: $0, value: SeasonStrength(of: $0, in: values).value)
            }
            guard let top = strengths.max(by: { $0.value < $1.value }) else { continue }
            // A season of spikes spreads its power over its harmonics; a strong mean cycle stands in for a peak.
            let isPlain = isPeak && count >= 4 * top.period
            let needed = isPlain ? Self.leastStrength.found : Self.leastStrength.rare
            guard top.value > needed else { continue }
            best = top.period
        }
        return best.map { Self.fundamental(of: $0, in: values) }
    }

    /// The shortest period of which `period` is a multiple and whose mean cycle explains nearly as much: under
    /// a trend the autocorrelation of a multiple can be the higher one.
    private static func fundamental(of period: Int, in values: [Double]) -> Int {
        let enough = nearlyAsStrong * SeasonStrength(of: period, in: values).value
        for parts in stride(from: mostParts, through: 2, by: -1) where period / parts >= 2 {
            let part = Int((Double(period) / Double(parts)).rounded())
            guard SeasonStrength(of: part, in: values).value >= enough else { continue }
            return part
        }
        return period
    }

    /// The values without missing steps and without their straight line; `nil` when nothing varies.
    private static func detrended(_ values: [Double], holdsWildValues: Bool) -> [Double]? {
        let known = values.filter(\.isFinite)
        guard known.count >= 6, 2 * known.count >= values.count else { return nil }
        let mean = known.reduce(0, +) / Double(known.count)
        let middle = Double(values.count - 1) / 2
        var product = 0.0
        var square = 0.0
        for (i, value) in values.enumerated() where value.isFinite {
            let t = Double(i) - middle
            product += t * (value - mean)
            square += t * t
        }
        let slope = square > 0 ? product / square : 0
        var rest = values.enumerated().map { i, value in
            value.isFinite ? value - mean - slope * (Double(i) - middle) : 0
        }
        if holdsWildValues { clip(&rest) }
        let energy = rest.reduce(0) { $0 + $1 * $1 }
        let magnitude = known.reduce(0) { max($0, abs($1)) }
        return energy > 1e-18 * magnitude * magnitude * Double(rest.count) ? rest : nil
    }

    /// Holds wild values within five robust spreads, so that one spike does not drown the season.
    private static func clip(_ values: inout [Double]) {
        let centre = Descriptive.median(values)
        let reach = 5 * Descriptive.normalConsistency * Descriptive.medianAbsoluteDeviation(values)
        guard reach > 0 else { return }
        for i in values.indices { values[i] = min(max(values[i], centre - reach), centre + reach) }
    }

    /// Hann-tapered, so that a trend's remains do not leak over the spectrum.
    private static func tapered(_ values: [Double]) -> [Double] {
        let scale = 2 * Double.pi / Double(values.count)
        return values.enumerated().map { $1 * (0.5 - 0.5 * cos(scale * (Double($0) + 0.5))) }
    }
}

/// How much of a history its mean cycle explains.
///
/// The level of each stretch of one period is taken off by a moving average; the strength is the share of
/// the remaining variance that the mean by phase explains, less what chance would: 1 − (1 − R²) c / (c − 1)
/// over c cycles. About 0 without a season, 1 when every cycle is the same.
///
/// - Source: adjusted R² of a one-way layout; the measure F_S of Wang, Smith & Hyndman,
///   *Characteristic-based clustering for time series data*, Data Mining and Knowledge Discovery 13 (2006).
struct SeasonStrength {
    let value: Double

    /// O(n).
    init(of period: Int, in values: [Double]) {
        let count = values.count
        let cycles = count / period
        guard period > 1, cycles >= 2 else {
            value = 0
            return
        }
        var sums = [0.0]
        sums.reserveCapacity(count + 1)
        for value in values { sums.append(sums[sums.count - 1] + value) }
        var profile = [Double](repeating: 0, count: period)
        var rest = [Double](repeating: 0, count: cycles * period)
        for step in 0..<cycles * period {
            let from = min(max(step - period / 2, 0), count - period)
            rest[step] = values[step] - (sums[from + period] - sums[from]) / Double(period)
            profile[step % period] += rest[step] / Double(cycles)
        }
        var total = 0.0
        var left = 0.0
        for (step, value) in rest.enumerated() {
            total += value * value
            left += (value - profile[step % period]) * (value - profile[step % period])
        }
        value = total > 0 ? 1 - left / total * Double(cycles) / Double(cycles - 1) : 0
    }
}

/// The autocorrelation test of seasonality: |r(m)| against its standard error under no season of m.
struct SeasonTest {
    private let correlation: [Double]
    private let count: Int
    /// Sums of squared autocorrelations before each lag.
    private let squares: [Double]

    /// The two-sided 90 % point of the normal distribution.
    static let critical = 1.645

    init(correlation: [Double], count: Int) {
        self.correlation = correlation
        self.count = count
        var sum = 0.0
        squares = correlation.enumerated().map { lag, r in
            defer { if lag > 0 { sum += r * r } }
            return sum
        }
    }

    func isSeasonal(_ period: Int) -> Bool {
        guard period > 1, count >= 3 * period, correlation.indices.contains(period) else { return false }
        let limit = Self.critical / Double(count).squareRoot() * (1 + 2 * squares[period]).squareRoot()
        return correlation[period] > limit
    }
}

import Glibc
import Numerics
public import TimeSeries

/// Exponential smoothing for counts, with a likelihood that knows that they are counts.
///
/// With Poisson counts the level is gamma distributed and forgets: a ← ωa + y, b ← ωb + s, expectation
/// s·a / b, where s is the index of the phase in a season of mean 1; the value ahead is negative binomial.
/// With negative binomial counts of a fixed size r the level is smoothed: λ ← λ + α (y/s − λ), expectation
/// s·λ, variance sλ + (sλ)²/r. The one parameter, or the two, are those of greatest likelihood on a grid.
///
/// A history with values below 0 is refused, one that comes later counts as 0; a missing step teaches nothing. O(n).
///
/// - Source: Harvey & Fernandes, *Time series models for count or qualitative observations*, J. Business &
///   Economic Statistics 7 (1989); Snyder, Ord & Beaumont, *Forecasting the intermittent demand for
///   slow-moving inventories*, Int. J. Forecasting 28 (2012).
public struct CountSmoothing: Forecaster, Equatable {
    /// What the counts are distributed as, given their level.
    public enum Distribution: Int, Sendable, CaseIterable {
        case poisson
        case negativeBinomial
    }

    /// The distribution.
    public var distribution: Distribution
    /// Steps in one season, 1 for none.
    public var period: Int

    /// The discounts ω and the weights α that are tried.
    static let discounts: [Double] = [0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99, 0.995, 1]
    static let weights: [Double] = [0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6]
    /// The sizes r that are tried.
    static let sizes: [Double] = [0.3, 0.6, 1, 2, 4, 8, 16, 64]
    /// A season is left out when it was not seen this often, and shrunk as if seen once more without it.
    static let fewestCycles = 3

    /// A method for counts with a season of `period` steps.
    public init(_ distribution: Distribution, period: Int = 1) {
        precondition(period >= 1, "a period of \(period)")
        self.distribution = distribution
        self.period = period
    }

    /// One value.
    public var minimumHistory: Int { 1 }

    /// Tries every parameter. At most 72 passes over the history.
    ///
    /// - Throws: ``ForecastError/historyTooShort(needed:got:)``, ``ForecastError/noFiniteValues``,
    ///   ``ForecastError/negativeCounts``, ``ForecastError/cancelled``.
    public func fit(_ history: Series, progress: FitProgress) throws(ForecastError) -> Model {
        let values = history.values
        guard values.count >= minimumHistory else {
            throw .historyTooShort(needed: minimumHistory, got: values.count)
        }
        guard values.contains(where: \.isFinite) else { throw .noFiniteValues }
        guard !values.contains(where: { $0 < 0 }) else { throw .negativeCounts }
        let indices = Self.indices(values, period: period)
        let candidates: [(Double, Double)] =
            distribution == .poisson
            ? Self.discounts.map { ($0, 0) }
            : Self.weights.flatMap { weight in Self.sizes.map { (weight, $0) } }
        let start = Self.level(values)
        var best: (likelihood: Double, model: Model)?
        for (parameter, size) in candidates {
            try progress.checkpoint()
            var model = Model(
                distribution, parameter: parameter, size: size, indices: indices, start: start)
            var likelihood = 0.0
            for count in values {
                if count.isFinite { likelihood += model.logProbability(of: count) }
                model.observe(count)
            }
            if best.map({ likelihood > $0.likelihood }) ?? true { best = (likelihood, model) }
        }
        guard let best else { throw .noFiniteValues }
        return best.model
    }

    /// The mean of the first known counts, a little above 0 so that it can grow.
    private static func level(_ counts: [Double]) -> Double {
        let first = counts.lazy.filter(\.isFinite).prefix(10)
        let mean = first.reduce(0) { $0 + $1 / Double(first.count) }
        return max(mean, 1e-3)
    }

    /// The index of each phase: its mean over the mean of all, of mean 1.
    private static func indices(_ counts: [Double], period: Int) -> [Double] {
        guard period > 1, counts.count >= fewestCycles * period else { return [1] }
        let known = counts.filter(\.isFinite)
        let mean = known.reduce(0) { $0 + $1 / Double(known.count) }
        guard mean > 0, mean.isFinite else { return [1] }
        var sums = [Double](repeating: 1, count: period)
        var seen = sums
        for (step, count) in counts.enumerated() where count.isFinite {
            sums[step % period] += count / mean
            seen[step % period] += 1
        }
        let raw = zip(sums, seen).map { $0 / $1 }
        let level = raw.reduce(0, +) / Double(period)
        return raw.map { $0 / level }
    }

    /// A smoothed level of counts.
    public struct Model: ForecastModel {
        private let distribution: Distribution
        /// ω or α.
        private let parameter: Double
        /// r; 0 for Poisson counts.
        private let size: Double
        private let indices: [Double]
        private let start: Double
        /// a and b, or λ and 1.
        private var shape: Double
        private var rate: Double
        private var phase: Int

        /// A gamma level starts with the weight of so many steps.
        private static let startWeight = 0.5

        init(
            _ distribution: Distribution, parameter: Double, size: Double, indices: [Double], start: Double
        ) {
            self.distribution = distribution
            self.parameter = parameter
            self.size = size
            self.indices = indices
            self.start = start
            let weight = distribution == .poisson ? Self.startWeight : 1
            shape = start * weight
            rate = weight
            phase = 0
        }

        /// The expected count of the next step.
        public var next: Double { indices[phase] * shape / rate }

        /// The level times the index of each phase.
        public func mean(steps: Int) -> [Double] {
            (0..<steps).map { indices[(phase + $0) % indices.count] * shape / rate }
        }

        /// The logarithm of the probability of a count at the next step: negative binomial, of size a or r.
        func logProbability(of count: Double) -> Double {
            let mean = max(next, 1e-300)
            // The gamma level is discounted before the step, which keeps its mean and lowers its weight.
            let size = max(distribution == .poisson ? parameter * shape : size, 1e-6)
            return lgamma(count + size) - lgamma(size) - lgamma(count + 1)
                - size * log1p(mean / size) - count * log1p(size / mean)
        }

        /// Moves the level towards the count; a missing one moves nothing.
        public mutating func observe(_ value: Double) {
            let index = indices[phase]
            phase = phase + 1 == indices.count ? 0 : phase + 1
            guard value.isFinite else { return }
            let count = max(value, 0)
            switch distribution {
            case .poisson:
                shape = parameter * shape + count
                rate = parameter * rate + index
            case .negativeBinomial:
                shape += parameter * (count / max(index, 1e-3) - shape)
            }
        }

        /// The expectations from the first level on.
        public func fitted(on history: Series) -> [Double] {
            var model = Model(
                distribution, parameter: parameter, size: size, indices: indices, start: start)
            return history.values.map { value in
                defer { model.observe(value) }
                return model.next
            }
        }
    }
}

extension CountSmoothing.Model {
    private static let version = 1

    /// Appends parameters, indices and level.
    public func write(to writer: inout BinaryWriter) {
        writer.write(Self.version)
        writer.write(distribution.rawValue)
        for number in [parameter, size, start, shape, rate] { writer.write(number) }
        writer.write(indices)
        writer.write(phase)
    }

    /// Reads a stored model.
    public init(from reader: inout BinaryReader) throws(BinaryFormatError) {
        let version = try reader.readInt()
        guard version == Self.version else { throw .unknownVersion(version, of: "count smoothing") }
        let byte = reader.byte
        let number = try reader.readInt()
        guard let distribution = CountSmoothing.Distribution(rawValue: number) else {
            throw .invalid(byte: byte, reason: "distribution \(number) of counts")
        }
        self.distribution = distribution
        parameter = try reader.readDouble()
        size = try reader.readDouble()
        start = try reader.readDouble()
        shape = try reader.readDouble()
        rate = try reader.readDouble()
        indices = try reader.readDoubles()
        phase = try reader.readInt()
        guard rate > 0, indices.indices.contains(phase) else {
            throw .invalid(byte: byte, reason: "a rate of \(rate), phase \(phase) of \(indices.count)")
        }
    }
}

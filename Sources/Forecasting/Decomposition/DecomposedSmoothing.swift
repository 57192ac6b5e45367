import Numerics
public import TimeSeries

/// Takes the seasons out by loess, forecasts what is left by the Theta method, and puts the last cycles back.
///
/// Seasons of which the history has fewer than two cycles are left out; without any, this is the dynamic
/// optimised Theta method. A weak season is shrunk, for much of its last cycle is noise. Missing values are
/// filled for the decomposition and teach the rest nothing.
///
/// - Source: Cleveland et al., Journal of Official Statistics 6 (1990); Bandara, Hyndman & Bergmeir,
///   International Journal of Operational Research 52 (2025); the forecast is that of Hyndman &
///   Athanasopoulos, *Forecasting: Principles and Practice*, 3rd ed., section 5.7, the strength of a season
///   that of Wang, Smith & Hyndman, Data Mining and Knowledge Discovery 13 (2006).
public struct DecomposedSmoothing: Forecaster, Equatable {
    /// Steps in each season, ascending, each at least 2; may be empty.
    public var periods: [Int]

    /// The method for seasons of these lengths, in any order.
    public init(periods: [Int]) {
        precondition(periods.allSatisfy { $0 >= 2 }, "periods \(periods)")
        self.periods = Set(periods).sorted()
    }

    /// One value.
    public var minimumHistory: Int { 1 }

    /// A season of less than the first strength is left out, one of the second counts in full, between them
    /// its share grows evenly. Found on the monthly, quarterly and hourly series of M3, M4 and others, where
    /// it lowers the error of most sets and raises that of none by more than 2 %.
    static let strength = (none: 0.2, full: 0.6)

    /// Decomposes the history and estimates the smoothing of what is left. O(n) a season.
    public func fit(_ history: Series, progress: FitProgress) throws(ForecastError) -> Model {
        let filled = try FilledHistory(history, atLeast: minimumHistory)
        let count = filled.values.count
        let periods = periods.filter { count >= 2 * $0 }
        var rest = history
        var profiles: [[Double]] = []
        if !periods.isEmpty {
            let parts = try MSTL(periods: periods).jumping.decompose(filled.values, progress: progress)
            for (period, seasonal) in zip(periods, parts.seasonals) {
                let share = Self.share(of: seasonal, remainder: parts.remainder)
                for step in 0..<count { rest.values[step] -= share * seasonal[step] }
                // The last cycle, turned so that the first entry belongs to the first step of the history.
                profiles.append(
                    (0..<period).map { share * seasonal[count - 1 - (count - 1 - $0) % period] })
            }
        }
        let model = try Theta(.dynamicOptimised).fit(rest, progress: progress)
        return Model(profiles: profiles, steps: count, rest: model)
    }

    /// How much of a season is kept, 0 … 1, by its strength: 1 − var(remainder) / var(season + remainder).
    static func share(of seasonal: [Double], remainder: [Double]) -> Double {
        let left = Descriptive.variance(remainder)
        let both = Descriptive.variance(zip(seasonal, remainder).map { $0 + $1 })
        guard both > 0 else { return 0 }
        return min(max((1 - left / both - strength.none) / (strength.full - strength.none), 0), 1)
    }

    /// The last cycle of each season, and the model of what they leave.
    public struct Model: ForecastModel {
        /// One entry a phase and season, the first belongs to the first step of the history.
        private var profiles: [[Double]]
        /// The steps seen.
        private var steps: Int
        private var rest: ThetaModel

        /// The share of an error that the entry of its phase takes over, divided among the seasons. A season
        /// that moves is followed within some ten cycles; a single error leaves hardly a trace.
        private static let gain = 0.1

        init(profiles: [[Double]], steps: Int, rest: ThetaModel) {
            self.profiles = profiles
            self.steps = steps
            self.rest = rest
        }

        /// What the seasons add at a step.
        private func season(at step: Int) -> Double {
            var sum = 0.0
            for profile in profiles { sum += profile[step % profile.count] }
            return sum
        }

        /// The mean of the next value.
        public var next: Double { rest.next + season(at: steps) }

        /// The rest carried on, and the seasons repeated.
        public func mean(steps: Int) -> [Double] {
            let path = rest.mean(steps: steps)
            return path.indices.map { path[$0] + season(at: self.steps + $0) }
        }

        /// One step of the rest, and a small one of each season. O(1).
        public mutating func observe(_ value: Double) {
            let error = value - next
            rest.observe(value - season(at: steps))
            if error.isFinite {
                for i in profiles.indices {
                    profiles[i][steps % profiles[i].count] += Self.gain / Double(profiles.count) * error
                }
            }
            steps += 1
        }

        /// The one-step means with the seasons of now in every cycle.
        public func fitted(on history: Series) -> [Double] {
            var adjusted = history
            for step in history.values.indices { adjusted.values[step] -= season(at: step) }
            let means = rest.fitted(on: adjusted)
            return means.indices.map { means[$0] + season(at: $0) }
        }
    }
}

extension DecomposedSmoothing.Model {
    private static let version = 1
    /// More steps than that no model has seen.
    private static let mostSteps = 1 << 52

    /// Appends the profiles and the model of the rest.
    public func write(to writer: inout BinaryWriter) {
        writer.write(Self.version)
        writer.write(profiles.count)
        for profile in profiles { writer.write(profile) }
        writer.write(steps)
        rest.write(to: &writer)
    }

    /// Reads a stored model.
    public init(from reader: inout BinaryReader) throws(BinaryFormatError) {
        let version = try reader.readInt()
        guard version == Self.version else { throw .unknownVersion(version, of: "decomposed smoothing") }
        let byte = reader.byte
        let count = try reader.readInt()
        guard count >= 0 else { throw .invalid(byte: byte, reason: "\(count) seasons") }
        profiles = []
        // A count that is too great ends at the end of the bytes: every season takes some.
        for _ in 0..<count {
            let profile = try reader.readDoubles()
            guard !profile.isEmpty else { throw .invalid(byte: reader.byte, reason: "an empty season") }
            profiles.append(profile)
        }
        steps = try reader.readInt()
        guard (0...Self.mostSteps).contains(steps) else {
            throw .invalid(byte: reader.byte, reason: "\(steps) steps seen")
        }
        rest = try ThetaModel(from: &reader)
    }
}

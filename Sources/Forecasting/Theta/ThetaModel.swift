public import TimeSeries

/// A fitted Theta model of any form: weights, a fixed seasonal profile and the state after the last value.
public struct ThetaModel: ForecastModel, Equatable {
    private let weights: ThetaState.Weights
    private let season: ClassicalSeason
    private let start: ThetaState
    private let burnIn: Int
    private var state: ThetaState

    /// The model before its first value.
    init(weights: ThetaState.Weights, season: ClassicalSeason, start: ThetaState, burnIn: Int) {
        self.weights = weights
        self.season = season
        self.start = start
        self.burnIn = burnIn
        state = start
    }

    /// How much the line is bent: 1 leaves only the level, 2 is the standard method.
    public var theta: Double { 1 / (1 - weights.line) }
    /// The smoothing weight of the level, in 0.1 … 0.99.
    public var alpha: Double { weights.alpha }
    /// Whether the line follows the values, or is that of the whole history.
    public var isDynamic: Bool { start.isDynamic }

    /// The mean of the next value.
    public var next: Double { season.restored(state.next(weights), at: state.count) }

    /// Level and line carried on, the season put back.
    public func mean(steps: Int) -> [Double] {
        let path = state.mean(steps: steps, weights)
        return path.indices.map { season.restored(path[$0], at: state.count + $0) }
    }

    /// Moves level and line by one value; a missing one is replaced by its mean. O(1).
    public mutating func observe(_ value: Double) {
        state.advance(
            value.isFinite ? season.adjusted(value, at: state.count) : state.next(weights), weights)
    }

    /// The one-step means from the first level on; `nan` for the first three, for which that level is free.
    ///
    /// A history of fewer than 12 values has all of its means.
    public func fitted(on history: Series) -> [Double] {
        var replay = self
        replay.state = start
        return history.values.indices.map { step in
            let mean = replay.next
            replay.observe(history.values[step])
            return step < burnIn ? .nan : mean
        }
    }
}

extension ThetaModel {
    private static let version = 1
    /// More steps than that no model has seen.
    private static let mostSteps = 1 << 52
    /// No model leaves out more errors than that.
    private static let longestBurnIn = 20

    /// Appends weights, season, initial and present state.
    public func write(to writer: inout BinaryWriter) {
        writer.write(Self.version)
        writer.write(weights.alpha)
        writer.write(weights.line)
        writer.write(season.profile)
        writer.write(season.isMultiplicative ? 1 : 0)
        writer.write(burnIn)
        writer.write(start.isDynamic ? 1 : 0)
        for each in [start, state] {
            for number in [each.level, each.intercept, each.slope, each.average, each.decay] {
                writer.write(number)
            }
            writer.write(each.count)
        }
    }

    /// Reads a stored model.
    public init(from reader: inout BinaryReader) throws(BinaryFormatError) {
        let version = try reader.readInt()
        guard version == Self.version else { throw .unknownVersion(version, of: "theta") }
        weights = ThetaState.Weights(alpha: try reader.readDouble(), line: try reader.readDouble())
        season = ClassicalSeason(
            profile: try reader.readDoubles(), isMultiplicative: try Self.readFlag(from: &reader))
        burnIn = try reader.readInt()
        let isDynamic = try Self.readFlag(from: &reader)
        start = try Self.readState(from: &reader, isDynamic: isDynamic)
        state = try Self.readState(from: &reader, isDynamic: isDynamic)
        guard (0...Self.longestBurnIn).contains(burnIn) else {
            throw .invalid(byte: reader.byte, reason: "a burn-in of \(burnIn)")
        }
    }

    private static func readState(
        from reader: inout BinaryReader, isDynamic: Bool
    ) throws(BinaryFormatError) -> ThetaState {
        let level = try reader.readDouble()
        let (intercept, slope) = (try reader.readDouble(), try reader.readDouble())
        let (average, decay) = (try reader.readDouble(), try reader.readDouble())
        let byte = reader.byte
        let count = try reader.readInt()
        guard (0...mostSteps).contains(count) else {
            throw .invalid(byte: byte, reason: "\(count) steps seen")
        }
        return ThetaState(
            level: level, intercept: intercept, slope: slope, average: average, count: count, decay: decay,
            isDynamic: isDynamic)
    }

    private static func readFlag(from reader: inout BinaryReader) throws(BinaryFormatError) -> Bool {
        let byte = reader.byte
        let flag = try reader.readInt()
        guard flag == 0 || flag == 1 else { throw .invalid(byte: byte, reason: "a flag of \(flag)") }
        return flag == 1
    }
}

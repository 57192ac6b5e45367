import Glibc
public import TimeSeries

extension CES {
    /// Estimated weights and the state after the last value.
    public struct Model: ForecastModel {
        /// The form that was fitted.
        public var form: Form { state.form }
        /// −½ n ln Σe² over the values that the weights were estimated on, e the one-step errors.
        public let logLikelihood: Double
        /// Akaike's corrected criterion; `inf` when there were too few values for it.
        public let correctedCriterion: Double
        let weights: CESState.Weights
        /// Before the first value of the history, or of its end that the weights were estimated on.
        private let start: CESState
        /// How many values came before that.
        private let cut: Int
        private(set) var state: CESState

        /// Forecasts are held within these: a growth is carried on without an end.
        private static let bound = 1e200

        init(_ fit: Fit, scale: Double, history: [Double], cut: Int) {
            weights = fit.weights
            start = fit.start.scaled(by: scale)
            self.cut = cut
            let offset = Double(fit.count) * log(scale)
            logLikelihood = fit.logLikelihood - offset
            correctedCriterion = fit.criterion + 2 * offset
            var state = start
            state.run(over: Array(history[cut...]), fit.weights) { _, _, _ in }
            self.state = state
        }

        /// The mean of the next value.
        public var next: Double { Self.held(state.next) }

        /// The recursion carried on without errors.
        public func mean(steps: Int) -> [Double] {
            var state = state
            return (0..<steps).map { _ in
                defer { state.advance(error: 0, weights) }
                return Self.held(state.next)
            }
        }

        private static func held(_ value: Double) -> Double {
            value.isFinite ? min(max(value, -bound), bound) : value < 0 ? -bound : bound
        }

        /// One error-correction step; a missing value corrects nothing.
        public mutating func observe(_ value: Double) {
            state.advance(error: value.isFinite ? value - next : 0, weights)
        }

        /// The one-step means from the initial state on. Of a history longer than the weights were estimated
        /// on, the values before are seen first once, from the state that the end began with.
        public func fitted(on history: Series) -> [Double] {
            var state = start
            state.phase = cut % state.period == 0 ? 0 : state.period - cut % state.period
            var means = [Double](repeating: .nan, count: history.values.count)
            state.run(over: history.values, weights) { step, mean, _ in means[step] = Self.held(mean) }
            return means
        }
    }
}

extension CES.Model {
    private static let version = 1

    /// Appends form, weights, likelihood, initial and present state.
    public func write(to writer: inout BinaryWriter) {
        writer.write(Self.version)
        writer.write([form.rawValue, cut, start.phase, state.phase])
        writer.write([
            weights.level.real, weights.level.imaginary, weights.season.real, weights.season.imaginary,
            logLikelihood, correctedCriterion,
        ])
        for each in [start, state] {
            for values in [each.level, each.potential, each.season, each.seasonPotential] {
                writer.write(values)
            }
        }
    }

    /// Reads a stored model.
    public init(from reader: inout BinaryReader) throws(BinaryFormatError) {
        let version = try reader.readInt()
        guard version == Self.version else { throw .unknownVersion(version, of: "ces") }
        let whole = try reader.readInts()
        let figures = try reader.readDoubles()
        guard whole.count == 4, let form = CES.Form(rawValue: whole[0]), whole[1] >= 0, figures.count == 6
        else {
            throw .invalid(byte: reader.byte, reason: "a form of \(whole)")
        }
        cut = whole[1]
        weights = CESState.Weights(level: (figures[0], figures[1]), season: (figures[2], figures[3]))
        (logLikelihood, correctedCriterion) = (figures[4], figures[5])
        start = try Self.readState(from: &reader, form, phase: whole[2])
        state = try Self.readState(from: &reader, form, phase: whole[3])
    }

    private static func readState(
        from reader: inout BinaryReader, _ form: CES.Form, phase: Int
    ) throws(BinaryFormatError) -> CESState {
        let state = CESState(
            form: form, level: try reader.readDoubles(), potential: try reader.readDoubles(),
            season: try reader.readDoubles(), seasonPotential: try reader.readDoubles(), phase: phase)
        let levels = state.level.count
        let phases = state.season.count
        let isWhole =
            switch form {
            case .none: levels == 1 && phases == 0
            case .simple: levels >= 1 && phases == 0
            case .partial: levels == 1 && phases >= 1
            case .full: levels == 1 && phases >= 1
            }
        guard isWhole, state.potential.count == levels,
            state.seasonPotential.count == (form == .full ? phases : 0), phase >= 0, phase < state.period
        else {
            throw .invalid(byte: reader.byte, reason: "\(levels) levels, \(phases) phases, phase \(phase)")
        }
        return state
    }
}

import Glibc
public import TimeSeries

extension ETS {
    /// Estimated weights and the state after the last value.
    public struct Model: ForecastModel {
        /// The form that was fitted.
        public let form: Form
        /// −½ (n ln Σe² + 2 Σ ln|μ|) over the values that the weights were estimated on; e are the one-step
        /// errors, relative to the means μ when the error is multiplicative, else without the second sum.
        public let logLikelihood: Double
        /// Akaike's corrected criterion, comparable between forms of this family only; `inf` when there were
        /// too few values for it.
        public let correctedCriterion: Double
        let weights: ETSState.Weights
        /// The variance of the errors, relative ones when the error is multiplicative.
        let variance: Double
        /// Before the first value of the history.
        private let start: ETSState
        private(set) var state: ETSState

        /// Runs a fit over the history.
        ///
        /// - Parameter cut: Where the window of the fit begins; the state at the first value of the history
        ///   is found by running backwards from there.
        init(_ fit: ETSFit, history: [Double], cut: Int) {
            form = fit.form
            weights = fit.weights
            logLikelihood = fit.logLikelihood
            correctedCriterion = fit.criterion
            var state = fit.start
            var (sum, count) = (0.0, 0)
            let window = cut == 0 ? history : Array(history[cut...])
            let isRelative = fit.form.error == .multiplicative
            state.run(over: window, fit.weights) { step, mean, error in
                guard window[step].isFinite else { return }
                let error = isRelative ? error / mean : error
                sum += error * error
                count += 1
            }
            let room = count - (fit.form.parameters(period: max(fit.start.season.count, 1)) - 1)
            let spread = sum / Double(room > 0 ? room : max(count, 1))
            variance = spread.isFinite ? spread : 0
            self.state = state
            var past = fit.start.reversed
            past.run(over: history[..<cut].reversed(), fit.weights) { _, _, _ in }
            start = cut == 0 ? fit.start : past.reversed
        }

        /// The mean of the next value.
        public var next: Double { state.next(weights) }

        /// Level, trend and season carried on.
        public func mean(steps: Int) -> [Double] { state.mean(steps: steps, weights) }

        /// One error-correction step; a missing value corrects nothing.
        public mutating func observe(_ value: Double) {
            state.advance(error: value.isFinite ? value - next : 0, weights)
        }

        /// The one-step means from the initial state on.
        public func fitted(on history: Series) -> [Double] {
            var state = start
            var means = [Double](repeating: .nan, count: history.values.count)
            state.run(over: history.values, weights) { step, mean, _ in means[step] = mean }
            return means
        }
    }
}

extension ETS.Model {
    private static let version = 1

    /// Appends form, weights, likelihood, initial and present state.
    public func write(to writer: inout BinaryWriter) {
        writer.write(Self.version)
        writer.write([form.error.rawValue, form.trend.rawValue, form.season.rawValue])
        writer.write([weights.level, weights.trend, weights.season, weights.damping])
        writer.write([logLikelihood, correctedCriterion, variance])
        for each in [start, state] {
            writer.write(each.level)
            writer.write(each.trend)
            writer.write(each.season)
            writer.write(each.phase)
        }
    }

    /// Reads a stored model.
    public init(from reader: inout BinaryReader) throws(BinaryFormatError) {
        let version = try reader.readInt()
        guard version == Self.version else { throw .unknownVersion(version, of: "ets") }
        let parts = try reader.readInts()
        let weights = try reader.readDoubles()
        let figures = try reader.readDoubles()
        guard parts.count == 3, let error = ETS.Error(rawValue: parts[0]),
            let trend = ETS.Trend(rawValue: parts[1]), let season = ETS.Season(rawValue: parts[2]),
            error == .multiplicative || season != .multiplicative, weights.count == 4, figures.count == 3
        else {
            throw .invalid(byte: reader.byte, reason: "a form of \(parts)")
        }
        form = ETS.Form(error: error, trend: trend, season: season)
        self.weights = ETSState.Weights(
            level: weights[0], trend: weights[1], season: weights[2], damping: weights[3])
        (logLikelihood, correctedCriterion, variance) = (figures[0], figures[1], figures[2])
        start = try Self.readState(from: &reader, form)
        state = try Self.readState(from: &reader, form)
    }

    private static func readState(
        from reader: inout BinaryReader, _ form: ETS.Form
    ) throws(BinaryFormatError) -> ETSState {
        let state = ETSState(
            level: try reader.readDouble(), trend: try reader.readDouble(), season: try reader.readDoubles(),
            phase: try reader.readInt(), multiplies: form.season == .multiplicative)
        guard state.season.isEmpty == (form.season == .none), max(state.season.count, 1) > state.phase,
            state.phase >= 0
        else {
            throw .invalid(byte: reader.byte, reason: "phase \(state.phase) of \(state.season.count)")
        }
        return state
    }
}

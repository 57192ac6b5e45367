public import TimeSeries

/// Smoothing for metrics that are 0 most of the time: the size of what comes and how often it comes are
/// smoothed apart.
///
/// Croston smooths the sizes z and the intervals p between them, where one comes: ŷ = z / p, which is too
/// high by about α/2; the approximation of Syntetos and Boylan takes that off. Teunter, Syntetos and Babai
/// smooth the probability of something coming at every step: ŷ = z · d, which falls while nothing comes.
///
/// The weight is the one of a short grid with the least squared error a step ahead. A missing step teaches
/// nothing. O(n).
///
/// - Source: Croston, *Forecasting and stock control for intermittent demands*, Operational Research
///   Quarterly 23 (1972); Syntetos & Boylan, *The accuracy of intermittent demand estimates*, Int. J.
///   Forecasting 21 (2005); Teunter, Syntetos & Babai, *Intermittent demand: linking forecasting to
///   inventory obsolescence*, Eur. J. Operational Research 214 (2011).
public struct IntermittentDemand: Forecaster, Equatable {
    /// How size and frequency become an expectation.
    public enum Variant: Int, Sendable, CaseIterable {
        case croston
        case syntetosBoylan
        case teunterSyntetosBabai
    }

    /// The variant.
    public var variant: Variant

    /// The weights that are tried.
    static let weights: [Double] = [0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5]

    /// A method of a variant.
    public init(_ variant: Variant) {
        self.variant = variant
    }

    /// One value.
    public var minimumHistory: Int { 1 }

    /// Tries every weight. Seven passes over the history.
    public func fit(_ history: Series, progress: FitProgress) throws(ForecastError) -> Model {
        let values = history.values
        guard values.count >= minimumHistory else {
            throw .historyTooShort(needed: minimumHistory, got: values.count)
        }
        guard values.contains(where: \.isFinite) else { throw .noFiniteValues }
        let start = State(before: values)
        var best = (error: Double.infinity, model: Model(variant, weight: Self.weights[2], start: start))
        for weight in Self.weights {
            var model = Model(variant, weight: weight, start: start)
            var error = 0.0
            for value in values {
                if value.isFinite { error += (value - model.next) * (value - model.next) }
                model.observe(value)
            }
            if error < best.error || best.error == .infinity { best = (error, model) }
        }
        return best.model
    }

    /// Smoothed size and frequency.
    struct State: Sendable, Equatable {
        /// The size of what comes, in the unit of the series.
        var size: Double
        /// The steps from one to the next, at least 1.
        var interval: Double
        /// The probability that something comes.
        var probability: Double
        /// Steps since something came, the present one included.
        var waited: Double

        /// The mean size and frequency of a history with a finite value.
        init(before values: [Double]) {
            let known = values.filter(\.isFinite)
            let sizes = known.filter { $0 != 0 }
            size = sizes.isEmpty ? 0 : sizes.reduce(0) { $0 + $1 / Double(sizes.count) }
            probability = Double(sizes.count) / Double(known.count)
            interval = sizes.isEmpty ? Double(known.count) : Double(known.count) / Double(sizes.count)
            waited = 1
        }
    }

    /// Smoothed sizes and frequencies.
    public struct Model: ForecastModel {
        private let variant: Variant
        private let weight: Double
        private let start: State
        private var state: State

        init(_ variant: Variant, weight: Double, start: State) {
            self.variant = variant
            self.weight = weight
            self.start = start
            state = start
        }

        /// The expected value of every step ahead.
        public var next: Double {
            switch variant {
            case .croston: state.size / state.interval
            case .syntetosBoylan: (1 - weight / 2) * state.size / state.interval
            case .teunterSyntetosBabai: state.probability * state.size
            }
        }

        /// The same expectation for every step.
        public func mean(steps: Int) -> [Double] { [Double](repeating: next, count: steps) }

        /// Smooths size and interval where something comes, the probability at every step.
        public mutating func observe(_ value: Double) {
            guard value.isFinite else { return }
            state.probability += weight * ((value != 0 ? 1 : 0) - state.probability)
            if value != 0 {
                state.size += weight * (value - state.size)
                state.interval += weight * (state.waited - state.interval)
                state.waited = 1
            } else {
                state.waited += 1
            }
        }

        /// The expectations from the mean size and frequency on.
        public func fitted(on history: Series) -> [Double] {
            var model = self
            model.state = start
            return history.values.map { value in
                defer { model.observe(value) }
                return model.next
            }
        }
    }
}

extension IntermittentDemand.Model {
    private static let version = 1

    /// Appends variant, weight, initial and present state.
    public func write(to writer: inout BinaryWriter) {
        writer.write(Self.version)
        writer.write(variant.rawValue)
        writer.write(weight)
        for each in [start, state] {
            for number in [each.size, each.interval, each.probability, each.waited] { writer.write(number) }
        }
    }

    /// Reads a stored model.
    public init(from reader: inout BinaryReader) throws(BinaryFormatError) {
        let version = try reader.readInt()
        guard version == Self.version else { throw .unknownVersion(version, of: "intermittent demand") }
        let byte = reader.byte
        let number = try reader.readInt()
        guard let variant = IntermittentDemand.Variant(rawValue: number) else {
            throw .invalid(byte: byte, reason: "variant \(number) of intermittent demand")
        }
        self.variant = variant
        weight = try reader.readDouble()
        start = try Self.readState(from: &reader)
        state = try Self.readState(from: &reader)
    }

    private static func readState(
        from reader: inout BinaryReader
    ) throws(BinaryFormatError) -> IntermittentDemand.State {
        var state = IntermittentDemand.State(before: [0])
        state.size = try reader.readDouble()
        let byte = reader.byte
        state.interval = try reader.readDouble()
        state.probability = try reader.readDouble()
        state.waited = try reader.readDouble()
        guard state.interval >= 1, state.waited >= 1, (0...1).contains(state.probability) else {
            throw .invalid(
                byte: byte, reason: "an interval of \(state.interval), a probability of \(state.probability)")
        }
        return state
    }
}

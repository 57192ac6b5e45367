import Forecasting
import TimeSeries

/// How far a value is from its one-step forecast by an exponential smoothing of level, trend and season.
///
/// The model is fitted once, when two seasons and at least 64 values are known, and then follows the series
/// without a refit; before that nothing is said. Errors beyond four usual ones teach it as far as those, so
/// that an anomaly does not become the expectation.
///
/// - Source: Gardner & McKenzie, *Forecasting trends in time series*, Management Science 31 (1985); the
///   clipped update: Gelper, Fried & Croux, *Robust forecasting with exponential and Holt–Winters smoothing*,
///   Journal of Forecasting 29 (2010).
struct ForecastResidual: CausalEvidence {
    static let floor = Channel.relativeError.floor
    /// Level, trend and season, a number a step of the longest one.
    static let heapBytes = MemoryLayout<Double>.size * 2 * DominantPeriod.range.upperBound
    /// The fewest values that are fitted.
    static let leastHistory = 64
    /// In usual errors.
    private static let clip = 4.0
    /// So many errors say nothing; usual errors are plain means at first, then exponential ones.
    private static let warmUp = 20
    private static let weight = 0.01

    /// Steps in a season.
    let period: Int
    private(set) var model: HoltWinters.Model?
    private var variance = ErrorVariance()
    /// Errors learned so far.
    private var learned = 0

    init(period: Int) {
        self.period = period
    }

    private var history: Int { max(Self.leastHistory, 2 * period) }

    mutating func push(_ recent: inout EvidenceMemory) -> Double {
        guard let expected = model?.next else {
            if recent.count == history { fit(&recent) }
            return 0
        }
        let error = recent[0] - expected
        // The fit overflows on no series in standard units; if it did, nothing would be said.
        guard error.isFinite else { return 0 }
        let deviation = variance.deviation
        let reach = learned > Self.warmUp ? Self.clip * deviation : .infinity
        let lesson = min(max(error, -reach), reach)
        model?.observe(expected + lesson)
        learned += 1
        variance.learn(lesson, weight: max(Self.weight, 1 / Double(learned)))
        return learned > Self.warmUp ? abs(error) / deviation : 0
    }

    private mutating func fit(_ recent: inout EvidenceMemory) {
        let values = (0..<history).map { recent[history - 1 - $0] }
        model = try? HoltWinters(period: period).fit(Series(values: values))
    }
}

extension ForecastResidual: PeriodStorable {
    private static let version = 1

    /// Appends the usual error and the model, where there is one.
    func write(to writer: inout BinaryWriter) {
        writer.write(Self.version)
        writer.write(variance.value)
        writer.write(learned)
        writer.write(model == nil ? 0 : 1)
        model?.write(to: &writer)
    }

    /// Reads a stored model.
    init(from reader: inout BinaryReader, period: Int) throws(BinaryFormatError) {
        self.init(period: period)
        let version = try reader.readInt()
        guard version == Self.version else { throw .unknownVersion(version, of: "forecast residual") }
        variance = ErrorVariance(try reader.readDouble())
        let start = reader.byte
        learned = try reader.readInt()
        guard learned >= 0 else { throw .invalid(byte: start, reason: "\(learned) errors") }
        if try reader.readInt() != 0 { model = try HoltWinters.Model(from: &reader) }
    }
}

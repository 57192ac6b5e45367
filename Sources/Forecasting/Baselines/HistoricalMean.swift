public import TimeSeries

/// The mean of all values, at every step ahead. A missing value does not count.
///
/// - Source: Hyndman & Athanasopoulos, *Forecasting: Principles and Practice*, 3rd ed., section 5.2.
public struct HistoricalMean: Forecaster, Equatable {
    /// The method; it has no parameter.
    public init() {}

    /// One value.
    public var minimumHistory: Int { 1 }

    /// Averages the values. O(n).
    public func fit(_ history: Series, progress: FitProgress) throws(ForecastError) -> Model {
        _ = try FilledHistory(history, atLeast: minimumHistory)
        var model = Model()
        for value in history.values { model.observe(value) }
        return model
    }

    /// The mean so far.
    public struct Model: ForecastModel, Equatable {
        private var average = 0.0
        private var count = 0

        init() {}

        /// The mean so far.
        public var next: Double { average }

        /// The mean so far, at every step.
        public func mean(steps: Int) -> [Double] { [Double](repeating: average, count: steps) }

        /// Takes a value into the mean.
        public mutating func observe(_ value: Double) {
            guard value.isFinite else { return }
            count += 1
            average += (value - average) / Double(count)
        }

        /// The mean of now at every step.
        public func fitted(on history: Series) -> [Double] { mean(steps: history.values.count) }
    }
}

extension HistoricalMean.Model {
    private static let version = 1
    /// More values than that no model has seen.
    private static let mostValues = 1 << 52

    /// Appends the mean and its count.
    public func write(to writer: inout BinaryWriter) {
        writer.write(Self.version)
        writer.write(average)
        writer.write(count)
    }

    /// Reads a stored model.
    public init(from reader: inout BinaryReader) throws(BinaryFormatError) {
        let version = try reader.readInt()
        guard version == Self.version else { throw .unknownVersion(version, of: "mean") }
        average = try reader.readDouble()
        count = try reader.readInt()
        guard (0...Self.mostValues).contains(count) else {
            throw .invalid(byte: reader.byte, reason: "a mean of \(count) values")
        }
    }
}

public import TimeSeries

/// A random walk with drift: the last value, and on along the line from the first value to it.
///
/// Forecast: ŷ(T+h) = y(T) + h (y(T) − y(1)) / (T − 1). A missing value moves time on, not the line.
///
/// - Source: Hyndman & Athanasopoulos, *Forecasting: Principles and Practice*, 3rd ed., section 5.2.
public struct Drift: Forecaster, Equatable {
    /// The method; it has no parameter.
    public init() {}

    /// One value.
    public var minimumHistory: Int { 1 }

    /// Remembers the first and the last value. O(n).
    public func fit(_ history: Series, progress: FitProgress) throws(ForecastError) -> Model {
        let filled = try FilledHistory(history, atLeast: minimumHistory)
        var model = Model(first: filled.values[0])
        // Steps before the first value tell nothing, so the line begins at that value.
        let begin = filled.wasMissing.firstIndex(of: false) ?? 0
        for value in history.values.dropFirst(begin + 1) { model.observe(value) }
        return model
    }

    /// The line from the first value to the last one, and how far the next step lies beside it.
    public struct Model: ForecastModel, Equatable {
        private let first: Double
        private var last: Double
        /// Steps from the first value to the last one.
        private var span: Int
        /// Steps since the last value.
        private var gap: Int

        init(first: Double) {
            self.first = first
            last = first
            span = 0
            gap = 0
        }

        /// The change a step, in the unit of the series; 0 as long as there is one value.
        public var slope: Double { span > 0 ? (last - first) / Double(span) : 0 }

        /// The line one step on.
        public var next: Double { last + slope * Double(gap + 1) }

        /// The line carried on.
        public func mean(steps: Int) -> [Double] {
            let slope = slope
            return (0..<steps).map { last + slope * Double(gap + 1 + $0) }
        }

        /// Draws the line to `value`; lets a step pass when it is missing.
        public mutating func observe(_ value: Double) {
            gap += 1
            guard value.isFinite else { return }
            (last, span, gap) = (value, span + gap, 0)
        }

        /// The value before each step and the slope of now; `nan` up to the first value.
        public func fitted(on history: Series) -> [Double] {
            let slope = slope
            var expected = Double.nan
            return history.values.map { value in
                defer { expected = (value.isFinite ? value : expected) + slope }
                return expected
            }
        }
    }
}

extension Drift.Model {
    private static let version = 1
    /// More steps than that no model has seen.
    private static let mostSteps = 1 << 52

    /// Appends the first and the last value and where they are.
    public func write(to writer: inout BinaryWriter) {
        writer.write(Self.version)
        writer.write(first)
        writer.write(last)
        writer.write(span)
        writer.write(gap)
    }

    /// Reads a stored model.
    public init(from reader: inout BinaryReader) throws(BinaryFormatError) {
        let version = try reader.readInt()
        guard version == Self.version else { throw .unknownVersion(version, of: "drift") }
        first = try reader.readDouble()
        last = try reader.readDouble()
        span = try reader.readInt()
        gap = try reader.readInt()
        guard (0...Self.mostSteps).contains(span), (0...Self.mostSteps).contains(gap) else {
            throw .invalid(byte: reader.byte, reason: "a span of \(span), a gap of \(gap)")
        }
    }
}

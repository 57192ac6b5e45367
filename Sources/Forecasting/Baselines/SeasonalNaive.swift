public import TimeSeries

/// Repeats the last season.
///
/// Forecast: ŷ(T+h) = y(T+h−m(k+1)), with k = ⌊(h−1)/m⌋. A missing value is stood in for by the one a
/// season before it.
///
/// - Source: Hyndman & Athanasopoulos, *Forecasting: Principles and Practice*, 3rd ed., section 5.2.
public struct SeasonalNaive: Forecaster, Equatable {
    /// Steps in one season, at least 1; 1 repeats the last value.
    public var period: Int

    /// The method for a season of `period` steps.
    public init(period: Int) {
        precondition(period >= 1, "a period of \(period)")
        self.period = period
    }

    /// One value.
    public var minimumHistory: Int { 1 }

    /// Remembers the last season. O(n).
    ///
    /// A history shorter than a season repeats its last value.
    public func fit(_ history: Series, progress: FitProgress) throws(ForecastError) -> Model {
        let filled = try FilledHistory(history, atLeast: minimumHistory)
        let period = filled.values.count >= self.period ? self.period : 1
        var season = Array(filled.values.prefix(period))
        for (i, value) in history.values.enumerated() where value.isFinite { season[i % period] = value }
        return Model(season: season, position: history.values.count % period)
    }

    /// The last season, and where in it the next step falls.
    public struct Model: ForecastModel, Equatable {
        private var season: [Double]
        private var position: Int

        init(season: [Double], position: Int) {
            self.season = season
            self.position = position
        }

        /// The value one season ago.
        public var next: Double { season[position] }

        /// The last season, repeated.
        public func mean(steps: Int) -> [Double] {
            (0..<steps).map { season[(position + $0) % season.count] }
        }

        /// Replaces the value of one season ago, unless `value` is missing.
        public mutating func observe(_ value: Double) {
            if value.isFinite { season[position] = value }
            position = (position + 1) % season.count
        }

        /// The values one season before each step; `nan` in the first season.
        public func fitted(on history: Series) -> [Double] {
            var season = [Double](repeating: .nan, count: self.season.count)
            return history.values.enumerated().map { step, value in
                let expected = season[step % season.count]
                if value.isFinite { season[step % season.count] = value }
                return expected
            }
        }
    }
}

extension SeasonalNaive.Model {
    private static let version = 1

    /// Appends the last season and the position in it.
    public func write(to writer: inout BinaryWriter) {
        writer.write(Self.version)
        writer.write(season)
        writer.write(position)
    }

    /// Reads a stored model.
    public init(from reader: inout BinaryReader) throws(BinaryFormatError) {
        let version = try reader.readInt()
        guard version == Self.version else { throw .unknownVersion(version, of: "seasonal-naive") }
        season = try reader.readDoubles()
        let byte = reader.byte
        position = try reader.readInt()
        guard season.indices.contains(position) else {
            throw .invalid(byte: byte, reason: "position \(position) in a season of \(season.count)")
        }
    }
}

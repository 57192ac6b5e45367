/// Points of one series as columns, their times strictly ascending; all columns have one length.
public struct PointColumns: Sendable, Equatable {
    /// Milliseconds since 1970.
    public var times: [Int64]
    /// In the unit of the series; any Double.
    public var values: [Double]
    /// How unusual each value was, see ``ScoreByte``.
    public var scores: [UInt8]

    /// No points.
    public init() {
        times = []
        values = []
        scores = []
    }

    /// How many points there are.
    public var count: Int { times.count }

    /// Appends one point, which must be later than the last.
    public mutating func append(_ time: Int64, _ value: Double, _ score: UInt8) {
        precondition(times.last.map { $0 < time } ?? true, "\(time) after \(times.last ?? 0)")
        times.append(time)
        values.append(value)
        scores.append(score)
    }

    /// Equal when every column is, values by their bits.
    public static func == (a: PointColumns, b: PointColumns) -> Bool {
        a.times == b.times && a.scores == b.scores
            && a.values.elementsEqual(b.values) { $0.bitPattern == $1.bitPattern }
    }
}

/// The one byte that is stored of a score: −log₁₀ p in twentieths, so 0 … 12.65.
public enum ScoreByte {
    /// A point that was not scored.
    public static let unscored: UInt8 = 255
    /// A point that came after a later one of its series, and so was never judged by the light tier.
    public static let late: UInt8 = 254

    /// The byte of a p-value in 0 … 1.
    public static func encode(negativeLog10 value: Double) -> UInt8 {
        value >= 0 ? UInt8(min((value * 20).rounded(), 253)) : 0
    }

    /// −log₁₀ p; `nil` for a point that was not scored.
    public static func negativeLog10(_ byte: UInt8) -> Double? {
        isScore(byte) ? Double(byte) / 20 : nil
    }

    /// Whether a byte is a score at all.
    public static func isScore(_ byte: UInt8) -> Bool { byte < late }
}

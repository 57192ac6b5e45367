/// Points of many series in the order in which they arrived; the columns have one length.
public struct PointBatch: Sendable, Equatable {
    /// The dense numbers of their series.
    public var series: [UInt32]
    /// Milliseconds since 1970.
    public var times: [Int64]
    /// In the unit of each series; any Double.
    public var values: [Double]

    /// Columns of one length.
    public init(series: [UInt32] = [], times: [Int64] = [], values: [Double] = []) {
        precondition(
            series.count == times.count && times.count == values.count,
            "\(series.count) series, \(times.count) times, \(values.count) values")
        self.series = series
        self.times = times
        self.values = values
    }

    /// How many points there are.
    public var count: Int { times.count }

    /// Equal when every column is, values by their bits.
    public static func == (a: PointBatch, b: PointBatch) -> Bool {
        a.series == b.series && a.times == b.times
            && a.values.elementsEqual(b.values) { $0.bitPattern == $1.bitPattern }
    }
}

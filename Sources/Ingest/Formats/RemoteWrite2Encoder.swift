public import TimeSeries

/// Writes the body of Prometheus remote write 2.0, before a compression: for load generators and tests.
///
/// Each text stands once among the symbols, in the order of its first use. What an official library makes of the
/// same message has the same bytes.
///
/// - Source: Prometheus, `prompb/io/prometheus/write/v2/types.proto`; Protocol Buffers, *Encoding*.
public struct RemoteWrite2Encoder: Sendable {
    private var references: [String: UInt64] = ["": 0]
    private var symbols: [UInt8] = [4 << 3 | 2, 0]
    private var series: [UInt8] = []

    /// An empty request.
    ///
    /// - Parameter capacity: Bytes to set aside for the series.
    public init(reservingCapacity capacity: Int = 0) {
        series.reserveCapacity(capacity)
    }

    /// The Request so far.
    public var bytes: [UInt8] { symbols + series }

    /// Appends one series; without metadata when its kind is unknown.
    public mutating func append(
        _ labels: Labels, _ points: some Collection<Point>, kind: MetricKind = .unknown
    ) {
        var pairs: [UInt8] = []
        for pair in labels.pairs {
            pairs.appendVarint(reference(pair.name))
            pairs.appendVarint(reference(pair.value))
        }
        var record: [UInt8] = []
        if !pairs.isEmpty { record.appendField(1, pairs) }
        for point in points { record.appendSample(point) }
        if kind != .unknown { record.appendField(5, [1 << 3, kind.rawValue]) }
        series.appendField(5, record)
    }

    private mutating func reference(_ text: String) -> UInt64 {
        if let known = references[text] { return known }
        let new = UInt64(references.count)
        references[text] = new
        symbols.appendField(4, text.utf8)
        return new
    }
}

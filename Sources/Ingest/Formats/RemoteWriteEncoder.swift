public import TimeSeries

/// Writes the body of Prometheus remote write 1.0, before Snappy: of scores for others, of load and of tests.
///
/// The bytes are those that Prometheus itself writes: labels sorted and before the samples, nothing written for a
/// value or a time of 0.
///
/// - Source: Prometheus, `prompb/remote.proto` and `prompb/types.proto`; Protocol Buffers, *Encoding*.
public struct RemoteWriteEncoder: Sendable {
    /// The WriteRequest so far.
    public private(set) var bytes: [UInt8] = []

    /// An empty request.
    ///
    /// - Parameter capacity: Bytes to set aside.
    public init(reservingCapacity capacity: Int = 0) {
        bytes.reserveCapacity(capacity)
    }

    /// Appends one series.
    public mutating func append(_ labels: Labels, _ points: some Collection<Point>) {
        append(encodedLabels: labels.encoded, points)
    }

    /// Appends one series whose labels are encoded already, as ``TimeSeries/Labels/encoded`` does.
    public mutating func append(encodedLabels labels: [UInt8], _ points: some Collection<Point>) {
        var size = labels.count
        for point in points { size += [UInt8].sampleSize(point) }
        bytes.append(0x0A)
        bytes.appendVarint(UInt64(size))
        bytes += labels
        for point in points { bytes.appendSample(point) }
    }
}

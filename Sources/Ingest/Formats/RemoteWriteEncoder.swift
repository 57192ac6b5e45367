public import TimeSeries

/// Writes the body of Prometheus remote write 1.0, before Snappy: for load generators and tests.
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
        for point in points {
            let sample = Self.size(of: point)
            size += 1 + Self.varintSize(UInt64(sample)) + sample
        }
        bytes.append(0x0A)
        appendVarint(UInt64(size))
        bytes += labels
        for point in points {
            bytes.append(0x12)
            appendVarint(UInt64(Self.size(of: point)))
            if point.value.bitPattern != 0 {
                bytes.append(0x09)
                withUnsafeBytes(of: point.value.bitPattern.littleEndian) { bytes += $0 }
            }
            if point.milliseconds != 0 {
                bytes.append(0x10)
                appendVarint(UInt64(bitPattern: point.milliseconds))
            }
        }
    }

    private static func size(of point: Point) -> Int {
        (point.value.bitPattern == 0 ? 0 : 9)
            + (point.milliseconds == 0 ? 0 : 1 + varintSize(UInt64(bitPattern: point.milliseconds)))
    }

    private static func varintSize(_ value: UInt64) -> Int {
        max((70 - value.leadingZeroBitCount) / 7, 1)
    }

    private mutating func appendVarint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}

/// One value at one time.
public struct Point: BitwiseCopyable, Hashable, Sendable {
    /// Milliseconds since 1970, UTC.
    public var milliseconds: Int64
    /// The value, in the unit of its series; any Double, the stale marker included.
    public var value: Double

    /// A value at a time.
    public init(milliseconds: Int64, value: Double) {
        self.milliseconds = milliseconds
        self.value = value
    }

    /// When the value was.
    public var time: Timestamp { Timestamp(milliseconds: milliseconds) }

    /// The bits of the NaN by which Prometheus says that a series has ended.
    ///
    /// - Source: Prometheus, `model/value/value.go`.
    public static let staleMarkerBits: UInt64 = 0x7ff0_0000_0000_0002

    /// Whether the value says that the series has ended.
    public var isStaleMarker: Bool { value.bitPattern == Self.staleMarkerBits }
}

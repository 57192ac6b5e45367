/// A civil time zone: the offset of local clocks from UTC, for every moment.
public struct TimeZone: Hashable, Sendable {
    /// The IANA name, such as `Europe/Berlin`.
    public let name: String

    /// Coordinated universal time.
    public static let utc = TimeZone(name: "UTC")
}

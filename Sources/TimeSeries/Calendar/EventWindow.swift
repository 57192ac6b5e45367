/// A stretch of time in which something out of the ordinary is expected.
public struct EventWindow: Sendable, Hashable {
    /// What makes windows of one name alike.
    public enum Kind: Sendable, Hashable {
        /// A public holiday: what is not known of it is taken from other holidays.
        case holiday
        /// Anything else: only events of the same name say something of it.
        case event
    }

    /// What happens; windows of one name are expected to be alike.
    public var name: String
    /// The first moment.
    public var from: Timestamp
    /// The first moment after it; not before `from`.
    public var to: Timestamp
    /// Whether it is a holiday.
    public var kind: Kind

    /// A window of time.
    ///
    /// - Precondition: `to` is not before `from`.
    public init(_ name: String, from: Timestamp, to: Timestamp, kind: Kind = .event) {
        precondition(from <= to, "\(name) ends at \(to), before \(from)")
        self.name = name
        self.from = from
        self.to = to
        self.kind = kind
    }
}

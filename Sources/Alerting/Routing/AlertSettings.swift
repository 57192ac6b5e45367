/// Who is told of what, as configured.
public struct AlertSettings: Sendable {
    /// Somebody, and the ways to tell them.
    public struct Receiver: Sendable {
        public var name: String
        /// By channel name, as `ops/webhook`.
        public var channels: [(name: String, kind: String, channel: NotifierChannel)]

        /// A receiver of these channels.
        public init(name: String, channels: [(name: String, kind: String, channel: NotifierChannel)]) {
            self.name = name
            self.channels = channels
        }
    }

    /// Everybody who can be told.
    public var receivers: [Receiver] = []
    /// `nil`: nobody is told; incidents are kept all the same.
    public var route: AlertRoute?
    /// By the names that routes give in `mute_time_intervals`.
    public var timeIntervals: [String: [MuteInterval]] = [:]
    /// When the stretches of two series are one incident.
    public var merging = MergePolicy()
    /// Where the page is, for links, without a slash at its end.
    public var externalURL = "http://127.0.0.1:8720"

    /// Nobody is told of anything.
    public init() {}
}

/// When the stretches of two series are one incident.
public struct MergePolicy: Sendable, Equatable {
    /// How near in time they begin, in milliseconds.
    public var within: Int64 = 300_000
    /// They share the value of one of these labels, or their definition.
    public var labels = ["service", "job", "app", "instance", "host", "node"]

    /// Within five minutes.
    public init() {}
}

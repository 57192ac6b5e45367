/// Who is told of what, as configured.
///
/// Two settings are equal when receivers, routes, times and merging are; what a notifier is made of has no equality, so
/// channels are compared by name and kind.
public struct AlertSettings: Sendable, Equatable {
    /// Somebody, and the ways to tell them.
    public struct Receiver: Sendable, Equatable {
        /// What routes call it.
        public var name: String
        /// By channel name, as `ops/webhook`.
        public var channels: [(name: String, kind: String, channel: NotifierChannel)]

        /// A receiver of these channels.
        public init(name: String, channels: [(name: String, kind: String, channel: NotifierChannel)]) {
            self.name = name
            self.channels = channels
        }

        /// Compares names, and the names and kinds of channels.
        public static func == (a: Receiver, b: Receiver) -> Bool {
            a.name == b.name
                && a.channels.elementsEqual(b.channels) { $0.name == $1.name && $0.kind == $1.kind }
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

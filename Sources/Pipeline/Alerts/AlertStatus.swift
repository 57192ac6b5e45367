public import Alerting

/// What the desk counts.
public struct AlertStatus: Sendable {
    /// Incidents that are not resolved, by state.
    public var incidents: [Incident.State: Int] = [:]
    /// Incidents that were opened since the start, by kind.
    public var opened: [Incident.Kind: Int] = [:]
    /// Verdicts that wait to be looked at.
    public var waitingVerdicts = 0
    /// By channel.
    public var channels: [Channel] = []

    /// One way to tell one receiver.
    public struct Channel: Sendable {
        /// As `ops/webhook`.
        public var name: String
        /// As `webhook`.
        public var kind: String
        /// Messages, or pictures, that arrived since the start.
        public var delivered = 0
        /// Attempts that failed and are tried again.
        public var retried = 0
        /// Messages that were given up since the start.
        public var rejected = 0
        /// Messages that are not delivered yet.
        public var waiting = 0
        /// Seconds since the oldest that waits was due; 0 when none is.
        public var oldestSeconds = 0.0

        /// A channel of which nothing is counted yet.
        public init(name: String, kind: String) {
            self.name = name
            self.kind = kind
        }
    }

    /// Nothing was counted yet.
    public init() {}
}

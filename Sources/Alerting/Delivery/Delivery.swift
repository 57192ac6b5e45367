/// One event of one incident on its way to one receiver.
public struct Delivery: Sendable, Equatable {
    /// What it tells.
    public enum Event: String, Sendable, Hashable, CaseIterable {
        /// There is something wrong.
        case opened
        /// It changed, or still is.
        case updated
        /// It is over.
        case resolved
    }

    /// What became of it.
    public enum State: String, Sendable, Hashable, CaseIterable {
        /// It is to be sent when it is due.
        case waiting
        /// The receiver has it.
        case delivered
        /// The receiver refused it for good, or it grew too old: nobody tries again.
        case rejected
        /// Nobody was to hear of it: silenced or muted from the first to the last.
        case suppressed
    }

    /// Counted from 1 over all deliveries; of one incident and channel the smaller goes first.
    public var sequence: Int64
    /// What it tells of.
    public var incident: Int64
    /// The receiver and the notifier in it, as `ops/webhook`; `ops/webhook/2` for a second of a kind.
    public var channel: String
    /// What it tells.
    public var event: Event
    /// Counts the updates of an incident, from 1; 0 for `opened` and `resolved`.
    public var update: Int
    /// What became of it.
    public var state: State
    /// Milliseconds since 1970.
    public var created: Int64
    /// When it is to be tried; of one that ended, when it did.
    public var due: Int64
    /// How often it was tried.
    public var attempts: Int
    /// Why the last attempt failed, or why it was put off; empty when it arrived.
    public var lastError: String
    /// What is sent, once it was made; empty before.
    public var payload: [UInt8]

    /// When its incident was opened, milliseconds since 1970; 0 in records of the first version.
    public var opened: Int64
    /// Whether it was rejected since the receiver wants nothing more, and nobody has asked to try again.
    public var isGone = false

    /// What a receiver tells repetitions by: `incident-17-1772366400000-opened`, `incident-17-1772366400000-updated-2`.
    ///
    /// The time in it keeps incidents apart whose numbers are equal: of two services, or from before and after the loss
    /// of a data directory.
    public var eventID: String {
        Self.name(of: incident, opened: opened) + "-" + event.rawValue
            + (event == .updated ? "-\(update)" : "")
    }

    /// The name of an incident among those of all services: `incident-17-1772366400000`.
    static func name(of incident: Int64, opened: Int64) -> String {
        "incident-\(incident)" + (opened == 0 ? "" : "-\(opened)")
    }

    /// One that was not tried yet.
    public init(
        sequence: Int64, incident: Int64, channel: String, event: Event, update: Int = 0,
        state: State = .waiting, created: Int64, due: Int64, opened: Int64 = 0
    ) {
        self.sequence = sequence
        self.incident = incident
        self.channel = channel
        self.event = event
        self.update = update
        self.state = state
        self.created = created
        self.due = due
        self.opened = opened
        attempts = 0
        lastError = ""
        payload = []
    }
}

/// An incident as it is stored: what is asked for in columns, all of it in bytes that belong to their writer.
public struct StoredIncident: Sendable, Equatable {
    /// Counted from 1; never used again.
    public var id: Int64
    /// As `open`.
    public var state: String
    /// Milliseconds since 1970.
    public var opened: Int64
    /// When it last changed.
    public var changed: Int64
    /// When it was resolved; `nil` before.
    public var resolved: Int64?
    /// All of it, in the form of its writer.
    public var bytes: [UInt8]

    /// A record of these fields.
    public init(id: Int64, state: String, opened: Int64, changed: Int64, resolved: Int64?, bytes: [UInt8]) {
        self.id = id
        self.state = state
        self.opened = opened
        self.changed = changed
        self.resolved = resolved
        self.bytes = bytes
    }
}

/// A message on its way, or where it ended.
public struct StoredDelivery: Sendable, Equatable {
    /// Counted from 1; never used again.
    public var sequence: Int64
    /// The number of the incident that it tells of.
    public var incident: Int64
    /// As `ops/webhook`.
    public var channel: String
    /// As `waiting`.
    public var state: String
    /// Milliseconds since 1970.
    public var due: Int64
    /// All of it, in the form of its writer.
    public var bytes: [UInt8]

    /// A record of these fields.
    public init(sequence: Int64, incident: Int64, channel: String, state: String, due: Int64, bytes: [UInt8])
    {
        self.sequence = sequence
        self.incident = incident
        self.channel = channel
        self.state = state
        self.due = due
        self.bytes = bytes
    }
}

/// A silence.
public struct StoredSilence: Sendable, Equatable {
    /// Its name, never used again.
    public var id: String
    /// Milliseconds since 1970.
    public var starts: Int64
    /// The end, excluded.
    public var ends: Int64
    /// All of it, in the form of its writer.
    public var bytes: [UInt8]

    /// A record of these fields.
    public init(id: String, starts: Int64, ends: Int64, bytes: [UInt8]) {
        self.id = id
        self.starts = starts
        self.ends = ends
        self.bytes = bytes
    }
}

/// Something that happened in the world: a deploy, a sale.
public struct StoredEvent: Sendable, Equatable {
    /// Its name, never used again.
    public var id: String
    /// Milliseconds since 1970.
    public var starts: Int64
    /// Equal to `starts` for a moment.
    public var ends: Int64
    /// All of it, in the form of its writer.
    public var bytes: [UInt8]

    /// A record of these fields.
    public init(id: String, starts: Int64, ends: Int64, bytes: [UInt8]) {
        self.id = id
        self.starts = starts
        self.ends = ends
        self.bytes = bytes
    }
}

/// What becomes durable at once when something happens to incidents. Each record replaces the one of the same name.
public struct AlertChanges: Sendable, Equatable {
    /// New or changed incidents.
    public var incidents: [StoredIncident] = []
    /// New or changed deliveries.
    public var deliveries: [StoredDelivery] = []
    /// New or changed silences.
    public var silences: [StoredSilence] = []
    /// New or changed events.
    public var events: [StoredEvent] = []
    /// Names of silences that go.
    public var removedSilences: [String] = []
    /// Names of events that go.
    public var removedEvents: [String] = []

    /// No change.
    public init() {}

    /// Whether nothing changes.
    public var isEmpty: Bool { self == AlertChanges() }
}

/// Which incidents are wanted.
public struct IncidentFilter: Sendable {
    /// Only in these states; in any when `nil`.
    public var states: Set<String>?
    /// Only those whose life overlaps these times.
    public var times: ClosedRange<Int64> = Int64.min...Int64.max
    /// At most so many, the latest first.
    public var limit = 1_000
    /// Only those that come after this place; all when `nil`.
    public var after: Place?

    /// A place among all incidents, the latest first.
    public struct Place: Sendable, Hashable {
        /// When the incident there was opened, milliseconds since 1970.
        public var opened: Int64
        /// Its number.
        public var id: Int64

        /// The place of an incident.
        public init(opened: Int64, id: Int64) {
            self.opened = opened
            self.id = id
        }
    }

    /// Whether an incident comes after ``after``.
    public func reaches(opened: Int64, id: Int64) -> Bool {
        after.map { (opened, id) < ($0.opened, $0.id) } ?? true
    }

    /// Any incident.
    public init() {}
}

/// Keeps incidents, messages on their way, silences and events. Every call is one transaction; safe from any thread.
public protocol IncidentStore: Sendable {
    /// Stores changes: all of them, or none; when this returns they survive a loss of power.
    func commit(_ changes: AlertChanges) throws(StorageError)

    /// Incidents, the latest first.
    func incidents(_ filter: IncidentFilter) throws(StorageError) -> [StoredIncident]
    /// One incident; `nil` when there is none.
    func incident(_ id: Int64) throws(StorageError) -> StoredIncident?

    /// Deliveries in a state, in their order.
    func deliveries(in state: String, limit: Int) throws(StorageError) -> [StoredDelivery]
    /// Deliveries of an incident, in their order.
    func deliveries(of incident: Int64) throws(StorageError) -> [StoredDelivery]

    /// Every silence, by its begin and name.
    func silences() throws(StorageError) -> [StoredSilence]
    /// One event; `nil` when there is none.
    func event(_ id: String) throws(StorageError) -> StoredEvent?
    /// Events that overlap some times, the latest first.
    func events(in times: ClosedRange<Int64>, limit: Int) throws(StorageError) -> [StoredEvent]

    /// The largest number of an incident and of a delivery there ever was; 0 when there was none.
    func lastNumbers() throws(StorageError) -> (incident: Int64, delivery: Int64)
}

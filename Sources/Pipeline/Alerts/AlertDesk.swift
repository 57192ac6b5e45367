public import Alerting
public import Storage
public import TimeSeries

/// Why an order to the desk was not carried out.
public enum AlertError: Error, Sendable, Equatable {
    case unknownIncident(Int64)
    case unknownSilence(String)
    case unknownEvent(String)
    case unknownDelivery(Int64)
    /// What was asked for does not fit the state.
    case conflict(String)
    case storage(StorageError)
}

/// Where verdicts become incidents and incidents become messages: one thread that owns both.
public final class AlertDesk: Sendable {
    let store: any Store
    let surroundings: PipelineSurroundings

    /// - Parameter recent: Up to so many newest values of a series, the oldest first.
    init(
        _ settings: AlertSettings, store: any Store, surroundings: PipelineSurroundings,
        recent: @escaping @Sendable (_ series: UInt32, _ count: Int) -> [Double]
    ) throws(StorageError) {
        self.store = store
        self.surroundings = surroundings
    }

    /// Starts the threads.
    func start() throws(StorageError) {}

    /// Takes verdicts from a shard; from any thread, never waits.
    func take(_ verdicts: [Verdict]) {}

    /// Waits until everything that was taken so far is durable.
    ///
    /// - Returns: Why it is not.
    func drain() -> StorageError? { nil }

    /// Ends every member whose stretch is not among those that are going on: after a start, when the journal was replayed.
    func reconcile(_ goingOn: Set<Verdict.Key>) {}

    /// Ends the threads; what waits to be sent stays stored.
    func stop() {}

    /// Calls a body, from any thread, with each incident that changed.
    public func observe(_ body: @escaping @Sendable (Incident) -> Void) {}

    // MARK: - Asking

    /// Incidents, the latest first.
    public func incidents(_ filter: IncidentFilter) throws(AlertError) -> [Incident] { [] }
    public func incident(_ id: Int64) throws(AlertError) -> Incident { throw .unknownIncident(id) }
    /// What was sent or waits to be sent about an incident.
    public func deliveries(of incident: Int64) throws(AlertError) -> [Delivery] { [] }
    public func deliveries(in state: Delivery.State, limit: Int) throws(AlertError) -> [Delivery] { [] }
    /// Silences that are not over, and those that ended less than a day ago.
    public func silences() throws(AlertError) -> [Silence] { [] }
    public func events(in times: ClosedRange<Int64>, limit: Int) throws(AlertError) -> [ChangeEvent] { [] }
    public var status: AlertStatus { AlertStatus() }

    // MARK: - Ordering

    public func acknowledge(
        _ id: Int64, by: String, comment: String, until: Int64?
    ) throws(AlertError) -> Incident { throw .unknownIncident(id) }
    public func unacknowledge(_ id: Int64, by: String) throws(AlertError) -> Incident {
        throw .unknownIncident(id)
    }
    public func resolve(_ id: Int64, by: String, comment: String) throws(AlertError) -> Incident {
        throw .unknownIncident(id)
    }
    public func comment(_ id: Int64, by: String, text: String) throws(AlertError) -> Incident {
        throw .unknownIncident(id)
    }
    /// Opens a manual incident.
    public func open(
        title: String, severity: Severity, labels: Labels, text: String, by: String
    ) throws(AlertError) -> Incident { throw .conflict("") }
    /// Adds a silence, or replaces the one of its name.
    public func put(_ silence: Silence) throws(AlertError) -> Silence { silence }
    /// Ends a silence now.
    public func expire(silence id: String) throws(AlertError) {}
    /// Adds an event, or replaces the one of its name.
    public func put(_ event: ChangeEvent) throws(AlertError) -> ChangeEvent { event }
    public func remove(event id: String) throws(AlertError) {}
    /// Tries a rejected delivery again.
    public func retry(delivery sequence: Int64) throws(AlertError) -> Delivery {
        throw .unknownDelivery(sequence)
    }
}

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

    public struct Channel: Sendable {
        public var name: String
        public var kind: String
        public var delivered = 0
        /// Attempts that failed and are tried again.
        public var retried = 0
        public var rejected = 0
        public var waiting = 0
        /// Seconds since the oldest that waits was due; 0 when none is.
        public var oldestSeconds = 0.0

        public init(name: String, kind: String) {
            self.name = name
            self.kind = kind
        }
    }

    public init() {}
}

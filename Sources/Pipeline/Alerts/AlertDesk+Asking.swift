public import Alerting
public import Storage
import Synchronization
import TimeSeries

extension AlertDesk {
    /// Incidents, the latest first: those that are not resolved as the desk has them, the others from the store.
    ///
    /// - Throws: ``AlertError/storage(_:)``.
    public func incidents(_ filter: IncidentFilter) throws(AlertError) -> [Incident] {
        let view = view.withLock { $0 }
        var found: [Int64: Incident] = [:]
        let unresolved = [Incident.State.open.rawValue, Incident.State.acknowledged.rawValue]
        if filter.states.map({ !$0.isSubset(of: unresolved) }) ?? true {
            for incident in try stored(filter) { found[incident.id] = incident }
        }
        found.merge(view.resolved) { $1 }
        found.merge(view.unresolved) { $1 }
        let passing = found.values.filter { incident in
            incident.opened <= filter.times.upperBound
                && incident.resolved ?? .max >= filter.times.lowerBound
                && filter.states?.contains(incident.state.rawValue) ?? true
                && filter.reaches(opened: incident.opened, id: incident.id)
        }
        return Array(passing.sorted { ($1.opened, $1.id) < ($0.opened, $0.id) }.prefix(max(filter.limit, 0)))
    }

    private func stored(_ filter: IncidentFilter) throws(AlertError) -> [Incident] {
        try AlertError.reading { () throws(StorageError) in
            var incidents: [Incident] = []
            for record in try store.incidents(filter) { incidents.append(try Incident(record)) }
            return incidents
        }
    }

    /// One incident.
    ///
    /// - Throws: ``AlertError/unknownIncident(_:)``, ``AlertError/storage(_:)``.
    public func incident(_ id: Int64) throws(AlertError) -> Incident {
        if let known = view.withLock({ $0.unresolved[id] ?? $0.resolved[id] }) { return known }
        let found = try AlertError.reading { () throws(StorageError) -> Incident? in
            try store.incident(id).map { (record) throws(StorageError) in try Incident(record) }
        }
        guard let found else { throw .unknownIncident(id) }
        return found
    }

    /// What was sent or waits to be sent about an incident, in its order; nothing for an unknown one.
    ///
    /// - Throws: ``AlertError/storage(_:)``.
    public func deliveries(of incident: Int64) throws(AlertError) -> [Delivery] {
        try AlertError.reading { () throws(StorageError) in
            var deliveries: [Delivery] = []
            for record in try store.deliveries(of: incident) { deliveries.append(try Delivery(record)) }
            return deliveries
        }
    }

    /// Deliveries in a state, in their order.
    ///
    /// - Throws: ``AlertError/storage(_:)``.
    public func deliveries(in state: Delivery.State, limit: Int) throws(AlertError) -> [Delivery] {
        try AlertError.reading { () throws(StorageError) in
            var deliveries: [Delivery] = []
            for record in try store.deliveries(in: state.rawValue, limit: limit) {
                deliveries.append(try Delivery(record))
            }
            return deliveries
        }
    }

    /// Silences that are not over, and those that ended less than a day ago; by their begin.
    public func silences() throws(AlertError) -> [Silence] {
        let now = surroundings.wall()
        return view.withLock { Array($0.silences.values) }
            .filter { now - $0.ends <= DeskState.silencesKept }
            .sorted { ($0.starts, $0.id) < ($1.starts, $1.id) }
    }

    /// Whether a silence keeps an incident from being told of now.
    public func isSilenced(_ incident: Incident) -> Bool {
        let now = surroundings.wall()
        return view.withLock { $0.silences }.values.hold(incident, at: now)
    }

    /// Events that overlap some times, milliseconds since 1970, the latest first.
    ///
    /// - Throws: ``AlertError/storage(_:)``.
    public func events(in times: ClosedRange<Int64>, limit: Int) throws(AlertError) -> [ChangeEvent] {
        try AlertError.reading { () throws(StorageError) in
            var events: [ChangeEvent] = []
            for record in try store.events(in: times, limit: limit) { events.append(try ChangeEvent(record)) }
            return events
        }
    }

    /// What is counted. O(incidents and deliveries that wait).
    public var status: AlertStatus {
        let view = view.withLock { $0 }
        let now = surroundings.wall()
        var status = AlertStatus()
        for state in [Incident.State.open, .acknowledged] {
            status.incidents[state] = view.unresolved.values.count { $0.state == state }
        }
        status.opened = view.opened
        status.waitingVerdicts = mailbox.weight
        status.channels = view.channels.map { channel in
            var counted = channel
            let waiting = view.waiting.values.filter { $0.channel == channel.name }
            counted.waiting = waiting.count
            // From its first due time, not from the next attempt: what is late grows until it arrives.
            let oldest = waiting.filter { $0.attempts > 0 || $0.due <= now }.map(\.created).min()
            counted.oldestSeconds = oldest.map { Double(max(now - $0, 0)) / 1_000 } ?? 0
            return counted
        }
        return status
    }
}

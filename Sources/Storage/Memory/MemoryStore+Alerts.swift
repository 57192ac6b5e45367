import Synchronization

/// Incidents and what belongs to them, in memory.
struct MemoryAlerts {
    var incidents: [Int64: StoredIncident] = [:]
    var deliveries: [Int64: StoredDelivery] = [:]
    var silences: [String: StoredSilence] = [:]
    var events: [String: StoredEvent] = [:]
    var last: (incident: Int64, delivery: Int64) = (0, 0)

    /// Applies changes; nothing is refused.
    mutating func apply(_ changes: AlertChanges) {
        for incident in changes.incidents {
            incidents[incident.id] = incident
            last.incident = max(last.incident, incident.id)
        }
        for delivery in changes.deliveries {
            deliveries[delivery.sequence] = delivery
            last.delivery = max(last.delivery, delivery.sequence)
        }
        for silence in changes.silences { silences[silence.id] = silence }
        for event in changes.events { events[event.id] = event }
        for id in changes.removedSilences { silences[id] = nil }
        for id in changes.removedEvents { events[id] = nil }
    }
}

extension MemoryStore {
    /// Takes changes of incidents: all of them at once.
    public func commit(_ changes: AlertChanges) throws(StorageError) {
        content.withLock { $0.alerts.apply(changes) }
    }

    /// The incidents that pass a filter, the latest first. O(*n*) in the number of incidents.
    public func incidents(_ filter: IncidentFilter) throws(StorageError) -> [StoredIncident] {
        let passing = content.withLock { content in
            content.alerts.incidents.values.filter {
                $0.opened <= filter.times.upperBound && $0.resolved ?? .max >= filter.times.lowerBound
                    && filter.states?.contains($0.state) ?? true
                    && filter.reaches(opened: $0.opened, id: $0.id)
            }
        }
        return Array(passing.sorted(by: StoredIncident.isLater).prefix(max(filter.limit, 0)))
    }

    /// One incident; `nil` when there is none.
    public func incident(_ id: Int64) throws(StorageError) -> StoredIncident? {
        content.withLock { $0.alerts.incidents[id] }
    }

    /// The deliveries in a state, in their order. O(*n*) in the number of deliveries.
    public func deliveries(in state: String, limit: Int) throws(StorageError) -> [StoredDelivery] {
        let found = content.withLock { $0.alerts.deliveries.values.filter { $0.state == state } }
        return Array(found.sorted { $0.sequence < $1.sequence }.prefix(max(limit, 0)))
    }

    /// The deliveries of an incident, in their order. O(*n*) in the number of deliveries.
    public func deliveries(of incident: Int64) throws(StorageError) -> [StoredDelivery] {
        content.withLock { $0.alerts.deliveries.values.filter { $0.incident == incident } }
            .sorted { $0.sequence < $1.sequence }
    }

    /// Every silence, by its begin and name.
    public func silences() throws(StorageError) -> [StoredSilence] {
        content.withLock { Array($0.alerts.silences.values) }
            .sorted { ($0.starts, $0.id) < ($1.starts, $1.id) }
    }

    /// One event; `nil` when there is none.
    public func event(_ id: String) throws(StorageError) -> StoredEvent? {
        content.withLock { $0.alerts.events[id] }
    }

    /// The events that overlap some times, the latest first.
    public func events(in times: ClosedRange<Int64>, limit: Int) throws(StorageError) -> [StoredEvent] {
        let found = content.withLock { content in
            content.alerts.events.values.filter {
                $0.starts <= times.upperBound && $0.ends >= times.lowerBound
            }
        }
        return Array(found.sorted { ($1.starts, $0.id) < ($0.starts, $1.id) }.prefix(max(limit, 0)))
    }

    /// The largest number of an incident and of a delivery there ever was; 0 when there was none.
    public func lastNumbers() throws(StorageError) -> (incident: Int64, delivery: Int64) {
        content.withLock { $0.alerts.last }
    }
}

extension SQLiteStore {
    /// Stores changes of incidents in one transaction: all of them, or none; what it stored survives a loss of power.
    public func commit(_ changes: AlertChanges) throws(StorageError) {
        guard !changes.isEmpty else { return }
        try write { (database) throws(StorageError) in
            for incident in changes.incidents { try store(incident, in: database) }
            for delivery in changes.deliveries { try store(delivery, in: database) }
            for silence in changes.silences {
                try database.run(
                    "REPLACE INTO silence (id, starts, ends, bytes) VALUES (?, ?, ?, ?)", .text(silence.id),
                    .integer(silence.starts), .integer(silence.ends), .bytes(SealedBytes.seal(silence.bytes)))
            }
            for event in changes.events {
                try database.run(
                    "REPLACE INTO event (id, starts, ends, bytes) VALUES (?, ?, ?, ?)", .text(event.id),
                    .integer(event.starts), .integer(event.ends), .bytes(SealedBytes.seal(event.bytes)))
            }
            for id in changes.removedSilences {
                try database.run("DELETE FROM silence WHERE id = ?", .text(id))
            }
            for id in changes.removedEvents { try database.run("DELETE FROM event WHERE id = ?", .text(id)) }
            try database.run(
                """
                UPDATE meta SET last_incident = max(last_incident, ?), last_delivery = max(last_delivery, ?)
                """, .integer(changes.incidents.map(\.id).max() ?? 0),
                .integer(changes.deliveries.map(\.sequence).max() ?? 0))
        }
        trimLog()
    }

    private func store(_ incident: StoredIncident, in database: Connection) throws(StorageError) {
        try database.run(
            """
            REPLACE INTO incident (id, state, opened, changed, resolved, bytes) VALUES (?, ?, ?, ?, ?, ?)
            """, .integer(incident.id), .text(incident.state), .integer(incident.opened),
            .integer(incident.changed), incident.resolved.map { .integer($0) } ?? .null,
            .bytes(SealedBytes.seal(incident.bytes)))
    }

    private func store(_ delivery: StoredDelivery, in database: Connection) throws(StorageError) {
        try database.run(
            """
            REPLACE INTO delivery (sequence, incident, channel, state, due, bytes) VALUES (?, ?, ?, ?, ?, ?)
            """, .integer(delivery.sequence), .integer(delivery.incident), .text(delivery.channel),
            .text(delivery.state), .integer(delivery.due), .bytes(SealedBytes.seal(delivery.bytes)))
    }

    /// The incidents that pass a filter, the latest first.
    public func incidents(_ filter: IncidentFilter) throws(StorageError) -> [StoredIncident] {
        let limit = max(filter.limit, 0)
        let times = filter.times
        let after = filter.after ?? IncidentFilter.Place(opened: .max, id: .max)
        guard let states = filter.states else {
            return try read { (database) throws(StorageError) in
                try database.all(
                    SQLiteStore.incidentColumns + """
                         WHERE opened <= ? AND (resolved IS NULL OR resolved >= ?)
                          AND (opened, id) < (?, ?)
                        ORDER BY opened DESC, id DESC LIMIT ?
                        """, .integer(times.upperBound), .integer(times.lowerBound),
                    .integer(after.opened), .integer(after.id), .integer(limit), body: incident)
            }
        }
        return try read { (database) throws(StorageError) in
            var found: [StoredIncident] = []
            for state in states {
                found += try database.all(
                    SQLiteStore.incidentColumns + """
                         WHERE state = ? AND opened <= ? AND (resolved IS NULL OR resolved >= ?)
                          AND (opened, id) < (?, ?)
                        ORDER BY opened DESC, id DESC LIMIT ?
                        """, .text(state), .integer(times.upperBound), .integer(times.lowerBound),
                    .integer(after.opened), .integer(after.id), .integer(limit), body: incident)
            }
            return Array(found.sorted(by: StoredIncident.isLater).prefix(limit))
        }
    }

    /// One incident; `nil` when there is none.
    public func incident(_ id: Int64) throws(StorageError) -> StoredIncident? {
        try read { (database) throws(StorageError) in
            try database.first(SQLiteStore.incidentColumns + " WHERE id = ?", .integer(id), body: incident)
        }
    }

    /// The deliveries in a state, in their order.
    public func deliveries(in state: String, limit: Int) throws(StorageError) -> [StoredDelivery] {
        try read { (database) throws(StorageError) in
            try database.all(
                SQLiteStore.deliveryColumns + " WHERE state = ? ORDER BY sequence LIMIT ?", .text(state),
                .integer(max(limit, 0)), body: delivery)
        }
    }

    /// The deliveries of an incident, in their order.
    public func deliveries(of incident: Int64) throws(StorageError) -> [StoredDelivery] {
        try read { (database) throws(StorageError) in
            try database.all(
                SQLiteStore.deliveryColumns + " WHERE incident = ? ORDER BY sequence", .integer(incident),
                body: delivery)
        }
    }

    /// Every silence, by its begin and name.
    public func silences() throws(StorageError) -> [StoredSilence] {
        try read { (database) throws(StorageError) in
            try database.all("SELECT id, starts, ends, bytes FROM silence ORDER BY starts, id") {
                (row) throws(StorageError) in
                StoredSilence(
                    id: row.text(0), starts: row.integer(1), ends: row.integer(2),
                    bytes: try row.sealed(3, of: "silence \(row.text(0))", in: path))
            }
        }
    }

    /// The events that overlap some times, the latest first.
    public func events(in times: ClosedRange<Int64>, limit: Int) throws(StorageError) -> [StoredEvent] {
        try read { (database) throws(StorageError) in
            try database.all(
                """
                SELECT id, starts, ends, bytes FROM event WHERE starts <= ? AND ends >= ?
                ORDER BY starts DESC, id LIMIT ?
                """, .integer(times.upperBound), .integer(times.lowerBound), .integer(max(limit, 0)),
                body: event)
        }
    }

    /// One event; `nil` when there is none.
    public func event(_ id: String) throws(StorageError) -> StoredEvent? {
        try read { (database) throws(StorageError) in
            try database.first(
                "SELECT id, starts, ends, bytes FROM event WHERE id = ?", .text(id), body: event)
        }
    }

    /// The largest number of an incident and of a delivery there ever was; 0 when there was none. O(1).
    public func lastNumbers() throws(StorageError) -> (incident: Int64, delivery: Int64) {
        try read { (database) throws(StorageError) in
            let numbers = try database.first("SELECT last_incident, last_delivery FROM meta") {
                (incident: $0.integer(0), delivery: $0.integer(1))
            }
            return numbers ?? (0, 0)
        }
    }

    private static let incidentColumns = "SELECT id, state, opened, changed, resolved, bytes FROM incident"
    private static let deliveryColumns =
        "SELECT sequence, incident, channel, state, due, bytes FROM delivery"

    private func incident(_ row: borrowing Statement) throws(StorageError) -> StoredIncident {
        StoredIncident(
            id: row.integer(0), state: row.text(1), opened: row.integer(2), changed: row.integer(3),
            resolved: row.isNull(4) ? nil : row.integer(4),
            bytes: try row.sealed(5, of: "incident \(row.integer(0))", in: path))
    }

    private func event(_ row: borrowing Statement) throws(StorageError) -> StoredEvent {
        StoredEvent(
            id: row.text(0), starts: row.integer(1), ends: row.integer(2),
            bytes: try row.sealed(3, of: "event \(row.text(0))", in: path))
    }

    private func delivery(_ row: borrowing Statement) throws(StorageError) -> StoredDelivery {
        StoredDelivery(
            sequence: row.integer(0), incident: row.integer(1), channel: row.text(2), state: row.text(3),
            due: row.integer(4), bytes: try row.sealed(5, of: "delivery \(row.integer(0))", in: path))
    }
}

extension StoredIncident {
    /// The order of answers: the latest first.
    static func isLater(_ a: StoredIncident, _ b: StoredIncident) -> Bool {
        (b.opened, b.id) < (a.opened, a.id)
    }
}

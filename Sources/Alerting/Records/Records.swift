public import Storage
internal import TimeSeries

// Between what the store keeps and what it means. Bytes that cannot be read are told with the record they are of.

extension StoredIncident {
    /// The record of an incident.
    public init(_ incident: Incident) {
        self.init(
            id: incident.id, state: incident.state.rawValue, opened: incident.opened,
            changed: incident.changed, resolved: incident.resolved, bytes: incident.stored)
    }
}

extension StoredDelivery {
    /// The record of a delivery.
    public init(_ delivery: Delivery) {
        self.init(
            sequence: delivery.sequence, incident: delivery.incident, channel: delivery.channel,
            state: delivery.state.rawValue, due: delivery.due, bytes: delivery.stored)
    }
}

extension StoredSilence {
    /// The record of a silence.
    public init(_ silence: Silence) {
        self.init(id: silence.id, starts: silence.starts, ends: silence.ends, bytes: silence.stored)
    }
}

extension StoredEvent {
    /// The record of an event.
    public init(_ event: ChangeEvent) {
        self.init(id: event.id, starts: event.starts, ends: event.ends, bytes: event.stored)
    }
}

extension Incident {
    /// The incident of a record.
    ///
    /// - Throws: ``StorageError/corrupt(path:detail:)``.
    public init(_ record: StoredIncident) throws(StorageError) {
        do throws(BinaryFormatError) {
            try self.init(stored: record.bytes)
        } catch {
            throw .corrupt(path: "incident \(record.id)", detail: "\(error)")
        }
    }
}

extension Delivery {
    /// The delivery of a record.
    ///
    /// - Throws: ``StorageError/corrupt(path:detail:)``.
    public init(_ record: StoredDelivery) throws(StorageError) {
        do throws(BinaryFormatError) {
            try self.init(stored: record.bytes)
        } catch {
            throw .corrupt(path: "delivery \(record.sequence)", detail: "\(error)")
        }
    }
}

extension Silence {
    /// The silence of a record.
    ///
    /// - Throws: ``StorageError/corrupt(path:detail:)``.
    public init(_ record: StoredSilence) throws(StorageError) {
        do throws(BinaryFormatError) {
            try self.init(stored: record.bytes)
        } catch {
            throw .corrupt(path: "silence \(record.id)", detail: "\(error)")
        }
    }
}

extension ChangeEvent {
    /// The event of a record.
    ///
    /// - Throws: ``StorageError/corrupt(path:detail:)``.
    public init(_ record: StoredEvent) throws(StorageError) {
        do throws(BinaryFormatError) {
            try self.init(stored: record.bytes)
        } catch {
            throw .corrupt(path: "event \(record.id)", detail: "\(error)")
        }
    }
}

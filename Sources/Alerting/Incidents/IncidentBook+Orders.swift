public import TimeSeries

/// Why the book refuses an order; nothing was changed.
public enum IncidentError: Error, Sendable, Equatable {
    /// No incident of this number is unresolved.
    case unknown(Int64)
    /// It does not fit what is there: the reason as a sentence without its full stop.
    case conflict(String)
}

extension IncidentBook {
    /// Says that somebody has taken an incident on; a second time says who has it now.
    ///
    /// - Parameter until: Milliseconds since 1970 when it is open again; `nil`: never.
    /// - Throws: ``IncidentError/unknown(_:)``, ``IncidentError/conflict(_:)`` for an end that is over.
    public mutating func acknowledge(
        _ id: Int64, by: String, comment: String, until: Int64?, now: Int64
    ) throws(IncidentError) -> Change {
        var incident = try found(id)
        if let until, until <= now {
            throw .conflict("the acknowledgement would end before it begins: give a later end")
        }
        incident.state = .acknowledged
        incident.acknowledgement = Incident.Acknowledgement(by: by, comment: comment, at: now, until: until)
        return (change(incident, .acknowledged, comment, by: by, now: now), .updated)
    }

    /// Takes an acknowledgement back.
    ///
    /// - Throws: ``IncidentError/unknown(_:)``, ``IncidentError/conflict(_:)`` when there is none.
    public mutating func unacknowledge(_ id: Int64, by: String, now: Int64) throws(IncidentError) -> Change {
        var incident = try found(id)
        guard incident.state == .acknowledged else { throw .conflict("incident \(id) is not acknowledged") }
        incident.state = .open
        incident.acknowledgement = nil
        return (change(incident, .unacknowledged, "", by: by, now: now), .updated)
    }

    /// Ends an incident whatever its members do; their stretches do not open it again, a new stretch opens another.
    ///
    /// - Throws: ``IncidentError/unknown(_:)``.
    public mutating func resolve(
        _ id: Int64, by: String, comment: String, now: Int64
    ) throws(IncidentError) -> Change {
        var incident = try found(id)
        // A name tells a resolution by hand from one that came by itself.
        resolve(&incident, by: by.isEmpty ? "unnamed" : by, comment: comment, now: now)
        return (incident, .resolved)
    }

    /// Adds words to the timeline.
    ///
    /// - Throws: ``IncidentError/unknown(_:)``.
    public mutating func comment(
        _ id: Int64, by: String, text: String, now: Int64
    ) throws(IncidentError) -> Change {
        (change(try found(id), .comment, text, by: by, now: now), nil)
    }

    /// Opens an incident that somebody has seen; it is resolved by hand alone.
    ///
    /// - Throws: ``IncidentError/conflict(_:)`` without a title.
    public mutating func open(
        title: String, severity: Severity, labels: Labels, text: String, by: String, now: Int64
    ) throws(IncidentError) -> Change {
        guard !title.isEmpty else { throw .conflict("an incident needs a title") }
        let line = title.split(whereSeparator: \.isNewline).joined(separator: " ")
        let incident = add { id in
            var incident = Incident(
                id: id, state: .open, kind: .manual, severity: severity, title: line, opened: now,
                started: now,
                givenLabels: labels)
            incident.note(Incident.Moment(time: now, kind: .opened, text: text, by: by))
            incident.settledIdentity = incident.identity
            return incident
        }
        return (incident, .opened)
    }

    /// Adds to the timeline of an incident what became of a message; `nil` when it is resolved or unknown.
    public mutating func note(_ moment: Incident.Moment, on id: Int64) -> Incident? {
        guard incidents[id] != nil else { return nil }
        incidents[id]?.note(moment)
        return incidents[id]
    }

    private func found(_ id: Int64) throws(IncidentError) -> Incident {
        guard let incident = incidents[id] else { throw .unknown(id) }
        return incident
    }

    private mutating func change(
        _ incident: Incident, _ kind: Incident.Moment.Kind, _ text: String, by: String, now: Int64
    ) -> Incident {
        var changed = incident
        changed.changed = now
        changed.note(Incident.Moment(time: now, kind: kind, text: text, by: by))
        incidents[incident.id] = changed
        return changed
    }
}

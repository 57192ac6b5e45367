internal import Query
internal import TimeSeries

extension Silence {
    /// Whether nobody is told of an incident at a time, milliseconds since 1970; its severity counts as it is now.
    public func holds(for incident: Incident, at now: Int64) -> Bool {
        guard starts <= now, now < ends else { return false }
        let identity = incident.identity
        let labels = (try? identity.setting("severity", to: incident.severity.rawValue)) ?? identity
        return matchers.allSatisfy { $0.holds(for: labels) }
    }
}

internal import Query
internal import TimeSeries

extension Sequence<Silence> {
    /// Whether nobody is told of an incident at a time, milliseconds since 1970: each member that has not recovered is
    /// silenced, by one of these or by several; when all have recovered, each member.
    ///
    /// - Complexity: O(silences · members).
    public func hold(_ incident: Incident, at now: Int64) -> Bool {
        let active = filter { $0.isActive(at: now) }
        guard !active.isEmpty else { return false }
        let all = incident.identity["alertname"] ?? ""
        return incident.aspects(active.names, isActive: true).allSatisfy { aspect in
            active.contains { $0.fits(aspect, or: all) }
        }
    }

    /// Whether a member that joined just now is the first that is not silenced: who looks after it was told of nothing.
    public func isBroken(by incident: Incident, at now: Int64) -> Bool {
        let active = filter { $0.isActive(at: now) }
        let (new, old) = (
            incident.members.filter { $0.joined == now },
            incident.members.filter { $0.joined != now && !$0.verdict.isOver }
        )
        guard !active.isEmpty, !new.isEmpty, !old.isEmpty else { return false }
        var part = incident
        part.members = old
        guard active.hold(part, at: now) else { return false }
        part.members = new
        return !active.hold(part, at: now)
    }

    /// The labels that their matchers ask for.
    var names: Set<String> { Set(flatMap { $0.matchers.map(\.name) }) }
}

extension Silence {
    func isActive(at now: Int64) -> Bool { starts <= now && now < ends }

    /// Whether its matchers fit a member, by the name of its definition or by the `alertname` of the whole incident.
    func fits(_ aspect: Labels, or alertname: String) -> Bool {
        if matchers.allSatisfy({ $0.holds(for: aspect) }) { return true }
        guard let other = try? aspect.setting("alertname", to: alertname), other != aspect else {
            return false
        }
        return matchers.allSatisfy { $0.holds(for: other) }
    }
}

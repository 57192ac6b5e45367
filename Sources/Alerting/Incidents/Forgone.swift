/// One series of which nobody asks any more what was told: its definition was removed or changed.
public struct Forgone: Sendable, Equatable {
    /// The number of the series.
    public var series: UInt32
    /// What may have been wrong with it.
    public var kind: Verdict.Kind
    /// Why it ends though it has not recovered, as a sentence without its full stop.
    public var reason: String

    /// What is given up of one series.
    public init(series: UInt32, kind: Verdict.Kind, reason: String) {
        self.series = series
        self.kind = kind
        self.reason = reason
    }
}

extension IncidentBook {
    /// Ends members of which nobody asks any more; series that are no members are passed over.
    ///
    /// An incident whose last member ends so resolves at once, with the reason as its comment.
    public mutating func forgo(_ ends: [Forgone], now: Int64) -> [Change] {
        var batch = IncidentBatch()
        for end in ends {
            let member = Member(Verdict.Key(series: end.series, kind: end.kind, from: 0))
            guard let id = owners[member],
                let place = incidents[id]?.members.firstIndex(where: {
                    $0.verdict.key.series == end.series
                }),
                let verdict = incidents[id]?.members[place].verdict, !verdict.isOver
            else { continue }
            incidents[id]?.members[place].verdict.isOver = true
            batch.recover(id, verdict, because: end.reason)
        }
        return finish(batch, now: now)
    }

    /// Lets another policy say which stretches belong together from now on; what is one incident stays one.
    public mutating func merge(by policy: MergePolicy) {
        guard policy != merging else { return }
        merging = policy
        reaches = [:]
        for (id, incident) in incidents {
            for member in incident.members { extend(id, by: member.verdict) }
        }
    }
}

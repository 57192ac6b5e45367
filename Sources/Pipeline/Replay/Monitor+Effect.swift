public import Alerting
public import Storage
internal import Synchronization

/// What an event would change of what is said of one series.
public struct DeclarationEffect: Sendable {
    /// The number of the series.
    public var series: UInt32
    /// Anomalies that would be none.
    public var removed: [StoredAnomaly] = []
    /// Anomalies that there would be.
    public var added: [StoredAnomaly] = []
    /// Anomalies that there would still be, as they would be then.
    public var kept: [StoredAnomaly] = []
    /// The points that were gone over.
    public var points = 0
}

/// What an event would change of what somebody is told.
public struct IncidentEffect: Sendable {
    /// Incidents that would not have opened.
    public var removed: [Incident] = []
    /// Incidents that would have.
    public var added: [Incident] = []
    /// Incidents that would have opened all the same, as they would be then.
    public var kept: [Incident] = []
}

extension Monitor {
    /// So many points are gone over at once for one question, at the most.
    public static let mostReplayed = 1_000_000

    /// What would be said of series if an event were noted that declares something, and the incidents that would come of
    /// it; nothing changes.
    ///
    /// Of incidents only those are looked at that a series of the event has a part in since the state from which it is
    /// replayed; other series have the part in them that they had.
    ///
    /// - Parameter since: Anomalies and incidents that ended before are left out, milliseconds since 1970.
    /// - Returns: The series for which the event would declare something, by number.
    /// - Complexity: O(points since the state before the time of the event), twice.
    public func effect(
        of event: ChangeEvent, since: Int64
    ) throws(ReplayError) -> (series: [DeclarationEffect], incidents: IncidentEffect) {
        let changes = core.withLock { $0.index.changes(with: $0.index.declared + [event]) }
        var effects: [DeclarationEffect] = []
        var points = 0
        var told = EffectVerdicts()
        for (id, windows) in changes {
            effects.append(try effect(of: windows, on: id, since: since, &points, &told))
        }
        let others = try verdicts(ofAllBut: Set(effects.map(\.series)), since: since)
        let merging = try merging
        let now = surroundings.wall()
        let incidents = { (own: [Verdict]) in
            Self.incidents(of: own + others, merging, until: now).filter { incident in
                incident.resolved ?? .max >= since
                    && incident.members.contains { told.series.contains($0.verdict.key.series) }
            }
        }
        return (effects, IncidentEffect(before: incidents(told.before), after: incidents(told.after)))
    }

    private func effect(
        of windows: [LearningWindow], on id: UInt32, since: Int64, _ total: inout Int,
        _ told: inout EffectVerdicts
    ) throws(ReplayError) -> DeclarationEffect {
        let asked = ask(shards[Int(id) % shards.count]) { $0.planIf(windows, of: id) }
        guard let asked else { throw .unreadable(series: id) }
        let before = try ReplayError.reading { () throws(StorageError) in try asked.get() }
        guard let before else { throw .unreadable(series: id) }
        var after = before
        after.replay.policy.windows = windows
        guard let old = replay(before), let new = replay(after) else { throw .unreadable(series: id) }
        for handover in [old, new] { handover.result.finish() }
        let result = new.result
        total += result.times.count
        guard total <= Self.mostReplayed else {
            throw .tooManyPoints(total, most: Self.mostReplayed)
        }
        let policy = after.replay.policy
        told.series.insert(id)
        told.before += old.result.told.compactMap { Verdict($0, of: id, policy, old.result.series.clock) }
        told.after += result.told.compactMap { Verdict($0, of: id, policy, result.series.clock) }
        var filter = AnomalyFilter()
        filter.series = [id]
        filter.times = min(since, .max - 1)...Int64.max
        filter.limit = .max
        let known = try ReplayError.reading { () throws(StorageError) in try anomalies(filter) }
        let runs = result.ended + (result.series.run.isOpen ? [result.series.run] : [])
        let found = runs.map { $0.stored(series: id, definition: policy.name, definitionHash: policy.hash) }
        let then = known.filter { $0.to < result.from } + found.filter { $0.to >= since }
        let overlaps = { (one: StoredAnomaly, others: [StoredAnomaly]) in
            others.contains { $0.from <= one.to && one.from <= $0.to }
        }
        return DeclarationEffect(
            series: id, removed: known.filter { !overlaps($0, then) },
            added: then.filter { !overlaps($0, known) }, kept: then.filter { overlaps($0, known) },
            points: result.times.count)
    }

    /// What was said of other series, as far as incidents tell: when they joined, and when they were well again.
    private func verdicts(ofAllBut series: Set<UInt32>, since: Int64) throws(ReplayError) -> [Verdict] {
        var filter = IncidentFilter()
        filter.times = min(since, .max - 1)...Int64.max
        filter.limit = .max
        let incidents = try ReplayError.asking { () throws(AlertError) in try alerts.incidents(filter) }
        var verdicts: [Verdict] = []
        for member in incidents.flatMap(\.members) where !series.contains(member.verdict.key.series) {
            var joining = member.verdict
            joining.isOver = false
            joining.time = min(max(member.joined, joining.key.from), joining.time)
            verdicts.append(joining)
            if member.verdict.isOver { verdicts.append(member.verdict) }
        }
        return verdicts
    }
}

/// What somebody is told of the series of an event, without it and with it.
private struct EffectVerdicts {
    var series: Set<UInt32> = []
    var before: [Verdict] = []
    var after: [Verdict] = []
}

extension IncidentEffect {
    /// Incidents are the same when they have a series in common at a time.
    fileprivate init(before: [Incident], after: [Incident]) {
        let isIn = { (one: Incident, others: [Incident]) in
            let series = Set(one.members.map(\.verdict.key))
            return others.contains { other in
                other.kind == one.kind && other.started <= one.resolved ?? .max
                    && one.started <= other.resolved ?? .max
                    && other.members.contains { series.contains($0.verdict.key) }
            }
        }
        removed = before.filter { !isIn($0, after) }
        added = after.filter { !isIn($0, before) }
        kept = after.filter { isIn($0, before) }
    }
}

extension Shard {
    /// How the past of a series is said anew from where other windows would change it; nothing when it cannot be.
    fileprivate func planIf(
        _ windows: [LearningWindow], of id: UInt32
    ) -> Result<ReplayPlan?, StorageError> {
        guard let full = fulls[slot(local(id))],
            let first = windows.firstDifference(from: full.policy.windows)
        else { return .success(nil) }
        do throws(StorageError) {
            return .success(try planDeclared(id, from: first))
        } catch {
            return .failure(error)
        }
    }
}

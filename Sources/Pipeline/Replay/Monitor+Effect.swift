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

extension Monitor {
    /// So many points are gone over at once for one question, at the most.
    public static let mostReplayed = 1_000_000

    /// What would be said of series if an event were noted that declares something; nothing changes.
    ///
    /// - Parameter since: Anomalies that ended before are left out, milliseconds since 1970.
    /// - Returns: The series for which the event would declare something, by number.
    /// - Complexity: O(points since the state before the time of the event).
    public func effect(of event: ChangeEvent, since: Int64) throws(ReplayError) -> [DeclarationEffect] {
        let changes = core.withLock { $0.index.changes(with: $0.index.declared + [event]) }
        var effects: [DeclarationEffect] = []
        var points = 0
        for (id, windows) in changes {
            let effect = try effect(of: windows, on: id, since: since, &points)
            effects.append(effect)
        }
        return effects
    }

    private func effect(
        of windows: [LearningWindow], on id: UInt32, since: Int64, _ total: inout Int
    ) throws(ReplayError) -> DeclarationEffect {
        let asked = ask(shards[Int(id) % shards.count]) { $0.planIf(windows, of: id) }
        guard var plan = asked else { throw .unreadable(series: id) }
        plan.replay.policy.windows = windows
        guard let handover = replay(plan) else { throw .unreadable(series: id) }
        let result = handover.result
        result.finish()
        total += result.times.count
        guard total <= Self.mostReplayed else {
            throw .tooManyPoints(total, most: Self.mostReplayed)
        }
        var filter = AnomalyFilter()
        filter.series = [id]
        filter.times = min(since, .max - 1)...Int64.max
        filter.limit = .max
        let before = try ReplayError.reading { () throws(StorageError) in try anomalies(filter) }
        let policy = plan.replay.policy
        let runs = result.ended + (result.series.run.isOpen ? [result.series.run] : [])
        let found = runs.map { $0.stored(series: id, definition: policy.name, definitionHash: policy.hash) }
        let after = before.filter { $0.to < result.from } + found.filter { $0.to >= since }
        let overlaps = { (one: StoredAnomaly, others: [StoredAnomaly]) in
            others.contains { $0.from <= one.to && one.from <= $0.to }
        }
        return DeclarationEffect(
            series: id, removed: before.filter { !overlaps($0, after) },
            added: after.filter { !overlaps($0, before) }, kept: after.filter { overlaps($0, before) },
            points: result.times.count)
    }
}

extension Shard {
    /// How the past of a series would be said anew under other windows; `nil` when it cannot be.
    fileprivate func planIf(_ windows: [LearningWindow], of id: UInt32) -> ReplayPlan? {
        guard let full = fulls[slot(local(id))],
            let first = windows.firstDifference(from: full.policy.windows)
        else { return nil }
        return try? planDeclared(id, from: first)
    }
}

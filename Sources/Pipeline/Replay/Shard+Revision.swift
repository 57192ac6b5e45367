import Alerting
import Storage
import TimeSeries

// What was said of the past of a series is said anew: a late point came, or something was declared after the fact.

extension Shard {
    /// Whether a late point can change what was said of its series: on the light tier none can.
    func isInTime(_ time: Int64, _ slot: Int) -> Bool {
        guard let full = fulls[slot] else { return false }
        return time >= states[slot].lastTime - full.policy.definition.latenessMilliseconds
    }

    /// How a series is replayed from before a moment.
    func plan(_ full: FullSeries, _ slot: Int, from time: Int64) throws(StorageError) -> ReplayPlan {
        let id = owner(of: slot)
        let start = try start(of: id, full, before: time)
        return ReplayPlan(
            series: id,
            replay: SeriesReplay(
                policy: full.policy, start: start,
                swaps: try changes(of: id, full, full.memory.swaps, after: start),
                shares: try changes(of: id, full, full.memory.shares, after: start)),
            memory: full.memory.cut(after: start), revision: full.revision + 1)
    }

    /// The newest state that has not seen a moment; `nil` when the series is to be replayed from its first point.
    private func start(
        of id: UInt32, _ full: FullSeries, before time: Int64
    ) throws(StorageError) -> ReplayMemory.State? {
        if let state = full.memory.state(before: time) { return state }
        if let state = full.memory.unstored.states.last(where: { $0.time < time }) { return state }
        // What is said anew and not stored yet has made stored states wrong.
        let pending = (flyingRevisions + revisions).filter { $0.series == id }.map(\.statesAfter).min()
        let bound = pending.map { $0 < .max ? min(time, $0 + 1) : time } ?? time
        return try store.snapshot(of: id, kind: ReplayMemory.State.kind, before: bound).flatMap {
            ReplayMemory.State($0)
        }
    }

    /// What happened to a series after a state, in its order: what is in memory, and what is stored from before that.
    private func changes<Change: ReplayedChange>(
        of id: UInt32, _ full: FullSeries, _ held: [Change], after start: ReplayMemory.State?
    ) throws(StorageError) -> [Change] {
        var changes = held
        if full.memory.states.first?.time ?? .max > start?.time ?? .min {
            let known = Set(held.map(\.at))
            let times = (start?.time ?? .min)...Int64.max
            for stored in try store.snapshots(of: id, kind: Change.kind, in: times) {
                if let change = Change(stored), !known.contains(change.at) { changes.append(change) }
            }
        }
        let next = start?.next ?? .min
        return changes.filter { $0.at >= next }.sorted { $0.at < $1.at }
    }

    /// The points of a series after a moment, those of the store included.
    func points(of slot: Int, after time: Int64) throws(StorageError) -> PointColumns {
        guard time < .max else { return PointColumns() }
        let held = held(slot)
        var parts = held.runs
        if !(held.late.isEmpty && parts.first?.times.first.map { $0 <= time } ?? false) {
            for chunk in try store.chunks(of: owner(of: slot), in: (time + 1)...Int64.max) {
                parts.append(try ChunkCodec.decode(chunk.bytes))
            }
        }
        parts += held.late
        let all = parts.count == 1 ? parts[0] : PointColumns(joining: parts)
        return held.rescoring(all.after(time))
    }

    /// The points of a series in memory, with what is said anew of stored ones.
    func held(_ slot: Int) -> SeriesHead.Held {
        var held = heads[slot].held
        for revision in flyingRevisions + revisions where revision.series == owner(of: slot) {
            for (time, score) in zip(revision.times, revision.scores) { held.rescored[time] = score }
        }
        return held
    }

    /// Lets a replay stand for what was there; it has seen all points of its series.
    ///
    /// Nobody is told of what it found: a revision only closes. What goes on is told when its next value comes.
    func adopt(_ result: SeriesReplay.Result, _ slot: Int) {
        guard let old = fulls[slot] else { return }
        let id = owner(of: slot)
        let new = result.series
        let before = said(of: id, old, since: result.from)
        new.silence = old.silence
        new.isRestored = old.isRestored
        new.keep(trailOf: old, before: result.from)
        new.keep(endsOf: old, before: result.from)
        if old.watched != nil { new.watched = [] }
        // While the journal is replayed there may be swaps to come.
        new.follow(journalled: old.script)
        fulls[slot] = new
        closed.removeAll {
            $0.series == id && $0.definition == old.policy.name && $0.from >= result.from
        }
        levelChanges.removeAll {
            $0.series == id && $0.definition == old.policy.name && $0.confirmed >= result.from
        }
        var revision = StoredRevision(
            series: id, definition: old.policy.name, from: result.from, statesAfter: result.after, times: [],
            scores: [])
        for place in heads[slot].rescore(result.times, result.scores) {
            revision.times.append(result.times[place])
            revision.scores.append(result.scores[place])
        }
        revisions.append(revision)
        for run in result.ended { close(slot, numbered(run, before), policy: new.policy) }
        new.run = numbered(new.run, before)
        if new.run.isOpen { openRuns.insert(Int32(slot)) } else { openRuns.remove(Int32(slot)) }
        for moved in result.moved {
            levelChanges.append(moved.stored(series: id, definition: new.policy.name))
        }
        endRevoked(old, new, id)
        note(slot)
    }

    /// What was said of a series since a moment.
    private func said(of id: UInt32, _ full: FullSeries, since time: Int64) -> [StoredAnomaly] {
        var filter = AnomalyFilter()
        filter.series = [id]
        filter.times = time...Int64.max
        filter.limit = .max
        let pending = flyingRevisions + revisions
        var stored: [StoredAnomaly] = []
        do throws(StorageError) {
            stored = try store.anomalies(filter)
        } catch {
            note(error, "what a revision leaves as it was gets the number of the revision")
        }
        let open =
            full.run.isOpen
            ? [full.run.stored(series: id, definition: full.policy.name, definitionHash: "")] : []
        return stored.filter { anomaly in !pending.contains { $0.covers(anomaly) } }
            + (flyingAnomalies + closed + open).filter { $0.series == id }
    }

    /// A stretch with the number of the account in which it was first said so.
    private func numbered(_ run: AnomalyRun, _ before: [StoredAnomaly]) -> AnomalyRun {
        let now = run.stored(series: 0, definition: "", definitionHash: "")
        let same = before.last {
            $0.from == now.from && $0.to == now.to && $0.count == now.count && $0.peak == now.peak
                && $0.score.bitPattern == now.score.bitPattern
        }
        guard let same else { return run }
        var run = run
        run.revision = Int32(clamping: same.revision)
        return run
    }

    /// Ends what somebody was told of and is no longer said.
    private func endRevoked(_ old: FullSeries, _ new: FullSeries, _ id: UInt32) {
        guard old.hasAlert, old.run.isOpen, old.confirmation.isConfirmed else { return }
        guard !new.run.isOpen || new.run.from != old.run.from || !new.confirmation.isConfirmed else { return }
        let told = FullSeries.Told(run: old.run.ended, isOver: true, time: new.stepTime)
        guard let verdict = Verdict(told, of: id, old.policy, old.clock) else { return }
        verdicts.append(verdict)
    }
}

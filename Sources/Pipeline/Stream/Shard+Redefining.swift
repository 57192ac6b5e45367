import Alerting
import Storage

// What a shard does when the definitions change while it runs.

extension Shard {
    /// A series and the definition that judges it from now on; `nil` for the light tier.
    struct Redefinition: Sendable {
        var id: UInt32
        var policy: FullPolicy?
    }

    /// Puts series under other definitions, between two points of each.
    ///
    /// A state stays, to the last bit, where the new definition asks for the same model. Where it asks for another the
    /// series begins with what is in memory of it, as one that is new on the full tier does; so does the light tier where
    /// no definition is left. Those that are not in memory are looked at when they come back.
    func redefine(_ redefinitions: [Redefinition]) {
        var ends: [Forgone] = []
        for one in redefinitions {
            let local = local(one.id)
            let old = registrations[local].policy
            settleLate(one.id)
            registrations[local].policy = one.policy
            ends += Forgone.ends(of: one.id, old, one.policy)
            guard slots[local] >= 0 else {
                absent[local] = nil
                leaveUnread(local)
                continue
            }
            let slot = Int(slots[local])
            note(slot)
            if let full = fulls[slot], let policy = one.policy, full.policy.modelHash == policy.modelHash {
                full.redefine(as: policy)
                continue
            }
            let silence = fulls[slot].flatMap { $0.isWatched ? $0.silence : nil }
            if let old, fulls[slot] != nil { end(slot, old) }
            guard let policy = one.policy else {
                beginStream(slot, registrations[local])
                continue
            }
            adopt(one.id, policy)
            guard let silence, let full = fulls[slot], full.isWatched, old?.name == policy.name else {
                continue
            }
            full.silence = silence
            full.silence.setLimit(policy.longestSilence(step: full.clock?.step))
        }
        // A silence that is too long now may not have been before.
        nextLook = 0
        // What was said before is heard before.
        flush()
        forgo(ends)
    }

    /// Lets the full tier go of a series.
    private func end(_ slot: Int, _ policy: FullPolicy) {
        if let run = fulls[slot]?.giveUp(at: wall())?.ended { close(slot, run, policy: policy) }
        fulls[slot] = nil
    }

    /// Lets the light tier begin with what is in memory of a series; none of it is scored again.
    private func beginStream(_ slot: Int, _ registration: Registration) {
        var state = StreamSeries(registration)
        if registration.isScored {
            let points = newest(of: slot)
            for place in 0..<points.count { _ = state.take(points.times[place], points.values[place]) }
        }
        _ = state.run.close()
        state.lastTime = states[slot].lastTime
        state.lastBits = states[slot].lastBits
        states[slot] = state
    }
}

extension Forgone {
    /// What nobody asks of any more when a series passes from one definition to another.
    static func ends(of series: UInt32, _ old: FullPolicy?, _ new: FullPolicy?) -> [Forgone] {
        guard let old else { return [] }
        let told = old.watcher.kinds
        guard let new else {
            return told.map { Forgone(series: series, kind: $0, reason: "the definition was removed") }
        }
        let kept = old.name == new.name ? new.watcher.kinds : []
        let isAnew = old.modelHash != new.modelHash
        return told.filter { !kept.contains($0) || $0 == .anomaly && isAnew }
            .map { Forgone(series: series, kind: $0, reason: "the definition was changed") }
    }
}

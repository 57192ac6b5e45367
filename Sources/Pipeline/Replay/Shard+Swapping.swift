import Storage

// Models go live between two points of a series, and a restart lets them go live there again.

extension Shard {
    /// Makes models live, once that is in the journal.
    ///
    /// The shard waits for the journal meanwhile, once for all of them: a point between the two would make the step of the
    /// swap another one.
    ///
    /// - Returns: The series whose model is live now; none when the journal has no room.
    func swap(_ models: [UInt32: PreparedModel], _ journalist: Journalist?) -> [UInt32] {
        let ready = own(Set(models.keys)).filter { fulls[slot(local($0))]?.recorded != nil }
        guard keep(ready, journalist, { $0.swap(to: models[$1]) }) else { return [] }
        return ready.filter { id in
            let slot = slot(local(id))
            guard let full = fulls[slot], let prepared = models[id] else { return false }
            note(slot)
            return full.install(
                prepared.live, judge: prepared.judge, evidence: prepared.evidence, levels: prepared.levels)
        }
    }

    /// Notes that no default model could be made yet, once that is in the journal; without room there it is tried again.
    func postpone(_ series: Set<UInt32>, _ journalist: Journalist?) {
        let own = own(series).filter { fulls[slot(local($0))] != nil }
        let isKept = keep(own, journalist) { full, _ in full.swap(to: nil) }
        for id in own {
            guard let full = fulls[slot(local(id))] else { continue }
            if isKept { full.postpone() } else { full.stopRecording() }
        }
    }

    private func keep(
        _ series: [UInt32], _ journalist: Journalist?, _ swap: (FullSeries, UInt32) -> ModelSwap?
    ) -> Bool {
        guard let journalist else { return true }
        return journalist.keep(
            series.compactMap { id in
                guard let full = fulls[slot(local(id))], let swap = swap(full, id) else { return nil }
                return JournalledSwap(series: id, modelHash: full.policy.modelHash, swap: swap)
                    .stored(full.clock)
            })
    }

    // MARK: - After a start

    /// Lets a series follow the swaps that the journal has of it; one that an edited definition judges follows none.
    func followJournal(_ slot: Int) {
        guard let full = fulls[slot], let swaps = journalled[owner(of: slot)] else { return }
        full.follow(journalled: swaps.filter { full.policy.owns(stateOf: $0.modelHash) }.map(\.swap))
    }

    /// The journal has no more points: swaps after the last of them take effect now.
    func endJournal() {
        for id in journalled.keys.sorted() where local(id) < registrations.count {
            let slot = slot(local(id))
            guard let full = fulls[slot] else { continue }
            full.follow()
            if let lost = full.script.first {
                full.script = []
                full.stopRecording()
                log(
                    true,
                    "a model of series \(id) went live before step \(lost.at), which the journal does not reach: a new one "
                        + "is made")
            }
            note(slot)
        }
        journalled = [:]
    }
}

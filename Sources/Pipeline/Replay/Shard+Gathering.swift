import Storage

// Late points are gathered by series: who sends out of order costs a share of the time of a shard, and not a replay with
// every batch. What was said is provisional until then, and nothing that follows from it is stored before.

extension Shard {
    /// Replays that can wait take one part in so many of the time of a shard.
    private static let share: UInt64 = 10
    /// A replay of more points is done in pieces of so many, about a tenth of a second.
    private static let pieceOf = 20_000
    /// So often a replay in pieces is begun anew because a model or another number of series came in between.
    private static let mostAttempts = 3

    /// Notes a late point that is in time.
    func gather(_ time: Int64, _ slot: Int) {
        guard let full = fulls[slot] else { return }
        if full.gathered.isEmpty { gathering.wait(owner(of: slot)) }
        if full.gather(time) { gathering.hasten(owner(of: slot)) }
    }

    /// Says anew what cannot wait, and of the rest as much as there is time for.
    func reviseGathered() {
        for id in gathering.takeDue() { settleLate(id) }
        while !gathering.isEmpty {
            let begin = clock()
            guard begin >= gathering.rest else { return }
            reviseNext()
            let end = clock()
            gathering.rest = end + (Self.share - 1) * (end - begin)
        }
    }

    /// Says anew all that waits.
    func settleLate() {
        _ = gathering.takeDue()
        while !gathering.isEmpty { reviseNext() }
    }

    /// Says anew what was said of a series without the late points that wait; at once, however long it takes.
    func settleLate(_ id: UInt32) {
        if let underway = gathering.underway, underway.plan.series == id { while !goOn() {} }
        let slot = Int(slots[local(id)])
        guard slot >= 0, let full = fulls[slot], !full.gathered.isEmpty else { return }
        revise(slot, full, pieceOf: .max)
    }

    /// Does one replay of those that wait, or a piece of it.
    private func reviseNext() {
        guard gathering.underway == nil else {
            _ = goOn()
            return
        }
        while let id = gathering.next() {
            let slot = Int(slots[local(id)])
            guard slot >= 0, let full = fulls[slot], !full.gathered.isEmpty else { continue }
            return revise(slot, full, pieceOf: Self.pieceOf)
        }
    }

    /// Says anew what was said of a series since the first of its late points, or begins to.
    private func revise(_ slot: Int, _ full: FullSeries, pieceOf most: Int, attempts: Int = 1) {
        let late = full.gathered
        guard let first = late.min() else { return }
        full.gathered = []
        full.replayDue = .max
        do throws(StorageError) {
            // After a start a swap before the step that comes next may not have taken effect yet.
            full.follow()
            let plan = try plan(full, slot, from: first)
            let points = try points(of: slot, after: plan.after)
            if var result = plan.replay.begin(memory: plan.memory, revision: plan.revision) {
                guard points.count <= most else {
                    gathering.underway = GatheredReplays.Underway(
                        plan: plan, result: result, points: points, late: late, attempts: attempts)
                    return
                }
                result.take(points)
                return stand(result, slot, full)
            }
        } catch {
            note(error, "late points change no score, since the past of their series cannot be read")
        }
        leaveOut(late, slot, full)
    }

    /// Does a piece of the replay that is under way.
    ///
    /// - Returns: Whether none is any more.
    private func goOn() -> Bool {
        guard var underway = gathering.underway else { return true }
        gathering.underway = nil
        let end = min(underway.place + Self.pieceOf, underway.points.count)
        if underway.place < end {
            underway.result.take(underway.points.part(underway.place..<end))
            underway.place = end
            gathering.underway = underway
            return false
        }
        let slot = Int(slots[local(underway.plan.series)])
        guard slot >= 0, let full = fulls[slot], let first = underway.late.min() else { return true }
        do throws(StorageError) {
            let isSame = try plan(full, slot, from: first).isSame(as: underway.plan)
            guard isSame else {
                let isLast = underway.attempts >= Self.mostAttempts
                full.gathered += underway.late
                revise(slot, full, pieceOf: isLast ? .max : Self.pieceOf, attempts: underway.attempts + 1)
                return gathering.underway == nil
            }
            underway.result.take(
                try points(of: slot, after: underway.result.times.last ?? underway.plan.after))
            stand(underway.result, slot, full)
        } catch {
            note(error, "late points change no score, since the past of their series cannot be read")
            leaveOut(underway.late, slot, full)
        }
        return true
    }

    /// Lets a replay stand that has gone over everything but the late points that came meanwhile.
    private func stand(_ result: SeriesReplay.Result, _ slot: Int, _ full: FullSeries) {
        result.finish()
        // What was declared of the time before is as it was.
        result.series.windowsSeen = full.windowsSeen
        adopt(result, slot)
        result.series.wait(for: full.gathered)
        counters.revisions.add(1)
    }

    /// What cannot be replayed was never judged, and later replays leave it out as this state does.
    private func leaveOut(_ late: [Int64], _ slot: Int, _ full: FullSeries) {
        full.wait(for: full.gathered)
        counters.tooLate.add(late.count)
        let times = late.sorted()
        let scores = times.map { _ in ScoreByte.late }
        var revision = StoredRevision(
            series: owner(of: slot), definition: full.policy.name, from: .max, statesAfter: .max, times: [],
            scores: [])
        for place in heads[slot].rescore(times, scores) {
            revision.times.append(times[place])
            revision.scores.append(ScoreByte.late)
        }
        if !revision.times.isEmpty { revisions.append(revision) }
    }
}

extension PointColumns {
    /// The points at some places.
    fileprivate func part(_ places: Range<Int>) -> PointColumns {
        var part = PointColumns()
        part.times = Array(times[places])
        part.values = Array(values[places])
        part.scores = Array(scores[places])
        return part
    }
}

import Storage

// How a shard takes points: it accepts them in their order, and scores those of the light tier when it is the turn of
// their series.

extension Shard {
    /// So many points of the light tier are scored before the mailbox is looked into again: some milliseconds.
    static let scoredAtOnce = 1_024
    /// And so many series are read for which points of the journal wait, each with up to ``StateAges/latest`` points.
    static let readAtOnce = 16
    /// And so many, between requests, for a checkpoint that is to begin: some ten milliseconds.
    static let readBetween = 128
    /// No other series is read once those that are have so many points.
    static let readPoints = 4_096
    /// With so many that wait no letter is taken: less than a second.
    static let mostWaiting = 1 << 18
    /// Out of the journal nobody waits for an answer.
    private static let mostReplayed = 1 << 20

    /// Takes points out of the journal; those of the light tier whose series are not in memory wait until these are read.
    func replay(_ points: [Arrival]) {
        var known: [Arrival] = []
        for point in points {
            let local = Int(point.series)
            if slots[local] < 0, registrations[local].policy == nil {
                unread.append(local, point.time, point.value, received: 0)
            } else {
                known.append(point)
            }
        }
        if !known.isEmpty { _ = accept(known, received: clock()) }
        while unread.count >= mostUnread { readUnread(most: Self.readBetween) }
        if waiting.count >= Self.mostReplayed { scoreWaiting() }
    }

    /// Takes points in their order: those of definitions are stored and scored, those of the light tier wait for it.
    ///
    /// - Parameter received: When they were, nanoseconds of the steady clock.
    func accept(_ points: [Arrival], received: UInt64) -> IngestCounts {
        let begin = clock()
        requests &+= 1
        var counts = IngestCounts()
        var tally = Tally()
        var past = PastPoints(store)
        var delays = ScoreDelays()
        let lookers = lookers(at: begin)
        for point in points {
            let slot = slot(Int(point.series))
            touched[slot] = begin
            guard point.time > lastAccepted[slot] else {
                scoreWaiting(of: slot)
                switch arrival(of: point, slot, &past) {
                case .newest: counts.newest += 1
                case .late:
                    counts.late += 1
                    note(slot)
                    if let full = fulls[slot], full.isWatched { hearLate(point, of: full, slot, at: begin) }
                case .equalDuplicate: counts.duplicates += 1
                case .conflict:
                    counts.conflicts += 1
                    counts.conflict = IngestCounts.Conflict(series: owners[slot], time: point.time)
                }
                continue
            }
            lastAccepted[slot] = point.time
            counts.newest += 1
            note(slot)
            guard let full = fulls[slot] else {
                waiting.append(slot, point.time, point.value, received: received)
                continue
            }
            if full.isWatched { hear(point, of: full, slot, at: begin) }
            let isLookedAt = lookers.isWatched && watch.contains(point.series)
            let isExported = lookers.isExporting && isExported(point.series)
            if isLookedAt || isExported { full.watched = [] }
            take(point, by: full, slot, &tally)
            delays.note(1, since: received)
            if isExported { exportSteps(of: full, at: point, slot) }
            if isLookedAt { watch.add(stepsOf: full, of: owners[slot]) }
            if isExported { full.watched = nil }
            heads[slot].append(point.time, point.value)
            states[slot].resume(after: point.time, point.value)
        }
        if let failure = past.failure {
            note(failure, "late points are not compared with stored ones, which cannot be read")
        }
        if !gathering.isEmpty { reviseGathered() }
        counters.count(counts)
        end(tally, delays, lookers, stored: counts.newest + counts.late, since: begin)
        return counts
    }

    /// What came of points.
    private struct Tally {
        var scored = 0
        var anomalous = 0
    }

    /// Who wants to know of every point.
    private struct Lookers {
        var isWatched: Bool
        var isExporting: Bool
    }

    private func lookers(at begin: UInt64) -> Lookers {
        let lookers = Lookers(isWatched: watch.isWanted, isExporting: export.isOn && !isCatchingUp)
        if lookers.isExporting { export.begin(now: wall(), at: begin) }
        return lookers
    }

    private func end(
        _ tally: Tally, _ delays: ScoreDelays, _ lookers: Lookers, stored: Int, since begin: UInt64
    ) {
        flush()
        if lookers.isWatched { watch.flush() }
        if lookers.isExporting { export.flush() }
        counters.scored.add(tally.scored)
        counters.anomalies.add(tally.anomalous)
        let end = clock()
        counters.note(stored: stored, scored: tally.scored, at: end)
        counters.add(end - begin, to: .score)
        if !isReplaying { counters.add(delays, at: end) }
    }

    // MARK: - The light tier

    /// Scores what waits, series by series, those first that wait longest.
    ///
    /// - Parameter most: No other series is begun once so many points are scored.
    func scoreWaiting(most: Int = .max) {
        guard !waiting.isEmpty else { return }
        let begin = clock()
        let lookers = lookers(at: begin)
        var tally = Tally()
        var delays = ScoreDelays()
        var count = 0
        while count < most, let slot = waiting.nextSlot() {
            count += score(slot, lookers, &tally, &delays)
        }
        end(tally, delays, lookers, stored: 0, since: begin)
    }

    /// Scores what waits of one series.
    func scoreWaiting(of slot: Int) {
        guard waiting.holds(slot) else { return }
        let begin = clock()
        let lookers = lookers(at: begin)
        var tally = Tally()
        var delays = ScoreDelays()
        _ = score(slot, lookers, &tally, &delays)
        end(tally, delays, lookers, stored: 0, since: begin)
    }

    /// - Returns: How many points they were.
    private func score(
        _ slot: Int, _ lookers: Lookers, _ tally: inout Tally, _ delays: inout ScoreDelays
    ) -> Int {
        guard var chain = waiting.detach(slot) else { return 0 }
        let (all, since) = (Int(chain.count), chain.since)
        let local = local(owners[slot])
        let isScored = registrations[local].isScored
        let isLookedAt = lookers.isWatched && watch.contains(UInt32(local))
        let isExported = isScored && lookers.isExporting && isExported(UInt32(local))
        var next = waiting.takeFirst(of: &chain)
        while let taken = next {
            // Before this one is scored: the next stands far from it, and comes from memory meanwhile.
            next = waiting.takeFirst(of: &chain)
            let point = Arrival(series: UInt32(local), time: taken.time, value: taken.value)
            heads[slot].append(point.time, point.value)
            guard isScored else {
                states[slot].resume(after: point.time, point.value)
                if isLookedAt { watch.add(point, of: owners[slot]) }
                continue
            }
            let seen =
                isLookedAt || isExported ? states[slot].takeWatched(point.time, point.value) : nil
            if let seen, isLookedAt { watch.add(seen.judged, of: owners[slot]) }
            if let seen, isExported { exportValue(seen.judged, of: point, slot) }
            note(seen?.outcome ?? states[slot].take(point.time, point.value), slot, &tally)
        }
        if isScored { delays.note(all, since: since) }
        return all
    }

    @inline(__always)
    private func note(_ outcome: StreamSeries.Outcome, _ slot: Int, _ tally: inout Tally) {
        if outcome.byte != ScoreByte.unscored {
            heads[slot].score(outcome.byte)
            tally.scored += 1
        }
        if outcome.isAnomalous {
            tally.anomalous += 1
            openRuns.insert(Int32(slot))
        } else if outcome.isClosed {
            close(slot, states[slot].run, policy: nil)
        }
    }

    // MARK: - Late points, and those of definitions

    private func arrival(
        of point: Arrival, _ slot: Int, _ past: inout PastPoints
    ) -> SeriesHead.Arrival {
        guard point.time < states[slot].lastTime else {
            return point.value.bitPattern == states[slot].lastBits ? .equalDuplicate : .conflict
        }
        if !heads[slot].reaches(back: point.time),
            let stored = past.value(at: point.time, of: owners[slot])
        {
            return stored.bitPattern == point.value.bitPattern ? .equalDuplicate : .conflict
        }
        let isInTime = isInTime(point.time, slot)
        let arrival = heads[slot].insert(
            point.time, point.value, score: isInTime ? ScoreByte.unscored : ScoreByte.late)
        if arrival == .late {
            if isInTime {
                gather(point.time, slot)
            } else {
                counters.tooLate.add(1)
            }
        }
        return arrival
    }

    /// Lets the full tier take a point; what it judges is the step before.
    private func take(
        _ point: Arrival, by full: FullSeries, _ slot: Int, _ tally: inout Tally
    ) {
        for outcome in full.take(point.time, point.value) {
            if outcome.byte != ScoreByte.unscored {
                tally.scored += 1
                heads[slot].score(outcome.byte)
            }
            if outcome.isAnomalous {
                tally.anomalous += 1
                openRuns.insert(Int32(slot))
            }
            note(outcome, of: full, slot)
        }
        full.remember(at: point.time)
        if point.time > full.replayDue {
            full.replayDue = .max
            gathering.hasten(owners[slot])
        }
    }
}

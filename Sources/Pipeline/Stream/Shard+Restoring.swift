import Glibc
import Storage

// A stored state of the light tier may be older than the stored points: those it has not seen are put through it, in
// the order in which they came, and it is what it was.

extension Shard {
    /// The last chunks that are read for a series without a state: one that was never stored has seen fewer points.
    private static let mostChunks = 8
    /// Between two attempts to read what is stored, microseconds.
    private static let readPauses: [UInt32] = [1_000, 10_000, 100_000]
    /// For so long there is no second attempt after one in vain, nanoseconds.
    private static let impatience: UInt64 = 10_000_000_000

    /// Puts a series into memory as it was stored.
    ///
    /// - Parameters:
    ///   - stored: Its states.
    ///   - head: Its last chunk.
    ///   - packed: The same as it is stored; empty when it is to be packed anew.
    func restore(
        _ id: UInt32, states stored: [StoredState], head: PointColumns?, packed: [UInt8] = []
    ) {
        let slot = slots[local(id)] >= 0 ? Int(slots[local(id)]) : allot(id)
        let registration = registrations[local(id)]
        states[slot] = StreamSeries(registration)
        for state in stored where state.kind == StreamSeries.kind {
            if let restored = StreamSeries(bytes: state.bytes) { states[slot] = restored }
        }
        ages[slot] = 0
        if let head, head.count > 0 {
            heads[slot] = SeriesHead(resuming: head, packed, of: id)
            // A definition that has a state has judged what came last.
            let isLight = registration.policy == nil || !stored.contains { $0.kind.hasPrefix("full/") }
            if isLight, registration.isScored { catchUp(slot, with: head) }
            states[slot].resume(after: head.times[head.count - 1], head.values[head.count - 1])
        }
        lastAccepted[slot] = states[slot].lastTime
        fulls[slot] = registration.policy.map { policy in
            stored.lazy.filter { $0.kind == FullSeries.kind }.compactMap {
                FullSeries(policy: policy, bytes: $0.bytes)
            }.first ?? FullSeries(policy: policy)
        }
        if let policy = registration.policy,
            stored.contains(where: { $0.kind == FullSeries.kind && !policy.owns($0.bytes) })
        {
            edited.insert(id)
        }
        followJournal(slot)
        if let full = fulls[slot], full.isWatched { listen(to: full, local(id), head) }
        if registration.policy != nil, states[slot].run.close() {
            // A definition has taken the series over: what the light tier had opened ends here.
            closed.append(states[slot].run.stored(series: id, definition: "", definitionHash: ""))
            ages[slot] = StateAges.wanted
            note(slot)
        }
        reviseDeclared(slot)
        if fulls[slot]?.run.isOpen ?? states[slot].run.isOpen { openRuns.insert(Int32(slot)) }
    }

    /// Puts the stored points that the state of a slot has not seen through it. What becomes of them is stored already.
    ///
    /// - Parameter head: The last chunk of the series.
    private func catchUp(_ slot: Int, with head: PointColumns) {
        let seen = states[slot].lastTime
        guard seen < head.times[head.count - 1] else { return }
        if seen < head.times[0] {
            do throws(StorageError) {
                let missed = try patiently { () throws(StorageError) in
                    try earlier(than: head.times[0], after: seen, of: owners[slot])
                }
                for points in missed { catchUp(slot, by: points, after: seen) }
            } catch {
                note(
                    error,
                    "series \(owners[slot]) begins with its last points, since those before cannot be read")
            }
        }
        catchUp(slot, by: head, after: seen)
    }

    private func catchUp(_ slot: Int, by points: PointColumns, after seen: Int64) {
        for place in 0..<points.count where points.times[place] > seen {
            guard points.scores[place] != ScoreByte.late else { continue }
            _ = states[slot].take(points.times[place], points.values[place])
            if ages[slot] < StateAges.latest { ages[slot] += 1 }
        }
    }

    /// The stored points between what a state has seen and the last chunk.
    private func earlier(
        than first: Int64, after seen: Int64, of id: UInt32
    ) throws(StorageError) -> [PointColumns] {
        guard first > .min, seen < first - 1 else { return [] }
        let chunks =
            seen > .min
            ? try store.chunks(of: id, in: seen + 1...first - 1)
            : try store.lastChunks(of: id, limit: Self.mostChunks).filter { $0.first < first }
        var points: [PointColumns] = []
        for chunk in chunks.suffix(Self.mostChunks) { points.append(try ChunkCodec.decode(chunk.bytes)) }
        return points
    }

    /// The slot of a series; one that has left memory comes back with its state.
    func slot(_ local: Int) -> Int {
        if slots[local] < 0 { bringBack([local]) }
        return Int(slots[local])
    }

    /// Puts series that have left memory back, each with its state; read together, they cost half as much.
    private func bringBack(_ absent: [Int]) {
        guard !absent.isEmpty else { return }
        do throws(StorageError) {
            let pasts = try pasts(of: absent)
            for (local, past) in zip(absent, pasts) { try bringBack(local, past) }
        } catch  where absent.count > 1 {
            // One of them cannot be read: which, is told by reading each.
            for local in absent where slots[local] < 0 { bringBack([local]) }
        } catch {
            // Its past cannot be read: it starts anew, and what it sends now is kept.
            let id = registrations[absent[0]].id
            note(error, "series \(id) starts anew, since its past cannot be read")
            restore(id, states: [], head: nil)
            finishReturn(of: absent[0])
        }
    }

    /// What is stored of series.
    private func pasts(of absent: [Int]) throws(StorageError) -> [StoredPast] {
        let ids = absent.map { registrations[$0].id }
        return try patiently { () throws(StorageError) in try store.pasts(of: ids) }
    }

    /// Reads the store, again after a pause where that may help: a series whose past is given up has lost its model.
    ///
    /// Who has waited in vain does not wait soon again, since all series of the shard do meanwhile.
    private func patiently<Found>(
        _ read: () throws(StorageError) -> Found
    ) throws(StorageError) -> Found {
        guard clock() >= patientAgain else { return try read() }
        for pause in Self.readPauses {
            do throws(StorageError) { return try read() } catch  where error.mayPass { usleep(pause) }
        }
        do throws(StorageError) { return try read() } catch {
            if error.mayPass { patientAgain = clock() + Self.impatience }
            throw error
        }
    }

    private func bringBack(_ local: Int, _ past: StoredPast) throws(StorageError) {
        let head = try past.last.map { chunk throws(StorageError) in
            try ChunkCodec.decode(chunk.bytes)
        }
        restore(registrations[local].id, states: past.states, head: head, packed: past.last?.bytes ?? [])
        finishReturn(of: local)
    }

    private func finishReturn(of local: Int) {
        counters.revived.add(1)
        acceptUnread(local, Int(slots[local]))
    }

    // MARK: - Out of the journal

    /// Reads series for which points of the journal wait, those first that waited longest.
    ///
    /// - Parameter most: So many at most, or as many as have ``readPoints`` points.
    func readUnread(most: Int = .max) {
        guard !unread.isEmpty else { return }
        var (left, points) = (most, most == .max ? Int.max : Self.readPoints)
        while left > 0, points > 0 {
            var next: [Int] = []
            while next.count < min(left, Self.readAtOnce), points > 0, let local = unread.nextSlot() {
                next.append(local)
                points -= unread.count(of: local)
            }
            guard !next.isEmpty else { break }
            left -= next.count
            bringBack(next.filter { slots[$0] < 0 }.sorted())
            // Whatever has brought a series back, what was read of the queue is taken.
            for local in next where unread.holds(local) { acceptUnread(local, slot(local)) }
        }
        // What the start needed is given back.
        if unread.isEmpty { unread = WaitingPoints() }
    }

    /// Reads and scores whatever waits.
    func catchUp() {
        readUnread()
        scoreWaiting()
    }

    /// Takes the points that waited for a series, and scores them while what was read of it is at hand. Nobody is told:
    /// before the crash they had been scored, or accepted at least.
    private func acceptUnread(_ local: Int, _ slot: Int) {
        guard var chain = unread.detach(local) else { return }
        var points: [Arrival] = []
        while let point = unread.takeFirst(of: &chain) {
            points.append(Arrival(series: UInt32(local), time: point.time, value: point.value))
        }
        isCatchingUp = true
        _ = accept(points, received: clock())
        scoreWaiting(of: slot)
        isCatchingUp = false
    }
}

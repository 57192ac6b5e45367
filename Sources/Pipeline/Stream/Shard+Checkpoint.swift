import Storage

// What a shard hands over for a checkpoint: marked at one place in the order of its letters, taken in slices between
// points. A slice that is taken after later points of a series has these too, and those of it that still waited; the
// journal has them again, and a replay finds them there.

extension Shard {
    /// Begins a checkpoint: marks every series of which something is not stored.
    ///
    /// - Parameter isLast: Whether no point comes after it, so that every state is stored as it is.
    /// - Returns: How many series there are.
    func mark(isLast: Bool) -> Int {
        var counted = StateAges()
        if isLast { for slot in owners.indices where isInMemory(slot) && ages[slot] > 0 { note(slot) } }
        for slot in dirty {
            isDirty[Int(slot)] = false
            isMarked[Int(slot)] = true
            if isStateKept(Int(slot)) { counted.note(ages[Int(slot)]) }
        }
        storedAge = isLast ? 1 : counted.threshold
        markedCount = registrations.count
        flying = dirty
        dirty = []
        return markedCount
    }

    /// Hands over what is marked and not stored, of the series of some numbers within the shard.
    func snapshot(of range: Range<Int>) -> ShardSnapshot {
        var snapshot = ShardSnapshot()
        let now = clock()
        for local in range.clamped(to: slots.indices) {
            let slot = Int(slots[local])
            guard slot >= 0, isMarked[slot] else { continue }
            isMarked[slot] = false
            scoreWaiting(of: slot)
            // A series that leaves memory soon is to come back with its state as it is.
            take(slot, &snapshot, whateverAge: isStale(slot, now))
        }
        // What is over comes with, or before, the state that does not know of it any more. Of a series that was
        // announced after the mark the store knows nothing yet.
        let isTaken = { (series: UInt32) in
            self.local(series) < self.markedCount && !self.revisions.contains { $0.series == series }
        }
        let (known, unknown) = Self.divide(closed) { isTaken($0.series) }
        closed = unknown
        flyingAnomalies += known
        snapshot.anomalies = known + snapshot.anomalies
        let changes = Self.divide(levelChanges) { isTaken($0.series) }
        levelChanges = changes.no
        flyingLevelChanges += changes.yes
        snapshot.levelChanges = changes.yes
        return snapshot
    }

    private func take(_ slot: Int, _ snapshot: inout ShardSnapshot, whateverAge: Bool) {
        let id = owners[slot]
        // The points are stored as judged ones, and the state is to have seen them.
        settleLate(id)
        let taken = heads[slot].take()
        for chunk in taken.sealed { snapshot.chunks.append((id, chunk)) }
        if let open = taken.open { snapshot.heads.append((id, open)) }
        if taken.late.count > 0 { snapshot.late.append((id, taken.late)) }
        if isStateKept(slot), ages[slot] >= storedAge || whateverAge {
            snapshot.states.append(
                StoredState(series: id, kind: StreamSeries.kind, bytes: states[slot].bytes))
            ages[slot] = 0
        }
        if let full = fulls[slot] {
            snapshot.states.append(StoredState(series: id, kind: FullSeries.kind, bytes: full.bytes))
            let memory = full.memory.take()
            snapshot.snapshots += memory.states.map { $0.stored(of: id) }
            snapshot.snapshots += memory.swaps.map { $0.stored(of: id, full.clock) }
            snapshot.snapshots += memory.shares.map { $0.stored(of: id, full.clock) }
            // What is said anew goes with the points and the state that it is said of.
            let said = Self.divide(revisions) { $0.series == id }
            snapshot.revisions += said.yes
            flyingRevisions += said.yes
            revisions = said.no
        }
        if openRuns.contains(Int32(slot)) { snapshot.anomalies.append(openAnomaly(slot)) }
    }

    /// Forgets what the store holds now, and lets series go that were silent for long.
    func settle() {
        for slot in flying { heads[Int(slot)].settle() }
        flying = []
        flyingAnomalies = []
        flyingLevelChanges = []
        flyingRevisions = []
        let now = clock()
        for slot in owners.indices where isInMemory(slot) {
            guard isStale(slot, now), !isDirty[slot],
                fulls[slot]?.isIdle ?? true, heads[slot].isSettled, !openRuns.contains(Int32(slot))
            else { continue }
            guard ages[slot] == 0 || !isStateKept(slot) else {
                // Its next point will find its state as it is.
                ages[slot] = StateAges.wanted
                note(slot)
                continue
            }
            letGo(slot)
        }
    }

    private func isStale(_ slot: Int, _ now: UInt64) -> Bool {
        now - min(touched[slot], now) > staleNanoseconds
    }

    private func isInMemory(_ slot: Int) -> Bool { slots[local(owners[slot])] == slot }

    /// Whether the state of the light tier says anything.
    private func isStateKept(_ slot: Int) -> Bool { registrations[local(owners[slot])].isScored }

    private static func divide<Element>(
        _ elements: [Element], by isWanted: (Element) -> Bool
    ) -> (yes: [Element], no: [Element]) {
        (elements.filter(isWanted), elements.filter { !isWanted($0) })
    }
}

/// Which states of the light tier a checkpoint stores: the points since then bring an older one up to date.
struct StateAges: Sendable {
    /// A state is stored when so many points came since it was, at the soonest.
    static let due: UInt16 = 128
    /// And by then whatever it costs: so many are put through a state when it is read.
    static let latest: UInt16 = 768
    /// The most states that a shard stores in one checkpoint because they are due.
    static let most = 16_384
    /// A state that is stored whatever its age.
    static let wanted = UInt16.max
    private static let width = 32

    /// How many states have how many points, in steps of `width`.
    private var counts = InlineArray<25, Int>(repeating: 0)

    /// The age of the state of a new series, by its number: those that began together are not stored together.
    static func firstAge(of series: UInt32) -> UInt16 {
        UInt16(truncatingIfNeeded: ((series &* 0x9E37_79B9) >> 16) % UInt32(due - due / 4))
    }

    /// Counts a state.
    mutating func note(_ age: UInt16) {
        counts[min(Int(age) / Self.width, counts.count - 1)] += 1
    }

    /// The age from which states are stored: the oldest first, as long as they are not too many.
    var threshold: UInt16 {
        var place = counts.count - 1
        var sum = counts[place]
        while place > Int(Self.due) / Self.width, sum + counts[place - 1] <= Self.most {
            place -= 1
            sum += counts[place]
        }
        return UInt16(place * Self.width)
    }
}

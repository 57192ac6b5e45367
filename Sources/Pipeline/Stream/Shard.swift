import Alerting
import Storage
import Synchronization

/// One thread and the series it owns, side by side.
///
/// Points reach it in batches through a bounded mailbox, in the order of the journal; nobody else touches a series, so
/// that a point costs no lock.
final class Shard: @unchecked Sendable {  // All but `mailbox` belongs to the thread that runs `work`.
    let mailbox: Mailbox<Letter>
    let place: Int
    let shards: Int
    let counters: PipelineCounters
    let clock: @Sendable () -> UInt64
    let store: any Store
    let staleNanoseconds: UInt64
    /// Milliseconds since 1970, and where the operator is told something.
    let wall: @Sendable () -> Int64
    let log: @Sendable (_ isWarning: Bool, _ line: String) -> Void
    var watch = ShardWatch()
    var export = ShardExport()

    /// Where each series of the shard is; -1 when it is not in memory.
    @exclusivity(unchecked) private(set) var slots: [Int32] = []
    @exclusivity(unchecked) var registrations: [Registration] = []
    private var free: [Int32] = []
    /// Series whose stored model belongs to another definition, so that they begin anew.
    var edited: Set<UInt32> = []

    // One element a slot. Every point touches them, and one thread alone: the check of each access is left out.
    @exclusivity(unchecked) var states = StateSlab()
    @exclusivity(unchecked) var heads: [SeriesHead] = []
    private(set) var owners: [UInt32] = []
    @exclusivity(unchecked) private(set) var touched: [UInt64] = []
    @exclusivity(unchecked) var isDirty: [Bool] = []
    /// Whether a checkpoint that has begun is to take the series.
    var isMarked: [Bool] = []
    /// How many points came since the state was stored, see ``StateAges``.
    @exclusivity(unchecked) var ages: [UInt16] = []
    /// How many series it is to know of.
    var markedCount = 0
    /// From this age on a state is stored by the checkpoint that has begun.
    var storedAge = StateAges.due
    @exclusivity(unchecked) var fulls: [FullSeries?] = []

    var dirty: [Int32] = []
    var flying: [Int32] = []
    var openRuns: Set<Int32> = []
    /// Stretches that are over and not yet taken over by a commit.
    var closed: [StoredAnomaly] = []
    var flyingAnomalies: [StoredAnomaly] = []
    /// What is said anew of the past and is not stored yet, and what of it a checkpoint has taken.
    var revisions: [StoredRevision] = []
    var flyingRevisions: [StoredRevision] = []
    /// Full series that late points came to, in time to change what was said.
    var gathering = GatheredReplays()
    /// Changes of level that are not stored yet, and those of them that a checkpoint has taken.
    var levelChanges: [StoredLevelChange] = []
    var flyingLevelChanges: [StoredLevelChange] = []
    /// Why the store could not be read; the first reason stays.
    private(set) var storeError: StorageError?

    /// Verdicts that are not handed over yet, and who takes them.
    var verdicts: [Verdict] = []
    var tell: @Sendable ([Verdict]) -> Void = { _ in }
    /// Who hears what nobody asks of any more.
    var forgo: @Sendable ([Forgone]) -> Void = { _ in }
    /// Whether points come out of the journal, before the service starts.
    var isReplaying = false
    /// The swaps of its series that the journal has, in its order; empty once the service has started.
    var journalled: [UInt32: [JournalledSwap]] = [:]
    /// Silences of series that are not in memory, by number within the shard.
    var absent: [Int: SilenceWatch] = [:]
    /// When the next silence may be too long, nanoseconds of the steady clock.
    var nextLook: UInt64 = 0
    /// Whether a look at the silences waits in the mailbox.
    let isLookWaiting = Atomic(false)
    /// How many batches of points came so far.
    private(set) var requests = 0
    /// How many series are in memory; read by anybody.
    let inMemory = Atomic<Int>(0)

    init(
        place: Int, of shards: Int, capacity: Int, store: any Store, counters: PipelineCounters,
        staleNanoseconds: UInt64, surroundings: PipelineSurroundings
    ) {
        self.place = place
        self.shards = shards
        self.store = store
        self.counters = counters
        self.staleNanoseconds = staleNanoseconds
        clock = surroundings.steady
        wall = surroundings.wall
        log = surroundings.log
        mailbox = Mailbox(capacity: capacity)
    }

    /// Reads letters until the mailbox is closed.
    func work() {
        while let letters = mailbox.takeAll(waiting: gathering.isEmpty ? nil : gathering.pause(now: clock()))
        {
            for letter in letters { read(letter) }
            guard !gathering.isEmpty else { continue }
            reviseGathered()
            flush()
        }
    }

    private func read(_ letter: Letter) {
        switch letter {
        case .register(let new): for registration in new { register(registration) }
        case .points(let points, let ticket): ticket.finish(apply(points))
        case .mark(let isLast, let promise): promise.fulfil(mark(isLast: isLast))
        case .snapshot(let range, let promise): promise.fulfil(snapshot(of: range))
        case .settle: settle()
        case .read(let id, let promise): promise.fulfil(held(of: id))
        case .report(let promise): promise.fulfil(report())
        case .control(let body): body(self)
        }
    }

    // MARK: - Series

    /// The number within the shard.
    func local(_ id: UInt32) -> Int { Int(id) / shards }

    /// Takes a series over; one that was stored stays on disk until its next point.
    func register(_ registration: Registration, isStored: Bool = false) {
        let local = local(registration.id)
        precondition(local == slots.count, "series \(registration.id) comes out of turn")
        slots.append(-1)
        registrations.append(registration)
        if isStored {
            leaveUnread(local)
            return
        }
        let slot = allot(registration.id)
        states[slot] = StreamSeries(isCounter: registration.isCounter)
        fulls[slot] = registration.policy.map { FullSeries(policy: $0) }
        followJournal(slot)
    }

    /// Notes how many series share the budget of a definition, for series that are still on disk too.
    func adopt(series count: Int, of definition: String) {
        for place in registrations.indices where registrations[place].policy?.name == definition {
            registrations[place].policy?.series = count
        }
        for full in fulls where full?.policy.name == definition { full?.share(among: count) }
    }

    /// Gives a series a slot.
    func allot(_ id: UInt32) -> Int {
        let slot: Int
        if let last = free.popLast() {
            slot = Int(last)
            heads[slot] = SeriesHead(first: id)
            owners[slot] = id
        } else {
            slot = states.count
            states.append(StreamSeries(isCounter: false))
            heads.append(SeriesHead(first: id))
            owners.append(id)
            touched.append(0)
            isDirty.append(false)
            isMarked.append(false)
            ages.append(0)
            fulls.append(nil)
        }
        touched[slot] = clock()
        // Series that began together are not stored together.
        ages[slot] = StateAges.firstAge(of: id)
        slots[local(id)] = Int32(slot)
        inMemory.wrappingAdd(1, ordering: .relaxed)
        return slot
    }

    // MARK: - Points

    /// Stores and scores points, in their order.
    func apply(_ points: [Arrival]) -> IngestCounts {
        let begin = clock()
        requests &+= 1
        var counts = IngestCounts()
        var scored = 0
        var anomalous = 0
        var past = PastPoints(store)
        let isWatched = watch.isWanted
        let isExporting = export.isOn
        if isExporting { export.begin(now: wall(), at: begin) }
        for point in points {
            let slot = slot(Int(point.series))
            touched[slot] = begin
            guard point.time > states[slot].lastTime else {
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
            counts.newest += 1
            note(slot)
            let isLookedAt = isWatched && watch.contains(point.series)
            let isExported = isExporting && isExported(point.series)
            if let full = fulls[slot] {
                if full.isWatched { hear(point, of: full, slot, at: begin) }
                if isLookedAt || isExported { full.watched = [] }
                take(point, by: full, slot, &scored, &anomalous)
                if isExported { exportSteps(of: full, at: point, slot) }
                if isLookedAt { watch.add(stepsOf: full, of: owners[slot]) }
                if isExported { full.watched = nil }
                heads[slot].append(point.time, point.value)
                states[slot].resume(after: point.time, point.value)
                continue
            }
            heads[slot].append(point.time, point.value)
            guard registrations[Int(point.series)].isScored else {
                states[slot].resume(after: point.time, point.value)
                if isLookedAt { watch.add(point, of: owners[slot]) }
                continue
            }
            let seen =
                isLookedAt || isExported ? states[slot].takeWatched(point.time, point.value) : nil
            if let seen, isLookedAt { watch.add(seen.judged, of: owners[slot]) }
            if let seen, isExported { exportValue(seen.judged, of: point, slot) }
            let outcome = seen?.outcome ?? states[slot].take(point.time, point.value)
            if outcome.byte != ScoreByte.unscored {
                heads[slot].score(outcome.byte)
                scored += 1
            }
            if outcome.isAnomalous {
                anomalous += 1
                openRuns.insert(Int32(slot))
            } else if outcome.isClosed {
                close(slot, states[slot].run, policy: nil)
            }
        }
        if let failure = past.failure {
            note(failure, "late points are not compared with stored ones, which cannot be read")
        }
        if !gathering.isEmpty { reviseGathered() }
        flush()
        if isWatched { watch.flush() }
        if isExporting { export.flush() }
        counters.scored.add(scored)
        counters.anomalies.add(anomalous)
        counters.count(counts)
        let end = clock()
        counters.note(stored: counts.newest + counts.late, scored: scored, at: end)
        counters.add(end - begin, to: .score)
        return counts
    }

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
        _ point: Arrival, by full: FullSeries, _ slot: Int, _ scored: inout Int, _ anomalous: inout Int
    ) {
        for outcome in full.take(point.time, point.value) {
            if outcome.byte != ScoreByte.unscored {
                scored += 1
                heads[slot].score(outcome.byte)
            }
            if outcome.isAnomalous {
                anomalous += 1
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

    func close(_ slot: Int, _ run: AnomalyRun, policy: FullPolicy?) {
        openRuns.remove(Int32(slot))
        closed.append(
            run.stored(
                series: owners[slot], definition: policy?.name ?? "",
                definitionHash: policy?.hash ?? ""))
    }

    /// Notes that the store could not be read; the first time it is said.
    func note(_ error: StorageError, _ consequence: String) {
        counters.unreadable.add(1)
        if storeError == nil { log(true, "\(consequence): \(error)") }
        storeError = storeError ?? error
    }

    func note(_ slot: Int) {
        if ages[slot] < StateAges.latest { ages[slot] &+= 1 }
        guard !isDirty[slot] else { return }
        isDirty[slot] = true
        dirty.append(Int32(slot))
    }

    /// Lets a series go: what comes of it next reads it from the store.
    func letGo(_ slot: Int) {
        let local = local(owners[slot])
        if let full = fulls[slot], full.isWatched { absent[local] = full.silence }
        slots[local] = -1
        heads[slot] = SeriesHead()
        fulls[slot] = nil
        inMemory.wrappingSubtract(1, ordering: .relaxed)
        free.append(Int32(slot))
    }

    /// The series in a slot, its points in memory, and the end of what the light tier had found of it.
    func owner(of slot: Int) -> UInt32 { owners[slot] }
    func newest(of slot: Int) -> PointColumns { heads[slot].newest }
    func closeStreamRun(_ slot: Int) {
        let run = states[slot].run.ended
        if states[slot].run.close() { close(slot, run, policy: nil) }
    }

    // MARK: - Reading

    private func held(of id: UInt32) -> SeriesHead.Held {
        guard local(id) < slots.count else { return SeriesHead.Held() }
        let slot = slots[local(id)]
        return slot < 0 ? SeriesHead.Held() : held(Int(slot))
    }

    private func report() -> ShardReport {
        ShardReport(
            anomalies: flyingAnomalies + closed + openAnomalies(), revisions: flyingRevisions + revisions,
            levelChanges: flyingLevelChanges + levelChanges)
    }
}

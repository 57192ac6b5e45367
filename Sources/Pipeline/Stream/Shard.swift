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
    /// See `MonitorSettings`.
    let mostUnread: Int
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
    @exclusivity(unchecked) var touched: [UInt64] = []
    /// The time of the newest point, those that wait included; `Int64.min` before the first.
    @exclusivity(unchecked) var lastAccepted: [Int64] = []
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
    @exclusivity(unchecked) var waiting = WaitingPoints()
    /// Points of the journal, by number within the shard, whose series are still on disk: these are read when it is their
    /// turn, or when they are needed.
    var unread = WaitingPoints()
    /// How many points are accepted and not scored; read by anybody.
    let unscored = Atomic<Int>(0)
    /// Requests of which points may wait.
    private var unanswered: [(ticket: Ticket, counts: IngestCounts)] = []

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
    /// Until then a store that cannot be read is asked once and not again, nanoseconds of the steady clock.
    var patientAgain: UInt64 = 0

    /// Verdicts that are not handed over yet, and who takes them.
    var verdicts: [Verdict] = []
    var tell: @Sendable ([Verdict]) -> Void = { _ in }
    /// Who hears what nobody asks of any more.
    var forgo: @Sendable ([Forgone]) -> Void = { _ in }
    /// Whether points come out of the journal, before the service starts.
    var isReplaying = false
    /// Whether points of the journal are taken that a start has left to be read later.
    var isCatchingUp = false
    /// The swaps of its series that the journal has, in its order; empty once the service has started.
    var journalled: [UInt32: [JournalledSwap]] = [:]
    /// Silences of series that are not in memory, by number within the shard.
    var absent: [Int: SilenceWatch] = [:]
    /// When the next silence may be too long, nanoseconds of the steady clock.
    var nextLook: UInt64 = 0
    /// Whether a look at the silences waits in the mailbox.
    let isLookWaiting = Atomic(false)
    /// How many batches of points came so far.
    var requests = 0
    /// How many series are in memory; read by anybody.
    let inMemory = Atomic<Int>(0)

    init(
        place: Int, of shards: Int, capacity: Int, store: any Store, counters: PipelineCounters,
        staleNanoseconds: UInt64, mostUnread: Int, surroundings: PipelineSurroundings
    ) {
        self.place = place
        self.shards = shards
        self.store = store
        self.counters = counters
        self.staleNanoseconds = staleNanoseconds
        self.mostUnread = mostUnread
        clock = surroundings.steady
        wall = surroundings.wall
        log = surroundings.log
        mailbox = Mailbox(capacity: capacity)
    }

    /// Reads letters until the mailbox is closed, and scores what waits between them.
    ///
    /// A request is answered when its points are accepted and as many are scored as fit between two looks into the
    /// mailbox. While too many wait, letters do.
    func work() {
        while true {
            if waiting.count < Self.mostWaiting {
                let pause =
                    waiting.isEmpty && unread.isEmpty
                    ? (gathering.isEmpty ? nil : gathering.pause(now: clock())) : 0
                guard let letters = mailbox.takeAll(waiting: pause) else { break }
                for letter in letters { read(letter) }
            }
            if waiting.count < Self.scoredAtOnce { readUnread(most: Self.readAtOnce) }
            scoreWaiting(most: Self.scoredAtOnce)
            unscored.store(waiting.count + unread.count, ordering: .relaxed)
            for (ticket, counts) in unanswered { ticket.finish(counts) }
            unanswered.removeAll(keepingCapacity: true)
            guard !gathering.isEmpty else { continue }
            reviseGathered()
            flush()
        }
        catchUp()
    }

    private func read(_ letter: Letter) {
        switch letter {
        case .register(let new): for registration in new { register(registration) }
        case .points(let points, let ticket, let received):
            unanswered.append((ticket, accept(points, received: received)))
        case .readUnread(let promise):
            readUnread(most: Self.readBetween)
            promise.fulfil(!unread.isEmpty)
        case .mark(let isLast, let promise):
            // The journal that has what is unread is deleted after the checkpoint; what waits is taken with its series.
            // Only the last checkpoint finds any here.
            readUnread()
            promise.fulfil(mark(isLast: isLast))
        case .snapshot(let range, let promise): promise.fulfil(snapshot(of: range))
        case .settle: settle()
        case .read(let id, let promise): promise.fulfil(held(of: id))
        case .report(let promise):
            catchUp()
            promise.fulfil(report())
        case .control(let body):
            catchUp()
            body(self)
        case .task(let body): body(self)
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
        states[slot] = StreamSeries(registration)
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
            lastAccepted.append(.min)
            isDirty.append(false)
            isMarked.append(false)
            ages.append(0)
            fulls.append(nil)
        }
        touched[slot] = clock()
        lastAccepted[slot] = .min
        // Series that began together are not stored together.
        ages[slot] = StateAges.firstAge(of: id)
        slots[local(id)] = Int32(slot)
        inMemory.wrappingAdd(1, ordering: .relaxed)
        return slot
    }

    // MARK: - What comes of points

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
        if unread.holds(local(id)) { _ = self.slot(local(id)) }
        let slot = slots[local(id)]
        guard slot >= 0 else { return SeriesHead.Held() }
        scoreWaiting(of: Int(slot))
        return held(Int(slot))
    }

    private func report() -> ShardReport {
        ShardReport(
            anomalies: flyingAnomalies + closed + openAnomalies(), revisions: flyingRevisions + revisions,
            levelChanges: flyingLevelChanges + levelChanges)
    }
}

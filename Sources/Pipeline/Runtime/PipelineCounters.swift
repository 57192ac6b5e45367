import Synchronization

/// What the pipeline counts about itself; read by `/metrics`.
public final class PipelineCounters: Sendable {
    /// The steps of an accepted point.
    public enum Stage: Int, Sendable, CaseIterable {
        case resolve, encode, journal, score, checkpoint

        /// The name as a label value.
        public var name: String { "\(self)" }
    }

    private let nanoseconds: [Count] = Stage.allCases.map { _ in Count() }
    let newest = Count(), late = Count(), duplicates = Count(), conflicts = Count(), combined = Count()
    private let refused: [Count] = IngestRefusal.allCases.map { _ in Count() }
    let scored = Count(), anomalies = Count(), checkpoints = Count(), failedCheckpoints = Count()
    let journalBytes = Count(), journalSyncs = Count(), revived = Count()
    let unreadable = Count()
    let revisions = Count(), tooLate = Count()
    /// From the last byte of a request to the scores of its points; of several of one series that wait together the first
    /// says when.
    public let scoreDelays = Histogram()
    /// Steady nanoseconds of the last point that was stored and of the last that was scored; 0 before the first.
    private let lastStored = Atomic<UInt64>(0), lastScored = Atomic<UInt64>(0)
    /// Trainings that have ended, by definition and decision.
    private let trainings = Mutex<[String: [TrainingState.Decision: Int]]>([:])

    /// A sum that any thread adds to.
    final class Count: Sendable {
        private let sum = Atomic<Int>(0)
        func add(_ amount: Int) { sum.wrappingAdd(amount, ordering: .relaxed) }
        var value: Int { sum.load(ordering: .relaxed) }
    }

    func add(_ time: UInt64, to stage: Stage) { nanoseconds[stage.rawValue].add(Int(clamping: time)) }

    /// Seconds of work spent in a stage, all threads together.
    public func seconds(_ stage: Stage) -> Double { Double(nanoseconds[stage.rawValue].value) / 1e9 }

    /// The sums, by the name of what was counted.
    public var samples: [(result: String, count: Int)] {
        [
            ("accepted", newest.value), ("late", late.value), ("duplicate", duplicates.value),
            ("conflict", conflicts.value), ("rejected", refused.reduce(0) { $0 + $1.value }),
            ("combined", combined.value),
        ]
    }

    /// The samples that were rejected, by why.
    public var refusals: [(reason: String, count: Int)] {
        IngestRefusal.allCases.map { ($0.name, refused[$0.rawValue].value) }
    }

    func add(_ refusals: Refusals) {
        for reason in IngestRefusal.allCases where refusals[reason] > 0 {
            refused[reason.rawValue].add(refusals[reason])
        }
    }

    /// Points that got a p-value.
    public var scoredPoints: Int { scored.value }
    /// Points that were called anomalous.
    public var anomalousPoints: Int { anomalies.value }
    /// Checkpoints that are durable, and those that failed and were tried again.
    public var checkpointCounts: (done: Int, failed: Int) { (checkpoints.value, failedCheckpoints.value) }
    /// Bytes and synchronisations of the journal.
    public var journal: (bytes: Int, syncs: Int) { (journalBytes.value, journalSyncs.value) }

    /// How often a series or its past could not be read from the store.
    public var failedReads: Int { unreadable.value }

    /// How often a late point changed what was said of the past, and how many came too late for that.
    public var lateness: (revisions: Int, tooLate: Int) { (revisions.value, tooLate.value) }

    /// Steady nanoseconds at which a point was last stored, and last scored; `nil` before the first.
    public var newestTimes: (stored: UInt64?, scored: UInt64?) {
        let (stored, scored) = (lastStored.load(ordering: .relaxed), lastScored.load(ordering: .relaxed))
        return (stored == 0 ? nil : stored, scored == 0 ? nil : scored)
    }

    /// Trainings that have ended since the start, by definition and decision.
    public var trainingCounts: [String: [TrainingState.Decision: Int]] { trainings.withLock { $0 } }

    /// Notes that a shard has dealt with points.
    func note(stored: Int, scored: Int, at time: UInt64) {
        if stored > 0 { lastStored.max(time, ordering: .relaxed) }
        if scored > 0 { lastScored.max(time, ordering: .relaxed) }
    }

    /// Notes that a training has ended.
    func note(_ decision: TrainingState.Decision, of definition: String) {
        trainings.withLock { $0[definition, default: [:]][decision, default: 0] += 1 }
    }

    func count(_ counts: IngestCounts) {
        newest.add(counts.newest)
        late.add(counts.late)
        duplicates.add(counts.duplicates)
        conflicts.add(counts.conflicts)
    }
}

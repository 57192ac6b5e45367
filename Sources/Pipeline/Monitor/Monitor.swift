public import Ingest
import Storage
import Synchronization
import TimeSeries

/// The running heart: takes points, makes them durable, stores and scores them.
///
/// Resolve → journal and shards → acknowledgement. A request is acknowledged when its points are in the journal,
/// synchronised, and accepted by every shard that owns one of their series: it tells then whether a point is new. Those
/// of the light tier may be scored a little later, but before anything is asked of their series.
public final class Monitor: Sendable {
    let settings: MonitorSettings
    let surroundings: PipelineSurroundings
    let store: any Store
    let shards: [Shard]
    /// `nil` when nothing has to survive the process.
    let journalist: Journalist?
    let journalDirectory: String?
    /// What is counted of all points.
    public let counters: PipelineCounters
    let core: Mutex<Core>
    let checkpointer: Checkpointer
    /// What happens now, for those who look on.
    public let live: LiveFeed
    /// Held while what is declared of the past changes.
    let declaring = Mutex(())
    let joins = Mutex<[@Sendable () -> Void]>([])
    /// Where series come from, as far as somebody has asked.
    let sources = Mutex(SourceTable())
    /// Who sends the series that rules make of several; `nil` without rules. Locked for a whole request, so that journal
    /// and shards get the points in the order in which they were combined.
    let senders: Mutex<SenderTable?>
    /// Where verdicts become incidents and incidents become messages.
    public let alerts: AlertDesk
    /// Who takes the verdicts of the shards: the desk.
    let sink: VerdictSink
    /// Whether somebody wants to be told of silence.
    let isListening: Atomic<Bool>
    /// What replay of the journal found when the monitor was opened.
    public let recovery: Recovery

    /// What senders share: the index, and the order in which batches reach journal and shards.
    struct Core {
        var index: SeriesIndex
        var isOpen = true
        /// When the limit on series last refused something, steady nanoseconds; `nil` before.
        var limited: UInt64?
    }

    /// What was found when a data directory was opened.
    public struct Recovery: Sendable, Equatable {
        /// Series in the store.
        public var series = 0
        /// Points in the store.
        public var points = 0
        /// Records of the journal that were replayed.
        public var replayedRecords = 0
        /// Bytes at the end of the journal that a crash left half written; they were never acknowledged.
        public var tornBytes = 0

        /// Nothing was there.
        public init() {}
    }

    init(
        settings: MonitorSettings, surroundings: PipelineSurroundings, store: any Store, shards: [Shard],
        journalist: Journalist?, journalDirectory: String?, counters: PipelineCounters,
        index: SeriesIndex, recovery: Recovery, alerts: AlertDesk, sink: VerdictSink
    ) {
        self.settings = settings
        self.surroundings = surroundings
        self.store = store
        self.shards = shards
        self.journalist = journalist
        self.journalDirectory = journalDirectory
        self.counters = counters
        self.recovery = recovery
        self.alerts = alerts
        self.sink = sink
        isListening = Atomic(index.isListening)
        checkpointer = Checkpointer(storedSeries: recovery.series)
        // Shards own the feed: it knows no more of them than where they take letters.
        let mailboxes = shards.map(\.mailbox)
        live = LiveFeed(
            boot: String(surroundings.wall(), radix: 36), steady: surroundings.steady,
            tell: { series, isWatched in
                mailboxes[Int(series) % mailboxes.count].put(
                    .task { $0.watch.set($0.local(series), isWatched) })
            })
        for shard in shards { shard.watch.publish = { [live] in live.publish($0) } }
        senders = Mutex(
            settings.identity.isEmpty
                ? nil
                : SenderTable(
                    rules: settings.identity, seed: settings.seed, mostSeries: settings.mostSeries))
        core = Mutex(Core(index: index))
    }

    // MARK: - Taking points

    /// Takes decoded points.
    ///
    /// - Parameters:
    ///   - received: When they had come, nanoseconds of the steady clock; now when `nil`.
    ///   - done: Called once, from any thread, when every point that can be kept is durable and accepted.
    public func ingest(
        _ decoded: DecodedPoints, received: UInt64? = nil, done: @escaping @Sendable (IngestReport) -> Void
    ) {
        let report = IngestReport(decoded)
        if let failure = journalist?.failure.withLock({ $0 }) {
            var refused = report
            refused.failure = .storage(failure)
            return done(refused)
        }
        guard !settings.identity.isEmpty else {
            var none: SenderTable?
            return take(decoded, report, &none, received, done)
        }
        senders.withLock { senders in
            senders?.begin()
            take(decoded, report, &senders, received, done)
        }
    }

    /// - Parameter senders: Who has a part in a series with others; `nil` when no rule makes one series of several.
    private func take(
        _ decoded: DecodedPoints, _ report: IngestReport, _ senders: inout SenderTable?,
        _ received: UInt64?, _ done: @escaping @Sendable (IngestReport) -> Void
    ) {
        var report = report
        let begin = surroundings.steady()
        let times = acceptedTimes
        var refusals = Refusals()
        refusals.add(IngestRefusal.malformed, decoded.rejected)
        let (ids, parts) = core.withLock { core in
            senders == nil
                ? (resolve(decoded, &core, &refusals), [])
                : resolve(decoded, &core, &senders, &refusals)
        }
        let resolved = surroundings.steady()
        counters.add(resolved - begin, to: .resolve)

        var outgoing = Outgoing(shards: shards.count, points: decoded.points.count)
        var sent: [SenderTable.Sent] = []
        for (place, entry) in decoded.series.enumerated() {
            guard let id = ids[place] else { continue }
            let part = parts.isEmpty ? -1 : parts[place]
            // By their places: a slice would be retained and released for each series.
            for number in entry.points {
                let point = decoded.points[number]
                guard times.contains(point.milliseconds) else {
                    refusals.add(1, point.milliseconds > times.upperBound ? .ahead : .tooOld, outside(point))
                    continue
                }
                if part < 0 {
                    outgoing.append(id, point.milliseconds, point.value)
                } else {
                    sent.append(
                        SenderTable.Sent(sender: part, time: point.milliseconds, value: point.value))
                }
            }
        }
        if !sent.isEmpty, let outcome = senders?.take(sent) { add(outcome, &outgoing, &report, &refusals) }
        report.add(refusals)
        counters.add(refusals)
        guard outgoing.batch.count > 0 else {
            counters.combined.add(report.counts.combined)
            return done(report)
        }
        checkpointer.newest.max(outgoing.newest, ordering: .relaxed)
        let entries = journalist == nil ? [] : JournalGroup.entries(of: outgoing.batch)
        counters.add(surroundings.steady() - resolved, to: .encode)
        let answered = report
        let parties = outgoing.arrivals.count { !$0.isEmpty } + entries.count
        let ticket = Ticket(parts: parties) { result in
            var report = answered
            switch result {
            case .success(let counts):
                report.add(counts) { self.series($0)?.labels ?? .none }
                self.counters.combined.add(report.counts.combined)
            case .failure(let failure): report.failure = failure
            }
            done(report)
        }
        if let failure = submit(outgoing.arrivals, entries, ticket, received: received ?? begin) {
            senders?.takeBack()
            report.failure = failure
            done(report)
        }
    }

    /// Puts a batch into the journal and the shards at once, or nowhere.
    private func submit(
        _ arrivals: [[Shard.Arrival]], _ entries: [[UInt8]], _ ticket: Ticket, received: UInt64
    ) -> IngestFailure? {
        let bytes = entries.reduce(0) { $0 + $1.count }
        return core.withLock { core in
            guard core.isOpen else { return .stopping }
            let hasRoom =
                zip(shards, arrivals).allSatisfy { $0.mailbox.hasRoom(for: $1.count) }
                && journalist?.mailbox.hasRoom(for: bytes) ?? true
            guard hasRoom else { return .busy }
            for entry in entries { journalist?.mailbox.put(.points(entry, ticket), weight: entry.count) }
            for (shard, arrivals) in zip(shards, arrivals) where !arrivals.isEmpty {
                shard.mailbox.put(
                    .points(arrivals, ticket, received: received), weight: arrivals.count)
            }
            return nil
        }
    }

    /// The number of the series of each run; `nil` for one that is refused.
    private func resolve(
        _ decoded: DecodedPoints, _ core: inout Core, _ refusals: inout Refusals
    ) -> [UInt32?] {
        var added: [Shard.Registration] = []
        let ids = decoded.bytes.withUnsafeBytes { bytes -> [UInt32?] in
            let known = core.index.find(count: decoded.series.count) { place in
                UnsafeRawBufferPointer(rebasing: bytes[decoded.series[place].labels])
            }
            return decoded.series.indices.map { place -> UInt32? in
                if let id = known[place] { return id }
                let raw = UnsafeRawBufferPointer(rebasing: bytes[decoded.series[place].labels])
                if let id = core.index.find(raw) { return id }
                guard let labels = parsedLabels(decoded, place, &refusals) else { return nil }
                return admit(labels, sentAs: raw, decoded, place, &core, &refusals, &added)
            }
        }
        if !added.isEmpty { announce(added, &core) }
        return ids
    }

    /// Tells journal and shards of new series, before any point of theirs.
    func announce(_ added: [Shard.Registration], _ core: inout Core) {
        if let journalist {
            let series = added.map { StoredSeries(id: $0.id, labels: core.index.encoded($0.id)) }
            for entry in JournalGroup.entries(of: series) { journalist.mailbox.put(.series(entry)) }
        }
        for (place, shard) in shards.enumerated() {
            let own = added.filter { Int($0.id) % shards.count == place }
            if !own.isEmpty { shard.mailbox.put(.register(own)) }
        }
        share(among: added, core)
    }

    /// Tells the full tier how many series share a budget now, where that crossed a power of two.
    private func share(among added: [Shard.Registration], _ core: Core) {
        var counts: [String: Int] = [:]
        for registration in added {
            if let policy = registration.policy { counts[policy.name] = policy.series }
        }
        for (name, count) in counts {
            for shard in shards {
                shard.mailbox.put(.task { $0.adopt(series: count, of: name) })
            }
        }
    }
}

/// What became of a request.
public struct IngestReport: Sendable {
    /// What became of the points that were decoded.
    public private(set) var counts = IngestCounts()
    /// Points that were not taken: malformed, of bad labels, ahead of the clock, or in conflict with a stored one.
    public private(set) var rejected: Int
    /// The first reasons, at most ten.
    public private(set) var errors: [DecodeError]
    /// Why nothing of it was acknowledged; the sender is to come again.
    public var failure: IngestFailure?

    init(_ decoded: DecodedPoints) {
        rejected = decoded.rejected
        errors = decoded.errors
    }

    mutating func add(_ refusals: Refusals) {
        rejected += refusals.count
        errors += refusals.errors.prefix(max(DecodedPoints.errorLimit - errors.count, 0))
    }

    mutating func add(combined count: Int) { counts.combined += count }

    mutating func add(_ counts: IngestCounts, labels: (UInt32) -> Labels) {
        let combined = self.counts.combined
        self.counts = counts
        self.counts.combined = combined
        rejected += counts.conflicts
        guard counts.conflicts > 0, errors.count < DecodedPoints.errorLimit else { return }
        let samples = counts.conflicts == 1 ? "1 sample differs" : "\(counts.conflicts) samples differ"
        let place = counts.conflict.map { conflict in
            let time = Timestamp(milliseconds: conflict.time).rfc3339(in: .utc)
            return (counts.conflicts == 1 ? " (" : " (as ") + "\(labels(conflict.series)) at \(time))"
        }
        errors.append(
            DecodeError(
                reason: samples + (place ?? "")
                    + " from the value that is stored for the same time; the stored one stays"))
    }
}

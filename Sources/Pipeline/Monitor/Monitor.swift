public import Ingest
import Storage
import Synchronization
import TimeSeries

/// The running heart: takes points, makes them durable, stores and scores them.
///
/// Resolve → journal and shards → acknowledgement. A request is acknowledged when its points are in the journal,
/// synchronised, and applied by every shard that owns one of their series.
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
    let joins = Mutex<[@Sendable () -> Void]>([])
    /// Where verdicts become incidents and incidents become messages.
    public let alerts: AlertDesk
    /// Who takes the verdicts of the shards: the desk.
    let sink: VerdictSink
    /// Whether somebody wants to be told of silence.
    let isListening: Bool
    /// What replay of the journal found when the monitor was opened.
    public let recovery: Recovery

    /// What senders share: the index, and the order in which batches reach journal and shards.
    struct Core {
        var index: SeriesIndex
        var isOpen = true
        /// Whether the limit on series was logged.
        var toldLimit = false
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
        isListening = index.definitions.contains { $0.definition.alert.map { $0.noData != .off } ?? false }
        checkpointer = Checkpointer(storedSeries: recovery.series)
        // Shards own the feed: it knows no more of them than where they take letters.
        let mailboxes = shards.map(\.mailbox)
        live = LiveFeed(
            boot: String(surroundings.wall(), radix: 36), steady: surroundings.steady,
            tell: { series, isWatched in
                mailboxes[Int(series) % mailboxes.count].put(
                    .control { $0.watch.set($0.local(series), isWatched) })
            })
        for shard in shards { shard.watch.publish = { [live] in live.publish($0) } }
        core = Mutex(Core(index: index))
    }

    // MARK: - Taking points

    /// Takes decoded points.
    ///
    /// - Parameter done: Called once, from any thread, when every point that can be kept is durable and applied.
    public func ingest(_ decoded: DecodedPoints, done: @escaping @Sendable (IngestReport) -> Void) {
        var report = IngestReport(decoded)
        if let failure = journalist?.failure.withLock({ $0 }) {
            report.failure = .storage(failure)
            return done(report)
        }
        let begin = surroundings.steady()
        let times = Timestamp.earliest.milliseconds...(surroundings.wall() + settings.mostAhead)
        var refusals = Refusals()
        let ids = core.withLock { resolve(decoded, &$0, &refusals) }
        let resolved = surroundings.steady()
        counters.add(resolved - begin, to: .resolve)

        var arrivals = shards.map { _ in [Shard.Arrival]() }
        for place in arrivals.indices {
            arrivals[place].reserveCapacity(decoded.points.count / shards.count + 16)
        }
        var batch = PointBatch()
        batch.series.reserveCapacity(decoded.points.count)
        batch.times.reserveCapacity(decoded.points.count)
        batch.values.reserveCapacity(decoded.points.count)
        for (entry, id) in zip(decoded.series, ids) {
            guard let id else { continue }
            let shard = Int(id) % shards.count
            let local = id / UInt32(shards.count)
            for point in decoded.points[entry.points] {
                guard times.contains(point.milliseconds) else {
                    refusals.add(1, Self.outside(times.upperBound - settings.mostAhead, point))
                    continue
                }
                batch.series.append(id)
                batch.times.append(point.milliseconds)
                batch.values.append(point.value)
                arrivals[shard].append(
                    Shard.Arrival(series: local, time: point.milliseconds, value: point.value))
            }
        }
        report.add(refusals)
        counters.refused.add(report.rejected)
        guard batch.count > 0 else { return done(report) }
        let entries = journalist == nil ? [] : JournalGroup.entries(of: batch)
        counters.add(surroundings.steady() - resolved, to: .encode)
        let answered = report
        let parts = arrivals.count { !$0.isEmpty } + entries.count
        let ticket = Ticket(parts: parts) { result in
            var report = answered
            switch result {
            case .success(let counts): report.add(counts) { self.series($0)?.labels ?? .none }
            case .failure(let failure): report.failure = failure
            }
            done(report)
        }
        if let failure = submit(arrivals, entries, ticket) {
            report.failure = failure
            done(report)
        }
    }

    /// Puts a batch into the journal and the shards at once, or nowhere.
    private func submit(
        _ arrivals: [[Shard.Arrival]], _ entries: [[UInt8]], _ ticket: Ticket
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
                shard.mailbox.put(.points(arrivals, ticket), weight: arrivals.count)
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
                guard let labels = check(decoded, place, &core, &refusals) else { return nil }
                let (id, registration) = core.index.add(labels, sentAs: raw)
                if let registration { added.append(registration) }
                return id
            }
        }
        if !added.isEmpty { announce(added, &core) }
        return ids
    }

    /// The labels of a run whose series is new; `nil` when it is refused.
    private func check(
        _ decoded: DecodedPoints, _ place: Int, _ core: inout Core, _ refusals: inout Refusals
    ) -> Labels? {
        let count = decoded.series[place].points.count
        do throws(DecodeError) {
            let labels = try decoded.labels(at: place)
            guard core.index.count < settings.mostSeries else {
                if !core.toldLimit {
                    core.toldLimit = true
                    surroundings.log(
                        true,
                        "\(settings.mostSeries) series are stored, the most that are allowed (max-series): "
                            + "samples of new ones are refused")
                }
                refusals.add(
                    count,
                    DecodeError(record: place + 1, reason: "no more than \(settings.mostSeries) series"))
                return nil
            }
            return labels
        } catch {
            refusals.add(count, error)
            return nil
        }
    }

    /// Tells journal and shards of new series, before any point of theirs.
    private func announce(_ added: [Shard.Registration], _ core: inout Core) {
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
                shard.mailbox.put(.control { $0.adopt(series: count, of: name) })
            }
        }
    }

    private static func outside(_ now: Int64, _ point: Point) -> DecodeError {
        guard point.milliseconds > now else {
            return DecodeError(reason: "\(point.milliseconds) ms is before the year 1")
        }
        let seconds = (point.milliseconds - max(now, 0)) / 1000
        return DecodeError(
            reason: "a time \(seconds) s ahead of this machine's clock, \(point.time.rfc3339(in: .utc)); "
                + "check the clock of its source")
    }
}

/// What was not taken, and the first reasons.
struct Refusals {
    private(set) var count = 0
    private(set) var errors: [DecodeError] = []

    mutating func add(_ points: Int, _ error: @autoclosure () -> DecodeError) {
        count += points
        if errors.count < DecodedPoints.errorLimit { errors.append(error()) }
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

    mutating func add(_ counts: IngestCounts, labels: (UInt32) -> Labels) {
        self.counts = counts
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

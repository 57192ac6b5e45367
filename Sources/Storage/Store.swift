/// Everything that becomes durable at once: what shards remember at one position of the journal.
public struct Checkpoint: Sendable {
    /// The journal segment with which replay begins; earlier ones are covered by this checkpoint.
    public var journalSegment: Int
    /// Series that the store does not know yet; everything else in a checkpoint must be of a known one.
    public var series: [StoredSeries] = []
    /// Each replaces the stored chunk of the same series and first time, if there is one; late points that
    /// were merged into that one stay. Where a chunk reaches into others they become one, with its points
    /// where both have one: the chunks of a series never overlap.
    public var chunks: [StoredChunk] = []
    /// Chunks that still grow, at most one a series. Each takes the place of the one before; a chunk of the same
    /// first time in ``chunks`` of a later checkpoint closes it. Stored after ``late``.
    public var heads: [StoredChunk] = []
    /// Points older than the newest chunks; merged into what is stored, after `chunks`. Of two points at one
    /// time the stored one stays, of two late ones the first.
    public var late: [(series: UInt32, points: PointColumns)] = []
    /// What is said anew of the past, after `late`; `anomalies` and `levelChanges` are what is said instead.
    public var revisions: [StoredRevision] = []
    /// Where replay may begin, and what it follows; each replaces that of the same series, time and kind.
    public var snapshots: [StoredSnapshot] = []
    /// Each replaces the stored state of the same series and kind up to the slash.
    public var states: [StoredState] = []
    /// Each replaces the stored anomaly of the same series, first time and definition.
    public var anomalies: [StoredAnomaly] = []
    /// Each replaces the stored change of the same series, moment and definition.
    public var levelChanges: [StoredLevelChange] = []
    /// Versions that become champion with this checkpoint; they must be stored. One that is champion already
    /// stays so.
    public var champions: [(definition: String, version: Int)] = []
    /// When it is made, milliseconds since 1970.
    public var time: Int64 = 0

    /// An empty checkpoint at a position.
    public init(journalSegment: Int) {
        self.journalSegment = journalSegment
    }
}

/// Which anomalies, or changes of level, are wanted.
public struct AnomalyFilter: Sendable {
    /// Only of these series; of all when `nil`.
    public var series: Set<UInt32>?
    /// Only those that overlap these times, milliseconds since 1970.
    public var times: ClosedRange<Int64> = Int64.min...Int64.max
    /// At most so many, the latest first.
    public var limit = 1_000

    /// Anomalies of any series at any time.
    public init() {}
}

/// Keeps points. Every call is one transaction; safe from any thread.
public protocol PointStore: Sendable {
    /// Every series, by number.
    func series() throws(StorageError) -> [StoredSeries]

    /// The chunks of a series that overlap some times, the earliest first.
    func chunks(of series: UInt32, in times: ClosedRange<Int64>) throws(StorageError) -> [StoredChunk]

    /// The last chunk of each series.
    func lastChunks() throws(StorageError) -> [StoredChunk]

    /// The last chunk of one series; `nil` when nothing of it is stored.
    func lastChunk(of series: UInt32) throws(StorageError) -> StoredChunk?

    /// The last chunks of one series, at most so many, the earliest first.
    func lastChunks(of series: UInt32, limit: Int) throws(StorageError) -> [StoredChunk]

    /// The time of the first point of one series, milliseconds since 1970; `nil` when nothing of it is stored.
    func firstTime(of series: UInt32) throws(StorageError) -> Int64?

    /// Stores a checkpoint: all of it, or nothing.
    ///
    /// When this returns, it survives a loss of power.
    ///
    /// - Throws: ``StorageError/refused(path:reason:)`` for an unknown series or model, or a series with
    /// other labels
    ///   than before; ``StorageError``.
    func commit(_ checkpoint: Checkpoint) throws(StorageError)

    /// The journal segment with which replay begins; 0 for a new store.
    func journalSegment() throws(StorageError) -> Int

    /// How many points and bytes of chunks are stored.
    func size() throws(StorageError) -> (points: Int, chunkBytes: Int)
}

extension PointStore {
    /// The last chunks of one series, at most so many, the earliest first. O(*n*) in the number of its chunks.
    public func lastChunks(of series: UInt32, limit: Int) throws(StorageError) -> [StoredChunk] {
        Array(try chunks(of: series, in: Int64.min...Int64.max).suffix(max(limit, 0)))
    }
}

/// Keeps what detectors remember.
public protocol SnapshotStore: Sendable {
    /// Every state, by series.
    func states() throws(StorageError) -> [StoredState]

    /// The states of one series.
    func states(of series: UInt32) throws(StorageError) -> [StoredState]
}

/// Keeps stretches of anomalous values, and levels that moved.
public protocol AnomalyStore: Sendable {
    /// The anomalies that pass a filter, by their first value, the latest first.
    func anomalies(_ filter: AnomalyFilter) throws(StorageError) -> [StoredAnomaly]

    /// The changes of level that pass a filter, by their moment, the latest first.
    func levelChanges(_ filter: AnomalyFilter) throws(StorageError) -> [StoredLevelChange]
}

/// Keeps versions of models; a version never changes.
public protocol ModelStore: Sendable {
    /// Stores a version under the next number of its definition, and answers that number.
    func add(_ model: StoredModel) throws(StorageError) -> Int

    /// One version with its parameters; `nil` when there is none.
    func model(_ definition: String, version: Int) throws(StorageError) -> StoredModel?

    /// The versions of a definition, or of all, without their parameters, by definition and number.
    func models(of definition: String?) throws(StorageError) -> [StoredModel]

    /// The version that is live for each definition that has one.
    func champions() throws(StorageError) -> [String: Int]

    /// Which versions of a definition were champion, the latest first; the first is champion now.
    func championHistory(of definition: String) throws(StorageError) -> [(version: Int, since: Int64)]
}

/// All that Bellwether keeps.
public protocol Store: PointStore, SnapshotStore, ReplayStore, AnomalyStore, ModelStore, IncidentStore,
    RetentionStore
{
    /// What some series go on from, in their order: one look for all of them, which is cheapest for neighbours in
    /// ascending order.
    ///
    /// - Throws: ``StorageError`` when the past of any of them cannot be read.
    func pasts(of series: [UInt32]) throws(StorageError) -> [StoredPast]
}

extension Store {
    /// What some series go on from, each looked up by itself.
    public func pasts(of series: [UInt32]) throws(StorageError) -> [StoredPast] {
        var pasts: [StoredPast] = []
        for id in series {
            pasts.append(StoredPast(last: try lastChunk(of: id), states: try states(of: id)))
        }
        return pasts
    }
}

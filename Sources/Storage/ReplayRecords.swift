/// What one series of the full tier was at a moment, or what changed in it that points do not tell: replay begins at a
/// state, and follows what changed later.
public struct StoredSnapshot: Sendable, Equatable {
    /// The number of the series.
    public var series: UInt32
    /// Milliseconds since 1970: of the newest point that a state has seen, or of the step at which something changed.
    public var time: Int64
    /// What it is, and in which version, as `state/1`.
    public var kind: String
    /// The state, or the change.
    public var bytes: [UInt8]

    /// A record of these fields.
    public init(series: UInt32, time: Int64, kind: String, bytes: [UInt8]) {
        self.series = series
        self.time = time
        self.kind = kind
        self.bytes = bytes
    }

    /// The kind of a state, before the slash; other kinds are changes, which stay whatever is said anew.
    public static let stateKind = "state"

    /// Snapshots so many milliseconds before the newest of their series are forgotten: forty days.
    public static let kept: Int64 = 40 * 86_400_000
}

/// What is said of the past of one series in the place of what was said before.
public struct StoredRevision: Sendable, Equatable {
    /// The number of the series.
    public var series: UInt32
    /// Stretches and changes of level of this definition go.
    public var definition: String
    /// Those go that began, or were confirmed, at this moment or later; milliseconds since 1970.
    public var from: Int64
    /// States that were taken after this moment have seen another past, and go; milliseconds since 1970.
    public var statesAfter: Int64
    /// The times of points that have another score, ascending, and the scores, see ``ScoreByte``.
    public var times: [Int64]
    /// One a time.
    public var scores: [UInt8]

    /// A record of these fields.
    public init(
        series: UInt32, definition: String, from: Int64, statesAfter: Int64, times: [Int64], scores: [UInt8]
    ) {
        self.series = series
        self.definition = definition
        self.from = from
        self.statesAfter = statesAfter
        self.times = times
        self.scores = scores
    }
}

extension StoredRevision {
    /// Whether a stretch is one that goes.
    public func covers(_ anomaly: StoredAnomaly) -> Bool {
        anomaly.series == series && anomaly.definition == definition && anomaly.from >= from
    }

    /// Whether a change of level is one that goes.
    public func covers(_ change: StoredLevelChange) -> Bool {
        change.series == series && change.definition == definition && change.confirmed >= from
    }
}

/// Keeps what replay begins with.
public protocol ReplayStore: Sendable {
    /// The newest snapshot of a kind, whatever its version, that was taken before a moment; `nil` when there is none.
    func snapshot(
        of series: UInt32, kind: String, before time: Int64
    ) throws(StorageError) -> StoredSnapshot?

    /// The snapshots of a kind of some times, the earliest first.
    func snapshots(
        of series: UInt32, kind: String, in times: ClosedRange<Int64>
    ) throws(StorageError) -> [StoredSnapshot]
}

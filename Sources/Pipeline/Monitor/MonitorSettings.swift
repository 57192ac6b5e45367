/// The limits and rhythms of a monitor.
public struct MonitorSettings: Sendable {
    /// Threads that own series, at least 1.
    public var shards = 1
    /// Points that may wait for one of them.
    public var queuedPoints = 400_000
    /// Bytes that may wait for the journal.
    public var queuedBytes = 64 << 20
    /// The most series; samples of further ones are refused.
    public var mostSeries = 1_000_000
    /// A point may lie so far ahead of the clock, in milliseconds: a source whose clock is ten minutes fast is heard. What
    /// comes before the newest point of a series is late and unscored, for as long as one wrong point lies ahead.
    public var mostAhead: Int64 = 600_000
    /// A checkpoint is made when the journal has grown by so many bytes, or so much time has passed.
    public var checkpointBytes = 64 << 20
    /// Seconds between two checkpoints of a service that takes points.
    public var checkpointSeconds = 120.0
    /// Seconds between two attempts to commit a checkpoint that fails.
    public var checkpointRetrySeconds = 2.0
    /// A series without points for so long leaves memory.
    public var staleSeconds = 900.0
    /// Which labels do not tell one series from another.
    public var identity: [IdentityRule] = []
    /// Which scores are handed over as they come; `nil`: none.
    public var export: ExportRule?
    /// How long what is stored is kept.
    public var retention = Retention.forever
    /// Whether incidents of definitions that are not there stay as they are: somebody asks who does not know these.
    public var keepsIncidents = false
    /// Where the hashes of labels and seeded methods begin.
    public var seed: UInt64 = 1
    /// Up to so many stored series are put into memory at the start; more come with their next point.
    var mostRestored = 50_000
    /// Points of the journal that a shard holds at a start, 32 bytes each and twice that while they become more; then it
    /// reads their series before it goes on.
    var mostUnread = 1 << 22

    /// The defaults.
    public init() {}
}

/// What the pipeline needs from the world, passed in where the program starts.
public struct PipelineSurroundings: Sendable {
    /// Nanoseconds of a clock that never goes back.
    public var steady: @Sendable () -> UInt64
    /// Milliseconds since 1970.
    public var wall: @Sendable () -> Int64
    /// How threads are started.
    public var threads: Threads
    /// Waits.
    public var sleep: @Sendable (_ seconds: Double) -> Void
    /// The hexadecimal SHA-256 of some bytes.
    public var sha256: @Sendable ([UInt8]) -> String
    /// Where something is said that an operator should know.
    public var log: @Sendable (_ isWarning: Bool, _ line: String) -> Void

    /// Surroundings.
    public init(
        steady: @escaping @Sendable () -> UInt64, wall: @escaping @Sendable () -> Int64, threads: Threads,
        sleep: @escaping @Sendable (_ seconds: Double) -> Void,
        sha256: @escaping @Sendable ([UInt8]) -> String,
        log: @escaping @Sendable (_ isWarning: Bool, _ line: String) -> Void
    ) {
        self.steady = steady
        self.wall = wall
        self.threads = threads
        self.sleep = sleep
        self.sha256 = sha256
        self.log = log
    }
}

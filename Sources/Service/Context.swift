internal import Networking
public import Pipeline
internal import Synchronization
internal import TimeSeries

/// What all handlers share.
public struct Context: Sendable {
    /// The version of the program.
    public var version: String
    /// What time it is.
    public var clocks: Clocks
    /// What the service counts about itself.
    public var metrics: SelfMetrics
    /// What the service still waits for.
    public var readiness: Readiness
    /// Where lines go.
    public var log: Log
    /// The most bytes a body may have, as sent and as decoded.
    public var maxBodyBytes: Int
    /// How long after its arrival a request is worth an answer, in nanoseconds.
    public var deadlineNanoseconds: UInt64
    /// How much the worker pool has to do.
    public var workers: @Sendable () -> WorkerStatus

    /// What takes, scores and answers points; `nil` in a service that stores nothing.
    public var monitor: Monitor?
    /// What trains and promotes models; `nil` in a service that stores nothing.
    public var trainer: Trainer?
    /// What makes the series of formulas; `nil` in a service that stores nothing.
    var formulas: FormulaRunner?
    /// Who tells followers what happens; `nil` in a service without a socket.
    public var live: LiveStreams?
    /// Who reads the configuration again; `nil` in a service without a socket.
    var reloader: Reloader?
    /// Whether newest scores are told to who scrapes them.
    var isFederating = false
    /// Tells `/metrics` how points come that no request brings.
    var writeSources: @Sendable (inout Exposition) -> Void = { _ in }
    /// How many samples come.
    let sampleRate = SampleRate()
    /// What is remembered of senders of OTLP.
    let otlp: OTLPSenders

    /// What handlers share; the defaults are those of ``Configuration``.
    public init(
        version: String, clocks: Clocks, metrics: SelfMetrics, readiness: Readiness = Readiness(),
        log: Log = .silent, maxBodyBytes: Int = 32 << 20, deadlineNanoseconds: UInt64 = 30_000_000_000,
        monitor: Monitor? = nil, trainer: Trainer? = nil, live: LiveStreams? = nil,
        workers: @escaping @Sendable () -> WorkerStatus = { WorkerStatus(waiting: 0, busy: 0) }
    ) {
        self.version = version
        self.clocks = clocks
        self.metrics = metrics
        self.readiness = readiness
        self.log = log
        self.maxBodyBytes = maxBodyBytes
        self.deadlineNanoseconds = deadlineNanoseconds
        self.workers = workers
        self.monitor = monitor
        self.trainer = trainer
        self.live = live
        otlp = OTLPSenders(begun: clocks.steady())
    }

    /// What time it is, to the millisecond.
    var now: Timestamp { Timestamp(milliseconds: Int64((clocks.wall() * 1000).rounded())) }

    func deadline(received: UInt64) -> Deadline {
        let (end, overflow) = received.addingReportingOverflow(deadlineNanoseconds)
        return overflow
            ? .never
            : Deadline(
                nanoseconds: end, clock: clocks.steady, isAbandoned: { [readiness] in readiness.isAbandoned })
    }
}

/// The two clocks, passed in where the program starts.
public struct Clocks: Sendable {
    /// Seconds since 1970.
    public var wall: @Sendable () -> Double
    /// Nanoseconds of a clock that never goes back.
    public var steady: @Sendable () -> UInt64

    /// Two clocks.
    public init(wall: @escaping @Sendable () -> Double, steady: @escaping @Sendable () -> UInt64) {
        self.wall = wall
        self.steady = steady
    }
}

/// What the service still waits for before it may be asked.
public final class Readiness: Sendable {
    private let missing: Mutex<[String]>
    private let abandoned = Atomic(false)

    /// Waits for some things, each named in a word or two.
    public init(missing: [String] = []) {
        self.missing = Mutex(missing)
    }

    /// What is missing; empty when the service is ready.
    public var missingNow: [String] { missing.withLock { $0 } }

    /// Whether the service stopped waiting for answers.
    public var isAbandoned: Bool { abandoned.load(ordering: .acquiring) }

    /// Notes that nobody waits for answers any more.
    func abandon() { abandoned.store(true, ordering: .releasing) }

    /// Notes that something is missing.
    public func require(_ name: String) {
        missing.withLock { if !$0.contains(name) { $0.append(name) } }
    }

    /// Notes that something is there.
    public func fulfil(_ name: String) {
        missing.withLock { $0.removeAll { $0 == name } }
    }
}

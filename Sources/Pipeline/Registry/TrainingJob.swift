internal import Forecasting
internal import Synchronization
public import TimeSeries

/// What is asked of a training.
public struct TrainingOrder: Sendable {
    /// A method of the forecaster catalogue, or `auto`; that of the definition when `nil`.
    public var method: String?
    /// How far back from its last point the values of a series reach that are learned from; all that are kept, at
    /// most 20,000 steps, when `nil`.
    public var window: Step?
    /// Where seeded methods begin.
    public var seed: UInt64 = 1
    /// Whether a challenger that is not promoted is stored too.
    public var keepsChallenger = false
    /// The share of one core that it may take; all of it when `nil`.
    public var maxCPUShare: Double?

    /// An order with every default.
    public init() {}
}

/// How far a training is, and what it came to.
public struct TrainingState: Sendable {
    /// Its steps, in their order.
    public enum Stage: String, Sendable {
        case load
        case backTest = "back-test"
        case promote
    }

    /// What became of it; the raw values are permanent.
    public enum Decision: String, Sendable {
        case promoted
        case notBetter = "not_better"
        case notEnoughData = "not_enough_data"
        case gateBreached = "gate_breached"
        case cancelled
        case failed
    }

    /// What a training that has ended came to.
    public struct Result: Sendable {
        /// What becomes of the challenger.
        public var decision: Decision
        /// The version that was stored; `nil` when none was.
        public var version: Int?
        /// One sentence.
        public var detail: String
        /// What the back-test measured, by name.
        public var metrics: [(name: String, value: Double)]
        /// How long it took.
        public var seconds: Double
        /// The series that have no model in the version, with the reason.
        public var failures: [(labels: Labels, reason: String)]
    }

    /// The definition, or the selector that stands for one.
    public var definition: String
    /// What it is at.
    public var stage: Stage
    /// How much of that is done.
    public var done: Int
    /// How much there is to do; 0 while that is not known.
    public var total: Int
    /// `nil` while it runs.
    public var result: Result?
}

/// One training, from its order to its result.
final class TrainingJob: Sendable {
    let definition: MetricDefinition
    let order: TrainingOrder
    private let state: Mutex<TrainingState>
    private let cancelled = Atomic(false)
    private let ended = Promise<Bool>()

    init(_ definition: MetricDefinition, _ order: TrainingOrder) {
        self.definition = definition
        self.order = order
        state = Mutex(
            TrainingState(definition: definition.name, stage: .load, done: 0, total: 0, result: nil))
    }

    var current: TrainingState { state.withLock { $0 } }
    var isCancelled: Bool { cancelled.load(ordering: .relaxed) }

    func cancel() { cancelled.store(true, ordering: .relaxed) }

    func enter(_ stage: TrainingState.Stage, total: Int) {
        state.withLock {
            $0.stage = stage
            $0.done = 0
            $0.total = total
        }
    }

    func advance(to done: Int, of total: Int) {
        state.withLock {
            $0.done = done
            $0.total = total
        }
    }

    func end(_ result: TrainingState.Result) {
        state.withLock { $0.result = result }
        ended.abandon()
    }

    /// Waits for the end.
    func wait() { _ = ended.wait() }
}

/// Keeps a training to its share of a core: after each piece of work it sleeps in proportion.
final class Pace: Sendable {
    private let share: Double
    private let surroundings: PipelineSurroundings
    private let isWanted: @Sendable () -> Bool
    private let last: Mutex<UInt64>

    /// No sleep is longer, so that a training hears soon that it is cancelled.
    private static let longestSleep = 0.5

    init(share: Double, _ surroundings: PipelineSurroundings, while isWanted: @escaping @Sendable () -> Bool)
    {
        self.share = share
        self.surroundings = surroundings
        self.isWanted = isWanted
        last = Mutex(surroundings.steady())
    }

    /// To be called after each piece of work.
    func rest() {
        let now = surroundings.steady()
        let busy = Double(now - min(last.withLock { $0 }, now)) / 1e9
        var rest = busy * (1 / share - 1)
        while rest > 0, isWanted() {
            surroundings.sleep(min(rest, Self.longestSleep))
            rest -= Self.longestSleep
        }
        last.withLock { $0 = surroundings.steady() }
    }
}

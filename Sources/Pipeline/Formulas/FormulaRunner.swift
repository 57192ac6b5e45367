import Storage
import Synchronization
import TimeSeries

/// Makes what formulas say out of stored points, step by step as their inputs pass the end of each.
///
/// A value is a function of what is stored: what a step makes is the same while points come, after a restart and for
/// the month before a formula was defined. So nothing of it has to be remembered: it goes on behind the last point
/// that is stored of what it makes, and its points go the way of all others, through the journal to the shards.
public final class FormulaRunner: Sendable {
    let monitor: Monitor
    private let state: Mutex<State>
    /// How far formulas are, for whoever asks while they are made.
    private let statuses: Mutex<[FormulaStatus]>
    private let thread = Mutex<(@Sendable () -> Void)?>(nil)
    private let isStopping = Atomic(false)
    /// Whether other definitions are about to be taken over.
    private let isChanging = Atomic(false)

    /// Seconds between two looks at whether points came.
    private static let look = 0.1
    /// Nanoseconds between two looks at whether late points gave steps a value that had none.
    private static let fillEvery: UInt64 = 10_000_000_000

    private struct State {
        /// Each after those that it reads.
        var formulas: [FormulaWork]
        /// The last point of each series that is read, as far as it is known.
        var last: [UInt32: Int64] = [:]
        /// How many points there were at the last look, and how many late ones when steps were last filled.
        var seen = (points: -1, late: -1)
        /// When steps were last filled, nanoseconds of the steady clock.
        var filled: UInt64?
        /// Whether something was left undone.
        var isBehind = false
    }

    /// A runner for the formulas of a monitor's definitions; ``start()`` lets it work.
    public init(_ monitor: Monitor) {
        self.monitor = monitor
        let formulas = Self.works(of: monitor)
        statuses = Mutex(formulas.map(\.status))
        state = Mutex(State(formulas: formulas))
    }

    /// The formulas of a monitor's definitions, each after those that it reads.
    private static func works(of monitor: Monitor) -> [FormulaWork] {
        do throws(FormulaOrder.Fault) {
            return try FormulaOrder.sorted(monitor.definitions).compactMap(FormulaWork.init)
        } catch {
            monitor.surroundings.log(true, "no formula is made: \(error)")
            return []
        }
    }

    /// Begins: what the last month allows at once, then each step as it ends.
    public func start() {
        if state.withLock({ !$0.formulas.isEmpty }) { startThread() }
    }

    private func startThread() {
        let isStarted = thread.withLock { thread in
            // Who stops has taken the thread under this lock.
            guard thread == nil, !isStopping.load(ordering: .relaxed) else { return true }
            thread = monitor.surroundings.threads.start { [self] in work() }
            return thread != nil
        }
        if !isStarted {
            monitor.surroundings.log(true, "no formula is made: the system has no thread for it")
        }
    }

    private func work() {
        while !isStopping.load(ordering: .relaxed) {
            if isDue { settle(isPatient: true) }
            monitor.surroundings.sleep(Self.look)
        }
    }

    /// Ends; to be called before the monitor stops.
    public func stop() {
        isStopping.store(true, ordering: .relaxed)
        let join = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        join?()
    }

    /// Goes on with the definitions that the monitor has now: formulas that are still there as before, others behind the
    /// last point that is stored of each series they make, or with the last month where there is none.
    ///
    /// What is being made is left for later, so that it returns within some milliseconds.
    public func follow() {
        let formulas = Self.works(of: monitor)
        isChanging.store(true, ordering: .relaxed)
        state.withLock { state in
            isChanging.store(false, ordering: .relaxed)
            state.formulas = formulas.map { new in
                state.formulas.first { $0.definition == new.definition } ?? new
            }
            // Of series that were not read for a while it may be known no more.
            state.last.removeAll()
            state.seen.points = -1
            statuses.withLock { $0 = state.formulas.map(\.status) }
        }
        if !formulas.isEmpty { startThread() }
    }

    /// Whether what is being made is to be left for later.
    var isInterrupted: Bool {
        isStopping.load(ordering: .relaxed) || isChanging.load(ordering: .relaxed)
    }

    /// How far each formula is.
    public var status: [FormulaStatus] { statuses.withLock { $0 } }

    private var isDue: Bool {
        state.withLock { $0.isBehind || $0.seen.points != points || mayFill($0) }
    }

    private var points: Int { monitor.counters.newest.value }

    /// Whether late points came, and steps were not filled just now.
    private func mayFill(_ state: borrowing State) -> Bool {
        guard state.seen.late != monitor.counters.late.value else { return false }
        let now = monitor.surroundings.steady()
        return state.filled.map { now - min($0, now) >= Self.fillEvery } ?? true
    }

    /// Makes everything that can be made now; returns when it is durable and applied.
    ///
    /// - Parameter isPatient: Whether aggregations of the past wait until no more of it comes; see ``FormulaPatience``.
    func settle(isPatient: Bool = false) {
        state.withLock { state in
            let fills = mayFill(state)
            if fills {
                state.seen.late = monitor.counters.late.value
                state.filled = monitor.surroundings.steady()
            }
            state.seen.points = points
            state.isBehind = false
            for place in state.formulas.indices {
                guard !isInterrupted else {
                    state.isBehind = true
                    if fills { state.seen.late = -1 }
                    return
                }
                let before = state.formulas[place].problem
                let isDone = advance(
                    &state.formulas[place], last: &state.last, fillingHoles: fills, isPatient: isPatient)
                if !isDone {
                    // Steps that were to be filled are looked at again.
                    state.isBehind = true
                    if fills { state.seen.late = -1 }
                }
                tell(state.formulas[place], before)
                statuses.withLock { $0[place] = state.formulas[place].status }
            }
        }
    }

    /// Says when a formula stops being made, and when it is made again.
    private func tell(_ work: FormulaWork, _ before: String?) {
        guard work.problem != before else { return }
        let name = work.definition.name
        if let problem = work.problem {
            monitor.surroundings.log(true, "the formula of \(name) is not made: \(problem)")
        } else {
            monitor.surroundings.log(false, "the formula of \(name) is made again")
        }
    }
}

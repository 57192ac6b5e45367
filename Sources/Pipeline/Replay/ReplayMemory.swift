import Storage
import TimeSeries

/// From where one series of the full tier can be replayed, and what it then follows.
///
/// States are kept closely for as long as late points may change what was said, and one a day of event time is handed
/// to the store. A state is some 30 kB.
struct ReplayMemory {
    /// The series as it was when it had seen the points up to a moment, and no others.
    struct State: Sendable {
        /// Milliseconds since 1970, of the newest point it has seen.
        var time: Int64
        /// The step whose value comes next.
        var next: Int
        /// As ``FullSeries/bytes``.
        var bytes: [UInt8]
        /// How many series shared the budget.
        var sharing: Int
        /// What is in no snapshot: the values for a model that is being made, and the first of their steps.
        var recorded: [Double]?
        var recordedFrom: Int
    }

    /// The earliest first; the first is older than anything that may still change.
    private(set) var states: [State] = []
    /// The models that went live after the first of them was taken.
    private(set) var swaps: [ModelSwap] = []
    /// The changes of how many series share the budget, since then.
    private(set) var shares: [BudgetShare] = []
    /// What the store does not have yet.
    private(set) var unstored = Unstored()
    private var lastDay = Int64.min

    /// What the store does not have yet.
    struct Unstored {
        var states: [State] = []
        var swaps: [ModelSwap] = []
        var shares: [BudgetShare] = []
    }

    private static let day: Int64 = 86_400_000

    /// A memory that begins after a restart: the store has the state of the day.
    mutating func resume(at time: Int64) { lastDay = time / Self.day }

    /// Whether a state is due that is kept closely, or one for the store.
    func isDue(_ time: Int64, spacing: Int64) -> Bool {
        states.last.map { time - $0.time >= spacing } ?? true
    }
    func isDayDue(_ time: Int64) -> Bool { lastDay == .min || time / Self.day > lastDay }

    /// Keeps a state, and forgets those that nothing needs any more.
    ///
    /// - Parameter horizon: Points before this moment change nothing any more.
    mutating func keep(_ state: State, horizon: Int64) {
        states.append(state)
        while states.count > 1, states[1].time < horizon { states.removeFirst() }
        if let first = states.first {
            swaps.removeAll { $0.at < first.next && $0.recordedFrom < first.next }
            shares.removeAll { $0.at < first.next }
        }
    }

    /// Keeps a state for the store.
    mutating func keepForDay(_ state: State) {
        lastDay = state.time / Self.day
        unstored.states.append(state)
    }

    /// Notes a model that went live.
    mutating func note(_ swap: ModelSwap) {
        swaps.removeAll { $0.at == swap.at }
        swaps.append(swap)
        unstored.swaps.removeAll { $0.at == swap.at }
        unstored.swaps.append(swap)
    }

    /// Notes that another number of series shares the budget.
    mutating func note(_ share: BudgetShare) {
        var share = share
        // Of several before one step the first and the last count.
        if let same = shares.last, same.at == share.at { share.before = same.before }
        shares.removeAll { $0.at == share.at }
        shares.append(share)
        unstored.shares.removeAll { $0.at == share.at }
        unstored.shares.append(share)
    }

    /// Hands over what the store does not have yet.
    mutating func take() -> Unstored {
        defer { unstored = Unstored() }
        return unstored
    }

    /// The newest state before a moment.
    func state(before time: Int64) -> State? { states.last { $0.time < time } }

    /// What is remembered of the time up to a state, for the series that is replayed from it.
    func cut(after state: State?) -> ReplayMemory {
        var cut = self
        let time = state?.time ?? .min
        cut.states.removeAll { $0.time > time }
        cut.unstored.states.removeAll { $0.time > time }
        cut.lastDay = state.map { min(lastDay, $0.time / Self.day) } ?? .min
        return cut
    }
}

extension FullSeries {
    /// The state now.
    ///
    /// - Parameter time: Of the newest point that it has seen.
    func state(at time: Int64) -> ReplayMemory.State? {
        next.map {
            ReplayMemory.State(
                time: time, next: $0, bytes: bytes, sharing: policy.series, recorded: recorded,
                recordedFrom: recordedFrom)
        }
    }

    /// Keeps the state where one is due, after a point.
    func remember(at time: Int64) {
        guard let clock, next != nil else { return }
        let lateness = policy.definition.latenessMilliseconds
        let isDue =
            lateness > 0
            && memory.isDue(time, spacing: max(clock.step.nominalMilliseconds, lateness / 2))
        // What is being recorded is in no stored state.
        let isDayDue = recorded == nil && memory.isDayDue(time)
        guard isDue || isDayDue, let state = state(at: time) else { return }
        if isDue { memory.keep(state, horizon: min(time - lateness, lateSince)) }
        if isDayDue { memory.keepForDay(state) }
    }

    /// A series as it was in a state; `nil` when it is of another model or another build.
    convenience init?(policy: FullPolicy, state: ReplayMemory.State) {
        // Another threshold than it had would calibrate its judge anew.
        var policy = policy
        policy.series = state.sharing
        self.init(policy: policy, bytes: state.bytes)
        guard next == state.next else { return nil }
        recorded = state.recorded
        recordedFrom = state.recordedFrom
    }
}

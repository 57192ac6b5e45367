/// A bounded queue between threads: any may put, one takes.
///
/// Letters have a weight, and the sum of the weights that wait is bounded, so that a slow reader costs its writers a
/// refusal and never memory without end.
final class Mailbox<Letter>: @unchecked Sendable {  // `state` is only touched with the condition's lock held.
    private struct State {
        var letters: [(letter: Letter, weight: Int)] = []
        var weight = 0
        var isClosed = false
    }

    private var state = State()
    private let capacity: Int
    private let condition = TimedCondition()

    /// - Parameter capacity: The most weight that waits; an empty mailbox takes any letter.
    init(capacity: Int) {
        self.capacity = capacity
    }

    /// Whether letters of so much weight would be taken now.
    func hasRoom(for weight: Int) -> Bool {
        condition.withLock { !state.isClosed && (state.weight == 0 || state.weight + weight <= capacity) }
    }

    /// The weight that waits.
    var weight: Int { condition.withLock { state.weight } }

    /// Whether it takes no more letters.
    var isClosed: Bool { condition.withLock { state.isClosed } }

    /// Puts a letter whatever waits already: the writer has asked for room before, or the letter is small and rare.
    ///
    /// - Returns: `false` when the mailbox is closed.
    @discardableResult
    func put(_ letter: Letter, weight: Int = 1) -> Bool {
        condition.withLock {
            guard !state.isClosed else { return false }
            state.letters.append((letter, weight))
            state.weight += weight
            condition.signal()
            return true
        }
    }

    /// Takes every letter that waits, oldest first; waits for one.
    ///
    /// - Parameter seconds: The longest wait; without end when `nil`.
    /// - Returns: Nothing when the time is over, `nil` when the mailbox is closed and empty.
    func takeAll(waiting seconds: Double? = nil) -> [Letter]? {
        condition.withLock {
            condition.wait(while: { state.letters.isEmpty && !state.isClosed }, atMost: seconds)
            if state.letters.isEmpty { return state.isClosed ? nil : [] }
            let letters = state.letters.map(\.letter)
            state.letters.removeAll(keepingCapacity: state.letters.capacity < 1_024)
            state.weight = 0
            return letters
        }
    }

    /// Takes no more letters; those that wait are still read.
    func close() {
        condition.withLock {
            state.isClosed = true
            condition.broadcast()
        }
    }
}

/// A place for one value that another thread will fill.
final class Promise<Value>: Sendable where Value: Sendable {
    private let box = Mailbox<Value>(capacity: 1)

    init() {}

    /// Fills the place, once.
    func fulfil(_ value: Value) { box.put(value) }

    /// Gives up: whoever waits gets `nil`.
    func abandon() { box.close() }

    /// Waits for the value; `nil` when it will not come, or not within the time.
    func wait(seconds: Double? = nil) -> Value? { box.takeAll(waiting: seconds)?.first }
}

import Glibc

/// A bounded queue between threads: any may put, one takes.
///
/// Letters have a weight, and the sum of the weights that wait is bounded, so that a slow reader costs its writers a
/// refusal and never memory without end.
final class Mailbox<Letter>: @unchecked Sendable {  // `state` is only touched with `lock` held.
    private struct State {
        var letters: [(letter: Letter, weight: Int)] = []
        var weight = 0
        var isClosed = false
    }

    private var state = State()
    private let capacity: Int
    private let lock: UnsafeMutablePointer<pthread_mutex_t>
    private let changed: UnsafeMutablePointer<pthread_cond_t>

    /// - Parameter capacity: The most weight that waits; an empty mailbox takes any letter.
    init(capacity: Int) {
        self.capacity = capacity
        lock = .allocate(capacity: 1)
        changed = .allocate(capacity: 1)
        pthread_mutex_init(lock, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(changed, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(lock)
        changed.deallocate()
        lock.deallocate()
    }

    /// Whether letters of so much weight would be taken now.
    func hasRoom(for weight: Int) -> Bool {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return !state.isClosed && (state.weight == 0 || state.weight + weight <= capacity)
    }

    /// The weight that waits.
    var weight: Int {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return state.weight
    }

    /// Whether it takes no more letters.
    var isClosed: Bool {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return state.isClosed
    }

    /// Puts a letter whatever waits already: the writer has asked for room before, or the letter is small and rare.
    ///
    /// - Returns: `false` when the mailbox is closed.
    @discardableResult
    func put(_ letter: Letter, weight: Int = 1) -> Bool {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        guard !state.isClosed else { return false }
        state.letters.append((letter, weight))
        state.weight += weight
        pthread_cond_signal(changed)
        return true
    }

    /// Takes every letter that waits, oldest first; waits for one.
    ///
    /// - Parameter seconds: The longest wait; without end when `nil`.
    /// - Returns: Nothing when the time is over, `nil` when the mailbox is closed and empty.
    func takeAll(waiting seconds: Double? = nil) -> [Letter]? {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        var end = timespec()
        if let seconds {
            clock_gettime(CLOCK_MONOTONIC, &end)
            let nanoseconds = Int(seconds * 1e9) + end.tv_nsec
            end.tv_sec += nanoseconds / 1_000_000_000
            end.tv_nsec = nanoseconds % 1_000_000_000
        }
        while state.letters.isEmpty && !state.isClosed {
            if seconds == nil {
                pthread_cond_wait(changed, lock)
            } else if pthread_cond_timedwait(changed, lock, &end) == ETIMEDOUT {
                break
            }
        }
        if state.letters.isEmpty { return state.isClosed ? nil : [] }
        let letters = state.letters.map(\.letter)
        state.letters.removeAll(keepingCapacity: state.letters.capacity < 1_024)
        state.weight = 0
        return letters
    }

    /// Takes no more letters; those that wait are still read.
    func close() {
        pthread_mutex_lock(lock)
        state.isClosed = true
        pthread_cond_broadcast(changed)
        pthread_mutex_unlock(lock)
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

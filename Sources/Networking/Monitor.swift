internal import Glibc

/// State behind a lock, and a way to wait for it to change; `Mutex` cannot wait.
final class Monitor<State>: @unchecked Sendable {  // `state` is only touched with `lock` held.
    private var state: State
    private let lock: UnsafeMutablePointer<pthread_mutex_t>
    private let changed: UnsafeMutablePointer<pthread_cond_t>

    init(_ state: sending State) {
        self.state = state
        lock = .allocate(capacity: 1)
        changed = .allocate(capacity: 1)
        pthread_mutex_init(lock, nil)
        pthread_cond_init(changed, nil)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(lock)
        changed.deallocate()
        lock.deallocate()
    }

    /// Runs `body` alone.
    func withLock<R>(_ body: (inout State) -> R) -> R {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return body(&state)
    }

    /// Runs `body` alone, again after each change, until it gives something.
    func wait<R>(until body: (inout State) -> R?) -> R {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        while true {
            if let result = body(&state) { return result }
            pthread_cond_wait(changed, lock)
        }
    }

    /// Lets one waiter look again.
    func signal() { pthread_cond_signal(changed) }

    /// Lets all waiters look again.
    func broadcast() { pthread_cond_broadcast(changed) }
}

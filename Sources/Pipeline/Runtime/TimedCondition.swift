internal import Glibc

/// A lock with a condition to wait for, by the monotonic clock: who sets the wall clock neither ends nor prolongs a wait.
public final class TimedCondition: @unchecked Sendable {  // Neither pointer changes.
    private let lock: UnsafeMutablePointer<pthread_mutex_t>
    private let changed: UnsafeMutablePointer<pthread_cond_t>

    /// A lock that nobody holds.
    public init() {
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

    /// Runs `body` while no other thread holds the lock.
    public func withLock<T>(_ body: () -> T) -> T {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return body()
    }

    /// Waits as long as something holds, with the lock released meanwhile; to be called with it held.
    ///
    /// - Parameter seconds: The longest wait; without end when `nil`.
    public func wait(while holds: () -> Bool, atMost seconds: Double? = nil) {
        var end = timespec()
        if let seconds {
            clock_gettime(CLOCK_MONOTONIC, &end)
            let nanoseconds = Int(max(seconds, 0) * 1e9) + end.tv_nsec
            end.tv_sec += nanoseconds / 1_000_000_000
            end.tv_nsec = nanoseconds % 1_000_000_000
        }
        while holds() {
            if seconds == nil {
                pthread_cond_wait(changed, lock)
            } else if pthread_cond_timedwait(changed, lock, &end) == ETIMEDOUT {
                return
            }
        }
    }

    /// Wakes one thread that waits.
    public func signal() { pthread_cond_signal(changed) }

    /// Wakes every thread that waits.
    public func broadcast() { pthread_cond_broadcast(changed) }
}

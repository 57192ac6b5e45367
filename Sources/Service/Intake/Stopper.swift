internal import Pipeline

/// Lets threads sleep until it is time, or until they are told to end.
final class Stopper: @unchecked Sendable {  // Its flags are only touched with the condition's lock held.
    private var isStopped = false
    private var isWoken = false
    private let condition = TimedCondition()

    /// Sleeps.
    ///
    /// - Returns: `false` when the thread is to end.
    func sleep(seconds: Double) -> Bool {
        condition.withLock {
            condition.wait(while: { !isStopped && !isWoken }, atMost: seconds)
            isWoken = false
            return !isStopped
        }
    }

    /// Ends the sleep of one thread, or its next.
    func wake() {
        condition.withLock {
            isWoken = true
            condition.signal()
        }
    }

    /// Ends all sleep, now and later.
    func stop() {
        condition.withLock {
            isStopped = true
            condition.broadcast()
        }
    }
}

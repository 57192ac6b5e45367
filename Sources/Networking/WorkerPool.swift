/// A few threads that run jobs from a bounded queue, oldest first.
///
/// For work that would block the server's loop threads. A full queue is the caller's to answer, as with 503.
public final class WorkerPool: Sendable {
    /// One piece of work.
    public typealias Job = @Sendable () -> Void

    private struct State {
        /// A ring of the jobs that wait.
        var ring: [Job?]
        var first = 0
        var queued = 0
        var running = 0
        var isClosed = false
        var threads: [SystemThread] = []
    }

    private let monitor: Monitor<State>
    private let maximumThreads: Int

    /// Enough for LAPACK, which keeps work arrays on the stack.
    private static let stackBytes = 2 << 20

    /// A pool; its threads are started when there is work for them.
    ///
    /// - Parameters:
    ///   - threads: The most that run, at least 1.
    ///   - capacity: The most jobs that wait, at least 1.
    public init(threads: Int, capacity: Int) {
        precondition(threads > 0 && capacity > 0, "\(threads) threads, \(capacity) jobs")
        maximumThreads = threads
        monitor = Monitor(State(ring: Array(repeating: nil, count: capacity)))
    }

    deinit { stop() }

    /// Jobs that wait.
    public var queued: Int { monitor.withLock { $0.queued } }

    /// Jobs that run now.
    public var running: Int { monitor.withLock { $0.running } }

    /// Queues a job.
    ///
    /// - Returns: `false`, and the job will not run, when the queue is full, the pool is stopped, or the system has no
    ///   thread for it.
    public func submit(_ job: @escaping Job) -> Bool {
        let isQueued = monitor.withLock { state in
            guard !state.isClosed, state.queued < state.ring.count else { return false }
            let isShort = state.running + state.queued >= state.threads.count
            if isShort, state.threads.count < maximumThreads {
                let monitor = monitor
                if let thread = try? SystemThread(stackBytes: Self.stackBytes, { Self.work(monitor) }) {
                    state.threads.append(thread)
                }
            }
            guard !state.threads.isEmpty else { return false }
            state.ring[(state.first + state.queued) % state.ring.count] = job
            state.queued += 1
            return true
        }
        if isQueued { monitor.signal() }
        return isQueued
    }

    /// Runs the jobs that wait, then ends the threads; jobs submitted from now on are refused.
    public func stop() {
        let threads = monitor.withLock { state in
            state.isClosed = true
            defer { state.threads = [] }
            return state.threads
        }
        monitor.broadcast()
        // A job may let go of the last reference to its pool.
        for thread in threads { thread.isCurrent ? thread.detach() : thread.join() }
    }

    /// What each thread does.
    private static func work(_ monitor: Monitor<State>) {
        while true {
            let job: Job? = monitor.wait { state in
                guard state.queued > 0 else { return state.isClosed ? .some(nil) : nil }
                defer {
                    state.ring[state.first] = nil
                    state.first = (state.first + 1) % state.ring.count
                    state.queued -= 1
                    state.running += 1
                }
                return state.ring[state.first]
            }
            guard let job else { return }
            job()
            monitor.withLock { $0.running -= 1 }
        }
    }
}

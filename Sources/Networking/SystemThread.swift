internal import Glibc
internal import Synchronization

/// One thread of our own.
struct SystemThread: @unchecked Sendable {  // A pthread_t is a number; its owner alone joins or detaches it.
    private let handle: pthread_t

    /// Starts a thread; it takes no signals, which are for the main thread.
    ///
    /// - Parameter stackBytes: A multiple of the page size.
    init(
        stackBytes: Int, _ body: @escaping @Sendable () -> Void
    ) throws(NetworkingError) {
        let job = Unmanaged.passRetained(Job(body))
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, stackBytes)
        var handle = pthread_t()
        let code = withSignalsBlocked {
            pthread_create(&handle, &attributes, { Self.run($0) }, job.toOpaque())
        }
        guard code == 0 else {
            job.release()
            throw .system(call: "pthread_create", message: String(cString: strerror(code)))
        }
        self.handle = handle
    }

    /// Waits for its end.
    func join() {
        pthread_join(handle, nil)
    }

    /// Lets it go when it ends, for a thread that nobody can wait for: itself.
    func detach() {
        pthread_detach(handle)
    }

    /// Whether this is the thread that asks.
    var isCurrent: Bool { pthread_equal(handle, pthread_self()) != 0 }

    private final class Job: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    private static func run(_ job: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let job else { return nil }
        Unmanaged<Job>.fromOpaque(job).takeRetainedValue().body()
        return nil
    }
}

/// Runs `body` with all signals blocked but those of crashes; threads started inside inherit that.
func withSignalsBlocked<R>(_ body: () -> R) -> R {
    var all = sigset_t()
    var before = sigset_t()
    sigfillset(&all)
    for crash in [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP] { sigdelset(&all, crash) }
    pthread_sigmask(SIG_BLOCK, &all, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    return body()
}

/// Nanoseconds since an arbitrary start, never going back.
func monotonicNanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}

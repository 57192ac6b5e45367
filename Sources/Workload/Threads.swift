import Glibc

/// Threads that may block, as those of the cooperative pool may not.
package enum Threads {
    /// Runs `body` on so many threads, each with its number, and waits for all.
    package static func run(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
        let handles = (0..<count).map { index in start { body(index) } }
        for handle in handles { pthread_join(handle, nil) }
    }

    /// Runs `body` on a thread that nobody waits for.
    package static func detach(_ body: @escaping @Sendable () -> Void) {
        pthread_detach(start(body))
    }

    private final class Job: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    private static func start(_ body: @escaping @Sendable () -> Void) -> pthread_t {
        var handle = pthread_t()
        let job = Unmanaged.passRetained(Job(body)).toOpaque()
        let code = pthread_create(
            &handle, nil,
            { job in
                if let job { Unmanaged<Job>.fromOpaque(job).takeRetainedValue().body() }
                return nil
            }, job)
        precondition(code == 0, "pthread_create: \(code)")
        return handle
    }
}

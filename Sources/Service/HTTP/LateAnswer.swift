import Glibc
import Networking
import Synchronization

/// Where a caller without a connection waits for an answer that comes later.
final class LateAnswer: Sendable {
    private let answer = Mutex<HTTPResponse?>(nil)
    private let semaphore = Semaphore()

    func give(_ response: HTTPResponse) {
        answer.withLock { $0 = response }
        semaphore.signal()
    }

    func wait() -> HTTPResponse {
        semaphore.wait()
        return answer.withLock { $0 } ?? HTTPResponse(status: 500)
    }
}

/// A semaphore of the system.
final class Semaphore: @unchecked Sendable {  // POSIX semaphores may be used from any thread.
    private let handle: UnsafeMutablePointer<sem_t>

    init() {
        handle = .allocate(capacity: 1)
        sem_init(handle, 0, 0)
    }

    deinit {
        sem_destroy(handle)
        handle.deallocate()
    }

    func signal() { sem_post(handle) }

    func wait() {
        while sem_wait(handle) != 0 && errno == EINTR {}
    }
}

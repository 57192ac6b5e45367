import Glibc
import Synchronization

/// Ctrl-C and SIGTERM, for commands that clean up before they end.
enum Interrupt {
    private static let came = Atomic(false)

    /// From now on the signals are noted and end nothing; the second one ends the process as ever.
    static func watch() {
        _ = isRaised  // Made now: a handler must not be the first to touch it.
        // Whoever started this program may have blocked them, and that is inherited.
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGINT, SIGTERM] { sigaddset(&signals, number) }
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
        for number in [SIGINT, SIGTERM] {
            signal(number) { number in
                Interrupt.came.store(true, ordering: .relaxed)
                signal(number, SIG_DFL)
            }
        }
    }

    /// Whether one came.
    static var isRaised: Bool { came.load(ordering: .relaxed) }
}

internal import Glibc
internal import TimeSeries

// What belongs to the program's entry point: the clocks, randomness and signals of this machine.

extension Clocks {
    /// The clocks of this machine.
    public static let system = Clocks(
        wall: {
            var time = timespec()
            clock_gettime(CLOCK_REALTIME, &time)
            return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
        },
        steady: {
            var time = timespec()
            clock_gettime(CLOCK_MONOTONIC, &time)
            return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
        })
}

extension RequestIDs {
    /// Eight random hexadecimal digits.
    public static func randomPrefix() -> String {
        let digits = String(UInt32.random(in: .min ... .max), radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}

extension Log {
    /// A log on standard error, one `write` a line.
    public static func standardError(level: Level = .info) -> Log {
        Log(level: level) { line in
            let bytes = Array((line + "\n").utf8)
            _ = write(STDERR_FILENO, bytes, bytes.count)
        }
    }
}

/// The two signals that ask the service to stop, SIGTERM and SIGINT, and the one that asks it to read its configuration
/// again, SIGHUP.
public enum StopSignals {
    /// The signal that asks to read the configuration again.
    public static let hangUp = SIGHUP

    /// Keeps the signals for ``wait(rereads:)``. To be called on the main thread before any other thread starts.
    ///
    /// - Parameter rereads: Whether SIGHUP is one of them; it ends the process otherwise.
    public static func block(rereads: Bool = false) {
        var signals = set(rereads)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    /// Waits for one of the signals, on the thread that called ``block(rereads:)``; a second one that asks to stop then
    /// ends the process.
    ///
    /// - Returns: The number of the signal.
    public static func wait(rereads: Bool = false) -> Int32 {
        var signals = set(rereads)
        var signal: Int32 = 0
        while sigwait(&signals, &signal) != 0 {}
        if signal != hangUp { pthread_sigmask(SIG_UNBLOCK, &signals, nil) }
        return signal
    }

    private static func set(_ rereads: Bool) -> sigset_t {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGTERM)
        sigaddset(&signals, SIGINT)
        if rereads { sigaddset(&signals, SIGHUP) }
        return signals
    }
}

/// How many processors this process may use.
func processorCount() -> Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

/// The number of this process.
func processNumber() -> Int32 { getpid() }

/// Waits.
func sleepFor(seconds: Double) {
    var wanted = timespec(tv_sec: Int(seconds), tv_nsec: Int((seconds - seconds.rounded(.down)) * 1e9))
    var rest = timespec()
    while nanosleep(&wanted, &rest) != 0 && errno == EINTR { wanted = rest }
}

/// What time it is, for people.
enum CurrentTime {
    /// As `2026-01-31T12:00:00Z`.
    static func rfc3339(_ clocks: Clocks) -> String {
        Timestamp(milliseconds: Int64(clocks.wall()) * 1000).rfc3339(in: .utc)
    }
}

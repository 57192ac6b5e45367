internal import Storage
internal import Synchronization

/// What is counted of scores that are written elsewhere, and what was said of them lately.
final class RemoteWriteTally: Sendable {
    /// Samples that the receiver took, and attempts that failed and are made again.
    let sent = Counter(), failed = Counter()
    /// Samples that never will arrive, by reason.
    let refused = Counter(), overflow = Counter(), unreadable = Counter()
    /// Judged values of which nothing is written, by reason.
    let tooOld = Counter(), outOfOrder = Counter()
    /// Whether it was said that more wait than may, since none waited.
    let isFull = Atomic(false)
    private let unwritten = Mutex<StorageError?>(nil)
    private let refusals = Mutex<(samples: Int, told: UInt64?)>((0, nil))

    /// A receiver that refuses is told of so often, nanoseconds.
    private static let tellAgain: UInt64 = 60_000_000_000

    /// Notes whether a batch could be written to disk; a reason is told once.
    func note(_ failure: StorageError?, tell: (StorageError) -> Void) {
        let isNew = unwritten.withLock { last in
            defer { last = failure }
            return last != failure
        }
        if let failure, isNew { tell(failure) }
    }

    /// Notes that samples were refused, and tells how many since it was last told.
    func tellRefusal(_ samples: Int, at time: UInt64, tell: (Int) -> Void) {
        let due = refusals.withLock { refusals -> Int? in
            refusals.samples += samples
            if let told = refusals.told, time - min(told, time) < Self.tellAgain { return nil }
            defer { refusals = (0, time) }
            return refusals.samples
        }
        if let due { tell(due) }
    }
}

extension RemoteWriter {
    /// Tells `/metrics` what became of scores, and what waits.
    func write(to out: inout Exposition) {
        out.counter(
            "bellwether_remote_write_sent_samples_total", "Samples of scores that the receiver took.",
            [([], Double(tally.sent.value))])
        out.counter(
            "bellwether_remote_write_failed_requests_total",
            "Attempts to write scores that failed and are made again.", [([], Double(tally.failed.value))])
        let dropped = [
            ("refused", tally.refused), ("queue_full", tally.overflow), ("unreadable", tally.unreadable),
        ]
        out.counter(
            "bellwether_remote_write_dropped_samples_total",
            "Samples of scores that never arrive, by reason.",
            dropped.map { ([("reason", $0.0)], Double($0.1.value)) })
        out.counter(
            "bellwether_remote_write_skipped_values_total",
            "Judged values of which nothing is written: older than max_age, or no newer than the one before.",
            [("too_old", tally.tooOld), ("out_of_order", tally.outOfOrder)].map {
                ([("reason", $0.0)], Double($0.1.value))
            })
        let (samples, bytes) = spool.withLock { ($0.samples, $0.bytes) }
        out.gauge(
            "bellwether_remote_write_queue_samples", "Samples of scores that wait to be written.", [],
            Double(samples))
        out.gauge(
            "bellwether_remote_write_queue_bytes", "Bytes of the batches that wait to be written.", [],
            Double(bytes))
    }
}

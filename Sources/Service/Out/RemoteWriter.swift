internal import Alerting
internal import Networking
internal import Pipeline
internal import Storage
internal import Synchronization

/// Writes scores to somebody's own database by Prometheus remote write 1.0.
///
/// Shards hand over what they have scored; one thread makes batches of it, which wait on disk; another sends them, one at
/// a time and in order. What a batch holds is sent until it is taken, refused for good, or pushed out by newer ones.
final class RemoteWriter: Sendable {
    /// Scores that no batch has yet, at most so many; with half of them a batch is made at once.
    private let mostWaiting: Int
    /// Seconds between two looks for a batch to send.
    private static let idle = 0.2
    /// Seconds of sending after the order to stop, while the receiver takes what it gets; what is on its way by then is
    /// given up, and sent again by the next start.
    private static let farewell = 5.0

    let target: RemoteWriteTarget
    let clocks: Clocks
    let log: Log
    let courier: RemoteWriteCourier
    let spool: Mutex<BatchSpool>
    let tally = RemoteWriteTally()
    private let waiting = Mutex<[ExportedScore]>([])
    private let encoder: Mutex<ScoreEncoder>
    private let monitor: Monitor
    private let making = Stopper(), sending = Stopper()
    private let joins = Mutex<[@Sendable () -> Void]>([])

    /// - Parameters:
    ///   - directory: Where batches wait; in memory when `nil`.
    ///   - mostWaiting: Scores that no batch has yet, at most.
    /// - Throws: `HTTPClientError` for an address that is none, `StorageError` for a directory that it cannot have.
    init(
        _ target: RemoteWriteTarget, directory: String?, monitor: Monitor, clocks: Clocks, log: Log,
        mostWaiting: Int = 500_000
    ) throws {
        self.target = target
        self.monitor = monitor
        self.clocks = clocks
        self.log = log
        self.mostWaiting = mostWaiting
        courier = try RemoteWriteCourier(target)
        spool = Mutex(try BatchSpool(directory: directory, limit: target.queueBytes))
        encoder = Mutex(ScoreEncoder(labels: { monitor.series($0)?.labels }))
    }

    /// Begins to take scores, and starts the threads.
    func start() {
        let (samples, wasLeftOpen) = spool.withLock { ($0.samples, $0.wasLeftOpen) }
        log.info("scores are written to \(target.shownURL); \(samples) samples wait since the last run")
        if wasLeftOpen {
            log.warning(
                "the service ended without a stop: scores of its last \(target.everySeconds) s may be missing at "
                    + target.shownURL)
        }
        monitor.export { [weak self] in self?.take($0) }
        for body in [{ self.makeBatches() }, { self.sendBatches() }] as [@Sendable () -> Void] {
            guard let join = startThread(body) else {
                log.error("scores are not written to \(target.shownURL): the system has no thread")
                continue
            }
            joins.withLock { $0.append(join) }
        }
    }

    /// Ends the threads, after the last score came. What the receiver takes at once is still sent; the rest waits for
    /// the next start.
    func stop() {
        making.stop()
        // What came last is on disk before anything waits for a receiver.
        makeBatch()
        courier.giveUp(inSeconds: Self.farewell)
        sending.stop()
        let threads = joins.withLock { joins in
            defer { joins = [] }
            return joins
        }
        let end = clocks.steady() + UInt64(Self.farewell * 1e9)
        for join in threads { join() }
        var wait = 0.0
        while wait == 0, courier.isWell, clocks.steady() < end, spool.withLock({ $0.count }) > 0 {
            wait = sendBatch()
        }
        let (samples, held) = spool.withLock { ($0.samples, $0.heldSamples) }
        if samples > held { log.info("\(samples - held) samples of scores wait for the next start") }
        if held > 0 { log.warning("\(held) samples of scores were not sent and are lost: no file has them") }
        close()
    }

    /// Notes that nothing more comes, also where ``start()`` was never called.
    func close() {
        do throws(StorageError) {
            try spool.withLock { spool throws(StorageError) in try spool.close() }
        } catch {
            log.warning("the next start will take this end for a crash: \(error)")
        }
    }

    /// Takes what a shard has scored; called by its thread.
    private func take(_ batch: ExportBatch) {
        tally.tooOld.add(batch.tooOld)
        tally.outOfOrder.add(batch.outOfOrder)
        let lost = waiting.withLock { waiting in
            let room = max(mostWaiting - waiting.count, 0)
            waiting += batch.scores.prefix(room)
            // Many come soon: batches of them wait on disk.
            if waiting.count >= mostWaiting / 2 { making.wake() }
            return batch.scores.dropFirst(room)
        }
        if !lost.isEmpty {
            noteOverflow(
                lost.reduce(0) { $0 + $1.sampleCount },
                "scores come faster than batches are made of them: the newest are dropped and counted")
        }
    }

    // MARK: - Batches

    private func makeBatches() {
        while making.sleep(seconds: target.everySeconds) { makeBatch() }
    }

    private func makeBatch() {
        let scores = waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
        guard !scores.isEmpty else { return }
        for body in encoder.withLock({ $0.bodies(of: scores) }) {
            let (dropped, failure) = spool.withLock { $0.append(body.bytes, samples: body.samples) }
            if dropped > 0 {
                noteOverflow(
                    dropped,
                    "more scores wait for \(target.shownURL) than its queue holds: the oldest are dropped and "
                        + "counted; raise remote_write.queue, or see why it does not take them")
            }
            tally.note(failure) { log.warning("scores that wait are kept in memory: \($0)") }
        }
    }

    private func noteOverflow(_ samples: Int, _ reason: String) {
        tally.overflow.add(samples)
        guard !tally.isFull.exchange(true, ordering: .relaxed) else { return }
        log.warning(reason)
    }

    // MARK: - Sending

    private func sendBatches() {
        var wait = 0.0
        while sending.sleep(seconds: wait) { wait = sendBatch() }
    }

    /// Sends the oldest batch, if one waits.
    ///
    /// - Returns: Seconds until it is time for the next; 0 when this one is done with.
    private func sendBatch() -> Double {
        let batch: BatchSpool.Batch?
        do throws(StorageError) {
            batch = try spool.withLock { spool throws(StorageError) in try spool.first() }
        } catch {
            log.warning("scores that waited are lost: \(error)")
            tally.unreadable.add(remove())
            return 0
        }
        guard let batch else {
            tally.isFull.store(false, ordering: .relaxed)
            return Self.idle
        }
        let now = clocks.steady()
        switch courier.send(batch.bytes, wall: Int64(clocks.wall() * 1000), steady: now) {
        case .taken(let wasAway):
            tally.sent.add(batch.samples)
            remove()
            if wasAway {
                let rest = spool.withLock { $0.samples }
                log.info("\(target.shownURL) takes scores again; \(rest) samples wait")
            }
            return 0
        case .refused(let reason):
            tally.refused.add(batch.samples)
            remove()
            tally.tellRefusal(batch.samples, at: now) { samples in
                log.warning("\(target.shownURL) refuses \(samples) samples of scores for good: \(reason)")
            }
            return 0
        case .later(let reason, let seconds, let isFirst):
            tally.failed.add()
            log.line(
                isFirst ? .warning : .debug,
                "\(target.shownURL) does not take scores: \(reason); they wait, and are sent later")
            return seconds
        }
    }

    @discardableResult
    private func remove() -> Int {
        do throws(StorageError) {
            return try spool.withLock { spool throws(StorageError) in try spool.removeTaken() }
        } catch {
            log.warning("a batch of scores may be sent again at the next start: \(error)")
            return 0
        }
    }
}

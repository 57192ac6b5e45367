public import Storage
import Synchronization
import TimeSeries

/// What belongs to the thread that brings shards, journal and store together.
final class Checkpointer: Sendable {
    /// Letters wake the thread: somebody waits for a checkpoint, and wants a version to become champion with it.
    struct Letter: Sendable {
        var champions: [(definition: String, version: Int)] = []
        var done: Promise<StorageError?>
    }

    let mailbox = Mailbox<Letter>(capacity: .max)
    /// Series that the store knows.
    let storedSeries: Mutex<Int>
    /// Bytes and points of the store, as of the last commit.
    let size = Mutex<(points: Int, chunkBytes: Int)>((0, 0))
    /// Points of the store when the monitor was opened.
    let pointsAtStart = Mutex<Int>(0)
    /// Why the last commit failed; `nil` when it did not.
    let failure = Mutex<StorageError?>(nil)

    init(storedSeries: Int) {
        self.storedSeries = Mutex(storedSeries)
    }
}

extension Monitor {
    /// How often the thread looks whether a checkpoint is due.
    private static let look = 0.25
    /// Brings everything that was acknowledged into the store, and waits for it.
    ///
    /// - Parameter champions: Versions that become champion with it.
    /// - Throws: ``StorageError`` when it could not be committed; nothing is lost, and it is tried again.
    public func checkpoint(
        champions: [(definition: String, version: Int)] = []
    ) throws(StorageError) {
        let promise = Promise<StorageError?>()
        guard checkpointer.mailbox.put(Checkpointer.Letter(champions: champions, done: promise)),
            let result = promise.wait()
        else { throw .file(operation: "checkpoint", path: "", reason: "the service is stopping") }
        if let error = result { throw error }
    }

    /// Makes checkpoints until the mailbox is closed, and a last one then.
    func runCheckpoints() {
        var last = surroundings.steady()
        var lastLook = last
        var end: StorageError?
        while let letters = checkpointer.mailbox.takeAll(waiting: Self.look) {
            let now = surroundings.steady()
            if now - min(lastLook, now) >= Self.lookForSilenceEvery {
                lookForSilence()
                lastLook = now
            }
            let seconds = Double(now - min(last, now)) / 1e9
            let isGrown = (journalist?.grown.load(ordering: .relaxed) ?? 0) >= settings.checkpointBytes
            guard !letters.isEmpty || isGrown || seconds >= settings.checkpointSeconds else { continue }
            if let end {
                for letter in letters { letter.done.fulfil(end) }
                continue
            }
            end = makeCheckpoint(letters)
            last = surroundings.steady()
        }
        if end == nil { _ = makeCheckpoint([]) }
    }

    /// One checkpoint: marker → snapshots → commit → journal segments go.
    ///
    /// A commit that fails is tried again until it succeeds or the service stops, since the shards have handed over
    /// what it holds. Whoever waits hears of the first failure; the champions are given up then.
    ///
    /// - Returns: Why it gave up: the journal alone has the points then, and no later checkpoint may pass it.
    private func makeCheckpoint(_ letters: [Checkpointer.Letter]) -> StorageError? {
        let begin = surroundings.steady()
        let segment = Promise<Int>()
        let snapshots = shards.map { _ in Promise<ShardSnapshot>() }
        let (series, known) = core.withLock { core in
            // One place in the order of batches: what is before it is in the snapshots, what is after it in the
            // segments that stay.
            if journalist?.mailbox.put(.rotate(segment)) != true { segment.fulfil(0) }
            for (shard, promise) in zip(shards, snapshots) { shard.mailbox.put(.snapshot(promise)) }
            let stored = checkpointer.storedSeries.withLock { $0 }
            let count = core.index.count
            let new = (stored..<max(stored, count)).map { id in
                StoredSeries(id: UInt32(id), labels: core.index.encoded(UInt32(id)))
            }
            return (new, count)
        }
        var checkpoint = Checkpoint(journalSegment: segment.wait() ?? 0)
        checkpoint.series = series
        checkpoint.time = surroundings.wall()
        for promise in snapshots {
            guard let snapshot = promise.wait() else { continue }
            for (series, points) in snapshot.chunks {
                checkpoint.chunks.append(Self.chunk(series, points.columns))
            }
            checkpoint.late += snapshot.late
            checkpoint.states += snapshot.states
            checkpoint.anomalies += snapshot.anomalies
            checkpoint.levelChanges += snapshot.levelChanges
        }
        checkpoint.champions = letters.flatMap(\.champions)
        var waiting = letters
        var isTold = false
        while let error = commit(checkpoint) {
            lookForSilence()
            checkpointer.failure.withLock { $0 = error }
            counters.failedCheckpoints.add(1)
            for letter in waiting { letter.done.fulfil(error) }
            waiting = []
            let hadChampions = !checkpoint.champions.isEmpty
            checkpoint.champions = []
            if checkpointer.mailbox.isClosed {
                surroundings.log(true, "the last checkpoint failed, the journal keeps its points: \(error)")
                return error
            }
            if !isTold {
                isTold = true
                surroundings.log(
                    true,
                    "the checkpoint failed, it is tried again every \(NumberText.short(settings.checkpointRetrySeconds)) s: \(error)"
                )
            }
            if case .syncFailed = error { return error }
            if !hadChampions { pause(answering: error) }
        }
        if isTold { surroundings.log(false, "the checkpoint succeeded") }
        checkpointer.failure.withLock { $0 = nil }
        checkpointer.storedSeries.withLock { $0 = known }
        for shard in shards { shard.mailbox.put(.settle) }
        removeSegments(below: checkpoint.journalSegment)
        counters.checkpoints.add(1)
        counters.add(surroundings.steady() - begin, to: .checkpoint)
        for letter in waiting { letter.done.fulfil(nil) }
        return nil
    }

    /// Waits before the next attempt; whoever asks for a checkpoint meanwhile hears why there is none.
    private func pause(answering error: StorageError) {
        let begin = surroundings.steady()
        while Double(surroundings.steady() - begin) / 1e9 < settings.checkpointRetrySeconds {
            guard let letters = checkpointer.mailbox.takeAll(waiting: settings.checkpointRetrySeconds) else {
                return
            }
            for letter in letters { letter.done.fulfil(error) }
            if letters.isEmpty { return }
        }
    }

    private static func chunk(_ series: UInt32, _ points: PointColumns) -> StoredChunk {
        StoredChunk(
            series: series, first: points.times[0], last: points.times[points.count - 1],
            count: points.count, bytes: ChunkCodec.encode(points))
    }

    /// Commits what the shards remember, once what they said before is durable: a verdict that is lost in a crash comes
    /// again only when the journal is replayed.
    private func commit(_ checkpoint: Checkpoint) -> StorageError? {
        if let error = sink.drain() { return error }
        do throws(StorageError) {
            try store.commit(checkpoint)
            let size = try store.size()
            checkpointer.size.withLock { $0 = size }
            return nil
        } catch {
            return error
        }
    }

    private func removeSegments(below segment: Int) {
        guard let journalDirectory else { return }
        do throws(StorageError) {
            try Journal.removeSegments(below: segment, in: journalDirectory)
        } catch {
            surroundings.log(true, "\(error)")
        }
    }
}

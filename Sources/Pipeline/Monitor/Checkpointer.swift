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
    /// The segment with which replay begins, as of the last commit.
    let segment = Mutex<Int>(0)
    /// Why the last commit failed; `nil` when it did not.
    let failure = Mutex<StorageError?>(nil)
    /// What is old, and the time of the newest point that was taken, milliseconds since 1970; `Int64.min` before it.
    let sweep = Mutex(RetentionSweep())
    let newest = Atomic<Int64>(.min)

    init(storedSeries: Int) {
        self.storedSeries = Mutex(storedSeries)
    }
}

extension Monitor {
    /// How often the thread looks whether a checkpoint is due.
    private static let look = 0.25
    /// Series of one shard in one slice: some milliseconds of its time, and the same open chunks for every shard.
    private static let sliceSeries = 1_024
    /// A commit has so many bytes, but for the last.
    private static let partBytes = 8 << 20
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
            if end == nil { sweep() }
            last = surroundings.steady()
        }
        if end == nil { _ = makeCheckpoint([]) }
    }

    /// One checkpoint: marks → slices → commits → journal segments go.
    ///
    /// Series are taken slice by slice, and what is taken is committed whenever it is much: a commit before the last
    /// leaves the segment with which replay begins, and what it holds is found there again.
    ///
    /// - Returns: Why it gave up: the journal alone has the points then, and no later checkpoint may pass it.
    private func makeCheckpoint(_ letters: [Checkpointer.Letter]) -> StorageError? {
        let begin = surroundings.steady()
        if !checkpointer.mailbox.isClosed { readUnread() }
        let segment = Promise<Int>()
        let marks = shards.map { _ in Promise<Int>() }
        let isLast = checkpointer.mailbox.isClosed
        let known = core.withLock { core in
            // One place in the order of batches: what is before it is in the snapshots, what is after it in the
            // segments that stay.
            if journalist?.mailbox.put(.rotate(segment)) != true { segment.fulfil(0) }
            for (shard, mark) in zip(shards, marks) { shard.mailbox.put(.mark(isLast: isLast, mark)) }
            return core.index.count
        }
        let next = segment.wait() ?? 0
        let most = marks.reduce(0) { max($0, $1.wait() ?? 0) }
        var attempts = CheckpointAttempts(letters)
        var part = newPart()
        part.add(newSeries(below: known))
        for first in stride(from: 0, to: most, by: Self.sliceSeries) {
            let snapshots = shards.map { shard in
                shard.ask { .snapshot(first..<first + Self.sliceSeries, $0) }
            }
            for snapshot in snapshots { if let snapshot = snapshot.wait() { part.add(snapshot) } }
            guard part.weight >= Self.partBytes else { continue }
            if let error = store(part.checkpoint, isLast: false, &attempts) { return error }
            lookForSilence()
            part = newPart()
        }
        var last = part.checkpoint
        last.journalSegment = next
        if let error = store(last, isLast: true, &attempts) { return error }
        if attempts.isTold { surroundings.log(false, "the checkpoint succeeded") }
        checkpointer.failure.withLock { $0 = nil }
        checkpointer.storedSeries.withLock { $0 = known }
        checkpointer.segment.withLock { $0 = next }
        for shard in shards { shard.mailbox.put(.settle) }
        removeSegments(below: next)
        counters.checkpoints.add(1)
        counters.add(surroundings.steady() - begin, to: .checkpoint)
        for letter in attempts.waiting { letter.done.fulfil(nil) }
        return nil
    }

    /// Reads what a start has left to be read later, since the journal that has it is to go; between the requests that
    /// come, so that none waits for more than a few series.
    private func readUnread() {
        var left = shards
        while !left.isEmpty, !checkpointer.mailbox.isClosed {
            let asked = left.map { shard in (shard, shard.ask { .readUnread($0) }) }
            left = asked.filter { $0.1.wait() ?? false }.map(\.0)
            lookForSilence()
        }
    }

    /// A checkpoint that changes nothing.
    private func newPart() -> CheckpointPart {
        var empty = Checkpoint(journalSegment: checkpointer.segment.withLock { $0 })
        empty.time = surroundings.wall()
        return CheckpointPart(empty)
    }

    /// The series that the store does not know; asked in pieces, so that no sender waits for long.
    private func newSeries(below known: Int) -> [StoredSeries] {
        let stored = checkpointer.storedSeries.withLock { $0 }
        var series: [StoredSeries] = []
        for first in stride(from: stored, to: known, by: Self.sliceSeries) {
            core.withLock { core in
                for id in first..<min(first + Self.sliceSeries, known) {
                    series.append(StoredSeries(id: UInt32(id), labels: core.index.encoded(UInt32(id))))
                }
            }
        }
        return series
    }

    /// Commits a part, the last one with the champions.
    ///
    /// A commit that fails is tried again until it succeeds or the service stops, since the shards have handed over
    /// what it holds. Whoever waits hears of the first failure; the champions are given up then.
    ///
    /// - Returns: Why it gave up.
    private func store(
        _ part: Checkpoint, isLast: Bool, _ attempts: inout CheckpointAttempts
    ) -> StorageError? {
        var part = part
        while true {
            part.champions = isLast ? attempts.champions : []
            guard let error = commit(part) else { return nil }
            lookForSilence()
            checkpointer.failure.withLock { $0 = error }
            counters.failedCheckpoints.add(1)
            for letter in attempts.waiting { letter.done.fulfil(error) }
            attempts.waiting = []
            let hadChampions = !part.champions.isEmpty
            attempts.champions = []
            if checkpointer.mailbox.isClosed {
                surroundings.log(true, "the last checkpoint failed, the journal keeps its points: \(error)")
                return error
            }
            if !attempts.isTold {
                attempts.isTold = true
                surroundings.log(
                    true,
                    "the checkpoint failed, it is tried again every \(NumberText.short(settings.checkpointRetrySeconds)) s: \(error)"
                )
            }
            if case .syncFailed = error { return error }
            if !hadChampions { pause(answering: error) }
        }
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

/// What becomes of a checkpoint while it is tried.
private struct CheckpointAttempts {
    var waiting: [Checkpointer.Letter]
    /// Versions that become champion with it.
    var champions: [(definition: String, version: Int)]
    /// Whether a failure was logged.
    var isTold = false

    init(_ letters: [Checkpointer.Letter]) {
        waiting = letters
        champions = letters.flatMap(\.champions)
    }
}

/// What is to be committed at once, while it grows.
private struct CheckpointPart {
    private(set) var checkpoint: Checkpoint
    /// About how many bytes its commit writes; followed, since a part is asked after each of many slices.
    private(set) var weight = 0

    init(_ empty: Checkpoint) {
        checkpoint = empty
    }

    /// Takes in series that the store does not know.
    mutating func add(_ series: [StoredSeries]) {
        checkpoint.series += series
        weight += series.reduce(0) { $0 + $1.labels.count }
    }

    /// Takes in what a shard has handed over.
    mutating func add(_ snapshot: ShardSnapshot) {
        for (series, points) in snapshot.chunks {
            let chunk = Self.chunk(series, points, ChunkCodec.encode(points.columns))
            weight += chunk.bytes.count
            checkpoint.chunks.append(chunk)
        }
        for (series, points) in snapshot.heads {
            let head = Self.chunk(series, points, points.encoded)
            weight += head.bytes.count
            checkpoint.heads.append(head)
        }
        checkpoint.late += snapshot.late
        checkpoint.revisions += snapshot.revisions
        checkpoint.snapshots += snapshot.snapshots
        checkpoint.states += snapshot.states
        checkpoint.anomalies += snapshot.anomalies
        checkpoint.levelChanges += snapshot.levelChanges
        weight += snapshot.late.reduce(0) { $0 + 17 * $1.points.count }
        weight += snapshot.revisions.reduce(0) { $0 + 200 + 9 * $1.times.count }
        weight += snapshot.snapshots.reduce(0) { $0 + $1.bytes.count }
        weight += snapshot.states.reduce(0) { $0 + $1.bytes.count }
        weight += 200 * (snapshot.anomalies.count + snapshot.levelChanges.count)
    }

    private static func chunk(_ series: UInt32, _ points: HeadChunk, _ bytes: [UInt8]) -> StoredChunk {
        StoredChunk(
            series: series, first: points.first ?? 0, last: points.last ?? 0, count: points.count,
            bytes: bytes)
    }
}

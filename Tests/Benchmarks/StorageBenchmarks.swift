import Glibc
<<<<<<< HEAD
import Numerics
import Storage

/// What is kept: chunks of points, and entries of the journal.
enum StorageBenchmarks {
    static let all: [Benchmark] = chunks + SampleFamily.all.map(size) + [typical, scores] + entries + replays

    private static let points = SampleFamily.points

    private static let chunks: [Benchmark] = [
        .kernel("storage/chunk/encode", unit: points * mixed.count) {
            let all = mixed
            return { for columns in all { sink(ChunkCodec.encode(columns)) } }
        },
        .kernel("storage/chunk/decode", unit: points * mixed.count) {
            let chunks = mixed.map(ChunkCodec.encode)
            return { for chunk in chunks { sink(try? ChunkCodec.decode(chunk)) } }
        },
        .kernel("storage/chunk/encode/full-precision", unit: points) {
            let columns = SampleFamily.fullPrecision.columns
            return { sink(ChunkCodec.encode(columns)) }
        },
        .kernel("storage/chunk/decode/full-precision", unit: points) {
            let chunk = ChunkCodec.encode(SampleFamily.fullPrecision.columns)
            return { sink(try? ChunkCodec.decode(chunk)) }
        },
    ]

    private static let entries: [Benchmark] = [
        .kernel("storage/journal/entry/encode/n=10000") {
            let entry = scrape
            return { sink(entry.encoded()) }
        },
        .kernel("storage/journal/entry/decode/n=10000") {
            let payload = scrape.encoded()
            return { sink(try? JournalEntry(decoding: payload)) }
        },
        .kernel("storage/journal/entry/frame/n=10000") {
            let payload = scrape.encoded()
            return { sink(Journal.frame(payload)) }
        },
    ]

    private static let replays: [Benchmark] = [
        // A million points, all of them decoded.
        .kernel("storage/journal/replay/points=1000000", unit: 1_000_000) {
            let frames = [[UInt8]](repeating: Journal.frame(scrape.encoded()), count: 100)
            let directory = TemporaryJournal(frames, cut: 0)
            return { sink(directory.replay()) }
        },
        // A million bytes that might be records, and are not.
        .kernel("storage/journal/replay/torn=1200000") {
            let batch = PointBatch(
                series: (0..<60_000).map { UInt32($0) }, times: (0..<60_000).map { Int64($0) },
                values: SampleData.values(60_000))
            let directory = TemporaryJournal([Journal.frame(JournalEntry.points(batch).encoded())], cut: 1)
            return { sink(directory.replay()) }
        },
    ]

    /// One scrape of ten targets.
    private static let scrape = JournalEntry.points(
        PointBatch(
            series: (0..<10_000).map { UInt32($0) },
            times: (0..<10_000).map { 1_700_000_000_000 + Int64($0 / 1_000) },
            values: SampleData.values(10_000)))

    /// Bytes of a time and a value.
    private static func size(of family: SampleFamily) -> Benchmark {
        Benchmark(name: "storage/chunk/bytes/" + family.name) { report, _ in
            report.add("storage/chunk/bytes/" + family.name, bytes(family.columns), unit: "B")
        }
    }

    /// Bytes of a score of an ordinary value, beyond those of the point.
    private static let scores = Benchmark(name: "storage/chunk/bytes/scores") { report, _ in
        var columns = SampleFamily.all[0].columns
        let without = bytes(columns)
        var random = Xoshiro256StarStar(seed: 9)
        columns.scores = (0..<points).map { _ in
            ScoreByte.encode(negativeLog10: random.nextExponential() / log(10))
        }
        report.add("storage/chunk/bytes/scores", bytes(columns) - without, unit: "B")
    }

    private static func bytes(_ columns: PointColumns) -> Double {
        Double(ChunkCodec.encode(columns).count) / Double(columns.count)
    }

    /// The mean over all of them.
    private static let typical = Benchmark(name: "storage/chunk/bytes/typical") { report, _ in
        let mean = mixed.map(bytes).reduce(0, +) / Double(mixed.count)
        report.add("storage/chunk/bytes/typical", mean, unit: "B", note: "the families in their shares")
    }

    /// Twenty chunks, of each kind as many as its share.
    private static let mixed = SampleFamily.all.flatMap {
        [PointColumns](repeating: $0.columns, count: $0.share)
    }
}

/// A journal of one segment, gone with its owner.
private final class TemporaryJournal {
    private let path: String
    private var file: String { path + "/00000001.journal" }

    /// - Parameter cut: How many bytes are missing at the end.
    init(_ frames: [[UInt8]], cut: Int) {
        var name = Array("/tmp/bellwether-benchmark-XXXXXX".utf8CString)
        path = mkdtemp(&name).map { String(cString: $0) } ?? "."
        do throws(StorageError) {
            var writer = try JournalWriter(directory: path, segment: 1)
            try writer.append(frames)
            truncate(file, writer.bytes - cut)
        } catch {
            print("# \(error)")
        }
    }

    deinit {
        unlink(file)
        rmdir(path)
    }

    /// Decodes every entry.
    func replay() -> JournalEnd? {
        try? Journal.replay(in: path, from: 1) { (payload: [UInt8]) throws(StorageError) in
            sink(try JournalEntry(decoding: payload))
        }
    }
=======
import Storage

/// Stores on the disk of the temporary directory.
enum StorageBenchmarks {
    static let all: [Benchmark] = [
        Benchmark(name: "storage/sqlite/commit") { (report, _) throws(Failure) in try commit(&report) }
    ]

    private static let series = 10_000
    private static let chunkPoints = 512
    private static let stateBytes = 700
    private static let rounds = 7

    /// A checkpoint of a full chunk and a state for each of 10,000 series; each round stores the next chunks, and
    /// the states anew.
    private static func commit(_ report: inout Report) throws(Failure) {
        let path = "/tmp/bellwether-bench-\(getpid())"
        defer { remove(path) }
        var times: [Double] = []
        do throws(StorageError) {
            let store = try SQLiteStore(DataDirectory.open(path, holder: "benchmarks"))
            for round in 0...rounds {
                let checkpoint = checkpoint(round)
                let clock = ContinuousClock()
                let start = clock.now
                try store.commit(checkpoint)
                // The first one makes the tables of a size.
                if round > 0 { times.append((clock.now - start) / .nanoseconds(1)) }
            }
        } catch {
            throw Failure(error.description)
        }
        times.sort()
        let median = times[times.count / 2]
        let name = "storage/sqlite/commit"
        let bytes = checkpoint(1).chunks[0].bytes.count
        report.add(
            name, nanoseconds: median, worst: times[times.count - 1],
            note:
                "\(series) chunks of \(chunkPoints) points in \(bytes) bytes, \(series) states of \(stateBytes)"
        )
        report.add(name + "/points", rate: Double(series * chunkPoints) / (median * 1e-9), note: "points")
    }

    private static func checkpoint(_ round: Int) -> Checkpoint {
        var checkpoint = Checkpoint(journalSegment: round)
        let values = SampleData.values(chunkPoints)
        var points = PointColumns()
        for (step, value) in values.enumerated() {
            points.append(Int64(round * chunkPoints + step) * 10_000, (value * 100).rounded() / 100, 7)
        }
        let bytes = ChunkCodec.encode(points)
        for id in 0..<UInt32(series) {
            if round == 0 {
                checkpoint.series.append(StoredSeries(id: id, labels: Array("__name__=cpu,host=\(id)".utf8)))
            }
            checkpoint.chunks.append(
                StoredChunk(
                    series: id, first: points.times[0], last: points.times[chunkPoints - 1],
                    count: chunkPoints,
                    bytes: bytes))
            checkpoint.states.append(
                StoredState(
                    series: id, kind: "stream/1", bytes: [UInt8](repeating: UInt8(round), count: stateBytes)))
        }
        return checkpoint
    }

    private static func remove(_ path: String) {
        for name in ["bellwether.db", "bellwether.db-wal", "bellwether.db-shm", "lock"] {
            unlink(path + "/" + name)
        }
        rmdir(path + "/journal")
        rmdir(path)
    }
>>>>>>> sqlite
}

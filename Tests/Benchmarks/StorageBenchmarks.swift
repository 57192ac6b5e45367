import Glibc
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
}

import Glibc
import Numerics
import Storage

/// What is kept: chunks of points, and entries of the journal.
enum StorageBenchmarks {
    static let all: [Benchmark] = chunks + SampleFamily.all.map(size) + [typical, scores] + entries

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

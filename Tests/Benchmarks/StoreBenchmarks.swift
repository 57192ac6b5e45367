import Glibc
import Storage
import Workload

/// Stores on the disk of the temporary directory.
enum StoreBenchmarks {
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
}

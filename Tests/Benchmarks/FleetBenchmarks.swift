import Glibc
import Ingest
import Networking
import Pipeline
import Storage
import Synchronization
import TimeSeries
import Workload

/// What the page asks of a monitor that holds 10,000 series in memory.
enum FleetBenchmarks {
    static let all: [Benchmark] = [
        entry("fleet/rows=1000/series=10000") { $0.limit = 1_000 },
        entry("fleet/rows=1000/series=10000/search") {
            $0.limit = 1_000
            $0.search = "requests host=1"
        },
        entry("fleet/rows=1000/series=10000/name") {
            $0.limit = 1_000
            $0.order = .name
        },
    ]

    private static let series = 10_000
    private static let points = 200

    private static func entry(
        _ name: String, _ change: @escaping @Sendable (inout FleetQuestion) -> Void
    ) -> Benchmark {
        .kernel(name) {
            let monitor = try? filled()
            var question = FleetQuestion()
            change(&question)
            return { [question] in sink(try? monitor?.fleet(question)) }
        }
    }

    /// A monitor in memory whose series have some hundred points each.
    private static func filled() throws -> Monitor {
        let now: Int64 = 1_700_000_000_000
        let surroundings = PipelineSurroundings(
            steady: { 1 }, wall: { now }, threads: Pipeline.Threads { startThread($0) }, sleep: { _ in },
            sha256: { _ in "" }, log: { _, _ in })
        let monitor = try Monitor.open(
            MonitorSettings(), store: MemoryStore(), journal: nil, definitions: [], in: surroundings)
        let labels = try (0..<series).map { index -> Labels in
            let pairs = [
                ("__name__", "http_requests_\(index % 20)"), ("host", "\(index)"), ("job", "checkout"),
                ("instance", "10.0.\(index % 8).\(index % 250):9100"),
            ]
            return try Labels(pairs.map { (name: $0.0, value: $0.1) })
        }
        let taken = Taken()
        for first in stride(from: 0, to: points, by: 20) {
            var decoded = DecodedPoints()
            for (index, labels) in labels.enumerated() {
                decoded.append(
                    labels,
                    (first..<first + 20).map { place in
                        let value = Double((index &* 31 &+ place &* place &* 7) % 100)
                        return Point(
                            milliseconds: now - Int64(points - 1 - place) * 15_000, value: value)
                    })
            }
            monitor.ingest(decoded) { _ in taken.count.add(1, ordering: .sequentiallyConsistent) }
            while taken.count.load(ordering: .sequentiallyConsistent) <= first / 20 { usleep(1_000) }
        }
        return monitor
    }
}

/// How many requests were taken.
private final class Taken: Sendable {
    let count = Atomic(0)
}

import Ingest
import Networking
import TimeSeries
import Workload

/// Bodies of the import formats, from bytes to points; times are for one point.
enum IngestBenchmarks {
    static let all: [Benchmark] = [
        .kernel("ingest/remote-write/decode", unit: series) {
            let body = remoteWrite
            return { sink(try? PrometheusRemoteWrite.decode(body)) }
        },
        .kernel("ingest/remote-write/snappy+decode", unit: series) {
            let body = Snappy.compress(remoteWrite)
            let limit = remoteWrite.count
            return {
                sink(
                    (try? Snappy.decompress(body, limit: limit)).map { try? PrometheusRemoteWrite.decode($0) }
                )
            }
        },
        .kernel("ingest/json-lines", unit: series) {
            let body = jsonLines(points: 1)
            return { sink(PointsJSON.decode(body)) }
        },
        .kernel("ingest/json-lines/points=100", unit: series * 100) {
            let body = jsonLines(points: 100)
            return { sink(PointsJSON.decode(body)) }
        },
        .kernel("ingest/csv/rows=100000", unit: 100_000) {
            let text = SampleData.csv(rows: 100_000)
            return { sink(try? PointsCSV.decode(text)) }
        },
    ]

    /// Series in a body, as many as one scrape of a few machines gives.
    private static let series = 10_000

    /// Eight labels, as an exporter behind Prometheus has them.
    private static func labels(_ index: Int) -> Labels {
        let pairs = [
            (name: "__name__", value: "node_network_receive_bytes_total"),
            (name: "instance", value: "host-\(index / 8).example.com:9100"), (name: "job", value: "node"),
            (name: "device", value: "eth\(index % 8)"), (name: "region", value: "eu-central-1"),
            (name: "environment", value: "production"), (name: "team", value: "infrastructure"),
            (name: "rack", value: "r\(index % 40)"),
        ]
        return (try? Labels(pairs)) ?? .none
    }

    private static func points(_ count: Int, _ index: Int) -> [Point] {
        SampleData.values(count, seed: UInt64(index + 1)).enumerated().map {
            Point(milliseconds: 1_764_547_200_000 + Int64($0) * 15_000, value: $1)
        }
    }

    /// One sample a series.
    private static let remoteWrite: [UInt8] = {
        var encoder = RemoteWriteEncoder()
        for index in 0..<series { encoder.append(labels(index), points(1, index)) }
        return encoder.bytes
    }()

    private static func jsonLines(points count: Int) -> [UInt8] {
        (0..<series).flatMap { PointsJSON.line(labels: labels($0), points: points(count, $0)) }
    }
}

import Foundation
import Networking
import TestSupport
import Testing

/// Client libraries of PyPI, as `make test-real` installs them.
private enum Clients {
    /// Their Python; `nil` where they are not installed.
    static let python: String? = {
        let place = Repository.root.appendingPathComponent(".build/peers/bin/python3").path
        let isComplete = FileManager.default.fileExists(
            atPath: Repository.root.appendingPathComponent(".build/peers/clients").path)
        return isComplete && FileManager.default.isExecutableFile(atPath: place) ? place : nil
    }()

    /// A batch at a time, with the library's own way to come again.
    static let influxStream = """
        import sys, time
        from influxdb_client import InfluxDBClient, Point, WriteOptions, WritePrecision
        errors = []
        with InfluxDBClient(url=sys.argv[1], token=sys.argv[2], org="o", enable_gzip=True) as client:
            assert client.ping()
            options = WriteOptions(batch_size=20, flush_interval=100, jitter_interval=0, retry_interval=200,
                                   max_retry_delay=1000, max_retries=20, exponential_base=2)
            write = client.write_api(write_options=options, error_callback=lambda c, d, e: errors.append(str(e)))
            for step in range(600):
                point = Point("load").tag("host", "a b").field("value", float(step))
                write.write(bucket="b", record=point.time(1764547200 + step, WritePrecision.S))
                time.sleep(0.01)
            write.close()
        assert not errors, errors
        """

    /// What the library makes of refusals.
    static let influxRefusals = """
        import sys
        from influxdb_client import InfluxDBClient
        from influxdb_client.client.write_api import SYNCHRONOUS
        from influxdb_client.rest import ApiException
        def write(token, text):
            with InfluxDBClient(url=sys.argv[1], token=token, org="o") as client:
                client.write_api(write_options=SYNCHRONOUS).write(bucket="b", record=text)
        write(sys.argv[2], ["good value=1 1764547200000000000", "good value=2 1764547260000000000"])
        for token, status, words in [(sys.argv[2], 400, "line 2"), ("wrong", 401, "unauthorized")]:
            try:
                write(token, "good value=3 1764547320000000000\\nbad value=\\n")
            except ApiException as error:
                assert error.status == status and words in error.body, error
            else:
                raise AssertionError(status)
        """

    /// A counter, a gauge and a histogram, exported five times a second.
    static let openTelemetry = """
        import sys, time
        from opentelemetry.exporter.otlp.proto.http import Compression
        from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
        from opentelemetry.sdk.metrics import Counter, Histogram, MeterProvider
        from opentelemetry.sdk.metrics.export import AggregationTemporality, PeriodicExportingMetricReader
        from opentelemetry.sdk.resources import Resource
        delta = AggregationTemporality.DELTA
        exporter = OTLPMetricExporter(
            endpoint=sys.argv[1] + "/v1/metrics", compression=Compression.Gzip,
            headers={"Authorization": "Bearer " + sys.argv[2]},
            preferred_temporality={Counter: delta, Histogram: delta} if sys.argv[3] == "delta" else None)
        reader = PeriodicExportingMetricReader(exporter, export_interval_millis=200)
        resource = Resource.create({"service.name": "shop", "service.instance.id": sys.argv[3]})
        provider = MeterProvider(resource=resource, metric_readers=[reader])
        meter = provider.get_meter("peer")
        orders = meter.create_counter("orders")
        queue = meter.create_gauge("queue.depth")
        latency = meter.create_histogram("latency", unit="ms")
        for step in range(int(sys.argv[4])):
            orders.add(3, {"region": "eu"})
            queue.set(step)
            latency.record(step % 10)
            time.sleep(0.05)
        provider.shutdown()
        """
}

/// A service on a port that it has again after a kill, with a token.
private final class Stage {
    let folder: TemporaryFolder
    let port: Int
    private(set) var service: RunningProgram
    private let options: [String]

    init() throws {
        folder = try TemporaryFolder()
        port = try FreePort.next()
        try "s3cret\n".write(toFile: folder("token"), atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder("token"))
        options = ["--token-file", folder("token")]
        service = try Self.serve(folder, port, options)
        _ = try service.address()
    }

    private static func serve(
        _ folder: TemporaryFolder, _ port: Int, _ options: [String]
    ) throws -> RunningProgram {
        try RunningProgram(
            #require(Program.bellwether),
            ["serve", "--listen", "127.0.0.1:\(port)", "--data", folder("data")] + options,
            log: folder("service.log"))
    }

    var url: String { "http://127.0.0.1:\(port)" }

    /// Kills the service, and starts it again a second later.
    func killAndRestart() throws {
        service.kill()
        Thread.sleep(forTimeInterval: 1)
        service = try Self.serve(folder, port, options)
        _ = try service.address()
    }

    /// Starts a script of a client library.
    func start(_ script: String, _ words: String...) throws -> RunningProgram {
        try RunningProgram(
            #require(Clients.python), ["-c", script, url, "s3cret"] + words, log: folder("client.log"))
    }

    /// The stored points of a selector, by the text of its labels.
    func exported(_ selector: String) throws -> [String: [Int64: Double]] {
        // The program asks for itself, with the token.
        let run = try RunningProgram(
            #require(Program.bellwether),
            ["export", selector, "--url", url, "-o", "json"] + options, log: folder("export.log"))
        #expect(try run.exitCode(within: 30) == 0, "\(run.printed)")
        var series: [String: [Int64: Double]] = [:]
        for line in run.lines {
            let root = try JSONDocument(Array(line.utf8)).root
            let labels = try #require(root["labels"]?.members).map { "\($0.key)=\($0.value.string ?? "")" }
            let times = try #require(root["timestamps"]?.elements).compactMap(\.double)
            let values = try #require(root["values"]?.elements).map { $0.double ?? .nan }
            series[labels.joined(separator: ","), default: [:]].merge(
                zip(times.map { Int64($0 * 1000) }, values)
            ) { _, _ in .nan }
        }
        return series
    }
}

@Suite(
    .enabled(
        if: Program.bellwether != nil && Clients.python != nil,
        "the client libraries are not installed, see .ci/prepare"),
    .serialized, .timeLimit(.minutes(3)))
struct ClientLibraryRealPeerTests {
    @Test func `the client of InfluxDB loses nothing to a kill`() throws {
        let stage = try Stage()
        let client = try stage.start(Clients.influxStream)
        Thread.sleep(forTimeInterval: 3)
        try stage.killAndRestart()
        #expect(try client.exitCode(within: 60) == 0, "\(client.printed)")
        let series = try stage.exported("load")
        let points = try #require(series["__name__=load,host=a b"], "\(series.keys)")
        #expect(points.count == 600)
        for (time, value) in points { #expect(time == 1_764_547_200_000 + Int64(value) * 1000) }
    }

    @Test func `the client of InfluxDB understands refusals`() throws {
        let stage = try Stage()
        let client = try stage.start(Clients.influxRefusals)
        #expect(try client.exitCode(within: 30) == 0, "\(client.printed)")
        // The good line of the refused request is stored.
        #expect(try stage.exported("good").values.first?.count == 3)
    }

    @Test(arguments: [("cumulative", true), ("cumulative", false), ("delta", false)])
    func `the SDK of OpenTelemetry counts the same through a kill`(
        temporality: String, isKilled: Bool
    ) throws {
        let stage = try Stage()
        // The SDK tries again after 1, 3 and 7 s, and is to go on after that.
        let steps = isKilled ? 300 : 100
        let client = try stage.start(Clients.openTelemetry, temporality, "\(steps)")
        func now() -> Int64 { Int64(Date().timeIntervalSince1970 * 1000) }
        var away: (from: Int64, to: Int64)?
        if isKilled {
            Thread.sleep(forTimeInterval: 2.5)
            let from = now()
            try stage.killAndRestart()
            away = (from, now())
        }
        #expect(try client.exitCode(within: 60) == 0, "\(client.printed)")
        let series = try stage.exported(#"{job="shop"}"#)
        let rest = "instance=\(temporality),job=shop"
        func points(_ start: String, _ end: String = "") throws -> [(key: Int64, value: Double)] {
            let found = series.first {
                $0.key.hasPrefix("__name__=\(start)") && (end.isEmpty || $0.key.contains(end))
            }
            return try #require(found?.value, "\(start) in \(series.keys.sorted())").sorted {
                $0.key < $1.key
            }
        }
        func values(_ start: String, _ end: String = "") throws -> [Double] {
            try points(start, end).map(\.value)
        }
        let counted = try points("orders_total,\(rest)", "region=eu")
        let orders = counted.map(\.value)
        #expect(orders.last == Double(3 * steps) && orders.count > 10, "\(orders)")
        // Counted before the kill, and after it more than once.
        if let away {
            let before = counted.count { $0.key < away.from }
            let after = counted.count { $0.key > away.to }
            #expect(before > 3 && after > 3, "\(before) and \(after) of \(orders)")
        }
        #expect(zip(orders, orders.dropFirst()).allSatisfy { $0 <= $1 }, "\(orders)")
        #expect(try values("queue_depth,\(rest)").last == Double(steps - 1))
        #expect(try values("latency_milliseconds_count,\(rest)").last == Double(steps))
        #expect(try values("latency_milliseconds_sum,\(rest)").last == 4.5 * Double(steps))
        let medians = try values("latency_milliseconds,\(rest)", "quantile=0.5")
        #expect(!medians.isEmpty && medians.allSatisfy { $0 >= 0 && $0 <= 10 }, "\(medians)")
    }
}

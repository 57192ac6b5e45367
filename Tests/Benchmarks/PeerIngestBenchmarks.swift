import Glibc
import Synchronization
import Workload

/// The same remote write into VictoriaMetrics, which stores and does not score, on the same machine in the same run.
enum PeerIngestBenchmarks {
    static let all: [Benchmark] = [
        Benchmark(name: name) { report, session throws(Failure) in try run(&report, session) }
    ]

    private static let name = "ingest/peer/100000x1"
    private static let own = "ingest/service/100000x1/rate"
    private static let program = "/usr/bin/victoria-metrics"
    private static let (connections, requestsInTurn, seriesInRequest) = (2, 5, 10_000)
    private static let (warmUpSeconds, seconds, patience) = (5, 10, 100)

    private static func run(_ report: inout Report, _ session: Session) throws(Failure) {
        guard access(program, X_OK) == 0 else {
            return report.skip(name, "no \(program); YES=1 .ci/prepare peer installs it, service masked")
        }
        session.endServices()
        let directory = try Children.makeDirectory()
        defer { Children.remove(directory) }
        let port = try freePort()
        let peer = try Process(
            program,
            [
                "-storageDataPath=\(directory)/data", "-httpListenAddr=127.0.0.1:\(port)",
                "-retentionPeriod=100y",
                "-loggerLevel=ERROR", "-maxLabelsPerTimeseries=40",
            ])
        try wait(for: port)
        let load = RemoteWriteLoad(
            port: port,
            sources: RemoteWriteSource.sources(
                connections: connections, requestsInTurn: requestsInTurn, series: seriesInRequest))
        let box = Mutex<IngestMeasurement?>(nil)
        let pid = peer.pid
        try load.run {
            for _ in 0..<warmUpSeconds where !load.hasFailed { sleep(1) }
            let measured = IngestMeasurement(of: load, on: pid, seconds: seconds)
            box.withLock { $0 = measured }
        }
        guard let measured = box.withLock({ $0 }), measured.samples > 0 else {
            throw Failure("nothing was measured of \(program)")
        }
        report.add(
            name + "/rate", rate: measured.medianRate,
            note: "samples, median second of \(measured.rates.count); stored, not scored")
        report.add(
            name + "/cpu", 1e6 * measured.serviceSeconds / measured.samples, unit: "µs",
            note: "of processor a sample, load excluded")
        report.add(name + "/rss", measured.residentMegabytes, unit: "MB")
        guard let ours = report.rates[own] else { return }
        report.add("ratio/" + name, ours / measured.medianRate, unit: "×", note: "our rate over its rate")
    }

    private static func wait(for port: UInt16) throws(Failure) {
        for _ in 0..<patience {
            if var connection = try? Connection(port: port),
                (try? connection.exchange(RequestBytes.get("/health")).status) == 200
            {
                return
            }
            usleep(100_000)
        }
        throw Failure("\(program) did not become ready")
    }
}

import Glibc
import Synchronization
import Workload

/// Remote write at a fixed rate for minutes, while series are replaced by new ones every minute: all of them,
/// so that ten minutes have ten times as many, unless `--churn` says otherwise.
///
/// Memory is to stay as it is once as many series have left it as have come.
enum IngestSoak {
    static let benchmark = Benchmark(name: "ingest/soak") { report, session throws(Failure) in
        guard session.soakMinutes > 0 else { return report.skip("ingest/soak", "--soak MINUTES runs it") }
        try run(minutes: Int(session.soakMinutes.rounded(.up)), &report, session)
    }

    private static let samplesPerSecond = 100_000.0
    private static let connections = 2
    private static let seriesInRequest = 10_000
    private static let staleAfter = "60s"

    private static func run(minutes: Int, _ report: inout Report, _ session: Session) throws(Failure) {
        session.endServices()
        let server = try Server(["--stale-after", staleAfter])
        let load = RemoteWriteLoad(
            port: server.port,
            sources: RemoteWriteSource.sources(
                connections: connections, requestsInTurn: 1, series: seriesInRequest),
            samplesPerSecond: samplesPerSecond, churn: session.churn)
        let shared = Mutex(report)
        try load.run {
            let clock = ContinuousClock()
            let begin = clock.now
            for minute in 1...minutes {
                while !load.hasFailed, clock.now - begin < .seconds(60 * minute) { usleep(100_000) }
                guard !load.hasFailed, let metrics = try? server.metrics() else { return }
                shared.withLock { tell(minute, server, metrics, load, &$0) }
            }
        }
        report = shared.withLock { $0 }
    }

    private static func tell(
        _ minute: Int, _ server: Server, _ metrics: ServiceMetrics, _ load: RemoteWriteLoad,
        _ report: inout Report
    ) {
        let files = server.files()
        let segments = files.filter { $0.key.hasSuffix(".journal") }
        let megabytes = { (name: String) in Report.text(metrics[name] / 1e6) }
        let latencies = load.takeLatencies().sorted()
        let worst = latencies.last ?? .nan
        report.add(
            "ingest/soak/rss/minute=\(minute)", server.residentMegabytes ?? .nan, unit: "MB",
            note: "\(Int(metrics["bellwether_series"])) series, "
                + "\(Int(metrics["bellwether_series_in_memory"])) in memory, "
                + "states \(megabytes("bellwether_series_state_bytes")) MB, "
                + "index \(megabytes("bellwether_index_bytes")) MB, "
                + "\(segments.count) segments of \(Report.text(Double(segments.values.reduce(0, +)) / 1e6)) MB, "
                + "database \(Report.text(Double(files["bellwether.db", default: 0]) / 1e6)) MB and log "
                + "\(Report.text(Double(files["bellwether.db-wal", default: 0]) / 1e6)) MB, "
                + "\(load.samples) samples, worst request \(Report.text(worst / 1e6)) ms")
    }
}

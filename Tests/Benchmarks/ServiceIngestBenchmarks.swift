import Workload

/// Remote write as its senders have it: another process, a data directory on disk, HTTP over loopback.
enum ServiceIngestBenchmarks {
    static let all: [Benchmark] = [
        Benchmark(name: "ingest/service/10000x1") { report, session throws(Failure) in
            try measure("ingest/service/10000x1", requestsInTurn: 1, seconds: 20, &report, session)
        },
        Benchmark(name: "ingest/service/100000x1") { report, session throws(Failure) in
            try measure("ingest/service/100000x1", requestsInTurn: 5, seconds: 10, &report, session)
        },
        IngestSoak.benchmark,
    ]

    /// Samples a second that are wanted, generator included, on two cores.
    static let target = 1_000_000.0
    /// Series in one request, each with one sample.
    private static let seriesInRequest = 10_000
    private static let connections = 2
    /// Samples of each series before anything is measured: the first 40 are not scored, and the 64th sets a unit for all.
    private static let warmUpSamples = 70
    private static let warmUpSeconds = 5

    private static func measure(
        _ name: String, requestsInTurn: Int, seconds: Int, _ report: inout Report, _ session: Session
    ) throws(Failure) {
        session.endServices()
        let server = try Server()
        let load = RemoteWriteLoad(
            port: server.port,
            sources: RemoteWriteSource.sources(
                connections: connections, requestsInTurn: requestsInTurn, series: seriesInRequest))
        let measured = try load.measured(server, seconds: seconds, warmUp: (warmUpSeconds, warmUpSamples))
        tell(measured, name, requestsInTurn, &report)
        try tellSizes(of: server, acknowledged: load.samples, name, &report)
    }

    private static func tell(
        _ measured: IngestMeasurement, _ name: String, _ requestsInTurn: Int, _ report: inout Report
    ) {
        let samples = measured.difference("bellwether_ingest_samples_total{result=\"accepted\"}")
        let series = connections * requestsInTurn * seriesInRequest
        report.add(
            name + "/rate", rate: measured.rates[measured.rates.count / 2],
            note: "samples, median second of \(measured.rates.count); at least \(Int(target)) wanted; "
                + "\(series) series, \(connections) connections")
        report.add(name + "/rate/worst-second", rate: measured.rates[0], note: "samples")
        report.add(
            name + "/requests", rate: Double(measured.latencies.count) / measured.elapsed,
            note: "\(seriesInRequest) series x 1 sample, \(RemoteWriteSource.labels) labels each")
        report.add(
            name + "/scored", 100 * measured.difference("bellwether_scored_samples_total") / samples,
            unit: "%", note: "of the samples; of each series the first 40 are not")
        for stage in IngestMeasurement.stages {
            let spent = measured.difference("bellwether_ingest_stage_seconds_total{stage=\"\(stage)\"}")
            report.add(
                name + "/stage/\(stage)", 1e6 * spent / samples, unit: "µs",
                note: stage == "journal" ? "a sample, the wait for the disk included" : "a sample")
        }
        report.add(
            name + "/cpu/service", 1e6 * measured.serviceSeconds / samples, unit: "µs",
            note:
                "of processor a sample, \(Int(100 * measured.serviceSeconds / measured.elapsed)) % of a core")
        report.add(
            name + "/cpu/generator", 1e6 * measured.generatorSeconds / samples, unit: "µs",
            note:
                "of processor a sample, \(Int(100 * measured.generatorSeconds / measured.elapsed)) % of a core"
        )
        let latencies = measured.latencies
        if let worst = latencies.last {
            report.add(name + "/latency", nanoseconds: latencies[latencies.count / 2], worst: worst)
            report.add(
                name + "/latency/p99", nanoseconds: latencies[latencies.count * 99 / 100], worst: worst,
                note:
                    "\(Int(measured.difference("bellwether_checkpoints_total{result=\"done\"}"))) checkpoints"
            )
        }
        report.add(
            name + "/journal/syncs",
            rate: measured.difference("bellwether_journal_syncs_total") / measured.elapsed)
        report.add(
            name + "/journal/bytes", measured.difference("bellwether_journal_bytes_total") / samples,
            unit: "B",
            note: "a sample")
        report.add(
            name + "/rss", measured.residentMegabytes, unit: "MB",
            note:
                "load average \(TextFile.read("/proc/loadavg")?.split(separator: " ").first ?? "?") at the end"
        )
    }

    private static func tellSizes(
        of server: Server, acknowledged: Int, _ name: String, _ report: inout Report
    ) throws(Failure) {
        try server.checkpoint()
        let metrics = try server.metrics()
        let points = metrics["bellwether_stored_points"]
        guard points == Double(acknowledged) else {
            throw Failure("\(acknowledged) samples were acknowledged and \(points) are stored")
        }
        let files = server.files()
        let database = files["bellwether.db", default: 0]
        report.add(
            name + "/disk/chunks", metrics["bellwether_stored_chunk_bytes"] / points, unit: "B",
            note:
                "a sample with its score, of \(Int(points)) samples, \(Int(points / metrics["bellwether_series"])) a series"
        )
        report.add(
            name + "/disk/database", Double(database) / points, unit: "B",
            note: "a sample; the states of the series included")
        report.add(
            name + "/disk/log", Double(files["bellwether.db-wal", default: 0]) / 1e6, unit: "MB",
            note: "the write-ahead log of the database, which does not grow with the samples")
        report.add(
            name + "/rss/after", server.residentMegabytes ?? .nan, unit: "MB", note: "after a checkpoint")
    }
}

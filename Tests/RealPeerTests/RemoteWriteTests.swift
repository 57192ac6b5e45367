import Foundation
import Networking
import TestSupport
import Testing

/// A real Prometheus that scrapes itself and a real node exporter every second, and writes to a service.
private struct Trio {
    let folder: TemporaryFolder
    let service: RunningProgram
    let exporter: RunningProgram
    let prometheus: RunningProgram
    /// Clients of the service and of Prometheus.
    let ours: PointClient
    let theirs: PointClient
    let exporterPort: Int

    init() throws {
        folder = try TemporaryFolder()
        service = try RunningProgram.serve(data: folder("data"), log: folder("service.log"))
        let address = try service.address()
        exporterPort = try FreePort.next()
        exporter = try RunningProgram(
            #require(Program.installed("prometheus-node-exporter")),
            ["--web.listen-address=127.0.0.1:\(exporterPort)", "--log.level=error"],
            log: folder("exporter.log"))
        let web = try FreePort.next()
        let configuration = """
            global: {scrape_interval: 1s, scrape_timeout: 1s}
            scrape_configs:
              - job_name: prometheus
                static_configs: [{targets: ['127.0.0.1:\(web)']}]
              - job_name: node
                static_configs: [{targets: ['127.0.0.1:\(exporterPort)']}]
            remote_write:
              - url: \(address)/api/v1/write
            """
        try configuration.write(toFile: folder("prometheus.yml"), atomically: true, encoding: .utf8)
        prometheus = try RunningProgram(
            #require(Program.installed("prometheus")),
            [
                "--config.file=" + folder("prometheus.yml"), "--storage.tsdb.path=" + folder("tsdb"),
                "--web.listen-address=127.0.0.1:\(web)", "--log.level=warn",
            ], log: folder("prometheus.log"))
        ours = try PointClient(address)
        theirs = try PointClient("http://127.0.0.1:\(web)")
    }

    /// The sum of Prometheus' samples of a counter of its remote storage.
    func sent(_ counter: String) throws -> Int {
        let text = String(decoding: try theirs.get("/metrics").body, as: UTF8.self)
        let lines = text.split(separator: "\n").filter {
            $0.hasPrefix("prometheus_remote_storage_\(counter){")
        }
        return Int(lines.reduce(0) { $0 + (Double($1.split(separator: " ").last ?? "") ?? 0) })
    }

    /// Our samples, by what became of them.
    func taken(_ result: String) throws -> Int {
        Int(try ours.metric(#"bellwether_ingest_samples_total{result="\#(result)"}"#) ?? -1)
    }

    /// The label sets of all series.
    func series(of client: PointClient) throws -> Set<[String: String]> {
        let target = HTTPClient.target(
            "/api/v1/series", query: [("match[]", #"{__name__=~".+"}"#)].map { (name: $0.0, value: $0.1) })
        let answer = try client.get(target)
        let data = try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any]
        return Set(try #require(data?["data"] as? [[String: String]]))
    }

    /// The raw samples that Prometheus has of some metrics in the last two minutes, by series as
    /// ``PointClient/exported(_:)`` names them; those that are no finite number are left out.
    func raw(_ metric: String) throws -> [String: [Int64: Double]] {
        let target = HTTPClient.target("/api/v1/query", query: [(name: "query", value: metric + "[2m]")])
        let answer = try JSONSerialization.jsonObject(with: Data(theirs.get(target).body)) as? [String: Any]
        let data = try #require(answer?["data"] as? [String: Any])
        var found: [String: [Int64: Double]] = [:]
        for row in try #require(data["result"] as? [[String: Any]]) {
            var labels = try #require(row["metric"] as? [String: String])
            let name = labels.removeValue(forKey: "__name__") ?? ""
            let rest = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(
                separator: ",")
            for pair in try #require(row["values"] as? [[Any]]) {
                let seconds = try #require(pair[0] as? Double)
                guard let value = Double(try #require(pair[1] as? String)), value.isFinite else { continue }
                found["\(name){\(rest)}", default: [:]][Int64((seconds * 1000).rounded())] = value
            }
        }
        return found
    }
}

@Suite(
    .enabled(
        if: Program.bellwether != nil && Program.installed("prometheus") != nil
            && Program.installed("prometheus-node-exporter") != nil,
        "prometheus or prometheus-node-exporter (Debian packages) is not installed"),
    .serialized, .timeLimit(.minutes(4)))
struct RemoteWriteRealPeerTests {
    @Test func `what Prometheus scrapes is stored and scored, sample by sample`() throws {
        let trio = try Trio()
        Thread.sleep(forTimeInterval: 40)
        let scoredEarly = try trio.ours.metric("bellwether_scored_samples_total") ?? -1
        Thread.sleep(forTimeInterval: 25)
        try awaitSamples("node_load1", trio)

        try expectCountsAgree(trio)
        let scored = try trio.ours.metric("bellwether_scored_samples_total") ?? -1
        #expect(scored > scoredEarly && scoredEarly >= 0, "\(scoredEarly), then \(scored)")
        for metric in [
            "up", "node_load1", "node_memory_MemFree_bytes", "node_context_switches_total", "go_goroutines",
            "node_cpu_seconds_total", "prometheus_tsdb_head_series", "process_resident_memory_bytes",
            "scrape_duration_seconds",
            // Others of its series begin when this test asks for something.
            #"prometheus_http_request_duration_seconds_bucket{handler="/metrics"}"#,
        ] { try expectSamplesAgree(metric, trio) }

        // Its series end with stale markers, and `up` is 0 from then on.
        trio.exporter.kill()
        Thread.sleep(forTimeInterval: 6)
        try expectCountsAgree(trio)
        let up = try trio.ours.exported(#"up{job="node"}"#).values.first ?? [:]
        #expect(up.max { $0.key < $1.key }?.value == 0)
        let load = try trio.ours.exported("node_load1").values.first ?? [:]
        let newest = try #require(load.keys.max())
        #expect(Date().timeIntervalSince1970 - Double(newest) / 1000 > 4)

        let anomalies = try trio.ours.get("/api/v1/anomalies?limit=5")
        #expect(anomalies.status == 200)
        #expect(try JSONDocument(anomalies.body).root["anomalies"]?.elements != nil)
        print("anomalies: \(String(decoding: anomalies.body.prefix(600), as: UTF8.self))")
        #expect(try trio.service.stop() == 0)
        let warnings = trio.service.lines.filter { !$0.hasPrefix("info: ") }
        #expect(warnings == [])
    }

    /// Series and samples are the same on both sides, and none failed, was dropped or refused.
    private func expectCountsAgree(_ trio: Trio) throws {
        var difference: Set<[String: String]> = [[:]]
        for _ in 0..<40 where !difference.isEmpty {
            let stored = try trio.series(of: trio.ours)
            difference = try trio.series(of: trio.theirs).symmetricDifference(stored)
            if !difference.isEmpty { Thread.sleep(forTimeInterval: 0.25) }
        }
        #expect(difference.isEmpty, "\(difference.count) series differ, as \(difference.first ?? [:])")
        // Samples are on their way all the time; between two scrapes there is a moment without any.
        var counts: [Int] = []
        for _ in 0..<100 where Set(counts).count != 1 {
            let before = try trio.sent("samples_total")
            let ours = try trio.taken("accepted") + trio.taken("late")
            counts = [before, ours, try trio.sent("samples_total")]
            if Set(counts).count != 1 { Thread.sleep(forTimeInterval: 0.07) }
        }
        #expect(Set(counts).count == 1 && counts[0] > 10_000, "sent, taken, sent: \(counts)")
        for result in ["rejected", "conflict", "duplicate"] {
            #expect(try trio.taken(result) == 0, "\(result)")
        }
        #expect(try trio.sent("samples_failed_total") == 0)
        #expect(try trio.sent("samples_dropped_total") == 0)
        #expect(try trio.sent("samples_retried_total") <= 2_000)
        print("\(counts[0]) samples of \(try trio.series(of: trio.ours).count) series sent and stored")
    }

    /// Waits until there are enough samples to compare: a busy machine misses scrapes.
    private func awaitSamples(_ metric: String, _ trio: Trio) throws {
        for _ in 0..<40 {
            let settled = settled()
            let fewest = try trio.raw(metric).values.map { $0.keys.count { $0 < settled } }.min() ?? 0
            if fewest > Self.fewest + 5 { return }
            Thread.sleep(forTimeInterval: 1)
        }
    }

    /// The samples of a metric that are compared.
    private static let fewest = 30

    /// Milliseconds since 1970; samples before are older than the queue of the sender.
    private func settled() -> Int64 { Int64(Date().timeIntervalSince1970 * 1000) - 10_000 }

    /// Every raw sample of a metric that is older than the queue of the sender is here, and no other.
    private func expectSamplesAgree(_ metric: String, _ trio: Trio) throws {
        let theirs = try trio.raw(metric)
        let ours = try trio.ours.exported(metric)
        let settled = settled()
        #expect(!theirs.isEmpty && Set(theirs.keys) == Set(ours.keys), "\(metric)")
        for (name, samples) in theirs {
            let stored = ours[name] ?? [:]
            let missing = samples.filter { $0.key < settled && stored[$0.key] != $0.value }
            #expect(missing.isEmpty, "\(name): \(missing.count) of \(samples.count) differ")
            let first = samples.keys.min() ?? 0
            let extra = stored.filter {
                (first..<max(first, settled)).contains($0.key) && samples[$0.key] == nil
            }
            #expect(extra.isEmpty, "\(name): \(extra.count) samples that Prometheus lacks")
            #expect(samples.count { $0.key < settled } > Self.fewest, "\(name): \(samples.count) samples")
        }
    }
}

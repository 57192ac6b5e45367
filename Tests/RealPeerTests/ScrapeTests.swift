import Foundation
import Networking
import TestSupport
import Testing

@Suite(
    .enabled(
        if: Program.bellwether != nil && Program.installed("prometheus") != nil
            && Program.installed("prometheus-node-exporter") != nil,
        "prometheus or prometheus-node-exporter (Debian packages) is not installed"),
    .serialized, .timeLimit(.minutes(2)))
struct ScrapeRealPeerTests {
    /// A node exporter, and its port.
    private func exporter(_ folder: TemporaryFolder) throws -> (program: RunningProgram, port: Int) {
        let port = try FreePort.next()
        let program = try RunningProgram(
            #require(Program.installed("prometheus-node-exporter")),
            ["--web.listen-address=127.0.0.1:\(port)", "--log.level=error"], log: folder("exporter.log"))
        return (program, port)
    }

    @Test func `a node exporter is scraped as Prometheus scrapes it`() throws {
        let folder = try TemporaryFolder()
        let (exporter, port) = try exporter(folder)
        let configuration = "scrape: [{job: node, targets: ['127.0.0.1:\(port)'], every: 1s}]\n"
        try configuration.write(toFile: folder("b.yaml"), atomically: true, encoding: .utf8)
        let service = try RunningProgram.serve(
            data: folder("data"), log: folder("service.log"), options: ["--config", folder("b.yaml")])
        let client = try PointClient(service.address())
        Thread.sleep(forTimeInterval: 6)
        exporter.kill()
        Thread.sleep(forTimeInterval: 3)
        let up = try #require(client.exported("up").values.first).sorted { $0.key < $1.key }.map(\.value)
        #expect(up.filter { $0 == 1 }.count >= 4 && up.last == 0, "\(up)")
        // What the exporter shows, in the order of the scrapes; a counter does not fall.
        let names = ["node_load1", "node_memory_MemFree_bytes", "node_context_switches_total"]
        for name in names {
            let points = try #require(client.exported(name).values.first, "\(name)")
            #expect(points.count >= 4, "\(name): \(points.count)")
        }
        let switches = try #require(client.exported(names[2]).first)
        #expect(switches.key == "\(names[2]){instance=127.0.0.1:\(port),job=node}")
        let values = switches.value.sorted { $0.key < $1.key }.map(\.value)
        #expect(zip(values, values.dropFirst()).allSatisfy { $0 <= $1 }, "\(values)")
        #expect(try client.metric(#"bellwether_scrape_lost_samples_total"#) == 0)
        #expect(try service.stop() == 0, "\(service.printed)")
    }

    @Test func `the past of a Prometheus is what it answers`() throws {
        let folder = try TemporaryFolder()
        let port = try FreePort.next()
        let configuration = """
            global: {scrape_interval: 1s, scrape_timeout: 1s}
            scrape_configs:
              - job_name: prometheus
                static_configs: [{targets: ['127.0.0.1:\(port)']}]
            """
        try configuration.write(toFile: folder("prometheus.yml"), atomically: true, encoding: .utf8)
        let prometheus = try RunningProgram(
            #require(Program.installed("prometheus")),
            [
                "--config.file=" + folder("prometheus.yml"), "--storage.tsdb.path=" + folder("tsdb"),
                "--web.listen-address=127.0.0.1:\(port)", "--log.level=warn",
            ], log: folder("prometheus.log"))
        Thread.sleep(forTimeInterval: 20)
        let now = Int(Date().timeIntervalSince1970)
        let place = "http://127.0.0.1:\(port)"
        let words = [
            "--data", folder("data"), "--start", "\(now - 8)", "--end", "\(now - 2)", "--step", "1s",
        ]
        func run(_ query: String, _ more: [String] = []) throws -> RunningProgram {
            try RunningProgram(
                #require(Program.bellwether),
                ["import", "--prometheus", place, "--query", query] + words + more,
                log: folder("import.log"))
        }
        let counter = "process_cpu_seconds_total"
        let target = "/api/v1/query_range?query=\(counter)&start=\(now - 8)&end=\(now - 2)&step=1"
        let answer = try JSONDocument(PointClient(place).get(target).body)
        let values = answer.root["data"]?["result"]?.elements?.first { _ in true }?["values"]
        let count = try #require(values?.count)
        let taken = try run(counter)
        #expect(try taken.exitCode(within: 60) == 0, "\(taken.printed)")
        #expect(
            count > 3 && taken.printed.contains("accepted \(count), rejected 0, duplicates 0"),
            "\(count): \(taken.printed)")
        // An expression has no name until one is given.
        let named = try run("sum(up)", ["--metric", "targets"])
        #expect(try named.exitCode(within: 60) == 0, "\(named.printed)")
        let wrong = try run("up{")
        #expect(try wrong.exitCode(within: 60) == 1)
        #expect(
            wrong.printed.contains("bad_data") && wrong.printed.contains("parse error"), "\(wrong.printed)")
        #expect(try prometheus.stop() == 0)
    }
}

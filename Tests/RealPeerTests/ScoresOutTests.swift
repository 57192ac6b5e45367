import Foundation
import Networking
import TestSupport
import Testing

/// What was waited for and did not come, with what was printed.
private struct Missing: Error, CustomStringConvertible {
    var description: String
}

/// A service that writes its scores to a real Prometheus, which also scrapes them.
private final class Pair {
    let folder: TemporaryFolder
    private(set) var service: RunningProgram
    private(set) var prometheus: RunningProgram
    private(set) var ours: PointClient
    private let theirs: PointClient
    private let web: Int
    private let port: Int

    init() throws {
        folder = try TemporaryFolder()
        web = try FreePort.next()
        port = try FreePort.next()
        try """
        federate: true
        remote_write: {url: 'http://127.0.0.1:\(web)/api/v1/write', every: 200ms}

        """.write(toFile: folder("b.yaml"), atomically: true, encoding: .utf8)
        try """
        global: {scrape_interval: 1s, scrape_timeout: 1s}
        scrape_configs:
          - job_name: federate
            honor_labels: true
            metrics_path: /federate
            params: {'match[]': ['load', '{__name__=~"lo.d|web"}']}
            static_configs: [{targets: ['127.0.0.1:\(port)']}]
        """.write(toFile: folder("prometheus.yml"), atomically: true, encoding: .utf8)
        prometheus = try Self.prometheus(folder, web)
        service = try Self.service(folder, port)
        ours = try PointClient(service.address())
        theirs = try PointClient("http://127.0.0.1:\(web)")
    }

    private static func prometheus(_ folder: TemporaryFolder, _ web: Int) throws -> RunningProgram {
        try RunningProgram(
            #require(Program.installed("prometheus")),
            [
                "--config.file=" + folder("prometheus.yml"), "--storage.tsdb.path=" + folder("tsdb"),
                "--web.listen-address=127.0.0.1:\(web)", "--web.enable-remote-write-receiver",
                "--log.level=warn",
            ], log: folder("prometheus.log"))
    }

    private static func service(_ folder: TemporaryFolder, _ port: Int) throws -> RunningProgram {
        try RunningProgram(
            #require(Program.bellwether),
            [
                "serve", "--listen", "127.0.0.1:\(port)", "--data", folder("data"), "--config",
                folder("b.yaml"),
            ], log: folder("service.log"))
    }

    func stopPrometheus() throws { _ = try prometheus.stop() }
    func startPrometheus() throws { prometheus = try Self.prometheus(folder, web) }

    /// Ends the service with SIGKILL and starts it again.
    func crash() throws {
        service.kill()
        service = try Self.service(folder, port)
        ours = try PointClient(service.address())
    }

    func wait(_ what: String, within seconds: Double = 60, until isDone: () throws -> Bool) throws {
        let end = ContinuousClock.now + .seconds(seconds)
        while try !isDone() {
            guard ContinuousClock.now < end else {
                throw Missing(description: "no \(what): \(service.printed) \(prometheus.printed)")
            }
            Thread.sleep(forTimeInterval: 0.1)
        }
    }

    func metric(_ name: String) throws -> Double { try ours.metric("bellwether_remote_write_\(name)") ?? -1 }

    /// The samples that Prometheus has of a series, by seconds since 1970; none while it starts.
    func samples(_ selector: String) throws -> [Int: Double] {
        let target = HTTPClient.target("/api/v1/query", query: [(name: "query", value: selector + "[1h]")])
        guard let answer = try? theirs.get(target), answer.status == 200 else { return [:] }
        let json = try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any]
        let data = try #require(json?["data"] as? [String: Any])
        let rows = try #require(data["result"] as? [[String: Any]])
        guard let first = rows.first else { return [:] }
        #expect(rows.count == 1, "\(selector) is \(rows.count) series")
        var found: [Int: Double] = [:]
        for pair in try #require(first["values"] as? [[Any]]) {
            let seconds = try #require(pair[0] as? Double)
            found[Int(seconds.rounded())] = Double(try #require(pair[1] as? String))
        }
        return found
    }

    /// Sends values that hardly differ, a second apart.
    func feed(_ metric: String, _ times: Range<Int>) throws {
        let values = times.map { 50 + Double($0 * 7_919 % 100) / 100 }
        let answer = try ours.add([
            SampleRun(metric: metric, times: times.map { Int64($0) * 1_000 }, values: values)
        ])
        #expect(answer.status == 200)
    }
}

@Suite(
    .enabled(
        if: Program.bellwether != nil && Program.installed("prometheus") != nil,
        "prometheus (Debian package) is not installed"), .serialized, .timeLimit(.minutes(4)))
struct ScoresOutTests {
    private static func series(_ name: String) -> String { #"\#(name){for="load",job="test"}"# }
    private static let parts = ["score", "expected", "lower", "upper", "p_value", "state"]

    @Test func `no score is lost while Prometheus is away and the service is killed`() throws {
        let pair = try Pair()
        let now = Int(Date().timeIntervalSince1970)
        let times = (now - 400)..<now
        try pair.feed("load", now - 400..<now - 200)
        try pair.wait("first scores") { try pair.metric("sent_samples_total") > 200 }
        try pair.wait("empty queue") { try pair.metric("queue_samples") == 0 }

        try pair.stopPrometheus()
        try pair.feed("load", now - 200..<now - 100)
        try pair.wait("queue") { try pair.metric("queue_samples") == 600 }
        try pair.wait("failures") { try pair.metric("failed_requests_total") > 1 }
        try pair.crash()
        #expect(pair.service.printed.contains("600 samples wait since the last run"))
        #expect(pair.service.printed.contains("ended without a stop"))
        try pair.feed("load", now - 100..<now)
        try pair.wait("longer queue") { try pair.metric("queue_samples") == 1_200 }

        try pair.startPrometheus()
        try pair.wait("empty queue") { try pair.metric("queue_samples") == 0 }
        #expect(try pair.metric("sent_samples_total") == 1_200)
        for reason in ["refused", "queue_full", "unreadable"] {
            #expect(try pair.metric(#"dropped_samples_total{reason="\#(reason)"}"#) == 0)
        }
        let state = try pair.samples(Self.series("anomaly_state"))
        #expect(Set(state.keys) == Set(times), "\(state.count) of \(times.count)")
        for part in Self.parts.dropLast() {
            let found = try pair.samples(Self.series("anomaly_" + part))
            #expect(Set(found.keys).isSuperset(of: (now - 200)..<now), "\(part): \(found.count)")
        }
        let (lower, upper) = (
            try pair.samples(Self.series("anomaly_lower")), try pair.samples(Self.series("anomaly_upper"))
        )
        for (time, expected) in try pair.samples(Self.series("anomaly_expected")) {
            #expect((lower[time] ?? 1e9) <= expected && expected <= (upper[time] ?? -1e9))
        }
        #expect(try pair.service.stop() == 0)
    }

    @Test func `Prometheus scrapes the newest scores`() throws {
        let pair = try Pair()
        let now = Int(Date().timeIntervalSince1970)
        try pair.feed("web", now - 300..<now - 60)
        try pair.wait("state") {
            try pair.samples(#"anomaly_state{for="web",instance!=""}"#) == [now - 61: 0]
        }
        try pair.feed("web", now - 60..<now - 30)
        for part in Self.parts {
            try pair.wait(part) {
                try pair.samples(#"anomaly_\#(part){for="web",instance!=""}"#)[now - 31] != nil
            }
        }
        let up = try pair.samples(#"up{job="federate"}"#)
        #expect(up.max { $0.key < $1.key }?.value == 1)
        // The checker of Prometheus has nothing to say of the text either.
        let text = try pair.ours.get("/federate?match%5B%5D=web")
        try Data(text.body).write(to: URL(fileURLWithPath: pair.folder("text")))
        let promtool = try RunningProgram(
            "/bin/sh", ["-c", "promtool check metrics < \(pair.folder("text"))"], log: pair.folder("promtool")
        )
        #expect(try promtool.exitCode(within: 20) == 0, "\(promtool.printed)")
        #expect(!pair.prometheus.printed.contains("Error on ingesting"), "\(pair.prometheus.printed)")
    }
}

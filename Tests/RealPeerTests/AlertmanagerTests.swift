import Foundation
import Networking
import Synchronization
import TestSupport
import Testing

/// What Alertmanager's webhook was told: the status of each alert, in order.
private final class Webhook: HTTPHandler {
    let told = Mutex<[String]>([])

    func handle(_ request: HTTPRequest, reply: HTTPReply) {
        let body = try? JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any]
        for alert in body?["alerts"] as? [[String: Any]] ?? [] {
            let labels = alert["labels"] as? [String: String]
            told.withLock { $0.append("\(labels?["alertname"] ?? "?") \(alert["status"] ?? "?")") }
        }
        reply.send(HTTPResponse(status: 200))
    }
}

/// A service that alerts a real Alertmanager, which tells a webhook.
private final class Watch {
    let folder: TemporaryFolder
    let service: RunningProgram
    var alertmanager: RunningProgram
    let points: PointClient
    let alerts: PointClient
    let webhook = Webhook()
    let server: HTTPServer
    private let port: Int
    private var random = SeededGenerator(seed: 4)
    private var next: Int64

    init() throws {
        folder = try TemporaryFolder()
        server = try HTTPServer(HTTPServer.Configuration(), handler: webhook)
        port = try FreePort.next()
        try """
        route: {receiver: hook, group_by: [alertname], group_wait: 1s, group_interval: 2s, repeat_interval: 1h}
        receivers: [{name: hook, webhook_configs: [{url: 'http://127.0.0.1:\(server.port)/', send_resolved: true}]}]
        """.write(toFile: folder("am.yml"), atomically: true, encoding: .utf8)
        try """
        alerting:
          receivers: [{name: am, alertmanager: {urls: ['http://127.0.0.1:\(port)'], resend: 2s}}]
          route: {receiver: am}
        metrics:
          - name: checkout
            match: checkout_rps
            step: 1s
            alert: {budget: 4/hour, open_after: 2, close_after: 5, severity: critical, min_open: 1s}
        """.write(toFile: folder("bellwether.yaml"), atomically: true, encoding: .utf8)
        alertmanager = try Self.start(port, folder)
        service = try RunningProgram.serve(
            data: folder("data"), log: folder("service.log"),
            options: ["--config", folder("bellwether.yaml")])
        points = try PointClient(service.address())
        alerts = try PointClient("http://127.0.0.1:\(port)")
        next = Int64(Date().timeIntervalSince1970) * 1000 - 900_000
    }

    deinit { server.stop(grace: .seconds(1)) }

    private static func start(_ port: Int, _ folder: TemporaryFolder) throws -> RunningProgram {
        try RunningProgram(
            #require(Program.installed("prometheus-alertmanager")),
            [
                "--config.file=" + folder("am.yml"), "--storage.path=" + folder("am"),
                "--web.listen-address=127.0.0.1:\(port)", "--cluster.listen-address=", "--log.level=warn",
            ], log: folder("am.log"))
    }

    /// Alertmanager goes, forgets everything, and comes back.
    func restartAlertmanager() throws {
        alertmanager.kill()
        try? FileManager.default.removeItem(atPath: folder("am"))
        alertmanager = try Self.start(port, folder)
    }

    /// Sends what has been measured up to now, a value a second: around 100, or 100 more.
    func measure(high: Bool = false) throws {
        let now = Int64(Date().timeIntervalSince1970 * 1000)
        var run = SampleRun(metric: "checkout_rps", times: [], values: [])
        while next <= now {
            run.times.append(next)
            run.values.append((high ? 200 : 100) + Double.random(in: -2...2, using: &random))
            next += 1_000
        }
        guard !run.times.isEmpty else { return }
        let answer = try points.add([run])
        #expect(answer.status == 200, "\(String(decoding: answer.body, as: UTF8.self))")
    }

    /// Measures until something holds.
    func measure(high: Bool = false, within seconds: Double, until isDone: () throws -> Bool) throws -> Bool {
        let end = Date().addingTimeInterval(seconds)
        while Date() < end {
            try measure(high: high)
            if try isDone() { return true }
            Thread.sleep(forTimeInterval: 0.5)
        }
        return false
    }

    /// What Alertmanager has of us now.
    func received() throws -> [[String: Any]] {
        guard let answer = try? alerts.get("/api/v2/alerts"), answer.status == 200 else { return [] }
        let all = try JSONSerialization.jsonObject(with: Data(answer.body)) as? [[String: Any]] ?? []
        return all.filter { ($0["labels"] as? [String: String])?["alertname"] == "checkout" }
    }
}

@Suite(
    .enabled(
        if: Program.bellwether != nil && Program.installed("prometheus-alertmanager") != nil,
        "prometheus-alertmanager (Debian package) is not installed"),
    .serialized, .timeLimit(.minutes(3)))
struct AlertmanagerRealPeerTests {
    @Test func `Alertmanager receives an incident, receives it again, resolves it, and calls its webhook`()
        throws
    {
        let watch = try Watch()
        try measureUntilModelled(watch)

        let isReceived = try watch.measure(high: true, within: 30) { try watch.received().count == 1 }
        try #require(isReceived, "\(watch.service.printed)")
        let first = try #require(watch.received().first)
        let labels = try #require(first["labels"] as? [String: String])
        #expect(labels["severity"] == "critical")
        let annotations = try #require(first["annotations"] as? [String: String])
        #expect(annotations.values.contains { $0.contains("expected") }, "\(annotations)")
        // Values move, labels do not: it stays one alert.
        let endsAt = try #require(first["endsAt"] as? String)
        let isReceivedAgain = try watch.measure(high: true, within: 20) {
            try (watch.received().first?["endsAt"] as? String ?? "") > endsAt
        }
        #expect(isReceivedAgain)
        #expect(try watch.received().count == 1)
        #expect(
            try watch.measure(high: true, within: 20) {
                watch.webhook.told.withLock { $0 == ["checkout firing"] }
            })

        // It forgets all it knew, and knows again.
        try watch.restartAlertmanager()
        #expect(try watch.measure(high: true, within: 30) { try watch.received().count == 1 })

        let isResolved = try watch.measure(within: 60) {
            watch.webhook.told.withLock { $0.last == "checkout resolved" }
        }
        #expect(isResolved, "\(watch.webhook.told.withLock { $0 }); \(watch.service.printed)")
        #expect(try watch.service.stop() == 0)
    }

    /// Sends a past of ten minutes, and waits for the model of the definition.
    private func measureUntilModelled(_ watch: Watch) throws {
        let isModelled = try watch.measure(within: 40) {
            (try watch.points.metric("bellwether_scored_samples_total") ?? 0) >= 5
        }
        try #require(isModelled, "nothing was scored: \(watch.service.printed)")
    }
}

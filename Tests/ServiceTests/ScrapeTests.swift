import Glibc
import Networking
import Pipeline
import Storage
import Synchronization
import Testing
import TimeSeries

@testable import Service

/// What a target shows; tests change it.
private final class Shown: Sendable {
    private let answer = Mutex((status: 200, type: "text/plain; version=0.0.4", text: ""))

    func set(_ text: String, type: String = "text/plain; version=0.0.4", status: Int = 200) {
        answer.withLock { $0 = (status, type, text) }
    }

    /// A service that shows it.
    func serve() throws -> App {
        var configuration = Configuration()
        configuration.listen.port = 0
        let route = Route(.get, "/target", "Shows it.", answer: .other("text/plain")) { request, _ in
            let (status, type, text) = self.answer.withLock { $0 }
            let token = request.http.header("authorization").map { "token{is=\"\($0)\"} 1\n" } ?? ""
            return .text(token + text, status: status, contentType: type)
        }
        return try App(
            configuration, routes: [route],
            in: .init(version: "1", clocks: .system, requestIDPrefix: "s", log: .silent))
    }
}

@Suite(.timeLimit(.minutes(3)))
struct ScrapeTests {
    private static let start = Int64(StoredService.start) * 1000

    private func source(_ app: App, _ change: (inout ScrapeSource) -> Void = { _ in }) throws -> ScrapeSource
    {
        var source = ScrapeSource(
            url: "http://\(app.address)/target",
            labels: try Labels([(name: "job", value: "test"), (name: "instance", value: "here")]))
        change(&source)
        return source
    }

    /// The stored values of a series, once there are so many of them; a stale marker is no number.
    private func values(_ service: StoredService, _ selector: String, _ count: Int) throws -> [Double] {
        let matcher = service.store.monitor
        for _ in 0..<6000 {
            let series = matcher.series(matching: nil).filter { "\($0.labels)" == selector }
            if let id = series.first?.id {
                let points = try matcher.points(of: id)
                if points.count >= count { return (0..<points.count).map { points.values[$0] } }
            }
            usleep(5_000)
        }
        return []
    }

    private func isStale(_ value: Double?) -> Bool { value?.bitPattern == Point.staleMarkerBits }

    @Test func `a scrape brings what the target shows, and how it went`() throws {
        let shown = Shown()
        let app = try shown.serve()
        defer { app.stop(grace: .seconds(1)) }
        let service = try StoredService()
        let target = try ScrapedTarget(
            source(app) { $0.token = "t0ken" }, mostBytes: 1 << 16, monitor: service.store.monitor,
            clocks: .system, log: .silent)
        shown.set("load{job=\"own\"} 1\nother 2\ntimed 3 \(Self.start)\n")
        target.scrape(at: Self.start)
        shown.set("load{job=\"own\"} 4\n# EOF\n", type: "application/openmetrics-text; version=1.0.0")
        target.scrape(at: Self.start + 15_000)
        // A series that is not shown any more ends; one whose times were the target's own does not.
        let other = try values(service, #"other{instance="here", job="test"}"#, 2)
        #expect(other.first == 2 && isStale(other.last), "\(other)")
        let load = #"load{exported_job="own", instance="here", job="test"}"#
        #expect(try values(service, load, 2) == [1, 4])
        #expect(try values(service, #"token{instance="here", is="Bearer t0ken", job="test"}"#, 2) == [1, 1])
        // Away: everything ends, and `up` says why.
        shown.set("gone", status: 503)
        target.scrape(at: Self.start + 30_000)
        target.scrape(at: Self.start + 45_000)
        shown.set("load{job=\"own\"} 5\n")
        target.scrape(at: Self.start + 60_000)
        let ended = try values(service, load, 4)
        #expect(ended.count == 4 && isStale(ended[2]) && ended[3] == 5, "\(ended)")
        #expect(try values(service, #"up{instance="here", job="test"}"#, 5) == [1, 1, 0, 0, 1])
        let samples = #"scrape_samples_scraped{instance="here", job="test"}"#
        #expect(try values(service, samples, 5) == [4, 2, 0, 0, 2])
        let seconds = try values(service, #"scrape_duration_seconds{instance="here", job="test"}"#, 5)
        #expect(seconds.count == 5 && seconds.allSatisfy { $0 > 0 && $0 < 10 }, "\(seconds)")
        #expect(target.done.value == 3 && target.failed.value == 2)
    }

    @Test func `what cannot be taken is a failed scrape, within its bounds`() throws {
        let shown = Shown()
        let app = try shown.serve()
        defer { app.stop(grace: .seconds(1)) }
        let service = try StoredService()
        let lines = Mutex<[String]>([])
        let log = Log { line in lines.withLock { $0.append(line) } }
        let target = try ScrapedTarget(
            source(app), mostBytes: 1000, monitor: service.store.monitor, clocks: .system, log: log)
        shown.set(String(repeating: "a 1\n", count: 1000))
        target.scrape(at: Self.start)
        shown.set("a{ 1\n")
        target.scrape(at: Self.start + 1000)
        #expect(try values(service, #"up{instance="here", job="test"}"#, 2) == [0, 0])
        #expect(target.failed.value == 2)
        // A target that stays away is told once.
        let told = lines.withLock { $0 }
        #expect(told.count == 1 && told[0].contains("larger than 1000 bytes"), "\(told)")
    }

    @Test func `a service scrapes in the rhythm it is told, and stops`() throws {
        let shown = Shown()
        shown.set("load 1\n")
        let peer = try shown.serve()
        defer { peer.stop(grace: .seconds(1)) }
        let app = try startProduct { configuration in
            configuration.scrape = [try? source(peer) { $0.everySeconds = 1 }].compactMap { $0 }
        }
        var scrapes = 0
        for _ in 0..<6000 where scrapes < 2 {
            let text = Wire.ask(app, "GET /metrics", ["Host: localhost"]).text
            let mark = #"bellwether_scrapes_total{result="ok"} "#
            let line = text.split(separator: "\n").first { $0.hasPrefix(mark) }
            scrapes = line.flatMap { Int($0.dropFirst(mark.count)) } ?? 0
            usleep(5_000)
        }
        #expect(scrapes >= 2)
        let series = Wire.ask(app, "GET /api/v1/series", ["Host: localhost"]).text
        #expect(series.contains(#""__name__":"load""#) && series.contains(#""__name__":"up""#), "\(series)")
        let begin = ContinuousClock.now
        app.stop(grace: .seconds(2))
        #expect(ContinuousClock.now - begin < .seconds(2))
    }

    // MARK: - Configuration

    private func configuration(_ yaml: String) throws -> Configuration {
        try Configuration.resolve(flags: [], environment: [:], files: [("a.yaml", Array(yaml.utf8))])
    }

    @Test func `targets are read as Prometheus names them`() throws {
        let sources = try configuration(
            """
            scrape:
              - url: http://node.example/stats?all=1
                every: 1m
                labels: {dc: eu}
              - job: db
                targets: ['10.0.0.1:9104', '[::1]:9104']
                scheme: https
                path: /m
                timeout: 3s
                honor_labels: true
                honor_timestamps: false
                labels: {instance: pair}
            """
        ).scrape
        #expect(
            sources.map(\.url) == [
                "http://node.example/stats?all=1", "https://10.0.0.1:9104/m", "https://[::1]:9104/m",
            ])
        #expect(
            sources.map { "\($0.labels)" } == [
                #"{dc="eu", instance="node.example:80", job="scrape"}"#, #"{instance="pair", job="db"}"#,
                #"{instance="pair", job="db"}"#,
            ])
        #expect(sources.map(\.everySeconds) == [60, 15, 15] && sources.map(\.timeoutSeconds) == [10, 3, 3])
        #expect(sources.map(\.honorsLabels) == [false, true, true])
        #expect(sources.map(\.honorsTimes) == [true, false, false])
        #expect(ScrapeSource.instance(of: "https://[::1]/x") == "[::1]:443")
    }

    @Test(arguments: [
        ("scrape: {url: http://a/}", "must be a list"), ("scrape: [{job: a}]", "a url, or targets"),
        ("scrape: [{url: 'http://a/', targets: [b:1]}]", "a url, or targets"),
        ("scrape: [{url: ftp://a/}]", "http://HOST:PORT"),
        ("scrape: [{url: http://a/, path: /x}]", "its own"),
        ("scrape: [{url: http://u:p@a/}]", "credentials"), ("scrape: [{url: http://a/, evry: 5s}]", "every"),
        ("scrape: [{url: http://a/, every: 10ms}]", "1s to 1h"),
        ("scrape: [{url: http://a/, every: 5s, timeout: 6s}]", "longer than every"),
        ("scrape: [{url: http://a/, labels: {__x: y}}]", "no name of a label"),
        ("scrape: [{url: http://a/}, {url: http://a/}]", "already"),
        ("scrape: [{targets: [a], scheme: gopher}]", "http or https"),
        ("scrape: []\nscrap: []", "did you mean \"scrape\"?"),
    ])
    func `what is wrong with a target is told with its place`(yaml: String, words: String) throws {
        let error = #expect(throws: ConfigurationError.self) { try configuration(yaml) }
        #expect(error?.description.contains(words) == true, "\(String(describing: error))")
        #expect(error?.place.hasPrefix("a.yaml:") == true)
    }
}

import Ingest
import Networking
import Query
import Synchronization
import TestSupport
import Testing
import TimeSeries

@testable import Pipeline
@testable import Service

/// A service that takes remote write as a test tells it.
private final class Receiver: Sendable {
    struct State {
        var answers: [(status: Int, retryAfter: String?)] = []
        var bodies: [[UInt8]] = []
        var fields: [String] = []
        var attempts = 0
        /// Whether requests are taken and not answered.
        var isHung = false
    }

    let state = Mutex(State())

    /// The next answers; then 204.
    func answer(_ answers: (Int, String?)...) {
        state.withLock { $0.answers = answers.map { (status: $0.0, retryAfter: $0.1) } }
    }

    func serve() throws -> App {
        var configuration = Configuration()
        configuration.listen.port = 0
        let body = Route.Body("RemoteWrite", mediaTypes: ["application/x-protobuf"], isSnappy: true)
        let route = Route(.post, "/write", "Takes it.", kind: .pooled, body: body, answer: .nothing) {
            request, _ in
            self.state.withLock { $0.attempts += 1 }
            while self.state.withLock({ $0.isHung }) { sleepFor(seconds: 0.01) }
            return self.state.withLock { state in
                state.fields = ["x-prometheus-remote-write-version", "authorization", "x-scope-orgid"].map {
                    request.http.header($0) ?? ""
                }
                if !state.answers.isEmpty {
                    let next = state.answers.removeFirst()
                    let headers = next.retryAfter.map { [(name: "Retry-After", value: $0)] } ?? []
                    return HTTPResponse(
                        status: next.status, contentType: "text/plain", headers: headers,
                        body: Array("no t0ken".utf8))
                }
                state.bodies.append(request.body)
                return HTTPResponse(status: 204)
            }
        }
        return try App(
            configuration, routes: [route], schemas: Routes.schemas,
            in: .init(version: "1", clocks: .system, requestIDPrefix: "w", log: .silent))
    }

    var attempts: Int { state.withLock { $0.attempts } }

    /// What came: the samples of each series in their order.
    func series() throws -> [String: [Point]] {
        var all: [String: [Point]] = [:]
        for body in state.withLock({ $0.bodies }) {
            let decoded = try PrometheusRemoteWrite.decode(body)
            for (place, entry) in decoded.series.enumerated() {
                all["\(try decoded.labels(at: place))", default: []] += decoded.points[entry.points]
            }
        }
        return all
    }
}

/// A writer over a service whose clock stands still.
private final class Bench {
    let receiver = Receiver()
    let app: App
    let service: StoredService
    let writer: RemoteWriter
    let lines = Lines()
    private var step = (Int(StoredService.now) - StoredService.start) / 60 - 130
    private var isAway = false

    init(
        directory: String? = nil, mostWaiting: Int = 1_000,
        _ change: (inout RemoteWriteTarget) -> Void = { _ in }
    ) throws {
        app = try receiver.serve()
        var target = RemoteWriteTarget(url: "http://\(app.address)/write")
        target.everySeconds = 0.1
        target.mostAgeSeconds = 86_400
        change(&target)
        service = try StoredService(remoteWrite: target)
        let clocks = Clocks(wall: { StoredService.now }, steady: Clocks.system.steady)
        writer = try RemoteWriter(
            target, directory: directory, monitor: service.store.monitor, clocks: clocks, log: lines.log(),
            mostWaiting: mostWaiting)
        writer.start()
    }

    deinit {
        writer.stop()
        leave()
    }

    /// Lets the receiver go away.
    func leave() {
        guard !isAway else { return }
        isAway = true
        app.stop(grace: .seconds(1))
    }

    func feed(_ count: Int) {
        service.feed("load", (step..<step + count).map { Double($0 % 5) }, from: step)
        step += count
    }

    /// The value of a sample of `/metrics`.
    func metric(_ name: String) -> Double? {
        var out = Exposition(.prometheus)
        writer.write(to: &out)
        let line = out.text.split(separator: "\n").first { $0.hasPrefix("bellwether_remote_write_\(name) ") }
        return line.flatMap { Double($0.split(separator: " ").last ?? "") }
    }

    func wait(_ what: String, _ isDone: () throws -> Bool) rethrows {
        for _ in 0..<3_000 where try !isDone() { sleepFor(seconds: 0.01) }
        #expect(try isDone(), "no \(what): \(lines.all)")
    }

    func said(_ words: String) -> Bool { lines.all.contains { $0.contains(words) } }
}

@Suite(.timeLimit(.minutes(2)))
struct RemoteWriterTests {
    private static let state = #"anomaly_state{for="load", host="0"}"#

    @Test func `scores arrive as they come, in order and with the fields of the protocol`() throws {
        let bench = try Bench {
            $0.token = "t0ken"
            $0.headers = [.init(name: "X-Scope-OrgID", value: "me")]
        }
        bench.feed(100)
        bench.wait("samples") { bench.metric("sent_samples_total") ?? 0 > 100 }
        bench.feed(2)
        try bench.wait("102 values") { try bench.receiver.series()[Self.state]?.count == 102 }
        let series = try bench.receiver.series()
        #expect(
            Set(series.keys) == Set(ExportedName.allCases.map { #"\#($0.rawValue){for="load", host="0"}"# }))
        for points in series.values {
            #expect(zip(points, points.dropFirst()).allSatisfy { $0.milliseconds < $1.milliseconds })
        }
        #expect(series[Self.state]?.first?.value == 2 && series[Self.state]?.last?.value == 0)
        #expect(bench.receiver.state.withLock { $0.fields } == ["0.1.0", "Bearer t0ken", "me"])
        bench.wait("empty queue") { bench.metric("queue_samples") == 0 }
        #expect(bench.metric("sent_samples_total") == Double(series.values.reduce(0) { $0 + $1.count }))
        #expect(!bench.said("warning"), "\(bench.lines.all)")
    }

    @Test func `what fails waits as long as is asked, is sent once, and is told of once`() throws {
        let bench = try Bench { $0.token = "t0ken" }
        bench.receiver.answer((500, nil), (429, "1"), (503, nil))
        let begin = ContinuousClock.now
        bench.feed(5)
        try bench.wait("values") { try bench.receiver.series()[Self.state]?.count == 5 }
        #expect(ContinuousClock.now - begin >= .seconds(1))
        bench.wait("word") { bench.said("takes scores again") }
        #expect(bench.receiver.attempts == 4 && bench.metric("failed_requests_total") == 3)
        #expect(bench.lines.all.filter { $0.contains("does not take scores: HTTP 500") }.count == 1)
        #expect(!bench.said("t0ken"))
    }

    @Test(arguments: [400, 401, 404, 413])
    func `what is refused for good is dropped and counted, and the next is sent`(status: Int) throws {
        let bench = try Bench { $0.token = "t0ken" }
        bench.receiver.answer((status, nil))
        bench.feed(5)
        bench.wait("refusal") { bench.metric(#"dropped_samples_total{reason="refused"}"#) == 5 }
        #expect(bench.said("refuses 5 samples of scores for good: HTTP \(status): no redacted"))
        bench.feed(3)
        try bench.wait("values") { try bench.receiver.series()[Self.state]?.count == 3 }
        #expect(bench.metric("failed_requests_total") == 0 && bench.metric("sent_samples_total") == 3)
    }

    @Test func `what waits at the end is sent by the next start`() throws {
        let folder = try TemporaryFolder()
        var url = ""
        do {
            let bench = try Bench(directory: folder("out"))
            url = bench.writer.target.url
            // Nobody is there any more.
            bench.leave()
            bench.feed(5)
            bench.wait("samples") { bench.metric("queue_samples") == 5 }
            bench.wait("failure") { bench.metric("failed_requests_total") ?? 0 > 0 }
            bench.writer.stop()
            #expect(bench.said("5 samples of scores wait for the next start"))
        }
        let bench = try Bench(directory: folder("out"))
        #expect(bench.writer.target.url != url && bench.said("5 samples wait since the last run"))
        try bench.wait("values") { try bench.receiver.series()[Self.state]?.count == 5 }
        #expect(!bench.said("ended without a stop"))
    }

    @Test func `a receiver that hangs is given up at the end, and gets it all from the next start`() throws {
        let folder = try TemporaryFolder()
        let bench = try Bench(directory: folder("out")) { $0.timeoutSeconds = 300 }
        defer { bench.receiver.state.withLock { $0.isHung = false } }
        bench.receiver.state.withLock { $0.isHung = true }
        bench.feed(5)
        bench.wait("request") { bench.receiver.attempts == 1 }
        let begin = ContinuousClock.now
        bench.writer.stop()
        // Far from the timeout of the request.
        #expect(ContinuousClock.now - begin < .seconds(60))
        #expect(bench.said("5 samples of scores wait for the next start"))
        #expect(bench.said("given up, since the service ends"))
    }

    @Test func `many scores do not wait for their time`() throws {
        let bench = try Bench(mostWaiting: 20) { $0.everySeconds = 3_600 }
        for round in 1...5 {
            bench.feed(10)
            try bench.wait("values") { try bench.receiver.series()[Self.state]?.count == 10 * round }
        }
        #expect(bench.metric(#"dropped_samples_total{reason="queue_full"}"#) ?? 0 == 0)
    }

    @Test func `a full queue drops the oldest, counts them, and says so once`() throws {
        let bench = try Bench { $0.queueBytes = 400 }
        bench.leave()
        for round in 1...6 {
            bench.feed(3)
            bench.wait("batch") {
                (bench.metric("queue_samples") ?? 0)
                    + (bench.metric(#"dropped_samples_total{reason="queue_full"}"#) ?? 0) == Double(3 * round)
            }
        }
        #expect((bench.metric(#"dropped_samples_total{reason="queue_full"}"#) ?? 0) > 0)
        #expect((bench.metric("queue_bytes") ?? 1_000) <= 400)
        #expect(bench.lines.all.filter { $0.contains("than its queue holds") }.count == 1)
    }

    @Test func `attempts are ever further apart, never all at once, and not before it is asked`() {
        #expect(RemoteWriteCourier.wait(failures: 1, asked: nil, share: 0) == 0.125)
        #expect(RemoteWriteCourier.wait(failures: 1, asked: nil, share: 0.5) == 0.1875)
        #expect(RemoteWriteCourier.wait(failures: 4, asked: nil, share: 0) == 1)
        #expect(RemoteWriteCourier.wait(failures: 99, asked: nil, share: 0) == 30)
        #expect(RemoteWriteCourier.wait(failures: 1, asked: 7, share: 0) == 7)
        #expect(RemoteWriteCourier.wait(failures: 1, asked: 1e9, share: 0) == 3_600)
        #expect(RemoteWriteCourier.wait(failures: 1, asked: -5, share: 0) == 0.125)
    }

    @Test func `bodies are cut between series, and keep the order of each`() throws {
        let labels = try Labels([("__name__", "load")])
        var encoder = ScoreEncoder(labels: { $0 < 3_000 ? labels : nil })
        let scores = (0..<3_000).flatMap { series in
            (0..<4).map { ExportedScore(series: UInt32(series), time: Int64($0), state: .warming) }
        }
        let unknown = ExportedScore(series: 9_999, time: 1, state: .ok)
        let bodies = encoder.bodies(of: scores + [unknown])
        #expect(bodies.map(\.samples) == [10_000, 2_000])
        for body in bodies {
            let bytes = try Snappy.decompress(body.bytes, limit: 8 << 20)
            let decoded = try PrometheusRemoteWrite.decode(bytes)
            #expect(decoded.points.count == body.samples)
            for entry in decoded.series {
                #expect(decoded.points[entry.points].map(\.milliseconds) == [0, 1, 2, 3])
            }
        }
    }
}

@Suite struct RemoteWriteConfigurationTests {
    private func resolve(_ file: String) throws(ConfigurationError) -> Configuration {
        try Configuration.resolve(file: (name: "b.yaml", bytes: Array(file.utf8)))
    }

    @Test func `each key is read`() throws {
        let configuration = try resolve(
            """
            federate: true
            remote_write:
              url: https://tsdb.example/api/v1/push?x=1
              match: '{job="api"}'
              headers: {X-Scope-OrgID: me}
              timeout: 30s
              every: 5s
              queue: 1GiB
              max_age: 30m
            """)
        let target = try #require(configuration.remoteWrite)
        #expect(configuration.isFederating && target.shownURL == "https://tsdb.example/api/v1/push")
        #expect(
            target.match?.description == #"{job="api"}"# && target.headers.map(\.name) == ["X-Scope-OrgID"])
        #expect(target.timeoutSeconds == 30 && target.everySeconds == 5 && target.mostAgeSeconds == 1_800)
        #expect(target.queueBytes == 1 << 30 && target.rule.mostAge == 1_800_000)
        let usual = try resolve("remote_write: {url: 'http://a/w'}")
        #expect(usual.remoteWrite == RemoteWriteTarget(url: "http://a/w") && !usual.isFederating)
    }

    @Test(arguments: [
        ("remote_write: [{url: 'http://a/w'}]", "remote_write must be a map"),
        ("remote_write: {match: up}", "remote_write has no url"),
        ("remote_write: {url: tsdb}", "is no address to ask"),
        ("remote_write: {url: 'http://me:pw@a/w'}", "send an Authorization header"),
        ("remote_write: {url: 'http://a/w', mach: up}", "did you mean \"match\"?"),
        ("remote_write: {url: 'http://a/w', match: '{a='}", "match must be a selector"),
        ("remote_write: {url: 'http://a/w', queue: 5KiB}", "queue must be a size from 1MiB to 4GiB"),
        ("remote_write: {url: 'http://a/w', timeout: 1h}", "timeout must be a duration from 100ms to 5m"),
        ("remote_write: {url: 'http://a/w', max_age: 1s}", "max_age must be a duration from 1m to 365d"),
        ("remote_write: {url: 'http://a/w', headers: [a]}", "headers must be a map"),
        ("remote_write: {url: 'http://a/w', headers: {'a b': c}}", "no name of a header field"),
        ("remote_write: {url: 'http://a/w', headers: {content-type: c}}", "that of the protocol"),
        ("remote_write: {url: 'http://a/w', token_file: /no/file}", "token_file /no/file cannot be read"),
        ("remote_writes: {url: 'http://a/w'}", "did you mean \"remote_write\"?"),
        ("federate: 7", "federate must be true or false"),
    ])
    func `what is wrong is told with its place`(file: String, part: String) throws {
        let error = #expect(throws: ConfigurationError.self) { try resolve(file) }
        let text = try #require(error).description
        #expect(text.hasPrefix("b.yaml:1:") && text.contains(part), "\(text)")
    }
}

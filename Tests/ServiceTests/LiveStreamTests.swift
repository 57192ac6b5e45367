import Alerting
import Glibc
import Networking
import Synchronization
import Testing
import TimeSeries

@testable import Pipeline
@testable import Service

/// A reader of server-sent events.
private final class Listener {
    struct Event: Equatable {
        var id = ""
        var name = ""
        var data = ""
    }

    private let socket: Int32
    private var text = ""
    private var isPastHead = false
    /// Nothing came for as long as it is waited for: nothing will.
    private var isDead = false

    init(port: Int, _ target: String, last: String? = nil, buffer: Int32? = nil) {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var size = buffer {
            setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        var patience = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        _ = withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        // HTTP/1.0: the body ends with the connection and comes without chunks.
        let resume = last.map { "Last-Event-ID: \($0)\r\n" } ?? ""
        let request = "GET \(target) HTTP/1.0\r\nHost: localhost\r\n\(resume)\r\n"
        _ = send(socket, request, request.utf8.count, Int32(MSG_NOSIGNAL))
    }

    deinit { close(socket) }

    /// The next event that is no comment; `nil` at the end of the stream.
    func next() -> Event? {
        while !isDead {
            if !isPastHead, let end = text.firstRange(of: "\r\n\r\n") {
                isPastHead = true
                text.removeSubrange(..<end.upperBound)
            }
            if isPastHead, let end = text.firstRange(of: "\n\n") {
                let lines = text[..<end.lowerBound].split(separator: "\n")
                var event = Event()
                for line in lines {
                    if line.hasPrefix("id: ") { event.id = String(line.dropFirst(4)) }
                    if line.hasPrefix("event: ") { event.name = String(line.dropFirst(7)) }
                    if line.hasPrefix("data: ") { event.data = String(line.dropFirst(6)) }
                }
                text.removeSubrange(..<end.upperBound)
                if !event.name.isEmpty { return event }
                continue
            }
            var piece = [UInt8](repeating: 0, count: 64 << 10)
            let count = recv(socket, &piece, piece.count, 0)
            guard count > 0 else {
                isDead = true
                return nil
            }
            text += String(decoding: piece[..<count], as: UTF8.self)
        }
        return nil
    }
}

/// Streams of a feed over a socket, without a store behind it.
private final class Stage: Sendable {
    let feed: LiveFeed
    let live: LiveStreams
    let server: HTTPServer

    private struct Handler: HTTPHandler {
        let live: LiveStreams
        func handle(_ request: HTTPRequest, reply: HTTPReply) {
            let stream = reply.stream(HTTPResponse(contentType: "text/event-stream"))
            live.add(
                stream, series: [1], topics: [.incidents, .events],
                after: request.header("last-event-id"))
        }
    }

    init(events: Int = 1_000) throws {
        var limits = LiveFeed.Limits()
        limits.events = events
        feed = LiveFeed(boot: "b", limits: limits, steady: { 1 }) { _, _ in }
        live = LiveStreams(feed, steady: { 1 })
        server = try HTTPServer(.init(), handler: Handler(live: live))
    }

    func publish(_ times: Range<Int64>) {
        feed.publish(
            times.map {
                LiveSample(series: 1, time: $0 * 1000, value: 2.5, score: nil, band: nil, isAnomaly: false)
            })
    }

    func eventually(_ condition: () -> Bool) -> Bool {
        for _ in 0..<5_000 {
            if condition() { return true }
            usleep(2_000)
        }
        return condition()
    }

    func stop() {
        live.stop()
        server.stop(grace: .seconds(5))
    }
}

@Suite(.timeLimit(.minutes(2)), .serialized)
struct LiveStreamTests {
    @Test func `a client hears hello, then what happens, and goes on after a cut`() throws {
        let stage = try Stage()
        defer { stage.stop() }
        var listener: Listener? = Listener(port: stage.server.port, "/")
        #expect(listener?.next() == .init(id: "b-0", name: "hello", data: #"{"resumed":false}"#))
        stage.publish(0..<2)
        let sample = try #require(listener?.next())
        #expect(sample.id == "b-1" && sample.name == "sample")
        let root = try JSONDocument(Array(sample.data.utf8)).root
        #expect(
            root["series"]?.integer == 1 && root["value"]?.double == 2.5 && root["timestamp"]?.double == 0)
        #expect(root["score"]?.isNull == true && root["upper"]?.isNull == true)
        #expect(root["is_anomaly"]?.integer == 0)
        #expect(listener?.next()?.id == "b-2")
        listener = nil
        #expect(stage.eventually { stage.live.count == 0 })
        stage.publish(2..<4)
        let again = Listener(port: stage.server.port, "/", last: "b-1")
        #expect(again.next() == .init(id: "b-1", name: "hello", data: #"{"resumed":true}"#))
        let heard = (0..<3).map { _ in again.next()?.id }
        #expect(heard == ["b-2", "b-3", "b-4"])
        stage.feed.publish(
            event: ChangeEvent(id: "e", title: "deploy", text: "", starts: 5_500, ends: 6_000, labels: .none))
        let event = try #require(again.next())
        #expect(event.name == "event" && event.data.contains(#""title":"deploy","text":"","start":5.5"#))
        var incident = Incident(
            id: 7, state: .open, kind: .manual, severity: .error, title: "down", opened: 1_000, started: 500,
            givenLabels: try Labels([(name: "team", value: "a")]))
        incident.acknowledgement = .init(by: "x", comment: "", at: 2_000, until: nil)
        stage.feed.publish(incident: incident)
        let told = try #require(again.next())
        #expect(told.name == "incident" && told.data.contains(#""team":"a"}"#))
        #expect(told.data.contains(#""id":7,"state":"open","kind":"manual","severity":"error""#))
    }

    @Test func `a client of another run is told of a gap`() throws {
        let stage = try Stage()
        defer { stage.stop() }
        stage.publish(0..<3)
        let listener = Listener(port: stage.server.port, "/", last: "a-2")
        #expect(listener.next() == .init(id: "b-3", name: "hello", data: #"{"resumed":false}"#))
        #expect(
            listener.next() == .init(id: "b-3", name: "gap", data: #"{"reason":"expired","dropped":null}"#))
        stage.publish(3..<4)
        #expect(listener.next()?.id == "b-4")
    }

    @Test func `a slow client is told of a gap and goes on with the latest, and holds nobody up`() throws {
        let stage = try Stage(events: 100)
        defer { stage.stop() }
        let slow = Listener(port: stage.server.port, "/", buffer: 4_096)
        let quick = Listener(port: stage.server.port, "/")
        #expect(quick.next()?.name == "hello")
        #expect(stage.eventually { stage.live.count == 2 })
        // More than the kernel takes for a client that does not read.
        let text = String(repeating: "x", count: 32_000)
        for round in 0..<10 {
            for at in 0..<50 {
                stage.feed.publish(
                    event: ChangeEvent(
                        id: "\(round)-\(at)", title: "t", text: text, starts: 0, ends: 0, labels: .none))
            }
            let heard = (0..<50).map { _ in quick.next()?.data.hasPrefix("{\"id\":\"\(round)-") }
            #expect(heard.allSatisfy { $0 == true })
        }
        #expect(stage.feed.counts.gaps == 0)
        var gap: Listener.Event?
        while gap == nil, let event = slow.next() { if event.name == "gap" { gap = event } }
        #expect(gap?.data.hasPrefix(#"{"reason":"slow","dropped":"#) == true)
        #expect(stage.feed.counts.gaps == 1)
        stage.publish(0..<1)
        let at = try #require(Int(gap?.id.dropFirst(2) ?? ""))
        #expect(slow.next()?.id == "b-\(at + 1)")
    }

    @Test func `five hundred clients hear the same, and the stop ends them all`() throws {
        let stage = try Stage()
        let listeners = (0..<500).map { _ in Listener(port: stage.server.port, "/") }
        for listener in listeners { #expect(listener.next()?.name == "hello") }
        stage.publish(0..<20)
        let names: [String?] = (1...20).map { "b-\($0)" }
        for listener in listeners {
            let heard = (0..<20).map { _ in listener.next()?.id }
            #expect(heard == names)
        }
        let time = ContinuousClock().measure { stage.stop() }
        #expect(time < .seconds(5))
        for listener in listeners { #expect(listener.next() == nil) }
        #expect(stage.live.count == 0)
    }

    @Test func `a service streams what it is sent, and stops with streams open`() throws {
        var configuration = Configuration()
        configuration.listen.port = 0
        let app = try App(
            configuration, routes: Routes.all, schemas: Routes.schemas,
            in: .init(version: "1", clocks: .system, requestIDPrefix: "t", log: .silent))
        let port = app.address.port
        func post(_ time: Int) throws {
            let body = #"{"labels":{"__name__":"load"},"timestamps":[\#(time)],"values":[\#(time)]}"#
            let client = try HTTPClient(baseURL: "http://127.0.0.1:\(port)")
            #expect(
                try client.send(
                    .post, "/api/v1/import", headers: [("Content-Type", "application/json")],
                    body: Array(body.utf8)
                ).status == 200)
        }
        try post(1_700_000_000)
        let listener = Listener(port: port, "/api/v1/stream?series=0&topics=incidents,events")
        #expect(listener.next()?.name == "hello")
        try post(1_700_000_060)
        let event = try #require(listener.next())
        #expect(event.name == "sample" && event.data.hasPrefix(#"{"series":0,"timestamp":1700000060"#))
        let metrics = try HTTPClient(baseURL: "http://127.0.0.1:\(port)").send(.get, "/metrics")
        #expect(String(decoding: metrics.body, as: UTF8.self).contains("bellwether_live_streams 1\n"))
        let time = ContinuousClock().measure { app.stop(grace: .seconds(20)) }
        #expect(time < .seconds(10))
        #expect(listener.next() == nil)
    }
}

import Glibc
import Networking
import Synchronization
import Testing

/// Keeps the streams that a server's requests became.
private final class Streams: Sendable {
    private let kept = Mutex<[HTTPStream]>([])
    let over = Atomic(0)

    var all: [HTTPStream] { kept.withLock { $0 } }

    func handler(capacity: Int = 256 << 10) -> TestHandler {
        TestHandler(handle: { request, reply in
            guard request.path == "/stream" else { return reply.send(HTTPResponse(status: 204)) }
            let stream = reply.stream(HTTPResponse(contentType: "text/event-stream"), capacity: capacity)
            stream.onClose { self.over.add(1, ordering: .relaxed) }
            self.kept.withLock { $0.append(stream) }
        })
    }
}

extension TestClient {
    /// Reads until the text of all chunks ends so.
    fileprivate func read(until end: String) throws -> String {
        var text = ""
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        while !text.hasSuffix(end) {
            let count = recv(socket, &piece, piece.count, 0)
            guard count > 0 else { throw Failure(description: "recv: \(count) after \(text.suffix(200))") }
            text += String(decoding: piece[..<count], as: UTF8.self)
        }
        return text
    }
}

extension HTTPServerTests {
    private static let ask = "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n"

    @Test func `a stream sends what it is told when it is told, and ends when it is closed`() throws {
        let streams = Streams()
        let server = try serve(streams.handler())
        let client = try TestClient(port: server.port)
        try client.send(Self.ask)
        #expect(try client.response().headers["content-type"] == "text/event-stream")
        let stream = try #require(streams.all.first)
        for text in ["one\n", "two\n"] {
            #expect(stream.send(Array(text.utf8)))
            #expect(try client.read(until: text + "\r\n") == "4\r\n\(text)\r\n")
        }
        #expect(stream.pending == 0 && !stream.isClosed && streams.over.load(ordering: .relaxed) == 0)
        let large = [UInt8](repeating: UInt8(ascii: "x"), count: 200_000)
        #expect(stream.send(large))
        stream.close()
        #expect(!stream.send([1]) && stream.isClosed)
        let rest = try client.read(until: "0\r\n\r\n")
        #expect(rest.count { $0 == "x" } == 200_000)
        #expect(eventually { streams.over.load(ordering: .relaxed) == 1 })
        // The connection goes on, as after any answer.
        #expect(try client.ask(Self.get).status == 204)
        let late = Atomic(0)
        stream.onClose { late.add(1, ordering: .relaxed) }
        #expect(late.load(ordering: .relaxed) == 1)
    }

    @Test func `a client that does not read costs no more than the capacity`() throws {
        let streams = Streams()
        let server = try serve(streams.handler(capacity: 100_000))
        let client = try TestClient(port: server.port)
        try client.send(Self.ask)
        _ = try client.response()
        let stream = try #require(streams.all.first)
        let piece = [UInt8](repeating: 7, count: 10_000)
        var sent = 0
        var refused = 0
        // The system's buffers take some megabytes; then nothing is taken any more, however long one waits.
        while refused < 30, sent < 100_000_000 {
            if stream.send(piece) {
                sent += piece.count
                refused = 0
            } else {
                refused += 1
                usleep(10_000)
            }
        }
        #expect(stream.pending <= 100_000 && stream.pending > 90_000)
        #expect(sent < 100_000_000)
    }

    @Test func `a client that went is noticed`() throws {
        let streams = Streams()
        let server = try serve(streams.handler()) { $0.requestDeadline = 0.2 }
        var client: TestClient? = try TestClient(port: server.port)
        try client?.send(Self.ask)
        _ = try client?.response()
        client = nil
        #expect(eventually { streams.over.load(ordering: .relaxed) == 1 })
        #expect(eventually { server.openConnections == 0 && server.requestsInFlight == 0 })
        #expect(streams.all.first?.send([1]) == false)
    }

    @Test func `neither the idle timeout nor the deadline ends a stream`() throws {
        let streams = Streams()
        let server = try serve(streams.handler()) {
            $0.idleTimeout = 1
            $0.requestDeadline = 0.2
        }
        let client = try TestClient(port: server.port)
        try client.send(Self.ask)
        _ = try client.response()
        usleep(2_500_000)
        #expect(try #require(streams.all.first).send(Array("late".utf8)))
        #expect(try client.read(until: "late\r\n") == "4\r\nlate\r\n")
        #expect(server.deadlinesMissed == 0)
    }

    @Test func `five hundred streams are held, and the stop ends them at once`() throws {
        let streams = Streams()
        let server = try serve(streams.handler())
        let clients = try (0..<500).map { _ in try TestClient(port: server.port) }
        for client in clients { try client.send(Self.ask) }
        for client in clients { #expect(try client.response().status == 200) }
        for stream in streams.all { #expect(stream.send(Array("tick".utf8))) }
        for client in clients { #expect(try client.read(until: "tick\r\n") == "4\r\ntick\r\n") }
        let time = ContinuousClock().measure { server.stop(grace: .seconds(20)) }
        #expect(time < .seconds(5))
        #expect(streams.over.load(ordering: .relaxed) == 500)
        for client in clients { #expect(try client.readToEnd() == "0\r\n\r\n") }
    }

    @Test func `a stream that comes too late is over`() throws {
        let replies = Mutex<[HTTPReply]>([])
        let server = try serve(
            TestHandler(handle: { _, reply in replies.withLock { $0.append(reply) } }))
        let client = try TestClient(port: server.port)
        try client.send(Self.ask)
        #expect(eventually { replies.withLock { $0.count } == 1 })
        let reply = try #require(replies.withLock { $0.first })
        reply.send(HTTPResponse(status: 204))
        let stream = reply.stream(HTTPResponse())
        #expect(stream.isClosed && !stream.send([1]))
        #expect(try client.response().status == 204)
    }

    @Test func `only the head answers HEAD`() throws {
        let streams = Streams()
        let server = try serve(streams.handler())
        let client = try TestClient(port: server.port)
        try client.send("HEAD /stream HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(try client.response(hasBody: false).status == 200)
        #expect(eventually { streams.over.load(ordering: .relaxed) == 1 })
    }
}

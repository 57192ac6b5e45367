import Glibc
import Networking
import Synchronization
import Testing

@testable import Service

/// Lets handlers wait until a test lets them go.
private final class Gate: Sendable {
    private let isOpen = Atomic(false)
    private let arrived = Atomic(0)
    private let opensAt = Atomic(UInt64.max)

    func pass() {
        arrived.add(1, ordering: .sequentiallyConsistent)
        while !isOpen.load(ordering: .sequentiallyConsistent) {
            if Clocks.system.steady() >= opensAt.load(ordering: .sequentiallyConsistent) { return }
            usleep(1000)
        }
    }
    func open(afterMilliseconds delay: UInt64) {
        opensAt.store(Clocks.system.steady() + delay * 1_000_000, ordering: .sequentiallyConsistent)
    }
    func open() { isOpen.store(true, ordering: .sequentiallyConsistent) }
    func waitForArrivals(_ count: Int) {
        while arrived.load(ordering: .sequentiallyConsistent) < count { usleep(1000) }
    }
}

private func start(gate: Gate, _ change: (inout Configuration) -> Void = { _ in }) throws -> App {
    var configuration = Configuration()
    configuration.listen.port = 0
    configuration.workers = 1
    configuration.queue = 1
    change(&configuration)
    let slow = Route(.post, "/slow", "Waits.", kind: .pooled, body: .init("Echo"), answer: .json("Echo")) {
        request, _ in
        gate.pass()
        return HTTPResponse(contentType: "application/json", body: request.body)
    }
    return try App(
        configuration, routes: [slow], schemas: sampleSchemas,
        in: .init(version: "1.2.3", clocks: .system, requestIDPrefix: "t", log: .silent))
}

/// A connection on which one request was sent.
private struct Call: ~Copyable {
    private let socket: Int32

    init(_ app: App, _ head: String, _ body: String = "") {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(app.address.port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        _ = withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        let text =
            "\(head) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
        _ = send(socket, text, text.utf8.count, 0)
    }

    deinit { close(socket) }

    /// The answer, read to its end.
    borrowing func answer() -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(socket, &buffer, buffer.count, 0)
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += buffer[..<count]
        }
    }
}

@Suite(.timeLimit(.minutes(5)))
struct AppTests {
    @Test func `a started service answers over its socket`() throws {
        let app = try start(gate: Gate())
        defer { app.stop(grace: .seconds(5)) }
        #expect(app.address.port > 0)
        let ready = Call(app, "GET /-/ready").answer()
        #expect(ready.hasPrefix("HTTP/1.1 200 OK\r\n"), "\(ready)")
        #expect(ready.hasSuffix(#"{"status":"ready","version":"1.2.3"}"#), "\(ready)")
        let head = Call(app, "HEAD /-/ready").answer()
        #expect(head.hasPrefix("HTTP/1.1 200 OK\r\n") && head.hasSuffix("\r\n\r\n"), "\(head)")
        #expect(Call(app, "GET /nowhere").answer().hasPrefix("HTTP/1.1 404 Not Found\r\n"))
    }

    @Test func `a full queue is answered with 503`() throws {
        let gate = Gate()
        let app = try start(gate: gate)
        defer { app.stop(grace: .seconds(5)) }
        let first = Call(app, "POST /slow", "[1]")
        gate.waitForArrivals(1)
        let second = Call(app, "POST /slow", "[2]")
        while !Call(app, "GET /metrics").answer().contains("\nbellwether_worker_queue_length 1\n") {
            usleep(1000)
        }
        let third = Call(app, "POST /slow", "[3]").answer()
        #expect(third.hasPrefix("HTTP/1.1 503 Service Unavailable\r\n"), "\(third)")
        #expect(third.contains("\r\nRetry-After: 1\r\n"), "\(third)")
        #expect(third.contains("Content-Type: application/problem+json"), "\(third)")
        gate.open()
        #expect(first.answer().hasSuffix("\r\n\r\n[1]"))
        #expect(second.answer().hasSuffix("\r\n\r\n[2]"))
    }

    @Test func `what is in flight at a stop is answered`() throws {
        let gate = Gate()
        let app = try start(gate: gate)
        let call = Call(app, "POST /slow", "[1]")
        gate.waitForArrivals(1)
        gate.open(afterMilliseconds: 100)
        app.stop(grace: .seconds(10))
        #expect(call.answer().hasSuffix("\r\n\r\n[1]"))
    }

    @Test func `what waits for a worker at the end of the grace is answered with 503`() throws {
        let gate = Gate()
        let app = try start(gate: gate)
        let first = Call(app, "POST /slow", "[1]")
        gate.waitForArrivals(1)
        let second = Call(app, "POST /slow", "[2]")
        while !Call(app, "GET /metrics").answer().contains("\nbellwether_worker_queue_length 1\n") {
            usleep(1000)
        }
        gate.open(afterMilliseconds: 600)
        app.stop(grace: .milliseconds(50))
        for answer in [first.answer(), second.answer()] {
            #expect(answer.hasPrefix("HTTP/1.1 503 "), "\(answer)")
            #expect(answer.contains("https://bellwether.dev/problems/unavailable"), "\(answer)")
        }
    }

    @Test func `a body beyond the limit is refused by name`() throws {
        let app = try start(gate: Gate()) { $0.maxBodyBytes = 1024 }
        defer { app.stop(grace: .seconds(5)) }
        let answer = Call(app, "POST /slow", String(repeating: " ", count: 1025)).answer()
        #expect(answer.hasPrefix("HTTP/1.1 413 "), "\(answer)")
        #expect(answer.contains("max-body, 1024 bytes"), "\(answer)")
    }

    @Test func `a run ends with 0 after a signal, 1 when it cannot listen, 2 when it is set up wrongly`()
        throws
    {
        let app = try start(gate: Gate())
        defer { app.stop(grace: .zero) }
        let lines = Lines()
        func run(_ change: (inout Configuration) -> Void) -> Int32 {
            var configuration = Configuration()
            configuration.listen.port = 0
            change(&configuration)
            return App.run(
                configuration, routes: [],
                in: .init(version: "1", clocks: .system, requestIDPrefix: "t", log: lines.log())
            ) { SIGTERM }
        }
        #expect(run { _ in } == 0)
        #expect(run { $0.listen = app.address } == 1)
        #expect(run { $0.tokenFile = "/nonexistent" } == 2)
        #expect(lines.all.first?.hasPrefix("info: bellwether 1 listens on http://127.0.0.1:") == true)
        #expect(
            lines.all.dropFirst() == [
                "info: signal 15: stopping", "info: stopped",
                "error: \(app.address) is in use by another process",
                "error: /nonexistent: cannot be read: No such file or directory",
            ])
    }
}

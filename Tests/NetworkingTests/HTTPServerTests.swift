import Glibc
import Networking
import Synchronization
import Testing

@Suite(.serialized) struct HTTPServerTests {
    func serve(
        _ handler: TestHandler = TestHandler(), _ adjust: (inout HTTPServer.Configuration) -> Void = { _ in }
    ) throws -> HTTPServer {
        var configuration = HTTPServer.Configuration()
        adjust(&configuration)
        return try HTTPServer(configuration, handler: handler)
    }

    /// Waits a while for something that another thread does.
    func eventually(_ condition: () -> Bool) -> Bool {
        for _ in 0..<10_000 {
            if condition() { return true }
            usleep(2000)
        }
        return condition()
    }

    static let get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

    func post(_ path: String, _ body: String) -> String {
        "POST \(path) HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    // MARK: Requests as they should be

    @Test func `a connection serves one request after another`() throws {
        let server = try serve()
        let client = try TestClient(port: server.port)
        for i in 0..<20 {
            let answer = try client.ask(post("/n/\(i)", String(repeating: "x", count: i * 1000)))
            #expect(answer.status == 200 && answer.text == "POST /n/\(i) [] \(i * 1000)")
            #expect(answer.headers["content-type"] == "text/plain")
        }
        #expect(server.openConnections == 1)
        #expect(eventually { server.requestsAnswered == 20 && server.requestsInFlight == 0 })
    }

    @Test(arguments: [1, 2])
    func `pipelined requests are answered in their order`(loopThreads: Int) throws {
        let server = try serve(
            TestHandler(handle: { request, reply in
                // The first is answered last, were it not for the order.
                let pause: UInt32 = request.path == "/0" ? 50 : 1
                later(milliseconds: pause) { reply.send(HTTPResponse(body: Array(request.path.utf8))) }
            })
        ) { $0.loopThreads = loopThreads }
        let client = try TestClient(port: server.port)
        try client.send((0..<10).map { post("/\($0)", "body") }.joined())
        for i in 0..<10 { #expect(try client.response().text == "/\(i)") }
    }

    @Test func `a thousand requests wait at once and are all answered`() throws {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = min(limit.rlim_max, 8192)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let waiting = Waiting()
        let server = try serve(TestHandler(handle: { waiting.add($0, $1) })) { $0.loopThreads = 2 }
        let clients = try (0..<1000).map { _ in try TestClient(port: server.port) }
        for (i, client) in clients.enumerated() { try client.send(post("/\(i)", "{}")) }
        #expect(eventually { waiting.count == 1000 })
        #expect(server.openConnections == 1000 && server.requestsInFlight == 1000)
        waiting.answerAll()
        for (i, client) in clients.enumerated() { #expect(try client.response().text == "/\(i)") }
    }

    /// Requests and the right to answer them.
    final class Waiting: Sendable {
        private let all = Mutex<[(HTTPRequest, HTTPReply)]>([])
        var count: Int { all.withLock { $0.count } }
        func add(_ request: HTTPRequest, _ reply: HTTPReply) { all.withLock { $0.append((request, reply)) } }
        func answerAll() {
            let taken = all.withLock { all in
                defer { all = [] }
                return all
            }
            for (request, reply) in taken {
                later { reply.send(HTTPResponse(body: Array(request.path.utf8))) }
            }
        }
    }

    @Test(arguments: [1, 2])
    func `answers race with the suspension of their connection`(loopThreads: Int) throws {
        let server = try serve(
            TestHandler(handle: { request, reply in
                later { reply.send(HTTPResponse(body: Array(request.path.utf8))) }
            })
        ) { $0.loopThreads = loopThreads }
        let port = server.port
        try atOnce(8) { worker in
            let client = try TestClient(port: port)
            for i in 0..<500 {
                #expect(
                    try client.ask("GET /\(worker)/\(i) HTTP/1.1\r\nHost: x\r\n\r\n").text
                        == "/\(worker)/\(i)")
            }
        }
        #expect(eventually { server.requestsAnswered == 4000 })
    }

    @Test func `a chunked body arrives whole`() throws {
        let server = try serve(TestHandler(handle: { $1.send(HTTPResponse(body: $0.body)) }))
        let client = try TestClient(port: server.port)
        try client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
        try client.send("1;ext=1\r\n \r\n5\r\nworld\r\n0\r\nTrailer: x\r\n\r\n")
        #expect(try client.response().text == "hello world")
        #expect(try client.ask(post("/", "again")).text == "again")
    }

    @Test func `a client that expects 100 gets it, and an early answer instead when there is one`() throws {
        let server = try serve(TestHandler(early: { $0.path == "/no" ? HTTPResponse(status: 404) : nil }))
        let head = "HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
        let client = try TestClient(port: server.port)
        #expect(try client.ask("POST /yes \(head)").status == 100)
        #expect(try client.ask("{}").text == "POST /yes [] 2")
        #expect(try client.ask("POST /no \(head)").status == 404)
        #expect(try client.readToEnd() == "")
    }

    @Test func `HEAD has the header of GET and no body`() throws {
        let server = try serve()
        let client = try TestClient(port: server.port)
        let answer = try client.ask("HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(answer.status == 200 && answer.headers["content-length"] == "\("HEAD /a [] 0".utf8.count)")
        #expect(try client.ask(Self.get).text == "GET / [] 0")
    }

    @Test(arguments: [
        ("/a%20b/%C3%A9?q=1+2&r=%2B&&s&t==", "/a b/é [q=1 2;r=+;s=;t==]"), ("/+", "/+ []"),
        ("http://host:1/p?a=b", "/p [a=b]"), ("http://host", "/ []"), ("/?", "/ []"), ("*", "* []"),
        ("/a?b?c=d", "/a [b?c=d]"),
    ])
    func `targets are decoded`(target: String, expected: String) throws {
        let server = try serve()
        let answer = try TestClient(port: server.port).ask("GET \(target) HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(answer.text == "GET \(expected) 0")
    }

    @Test func `header names are lower-cased and bytes that are no UTF-8 survive`() throws {
        let server = try serve(
            TestHandler(handle: { request, reply in
                let fields = request.headers.map { "\($0.name)=\($0.value)" }.joined(separator: ";")
                reply.send(
                    HTTPResponse(headers: [("X-A", "1"), ("X-Bad", "a\r\nb")], body: Array(fields.utf8)))
            }))
        let client = try TestClient(port: server.port)
        try client.send(
            Array("GET / HTTP/1.1\r\nHOST: x\r\nX-Raw: a".utf8) + [0xFF, 0xC3] + Array("\r\n\r\n".utf8))
        let answer = try client.response()
        #expect(answer.text == "host=x;x-raw=a\u{FFFD}\u{FFFD}")
        #expect(answer.headers["x-a"] == "1" && answer.headers["x-bad"] == nil)
    }

    // MARK: Requests refused

    @Test(arguments: [
        ("GET / HTTP/1.1\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        ("GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", 400), ("GET /%ff HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("GET /?a=%2 HTTP/1.1\r\nHost: x\r\n\r\n", 400), ("GET nowhere HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: x\r\nA b: c\r\n\r\n", 400),
        (
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            400
        ),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length : 3\r\n\r\nabc", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
    ])
    func `what others may misread is refused with a problem document`(request: String, status: Int) throws {
        let server = try serve()
        let client = try TestClient(port: server.port)
        let answer = try client.ask(request)
        #expect(answer.status == status && answer.headers["content-type"] == "application/problem+json")
        #expect(try client.readToEnd() == "")
    }

    @Test(arguments: ["-1", "+5", "x", "5x", "99999999999999999999999"])
    func `a length that is no number is refused`(length: String) throws {
        let server = try serve()
        let client = try TestClient(port: server.port)
        let answer = try client.ask("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: \(length)\r\n\r\nabc")
        #expect((400..<500).contains(answer.status))
    }

    @Test func `a header beyond 32 KiB is refused`() throws {
        let server = try serve()
        let client = try TestClient(port: server.port)
        let answer = try client.ask(
            "GET / HTTP/1.1\r\nHost: x\r\nX: \(String(repeating: "x", count: 40_000))\r\n\r\n")
        #expect(answer.status == 431)
        #expect(try TestClient(port: server.port).ask(Self.get).status == 200)
    }

    @Test(arguments: [10_001, 200_000, 3_000_000])
    func `a body beyond the limit is 413 and names the limit`(size: Int) throws {
        let server = try serve { $0.maximumBodyBytes = 10_000 }
        let body = String(repeating: "x", count: size)
        let announced = try TestClient(port: server.port)
        let answer = try announced.ask(post("/", body))
        #expect(answer.status == 413 && answer.text.contains("10000 bytes"))
        #expect(try announced.readToEnd() == "")
        let chunked = try TestClient(port: server.port)
        try chunked.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        try chunked.send("\(String(size, radix: 16))\r\n\(body)\r\n0\r\n\r\n")
        let late = try chunked.response()
        #expect(late.status == 413 && late.text.contains("10000 bytes"))
        #expect(try chunked.readToEnd() == "")
        #expect(
            try TestClient(port: server.port).ask(post("/", String(repeating: "x", count: 10_000))).status
                == 200)
    }

    @Test func `an early answer spares the handler, and small bodies keep the connection`() throws {
        let handled = Atomic(0)
        let server = try serve(
            TestHandler(
                early: { HTTPResponse(status: $0.header("authorization") == nil ? 401 : 404) },
                handle: { _, _ in handled.add(1, ordering: .relaxed) }))
        let client = try TestClient(port: server.port)
        #expect(try client.ask(Self.get).status == 401)
        #expect(try client.ask(post("/", "small")).status == 401)
        #expect(try client.ask("GET / HTTP/1.1\r\nHost: x\r\nAuthorization: y\r\n\r\n").status == 404)
        #expect(try client.ask(post("/", String(repeating: "x", count: 1_000_000))).status == 401)
        #expect(try client.readToEnd() == "")
        #expect(handled.load(ordering: .relaxed) == 0)
    }

    @Test func `a dropped reply is 500, and only the first answer counts`() throws {
        let server = try serve(
            TestHandler(handle: { request, reply in
                guard request.path != "/" else { return }
                reply.send(HTTPResponse(status: 201))
                reply.send(HTTPResponse(status: 202))
            }))
        let client = try TestClient(port: server.port)
        #expect(try client.ask(Self.get).status == 500)
        #expect(try client.ask("GET /twice HTTP/1.1\r\nHost: x\r\n\r\n").status == 201)
        #expect(try client.ask(Self.get).status == 500)
    }
}

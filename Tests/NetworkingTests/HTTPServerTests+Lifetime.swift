import Glibc
import Networking
import Synchronization
import TestSupport
import Testing

extension HTTPServerTests {
    // MARK: Time

    @Test(arguments: [
        ["GET / HTTP/1.1\r\n", "Host: x\r\n"], ["GET /", "very/long"],
        ["POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n", "body"],
        ["POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n"],
    ])
    func `who trickles a request is told 408 and cut off`(pieces: [String]) throws {
        let server = try serve { $0.requestDeadline = 0.4 }
        let client = try TestClient(port: server.port)
        #expect(try client.ask(Self.get).status == 200)  // the deadline runs for each request
        let start = ContinuousClock.now
        try client.send(pieces[0])
        for unit in String(repeating: pieces[1], count: 100).utf8 {
            usleep(20_000)
            do { try client.send([unit]) } catch { break }
            if server.deadlinesMissed > 0 { break }
        }
        #expect(server.deadlinesMissed == 1)
        #expect(try client.response().status == 408)
        #expect(ContinuousClock.now - start < .seconds(1.5))
        #expect(eventually { server.openConnections == 0 })
    }

    @Test func `the deadline spares idle connections and slow handlers`() throws {
        let server = try serve(
            TestHandler(handle: { _, reply in
                later(milliseconds: 500) { reply.send(HTTPResponse(status: 204)) }
            })
        ) { $0.requestDeadline = 0.2 }
        let idle = try TestClient(port: server.port)
        let used = try TestClient(port: server.port)
        #expect(try used.ask(Self.get).status == 204)
        usleep(400_000)
        #expect(try idle.ask(Self.get).status == 204)
        #expect(try used.ask(Self.get).status == 204)
        #expect(server.deadlinesMissed == 0)
    }

    @Test func `who will send no more is answered and let go`() throws {
        let server = try serve { $0.requestDeadline = 0.08 }
        for text in [Self.get + Self.get, "GET / HTTP/1.1\r\nHo", ""] {
            let client = try TestClient(port: server.port, patience: 1)
            try client.send(text)
            client.closeWriting()
            #expect(try client.readToEnd().split(separator: "200 OK").count == (text.count > 30 ? 3 : 0))
        }
        #expect(server.deadlinesMissed == 0)
    }

    @Test func `connections beyond the limit wait until there is room`() throws {
        let server = try serve { $0.maximumConnections = 2 }
        var clients = try (0..<3).map { _ in try TestClient(port: server.port) }
        #expect(try clients[0].ask(Self.get).status == 200)
        #expect(try clients[1].ask(Self.get).status == 200)
        try clients[2].send(Self.get)
        usleep(50_000)
        #expect(server.openConnections == 2)
        clients.removeFirst()
        #expect(try clients[1].response().status == 200)
    }

    // MARK: Start and stop

    @Test func `stopping answers what is in flight and is idempotent`() throws {
        let waiting = Waiting()
        let server = try serve(TestHandler(handle: { waiting.add($0, $1) }))
        let client = try TestClient(port: server.port)
        try client.send("GET /late HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(eventually { waiting.count == 1 })
        let stopped = Atomic(false)
        later {
            server.stop(grace: .seconds(5))
            stopped.store(true, ordering: .releasing)
        }
        #expect(eventually { (try? TestClient(port: server.port)) == nil })
        waiting.answerAll()
        let answer = try client.response()
        #expect(answer.text == "/late" && answer.headers["connection"]?.lowercased() == "close")
        #expect(eventually { stopped.load(ordering: .acquiring) })
        server.stop(grace: .seconds(5))
        #expect(try client.readToEnd() == "")
    }

    @Test func `what is not answered within the grace is 503, and a late answer does no harm`() throws {
        let waiting = Waiting()
        let server = try serve(TestHandler(handle: { waiting.add($0, $1) }))
        let clients = try (0..<20).map { _ in try TestClient(port: server.port) }
        for client in clients { try client.send(Self.get) }
        #expect(eventually { waiting.count == 20 })
        let time = ContinuousClock().measure { server.stop(grace: .milliseconds(50)) }
        #expect(time < .seconds(1))
        for client in clients { #expect(try client.response().status == 503) }
        waiting.answerAll()
    }

    @Test(arguments: 0..<10)
    func `stopping under load neither hangs nor crashes`(round: Int) throws {
        let server = try serve(
            TestHandler(handle: { _, reply in
                later { reply.send(HTTPResponse(status: 204)) }
            })
        ) { $0.loopThreads = 1 + round % 2 }
        let port = server.port
        try atOnce(5) { worker in
            guard worker > 0 else {
                usleep(UInt32(20 + 5 * round) * 1000)
                return server.stop(grace: .milliseconds(round * 10))
            }
            while let client = try? TestClient(port: port) {
                for _ in 0..<3 { guard (try? client.ask(Self.get)) != nil else { break } }
            }
        }
        #expect(server.requestsInFlight == 0)
    }

    @Test func `a server that is let go stops`() throws {
        var server: HTTPServer? = try serve()
        let port = try #require(server?.port)
        #expect(try TestClient(port: port).ask(Self.get).status == 200)
        server = nil
        #expect(throws: TestClient.Failure.self) { try TestClient(port: port) }
    }

    @Test func `an address that cannot be had is named`() throws {
        let server = try serve()
        let taken = Address(host: "127.0.0.1", port: server.port)
        #expect(throws: NetworkingError.addressInUse(taken)) { try serve { $0.port = server.port } }
        #expect(throws: NetworkingError.hostNotNumeric("example.org")) {
            try serve { $0.host = "example.org" }
        }
        #expect(throws: NetworkingError.hostNotNumeric("")) { try serve { $0.host = "" } }
        #expect(throws: NetworkingError.addressNotAvailable(Address(host: "192.0.2.1", port: 0))) {
            try serve { $0.host = "192.0.2.1" }
        }
        #expect(try serve { $0.host = "localhost" }.port > 0)
    }

    // MARK: Damage

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `garbage never ends the server`(seed: UInt64) throws {
        let server = try serve { $0.requestDeadline = 0.08 }
        var random = SeededGenerator(seed: seed)
        let sample = Array((post("/a?b=%20", "{\"a\":1}") + Self.get).utf8)
        for _ in 0..<20 {
            var bytes = sample
            for _ in 0..<Int.random(in: 0...8, using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(
                    in: 0...255, using: &random)
            }
            if Bool.random(using: &random) {
                bytes = (0..<Int.random(in: 1...500, using: &random)).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                }
            }
            bytes.removeLast(Int.random(in: 0..<min(20, bytes.count), using: &random))
            let client = try TestClient(port: server.port)
            try? client.send(bytes)
            client.closeWriting()
            _ = try? client.readToEnd()
        }
        #expect(try TestClient(port: server.port).ask(Self.get).status == 200, "seed \(seed)")
    }
}

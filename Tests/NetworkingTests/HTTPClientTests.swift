import Glibc
import Networking
import Synchronization
import TestSupport
import Testing

@Suite(.serialized) struct HTTPClientTests {
    private func serve(_ handler: TestHandler = TestHandler()) throws -> HTTPServer {
        try HTTPServer(HTTPServer.Configuration(), handler: handler)
    }

    private func client(
        _ port: Int, _ adjust: (inout HTTPClient.Configuration) -> Void = { _ in }
    ) throws -> HTTPClient {
        var configuration = HTTPClient.Configuration()
        configuration.timeout = 10
        adjust(&configuration)
        return try HTTPClient(baseURL: "http://127.0.0.1:\(port)", configuration: configuration)
    }

    private func failure(
        _ client: HTTPClient, _ method: HTTPMethod = .get, _ target: String = "/",
        headers: [(name: String, value: String)] = []
    ) -> HTTPClientError? {
        do throws(HTTPClientError) {
            _ = try client.send(method, target, headers: headers)
            return nil
        } catch {
            return error
        }
    }

    private func text(_ response: HTTPResponse) -> String { String(decoding: response.body, as: UTF8.self) }

    @Test func `every method arrives with its target and body`() throws {
        let server = try serve()
        let client = try client(server.port)
        let target = HTTPClient.target("/a%20b", query: [("q", "1+2 &é"), ("s", "")])
        #expect(target == "/a%20b?q=1%2B2%20%26%C3%A9&s=")
        for method in [HTTPMethod.get, .post, .put, .delete, .options, .patch] {
            let answer = try client.send(method, target)
            #expect(answer.status == 200 && answer.header("content-type") == "text/plain")
            #expect(text(answer) == "\(method.rawValue) /a b [q=1+2 &é;s=] 0")
            let sent = try client.send(method, "/n", body: [UInt8](repeating: 0, count: 100_000))
            #expect(text(sent) == "\(method.rawValue) /n [] 100000")
        }
        let head = try client.send(.head, "/a")
        #expect(head.status == 200 && head.body.isEmpty && head.header("content-length") == "12")
        #expect(server.openConnections == 1)
    }

    @Test func `fields are sent as they are and none of libcurl's beside them`() throws {
        let server = try serve(
            TestHandler(handle: { request, reply in
                let fields = request.headers.map { "\($0.name)=\($0.value)" }.sorted()
                reply.send(
                    HTTPResponse(
                        status: 418, headers: [("X-Two", " b "), ("X-Two", "c")],
                        body: Array(fields.joined(separator: "|").utf8)))
            }))
        let client = try client(server.port)
        let answer = try client.send(
            .post, "/", headers: [("X-Token", "a b"), ("X-Empty", "")], body: Array("hello".utf8))
        #expect(answer.status == 418)
        #expect(answer.headers.filter { $0.name == "x-two" }.map(\.value) == ["b", "c"])
        let fields =
            "accept=*/*|content-length=5|host=127.0.0.1:\(server.port)|user-agent=bellwether|x-empty=|x-token=a b"
        #expect(text(answer) == fields)
        let json = try client.send(.post, "/", headers: [("Content-Type", "application/json")])
        #expect(text(json).contains("content-type=application/json"))
    }

    @Test func `one client serves many threads`() throws {
        let server = try serve()
        let client = try client(server.port)
        try atOnce(8) { worker in
            for i in 0..<50 {
                let answer = try client.send(.get, "/\(worker)/\(i)")
                #expect(String(decoding: answer.body, as: UTF8.self) == "GET /\(worker)/\(i) [] 0")
            }
        }
        #expect(server.openConnections == 1)
    }

    @Test func `a server that came back is asked over a new connection`() throws {
        var configuration = HTTPServer.Configuration()
        configuration.port = try FreePort.next()
        let client = try client(configuration.port)
        for _ in 0..<3 {
            let server = try HTTPServer(configuration, handler: TestHandler())
            #expect(try client.send(.get, "/").status == 200)
            server.stop(grace: .zero)
        }
    }

    // MARK: How it fails

    @Test func `nobody listens`() throws {
        let port = try FreePort.next()
        let error = try failure(client(port), .get, "/secret?token=x")
        #expect(error == .refused(url: "http://127.0.0.1:\(port)/secret"))
        #expect(error.map { "\($0)".contains("does the server run") } == true)
    }

    @Test func `no host has the name`() throws {
        let client = try HTTPClient(baseURL: "http://no-such-host.invalid:80/")
        #expect(client.baseURL == "http://no-such-host.invalid:80")
        #expect(failure(client) == .hostNotFound(host: "no-such-host.invalid"))
    }

    @Test func `an answer that does not come is given up`() throws {
        let server = try serve(
            TestHandler(handle: { _, reply in later(milliseconds: 1500) { reply.send(HTTPResponse()) } }))
        let client = try client(server.port) { $0.timeout = 0.2 }
        let error = failure(client)
        let url = "http://127.0.0.1:\(server.port)/"
        #expect(error == .timedOut(url: url, seconds: 0.2, whileConnecting: false))
        #expect(error.map { "\($0)" } == url + ": no complete answer within 0.2 s")
    }

    @Test func `a connection that nobody takes is given up`() throws {
        // The queue of a listener who never accepts is full after one; further ones are not answered.
        let listener = try OneAnswer("", queue: 0, accepts: false)
        let first = try TestClient(port: listener.port)
        let client = try client(listener.port) { $0.connectTimeout = 0.3 }
        let url = "http://127.0.0.1:\(listener.port)/"
        let error = withExtendedLifetime(first) { failure(client) }
        #expect(error == .timedOut(url: url, seconds: 0.3, whileConnecting: true))
        #expect(error.map { "\($0)" } == url + ": no connection within 0.3 s")
    }

    @Test func `a body or header beyond its limit is not kept`() throws {
        let server = try serve(
            TestHandler(handle: { request, reply in
                let size = request.body.count
                reply.send(
                    request.path == "/head"
                        ? HTTPResponse(headers: [("X-Long", String(repeating: "x", count: 2000))])
                        : HTTPResponse(body: [UInt8](repeating: 1, count: 1000 + size)))
            }))
        let client = try client(server.port) {
            $0.maximumResponseBytes = 1000
            $0.maximumHeaderBytes = 1500
        }
        let url = "http://127.0.0.1:\(server.port)"
        #expect(try client.send(.post, "/").body.count == 1000)
        do throws(HTTPClientError) {
            _ = try client.send(.post, "/", body: [1])
            Issue.record("1001 bytes were kept")
        } catch {
            #expect(error == .responseTooLarge(url: url + "/", limit: 1000))
        }
        #expect(failure(client, .get, "/head") == .responseTooLarge(url: url + "/head", limit: 1500))
    }

    @Test func `redirects are answers unless allowed`() throws {
        let server = try serve(
            TestHandler(handle: { request, reply in
                let next = ["/1": "/2", "/2": "/3", "/out": "file:///etc/hostname"][request.path]
                reply.send(
                    HTTPResponse(
                        status: next == nil ? 200 : 302, headers: next.map { [("Location", $0)] } ?? [],
                        body: Array(request.path.utf8)))
            }))
        let answer = try client(server.port).send(.get, "/1")
        #expect(answer.status == 302 && answer.header("location") == "/2" && text(answer) == "/1")
        let followed = try client(server.port) { $0.redirects = 2 }.send(.get, "/1")
        #expect(followed.status == 200 && text(followed) == "/3" && followed.header("location") == nil)
        let url = "http://127.0.0.1:\(server.port)"
        let strict = try client(server.port) { $0.redirects = 1 }
        #expect(failure(strict, .get, "/1") == .tooManyRedirects(url: url + "/1", limit: 1))
        guard case .malformedResponse = failure(strict, .get, "/out") else {
            Issue.record("a file was read")
            return
        }
    }

    @Test(arguments: [
        "", "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ])
    func `what is no complete answer is an error`(answer: String) throws {
        let server = try OneAnswer(answer)
        let error = try #require(failure(client(server.port)))
        switch error {
        case .connectionLost, .malformedResponse: #expect(!"\(error)".isEmpty)
        default: Issue.record("\(error)")
        }
    }

    @Test(arguments: [
        "", "localhost:80", "ftp://a", "file:///etc/passwd", "http://", "http://:80", "http://u:p@host",
        "http://a b", "http://a#b", "http://a?b=c", "http://a\r\nX: y",
    ])
    func `an address that cannot be asked is refused`(url: String) {
        do throws(HTTPClientError) {
            _ = try HTTPClient(baseURL: url)
            Issue.record("\(url) was taken")
        } catch {
            guard case .invalidURL(let shown, _) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(!shown.contains("u:p"))
        }
    }

    @Test func `nothing can be smuggled into a request`() throws {
        let client = try client(9)
        for target in ["x", "/a b", "/a\r\nX: y", "/é", "/a#b", "@host/"] {
            guard case .invalidURL = failure(client, .get, target) else {
                Issue.record("\(target) was sent")
                continue
            }
        }
        for field in [("X\r\nY", "1"), ("X", "1\r\nY: 2"), ("", "1"), ("X Y", "1"), ("X", "\0")] {
            #expect(failure(client, .get, "/", headers: [field]) == .invalidHeader(name: field.0))
        }
    }
}

/// Sends the same bytes to the first who connects and asks, and hangs up.
private final class OneAnswer {
    let port: Int
    /// Closed when the peer and its thread have both let go: a number that is closed while the thread has yet
    /// to accept on it is by then somebody else's socket.
    private final class Door: Sendable {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)

        deinit { close(socket) }
    }

    private let door: Door

    init(_ answer: String, queue: Int32 = 4, accepts: Bool = true) throws {
        let port = try FreePort.next()
        let door = Door()
        let socket = door.socket
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let isListening = withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 && listen(socket, queue) == 0
            }
        }
        try #require(isListening)
        self.port = port
        self.door = door
        guard accepts else { return }
        later {
            let peer = accept(door.socket, nil, nil)
            guard peer >= 0 else { return }
            var request = [UInt8](repeating: 0, count: 4096)
            _ = recv(peer, &request, request.count, 0)
            let bytes = Array(answer.utf8)
            _ = Glibc.send(peer, bytes, bytes.count, Int32(MSG_NOSIGNAL))
            close(peer)
        }
    }

    deinit { shutdown(door.socket, Int32(SHUT_RDWR)) }
}

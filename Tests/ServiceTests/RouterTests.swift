import Networking
import Testing

@testable import Service

/// One request and the status of its answer.
struct Exchange: Sendable, CustomStringConvertible {
    var method: String
    var path: String
    var headers: [(name: String, value: String)]
    var body: [UInt8]
    var status: Int

    init(
        _ method: String, _ path: String, _ headers: [(String, String)], body: [UInt8] = [],
        _ status: Int
    ) {
        self.method = method
        self.path = path
        self.headers = headers.map { (name: $0.0, value: $0.1) }
        self.body = body
        self.status = status
    }

    init(_ method: String, _ path: String, body: [UInt8] = [], _ status: Int) {
        self.init(method, path, [], body: body, status)
    }

    var request: HTTPRequest { HTTPRequest(method: method, path: path, headers: headers, body: body) }
    var description: String { "\(method) \(path) \(headers) → \(status)" }
}

/// `[1,2]` as Python's `gzip.compress` wrote it.
let gzippedList: [UInt8] = [
    31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 139, 54, 212, 49, 138, 5, 0, 191, 80, 139, 8, 5, 0, 0, 0,
]
/// A thousand spaces, likewise.
let gzippedSpaces: [UInt8] = [
    31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 83, 80, 24, 5, 163, 96, 20, 12, 119, 0, 0, 130, 227, 147, 205, 232, 3, 0,
    0,
]

let exchanges: [Exchange] = [
    Exchange("GET", "/-/healthy", 200), Exchange("GET", "/health", 200), Exchange("GET", "/healthz", 200),
    Exchange("HEAD", "/-/healthy", 200), Exchange("GET", "/-/ready", 200), Exchange("GET", "/readyz", 200),
    Exchange("GET", "/metrics", 200), Exchange("GET", "/openapi.json", 200), Exchange("GET", "/", 200),
    Exchange("GET", "/nowhere", 404), Exchange("BREW", "/nowhere", 404), Exchange("GET", "/-/healthy/", 404),
    Exchange("GET", "", 404), Exchange("GET", "/series//points", 404),
    Exchange("GET", "/series/7/points", 200),
    Exchange("POST", "/-/healthy", 405), Exchange("GET", "/echo", 405), Exchange("BREW", "/echo", 405),
    Exchange("GET", "/series/7", 405), Exchange("DELETE", "/series/7", 200),
    Exchange("OPTIONS", "/echo", 204), Exchange("OPTIONS", "/nowhere", 404),
    Exchange("POST", "/echo", 200), Exchange("POST", "/api/v1/echo", 200),
    Exchange("POST", "/echo", [("content-type", "application/json")], 200),
    Exchange("POST", "/echo", [("content-type", "Application/JSON; Charset=UTF-8")], 200),
    Exchange("POST", "/echo", [("content-type", "application/json; charset=latin1")], 415),
    Exchange("POST", "/echo", [("content-type", "application/x-www-form-urlencoded")], 415),
    Exchange("POST", "/echo", [("content-type", "")], 415),
    Exchange("POST", "/echo", [("content-encoding", "br")], 400),
    Exchange("POST", "/echo", [("content-encoding", "gzip, gzip")], 400),
    Exchange("POST", "/echo", [("content-encoding", "identity")], 200),
    Exchange("POST", "/echo", [("content-encoding", "gzip")], body: Array(gzippedList.dropLast(9)), 400),
    Exchange("POST", "/echo", [("content-encoding", "gzip")], body: [1, 2, 3], 400),
    Exchange("POST", "/echo", [("content-encoding", "gzip")], body: [], 400),
    Exchange("POST", "/echo", body: [UInt8](repeating: 32, count: 1001), 413),
    Exchange("POST", "/echo", [("content-length", "1001")], 413),
    Exchange("GET", "/broken", 500),
    Exchange("GET", "/-/healthy", [("host", "evil.example")], 403),
    Exchange("POST", "/echo", [("host", "localhost:8720"), ("origin", "null")], 403),
]

@Test(arguments: exchanges)
func `every failure is a problem document`(exchange: Exchange) throws {
    let answer = makeRouter().respond(to: exchange.request)
    #expect(answer.status == exchange.status, "\(answer.text)")
    #expect(answer.header("X-Request-Id") == "test-1")
    #expect(answer.header("X-Content-Type-Options") == "nosniff")
    #expect(answer.header("Cache-Control") == (exchange.path == "/" ? "no-cache" : "no-store"))
    guard answer.status >= 400 else { return }
    #expect(answer.header("Content-Type") == "application/problem+json")
    let problem = try JSONDocument(answer.body).root
    #expect(problem["status"]?.integer == exchange.status)
    #expect(problem["type"]?.string?.hasPrefix("https://bellwether.dev/problems/") == true)
    #expect(problem["title"]?.string?.isEmpty == false)
    #expect(problem["detail"]?.string?.isEmpty == false)
    #expect(problem["request_id"]?.string == "test-1")
}

@Test(arguments: exchanges.filter { $0.body.isEmpty && [401, 403, 404, 405, 413, 415].contains($0.status) })
func `what the head alone decides is refused before the body`(exchange: Exchange) {
    #expect(makeRouter().refusal(of: exchange.request)?.status == exchange.status)
}

@Test(arguments: [
    ("/echo", "OPTIONS, POST"), ("/series/7", "DELETE, OPTIONS"), ("/metrics", "GET, HEAD, OPTIONS"),
])
func `allow names the methods of a path`(path: String, allow: String) {
    for method in ["BREW", "OPTIONS"] {
        #expect(makeRouter().respond(to: HTTPRequest(method: method, path: path)).header("Allow") == allow)
    }
}

@Test func `a body arrives decoded`() {
    let request = HTTPRequest(
        method: "POST", path: "/echo", headers: [("content-encoding", "gzip")], body: gzippedList)
    #expect(makeRouter().respond(to: request).text == "[1,2]")
    #expect(makeRouter().isPooled(request))
}

@Test func `a bomb is refused with the limit`() {
    let request = HTTPRequest(
        method: "POST", path: "/echo", headers: [("content-encoding", "gzip")], body: gzippedSpaces)
    #expect(makeRouter(maxBodyBytes: 1000).respond(to: request).body.count == 1000)
    let answer = makeRouter(maxBodyBytes: 999).respond(to: request)
    #expect(answer.status == 413)
    #expect(answer.text.contains("The decoded body is larger than max-body, 999 bytes."), "\(answer.text)")
}

@Test func `parts of a path reach the handler`() {
    #expect(makeRouter().respond(to: HTTPRequest(path: "/series/a b/points")).text == "a b")
}

@Test func `an unknown failure is logged and not told`() {
    let lines = Lines()
    let answer = makeRouter(log: lines.log()).respond(to: HTTPRequest(path: "/broken"))
    #expect(!answer.text.contains("Secret"))
    #expect(lines.all == ["error: request test-1 failed: SecretError()"])
}

@Test func `what came too long ago is not begun`() {
    let clocks = Clocks(wall: { 0 }, steady: { 1_000_000_001 })
    let answer = makeRouter(clocks: clocks).respond(to: HTTPRequest(path: "/metrics"), received: 0)
    #expect(answer.status == 503)
    #expect(answer.header("Retry-After") == "1")
}

@Test func `a service that is not ready says what is missing`() throws {
    let readiness = Readiness(missing: ["journal", "models"])
    let router = makeRouter(readiness: readiness)
    let answer = router.respond(to: HTTPRequest(path: "/-/ready"))
    #expect(answer.status == 503)
    let missing = try #require(JSONDocument(answer.body).root["missing"]?.elements)
    #expect(missing.map(\.string) == ["journal", "models"])
    #expect(router.respond(to: HTTPRequest(path: "/-/healthy")).status == 200)
    readiness.fulfil("journal")
    readiness.fulfil("models")
    #expect(router.respond(to: HTTPRequest(path: "/-/ready")).status == 200)
}

@Test func `a problem may name places of the body`() throws {
    var problem = Problem("bad", 422, "Bad", detail: "d", errors: [.init(pointer: "/a/0", detail: "x")])
    problem.retryAfterSeconds = 7
    let answer = HTTPResponse(for: problem, requestID: "r")
    #expect(answer.header("Retry-After") == "7")
    #expect(
        answer.text == """
            {"type":"https://bellwether.dev/problems/bad","title":"Bad","status":422,"detail":"d",\
            "errors":[{"pointer":"/a/0","detail":"x"}],"request_id":"r","retry_after_seconds":7}
            """)
}

import Networking
import Testing

@testable import Service

@Test(arguments: [
    ("localhost", true), ("localhost:8720", true), ("LOCALHOST:1", true), ("localhost.", true),
    ("127.0.0.1:9", true),
    ("[::1]:8720", true), ("[::1]", true), ("bw.example:80", true), ("10.0.0.5:8720", false),
    ("evil.example", false),
    ("localhost.evil.example", false), ("localhost@evil.example", false), ("", false), (":8720", false),
    ("localhost:", true), ("localhost:80x", false), ("[::1", false), ("::1", false), ("[evil]", false),
])
func `only our own names are a good host`(host: String, isGood: Bool) {
    let request = HTTPRequest(path: "/metrics", headers: [("host", host)])
    let answer = makeRouter(allowedHosts: ["bw.example"]).respond(to: request)
    #expect(answer.status == (isGood ? 200 : 403))
}

@Test(arguments: [
    ("10.0.0.5:8720", 200), ("[fe80::1]:8720", 200), ("rebound.example", 403), ("10.0.0.5.evil.example", 403),
])
func `listening everywhere every address is a good host`(host: String, status: Int) {
    let request = HTTPRequest(path: "/metrics", headers: [("host", host)])
    #expect(makeRouter(listenHost: "0.0.0.0").respond(to: request).status == status)
}

@Test(arguments: [
    ("localhost:8720", "http://localhost:8720", 200), ("LOCALHOST:8720", "http://localhost:8720", 200),
    ("localhost:8720", "http://localhost:3000", 403), ("localhost:8720", "http://127.0.0.1:8720", 403),
    ("localhost:8720", "http://localhost", 403), ("localhost", "http://localhost", 200),
    ("localhost:80", "http://localhost", 200), ("[::1]:8720", "http://[::1]:8720", 200),
    ("[::1]:8720", "http://[::1]", 403), ("[::1]", "http://[::1]:80", 200),
    // Behind a proxy that ends TLS, which keeps the public name, or sends its own.
    ("bw.example", "https://bw.example", 200), ("bw.example:8443", "https://bw.example:8443", 200),
    ("127.0.0.1:8720", "https://bw.example", 200), ("127.0.0.1:8720", "https://bw.example:3000", 403),
    ("localhost:8720", "null", 403), ("localhost:8720", "https://evil.example", 403),
    ("localhost:8720", "ftp://localhost:8720", 403), ("localhost:8720", "localhost:8720", 403),
    ("localhost:8720", "", 403), ("localhost:8720", "http://localhost:99999999999999999999", 403),
])
func `only our own pages change something`(host: String, origin: String, status: Int) {
    let router = makeRouter(allowedHosts: ["bw.example"])
    func answer(_ method: String, _ path: String) -> Int {
        let headers = [(name: "host", value: host), (name: "origin", value: origin)]
        return router.respond(to: HTTPRequest(method: method, path: path, headers: headers)).status
    }
    #expect(answer("POST", "/echo") == status)
    #expect(answer("DELETE", "/series/7") == status)
    #expect(answer("GET", "/metrics") == 200)
}

@Test(arguments: [
    ("cross-site", 403), ("same-site", 403), ("Cross-Site", 403), ("same-origin", 200), ("none", 200),
])
func `a browser's word that a page is foreign is taken`(site: String, status: Int) {
    let router = makeRouter()
    func answer(_ method: String, _ path: String) -> Int {
        let headers = [(name: "host", value: "localhost:8720"), (name: "sec-fetch-site", value: site)]
        return router.respond(to: HTTPRequest(method: method, path: path, headers: headers)).status
    }
    #expect(answer("POST", "/echo") == status)
    #expect(answer("DELETE", "/series/7") == status)
    #expect(answer("GET", "/metrics") == 200)
}

@Test func `an address is a good origin where the page came from it`() {
    let router = makeRouter(listenHost: "0.0.0.0")
    let origins = [("http://10.0.0.5:8720", 200), ("http://6.6.6.6", 403), ("http://10.0.0.5:3000", 403)]
    for (origin, status) in origins {
        let headers = [(name: "host", value: "10.0.0.5:8720"), (name: "origin", value: origin)]
        #expect(
            router.respond(to: HTTPRequest(method: "POST", path: "/echo", headers: headers)).status == status)
    }
}

@Test(arguments: [
    ("Bearer s3cret", 200), ("bearer  s3cret ", 200), ("Bearer s3cre", 401), ("Bearer s3crets", 401),
    ("Bearer S3cret", 401), ("Bearer ", 401), ("Basic s3cret", 401), ("s3cret", 401), ("", 401),
])
func `a token opens what is not public`(field: String, status: Int) {
    let router = makeRouter(token: "s3cret")
    func answer(_ path: String) -> HTTPResponse {
        router.respond(to: HTTPRequest(path: path, headers: [("authorization", field)]))
    }
    for path in ["/metrics", "/openapi.json"] { #expect(answer(path).status == status, "\(path)") }
    #expect(answer("/nowhere").status == (status == 200 ? 404 : 401))
    #expect(answer("/metrics").header("WWW-Authenticate") == (status == 200 ? nil : "Bearer"))
    for path in ["/-/healthy", "/-/ready", "/healthz", "/", "/assets/app.js"] {
        #expect(answer(path).status == 200, "\(path)")
    }
}

@Test(
    arguments: [
        ("t0ken\n", 0o600, nil), ("\t t0ken \r\n", 0o640, nil),
        ("t0ken", 0o644, "t: every user of this machine can read the token (mode 644); chmod 600 it"),
    ] as [(String, UInt32, String?)])
func `a token file holds one word`(content: String, mode: UInt32, warning: String?) throws {
    let (token, got) = try Token.read(Array(content.utf8), mode: mode, path: "t")
    #expect(token.equals("t0ken"))
    #expect(got == warning)
}

@Test(
    arguments: [
        ("", 0o600, "t: the token file is empty"), (" \n", 0o600, "t: the token file is empty"),
        ("two words", 0o600, "t: the token must be one word of ASCII letters, digits and punctuation"),
        ("tökén", 0o600, "t: the token must be one word of ASCII letters, digits and punctuation"),
        ("t0ken", 0o666, "t: others may change the token file (mode 666); chmod 600 it"),
        ("t0ken", 0o620, "t: others may change the token file (mode 620); chmod 600 it"),
    ] as [(String, UInt32, String)])
func `a bad token file is refused`(content: String, mode: UInt32, message: String) {
    let error = #expect(throws: ConfigurationError.self) {
        try Token.read(Array(content.utf8), mode: mode, path: "t")
    }
    #expect(error.map { "\($0)" } == message)
}

@Test func `a file that cannot be read is named`() {
    let error = #expect(throws: ConfigurationError.self) { try SmallFile("/nonexistent/token") }
    #expect(error.map { "\($0)" } == "/nonexistent/token: cannot be read: No such file or directory")
}

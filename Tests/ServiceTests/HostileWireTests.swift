import Foundation
import Glibc
import Networking
import Testing

@testable import Service

private let good = #"{"series":[{"values":[1,2,3]}]}"#

@Suite(.timeLimit(.minutes(5)))
struct HostileWireTests {
    @Test func `the head of a request is judged before its body`() throws {
        let app = try startProduct()
        defer { app.stop(grace: .seconds(2)) }
        func ask(_ line: String, _ fields: [String] = [], host: String = "localhost", body: String = "")
            -> WireAnswer
        {
            Wire.ask(app, line, ["Host: \(host)"] + fields, body: body)
        }
        let predict = "POST /api/v1/predict"
        #expect(ask(predict, body: good).status == 200)
        #expect(
            ask("POST /predict", ["Content-Type: application/json; charset=utf-8"], body: good).status == 200)
        for type in ["text/csv", "application/x-www-form-urlencoded", "application/json; charset=latin1", ""]
        {
            let answer = ask(predict, ["Content-Type: \(type)"], body: good)
            expectProblem(answer.response, 415, "application/json")
        }
        for (line, allow) in [
            ("GET /api/v1/predict", "OPTIONS, POST"), ("DELETE /predict", "OPTIONS, POST"),
            ("POST /metrics", "GET, HEAD, OPTIONS"), ("BREW /api/v1/methods", "GET, HEAD, OPTIONS"),
        ] {
            let answer = ask(line)
            expectProblem(answer.response, 405, allow)
            #expect(answer.field("Allow") == allow)
        }
        let options = ask("OPTIONS /api/v1/detect")
        #expect(options.status == 204 && options.field("Allow") == "OPTIONS, POST")
        let head = ask("HEAD /api/v1/methods")
        #expect(head.status == 200 && head.body.isEmpty)
        for path in ["/nowhere", "/api/v1/predict/", "//", "/api/v1/predict/x", "/%2e%2e/etc/passwd"] {
            expectProblem(ask("GET \(path)").response, 404, "/openapi.json describes what there is")
        }
        for host in ["evil.example", "127.0.0.1.evil.example", "10.0.0.1"] {
            expectProblem(ask(predict, host: host, body: good).response, 403, "allowed-hosts")
        }
        for origin in ["https://evil.example", "null", "file://", "http://localhost.evil.example"] {
            expectProblem(ask(predict, ["Origin: \(origin)"], body: good).response, 403, "allowed-hosts")
        }
        #expect(ask(predict, ["Origin: http://localhost"], host: "localhost", body: good).status == 200)
        let neighbour = ["Origin: http://localhost:3000"]
        expectProblem(ask(predict, neighbour, host: "localhost", body: good).response, 403, "allowed-hosts")
        expectProblem(
            ask(predict, ["Transfer-Encoding: chunked"], body: good).response, 400,
            "Content-Length and Transfer-Encoding exclude each other")
        expectProblem(Wire.ask(app, predict, [], body: good).response, 400, "exactly one Host field")
        expectProblem(
            Wire.ask(app, predict, ["Host: localhost", "Host: localhost"], body: good).response, 400,
            "exactly one Host field")
        expectProblem(
            ask(predict, ["Content-Encoding: br"], body: good).response, 400, "gzip, zstd and identity")
        expectProblem(ask("GET /%zz").response, 400, "percent escape")
    }

    @Test func `what is no HTTP ends with a refusal and the service goes on`() throws {
        let app = try startProduct()
        defer { app.stop(grace: .seconds(2)) }
        let noise: [String] = [
            "\u{0}\u{1}\u{2}\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\nHost: localhost\r\n\r\n",
            "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\r\n\r\n",
            "POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
            "POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999\r\n\r\n",
            "POST /predict HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            "GET /" + String(repeating: "a", count: 100_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: localhost\r\nX: " + String(repeating: "a", count: 100_000) + "\r\n\r\n",
        ]
        for text in noise {
            let wire = Wire(app)
            wire.send(text)
            wire.closeWriting()
            let status = wire.answer().status
            #expect(
                status == 0 || (400..<600).contains(status),
                "\(status) for \(text.prefix(40).debugDescription)")
        }
        #expect(Wire.ask(app, "GET /-/healthy").status == 200)
    }

    @Test func `a body beyond the limit is refused, announced or in chunks`() throws {
        let app = try startProduct { $0.maxBodyBytes = 4096 }
        defer { app.stop(grace: .seconds(2)) }
        let long = String(repeating: " ", count: 4097)
        expectProblem(Wire.ask(app, "POST /predict", body: long).response, 413, "max-body, 4096 bytes")
        let wire = Wire(app)
        wire.send(
            "POST /predict HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        for _ in 0..<5 { wire.send("400\r\n" + String(repeating: " ", count: 0x400) + "\r\n") }
        wire.send("0\r\n\r\n")
        expectProblem(wire.answer().response, 413, "max-body, 4096 bytes")
        let chunked = Wire(app)
        chunked.send(
            "POST /predict HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        for byte in good { chunked.send("1\r\n\(byte)\r\n") }
        chunked.send("0\r\n\r\n")
        #expect(chunked.answer().status == 200)
    }

    @Test func `a client that trickles is cut off`() throws {
        let app = try startProduct { $0.requestDeadlineSeconds = 0.3 }
        defer { app.stop(grace: .seconds(2)) }
        for start in [
            "POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n", "GET /-/hea",
        ] {
            let wire = Wire(app)
            wire.send(start)
            let begin = ContinuousClock.now
            while wire.send(" "), ContinuousClock.now - begin < .milliseconds(600) { usleep(50_000) }
            let answer = wire.answer()
            #expect([0, 408].contains(answer.status), "\(answer.text)")
            if answer.status == 408 { expectProblem(answer.response, 408) }
            #expect(ContinuousClock.now - begin < .seconds(10))
        }
        #expect(Wire.ask(app, "GET /-/healthy").status == 200)
    }

    @Test func `a token opens every route but those of health and of the page`() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent(
            "bellwether-token-\(getpid())"
        ).path
        defer { unlink(path) }
        #expect(
            FileManager.default.createFile(
                atPath: path, contents: Data("s3cret\n".utf8), attributes: [.posixPermissions: 0o600]))
        let app = try startProduct { $0.tokenFile = path }
        defer { app.stop(grace: .seconds(2)) }
        let table = RouteTable(Routes.all, schemas: Routes.schemas, version: "1").routes
        for route in table {
            for pattern in [route.pattern] + route.aliases {
                for token in [nil, "Bearer wrong", "Bearer ", "Basic czNjcmV0"] {
                    let fields = ["Host: localhost"] + (token.map { ["Authorization: \($0)"] } ?? [])
                    let answer = Wire.ask(
                        app, "\(route.method.rawValue) \(pattern)", fields,
                        body: route.body == nil ? "" : good)
                    if route.isPublic {
                        let good = pattern == "/ping" ? 204 : 200
                        #expect(answer.status == (pattern.contains("{") ? 404 : good), "\(pattern)")
                    } else {
                        if route.errorForm == .problem {
                            expectProblem(answer.response, 401)
                        } else {
                            #expect(answer.status == 401, "\(pattern)")
                        }
                        #expect(answer.field("WWW-Authenticate") == "Bearer", "\(pattern)")
                        #expect(!answer.text.contains("s3cret"))
                    }
                }
            }
        }
        let right = ["Host: localhost", "Authorization: Bearer s3cret"]
        #expect(Wire.ask(app, "POST /predict", right, body: good).status == 200)
        let open = table.filter(\.isPublic).map(\.pattern)
        #expect(open == ["/ping", "/-/healthy", "/-/ready", "/", "/assets/{name}"])
    }

    @Test(arguments: ["0.0.0.0:0", "[::]:0", "192.0.2.1:80"])
    func `other machines are not let in without a token`(listen: String) {
        let error = #expect(throws: ConfigurationError.self) {
            try Configuration.resolve(flags: [("listen", listen)])
        }
        #expect(error?.message.contains("set token-file, or listen on 127.0.0.1") == true)
    }

    @Test func `a flood is answered or told to come back`() throws {
        let app = try startProduct { $0.queue = 1 }
        defer { app.stop(grace: .seconds(20)) }
        let body = #"{"model":"ridge","series":[{"values":\#(json(seasonal(1500)))}]}"#
        let text =
            "POST /predict HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
            + body
        var statuses: [Int] = []
        var wires: [WireBox] = []
        for _ in 0..<12 {
            let wire = WireBox(app)
            wire.send(text)
            wires.append(wire)
        }
        for wire in wires {
            let answer = wire.answer()
            statuses.append(answer.status)
            guard answer.status != 200 else { continue }
            expectProblem(answer.response, 503)
            #expect(answer.field("Retry-After") == "1")
        }
        #expect(statuses.contains(200) && statuses.contains(503), "\(statuses)")
    }

    @Test func `a stop answers what is in flight`() throws {
        let app = try startProduct()
        let body = #"{"model":"ridge","series":[{"values":\#(json(seasonal(1500)))}]}"#
        let wire = Wire(app)
        wire.send(
            "POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.utf8.count)\r\n\r\n" + body)
        while !Wire.ask(app, "GET /metrics").text.contains("\nbellwether_worker_busy 1\n") {
            if Wire.ask(app, "GET /metrics").text.contains("route=\"/api/v1/predict\"") { break }
        }
        app.stop(grace: .seconds(20))
        #expect(wire.answer().status == 200)
    }
}

/// A connection that a list can hold.
private final class WireBox {
    private let wire: Wire
    init(_ app: App) { wire = Wire(app) }
    func send(_ text: String) { wire.send(text) }
    func answer() -> WireAnswer { wire.answer() }
}

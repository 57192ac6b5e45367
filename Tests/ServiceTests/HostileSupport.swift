import Foundation
import Glibc
import Networking
import TestSupport
import Testing

@testable import Service

/// The routes of the product on a router without a socket.
func productRouter(token: String? = nil, maxBodyBytes: Int = 32 << 20) -> Router {
    let context = Context(
        version: "1", clocks: .frozen, metrics: SelfMetrics(version: "1", startSeconds: 0),
        maxBodyBytes: maxBodyBytes)
    return Router(
        routes: RouteTable(Routes.all, schemas: Routes.schemas, version: "1").routes, context: context,
        guards: Guard(token: token.map { Token($0) }, listenHost: "127.0.0.1", allowedHosts: []),
        requestIDs: RequestIDs(prefix: "bad"))
}

private let router = productRouter()

/// Posts a body to the product, without a socket.
func post(_ body: [UInt8], to path: String = "/api/v1/predict") -> HTTPResponse {
    router.respond(to: HTTPRequest(method: "POST", path: path, body: body))
}

/// Posts a body to the product, without a socket.
func post(_ body: String, to path: String = "/api/v1/predict") -> HTTPResponse {
    post(Array(body.utf8), to: path)
}

/// Checks that an answer is a problem document with this status, whose detail holds some words.
func expectProblem(
    _ answer: HTTPResponse, _ status: Int, _ words: String = "", _ place: SourceLocation = #_sourceLocation
) {
    let short = String(answer.text.prefix(400))
    #expect(answer.status == status, "\(short)", sourceLocation: place)
    #expect(answer.header("Content-Type") == "application/problem+json", "\(short)", sourceLocation: place)
    guard let root = try? JSONDocument(answer.body).root else {
        Issue.record("not JSON: \(short)", sourceLocation: place)
        return
    }
    for key in ["type", "title", "detail", "request_id"] {
        #expect(root[key]?.string?.isEmpty == false, "\(key) in \(short)", sourceLocation: place)
    }
    #expect(root["status"]?.integer == answer.status, "\(short)", sourceLocation: place)
    #expect(root["type"]?.string?.hasPrefix(Problem.typePrefix) == true, "\(short)", sourceLocation: place)
    let detail = root["detail"]?.string ?? ""
    #expect(words.isEmpty || detail.contains(words), "\(words): \(short)", sourceLocation: place)
}

/// The first result of a good answer; reading it also proves that no token in it is foreign to JSON.
func firstResult(
    _ answer: HTTPResponse, _ place: SourceLocation = #_sourceLocation
) throws -> JSONValue {
    #expect(answer.status == 200, "\(answer.text.prefix(400))", sourceLocation: place)
    let results = try #require(JSONDocument(answer.body).root["results"]?.elements, sourceLocation: place)
    return try #require(Array(results).first, sourceLocation: place)
}

extension JSONValue {
    /// The strings of an array.
    var strings: [String] { (elements.map(Array.init) ?? []).compactMap(\.string) }
    /// The numbers of an array, `nan` for null.
    var numbers: [Double] { (try? doubles(nullAsNaN: true)) ?? [] }
    /// The names of the members of an object.
    var keys: [String] { (members.map(Array.init) ?? []).map(\.key) }
}

/// Numbers of a quiet daily season with noise.
func seasonal(_ count: Int, period: Int = 24, seed: UInt64 = 1) -> [Double] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { step in
        let phase = Double(step % period) / Double(period)
        let noise = Double(random.next() >> 40) / Double(1 << 24)
        return (50 + 20 * (phase < 0.5 ? phase : 1 - phase) + noise).rounded(toPlaces: 3)
    }
}

extension Double {
    func rounded(toPlaces places: Int) -> Double {
        let power = (0..<places).reduce(1.0) { value, _ in value * 10 }
        return (self * power).rounded() / power
    }
}

/// A list as JSON.
func json(_ values: [Double]) -> String { "[" + values.map { "\($0)" }.joined(separator: ",") + "]" }

/// A blocking client that sends exactly the bytes it is told to.
struct Wire: ~Copyable {
    private let socket: Int32

    init(_ app: App) {
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
        var patience = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(socket) }

    /// Sends bytes; `false` when the other side has closed.
    @discardableResult
    borrowing func send(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    @discardableResult
    borrowing func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    borrowing func closeWriting() { shutdown(socket, Int32(SHUT_WR)) }

    /// The answer to a request that closes the connection, read to its end.
    borrowing func answer() -> WireAnswer {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = recv(socket, &buffer, buffer.count, 0)
            guard count > 0 else { return WireAnswer(text: String(decoding: bytes, as: UTF8.self)) }
            bytes += buffer[..<count]
        }
    }

    /// One whole exchange.
    static func ask(
        _ app: App, _ line: String, _ fields: [String] = ["Host: localhost"], body: String = ""
    ) -> WireAnswer {
        let wire = Wire(app)
        let length = body.isEmpty ? [] : ["Content-Length: \(body.utf8.count)"]
        let head = (["\(line) HTTP/1.1"] + fields + ["Connection: close"] + length).joined(separator: "\r\n")
        wire.send(head + "\r\n\r\n" + body)
        return wire.answer()
    }
}

/// An answer as its bytes came.
struct WireAnswer {
    var text: String

    var status: Int { text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0 }
    var body: String { text.range(of: "\r\n\r\n").map { String(text[$0.upperBound...]) } ?? "" }

    func field(_ name: String) -> String? {
        for line in text.split(separator: "\r\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2, parts[0].lowercased() == name.lowercased() { return parts[1].trimmed }
        }
        return nil
    }

    /// The same in the form of the router, for ``expectProblem(_:_:_:_:)``.
    var response: HTTPResponse {
        HTTPResponse(status: status, contentType: field("Content-Type") ?? "", body: Array(body.utf8))
    }
}

/// The product on a socket of its own.
func startProduct(_ change: (inout Configuration) -> Void = { _ in }) throws -> App {
    var configuration = Configuration()
    configuration.listen.port = 0
    configuration.workers = 1
    change(&configuration)
    return try App(
        configuration, routes: Routes.all, schemas: Routes.schemas,
        in: .init(version: "1", clocks: .system, requestIDPrefix: "w", log: .silent))
}

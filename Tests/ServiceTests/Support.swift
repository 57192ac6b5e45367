import Networking
import Synchronization

@testable import Service

/// A router over a few routes, on clocks that stand still.
func makeRouter(
    token: String? = nil, listenHost: String = "127.0.0.1", allowedHosts: [String] = [],
    maxBodyBytes: Int = 1000,
    readiness: Readiness = Readiness(), log: Log = .silent, clocks: Clocks = .frozen
) -> Router {
    let context = Context(
        version: "1.2.3", clocks: clocks, metrics: SelfMetrics(version: "1.2.3", startSeconds: 1_700_000_000),
        readiness: readiness, log: log, maxBodyBytes: maxBodyBytes, deadlineNanoseconds: 1_000_000_000)
    return Router(
        routes: RouteTable(sampleRoutes, schemas: sampleSchemas, version: "1.2.3").routes, context: context,
        guards: Guard(token: token.map { Token($0) }, listenHost: listenHost, allowedHosts: allowedHosts),
        requestIDs: RequestIDs(prefix: "test"))
}

let sampleSchemas = [NamedSchema("Echo", .object([.optional("values", .array(.nullable(.number())))]))]

let sampleRoutes: [Route] = [
    Route(
        .post, "/echo", aliases: ["/api/v1/echo"], "Sends the body back.", kind: .pooled, body: .init("Echo"),
        answer: .json("Echo")
    ) {
        request, _ in HTTPResponse(contentType: "application/json", body: request.body)
    },
    Route(
        .get, "/series/{id}/points", "Names a series.", query: [.init("step", "The distance of points.")],
        answer: .other("text/plain")
    ) { request, _ in .text(request.parameter("id")) },
    Route(.delete, "/series/{id}", "Removes a series.", answer: .other("text/plain")) { _, _ in .text("") },
    Route(.get, "/broken", "Fails.", answer: .other("text/plain")) { _, _ in throw SecretError() },
]

/// An error that clients must not read.
struct SecretError: Error {}

extension Clocks {
    static let frozen = Clocks(wall: { 1_700_000_000 }, steady: { 0 })
}

extension HTTPResponse {
    func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
    var text: String { String(decoding: body, as: UTF8.self) }
}

/// Lines that were logged.
final class Lines: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }
    func log(_ level: Log.Level = .info) -> Log {
        Log(level: level) { line in self.lines.withLock { $0.append(line) } }
    }
}

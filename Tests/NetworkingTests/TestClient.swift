import Glibc
import Networking
import Synchronization

/// A blocking loopback client that sends exactly the bytes it is told to.
final class TestClient {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    struct Response: Equatable {
        var status: Int
        var headers: [String: String]
        var body: [UInt8]
        var text: String { String(decoding: body, as: UTF8.self) }
    }

    let socket: Int32
    private var buffer: [UInt8] = []

    init(port: Int, patience: Double = 5) throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { throw Failure(description: "socket: \(errno)") }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        // The socket is closed by `deinit`, which runs for an initialiser that throws here.
        guard result == 0 else { throw Failure(description: "connect: \(errno)") }
        var limit = timeval(
            tv_sec: Int(patience), tv_usec: Int(patience.truncatingRemainder(dividingBy: 1) * 1e6))
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var yes: Int32 = 1
        setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
    }

    deinit { Glibc.close(socket) }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) throws {
        var start = 0
        while start < bytes.count {
            let count = bytes[start...].withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure(description: "send: \(errno)") }
            start += count
        }
    }

    func closeWriting() { shutdown(socket, Int32(SHUT_WR)) }

    /// Reads more; `false` at the end of the stream.
    private func fill() throws -> Bool {
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        let count = recv(socket, &piece, piece.count, 0)
        guard count >= 0 else {
            throw Failure(
                description: "recv: \(errno) after \(String(decoding: buffer.prefix(200), as: UTF8.self))")
        }
        buffer += piece[..<count]
        return count > 0
    }

    /// Everything up to the end of the stream.
    func readToEnd() throws -> String {
        while try fill() {}
        defer { buffer = [] }
        return String(decoding: buffer, as: UTF8.self)
    }

    /// The next answer with its body.
    func response(hasBody: Bool = true) throws -> Response {
        let separator = Array("\r\n\r\n".utf8)
        var end: Int?
        while true {
            end = buffer.indices.first { buffer[$0...].starts(with: separator) }
            if end != nil { break }
            guard try fill() else {
                throw Failure(description: "no answer, but \(String(decoding: buffer, as: UTF8.self))")
            }
        }
        guard let end else { throw Failure(description: "unreachable") }
        let lines = String(decoding: buffer[..<end], as: UTF8.self).split(separator: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            headers[parts[0].lowercased()] = parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""
        }
        buffer.removeFirst(end + 4)
        let length = hasBody ? headers["content-length"].flatMap(Int.init) ?? 0 : 0
        while buffer.count < length { guard try fill() else { throw Failure(description: "body cut") } }
        defer { buffer.removeFirst(length) }
        guard let status = lines.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
            throw Failure(description: "no status in \(lines)")
        }
        return Response(status: status, headers: headers, body: Array(buffer[..<length]))
    }

    /// Sends and reads one answer.
    func ask(_ text: String) throws -> Response {
        try send(text)
        return try response(hasBody: !text.hasPrefix("HEAD"))
    }
}

/// A handler made of closures.
struct TestHandler: HTTPHandler {
    var early: @Sendable (HTTPRequest) -> HTTPResponse? = { _ in nil }
    var handle: @Sendable (HTTPRequest, HTTPReply) -> Void = { request, reply in
        let query = request.query.map { "\($0.name)=\($0.value)" }.joined(separator: ";")
        let text = "\(request.method) \(request.path) [\(query)] \(request.body.count)"
        reply.send(HTTPResponse(contentType: "text/plain", body: Array(text.utf8)))
    }

    func early(_ head: HTTPRequest) -> HTTPResponse? { early(head) }
    func handle(_ request: HTTPRequest, reply: HTTPReply) { handle(request, reply) }

    func failure(status: Int, detail: String, request: HTTPRequest?) -> HTTPResponse {
        HTTPResponse(
            status: status, contentType: "application/problem+json", body: Array("\"\(detail)\"".utf8))
    }
}

/// Runs `body` after a while on one of a few threads; tests block those that tasks have.
func later(milliseconds: UInt32 = 0, _ body: @escaping @Sendable () -> Void) {
    let isQueued = laterPool.submit {
        if milliseconds > 0 { usleep(milliseconds * 1000) }
        body()
    }
    precondition(isQueued)
}

private let laterPool = WorkerPool(threads: 8, capacity: 100_000)

/// Runs `body` some times at once and waits for all; throws the last error.
func atOnce(_ times: Int, _ body: @escaping @Sendable (Int) throws -> Void) throws {
    let pool = WorkerPool(threads: times, capacity: times)
    let failure = Mutex<(any Error)?>(nil)
    for i in 0..<times {
        let isQueued = pool.submit {
            do { try body(i) } catch { failure.withLock { $0 = error } }
        }
        precondition(isQueued)
    }
    pool.stop()
    if let error = failure.withLock({ $0 }) { throw error }
}

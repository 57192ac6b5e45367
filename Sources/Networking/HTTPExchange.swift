internal import CMicrohttpd
internal import Glibc
internal import Synchronization

/// One request and its answer, from the request line to the last byte sent.
///
/// Its loop thread reads the request; any thread may answer. `@unchecked`: `outcome` is behind its lock, and the
/// variables belong to the loop thread of the connection.
final class HTTPExchange: @unchecked Sendable {
    /// Where the answer is.
    private enum Outcome {
        /// Not there, and the connection is not suspended.
        case open
        /// Not there; whoever brings it resumes the connection.
        case suspended(Suspended)
        /// There, to be sent by the loop thread; with a stream when its body goes on.
        case ready(HTTPResponse, HTTPStream?)
        /// Its head is on its way, its body goes on.
        case streaming(HTTPStream)
        /// On its way; another would be too late.
        case sent
    }

    private struct Suspended: @unchecked Sendable {  // MHD allows `resume` on any thread, once.
        let connection: OpaquePointer
        func resume() { MHD_resume_connection(connection) }
    }

    private enum Stage {
        case header, body, answered
    }

    private let core: HTTPCore
    private let connection: HTTPConnection
    private let outcome = Mutex(Outcome.open)

    private let target: [UInt8]
    private var stage = Stage.header
    private var request = HTTPRequest(path: "/")
    /// The answer, decided before the body was read.
    private var early: HTTPResponse?

    /// A body up to this is read before an early answer, so that the connection can be kept.
    private static let discardableBytes = 64 << 10

    init(_ core: HTTPCore, _ connection: HTTPConnection, target: [UInt8]) {
        self.core = core
        self.connection = connection
        self.target = target
    }

    /// The handler's answer to what the server found wrong.
    func failure(_ status: Int, _ detail: String) -> HTTPResponse {
        core.handler.failure(status: status, detail: detail, request: nil)
    }

    /// Brings the answer; called on any thread, and without effect when there is one already.
    func answer(_ response: HTTPResponse, _ stream: HTTPStream? = nil) {
        let isTaken = outcome.withLock { outcome in
            switch outcome {
            case .open:
                outcome = .ready(response, stream)
            case .suspended(let suspended):
                outcome = .ready(response, stream)
                // Inside the lock: until it is free the loop thread cannot go on, and so the server cannot end.
                suspended.resume()
            case .ready, .streaming, .sent:
                return false
            }
            return true
        }
        guard let stream else { return }
        if !isTaken { return stream.end() }
        // The stop looks for streams once, after it has changed the phase.
        if core.phase.load(ordering: .sequentiallyConsistent) != .serving { stream.close() }
    }

    /// The stream that is its answer, if it is one.
    var stream: HTTPStream? {
        outcome.withLock { outcome in
            switch outcome {
            case .ready(_, let stream): stream
            case .streaming(let stream): stream
            case .open, .suspended, .sent: nil
            }
        }
    }
}

// MARK: - Reading, on the loop thread

extension HTTPExchange {
    /// Whether the header was seen.
    var hasBegun: Bool { stage != .header }

    /// The header is complete.
    func begin(_ handle: OpaquePointer, method: String, isVersion11: Bool) -> MHD_Result {
        stage = .body
        request.method = method
        request.headers = HTTPCallbacks.headers(of: handle)
        let framing: RequestFraming
        do {
            let target = try RequestTarget(parsing: target)
            request.path = target.path
            request.query = target.query
            framing = try RequestFraming(request, isVersion11: isVersion11)
        } catch let malformed as RequestTarget.Malformed {
            return refuse(handle, 400, sentence(malformed.reason))
        } catch let refusal as RequestFraming.Refusal {
            return refuse(handle, refusal.status, refusal.detail)
        } catch {
            return .NO
        }
        if let answer = core.handler.early(request) {
            guard let length = framing.length, length <= Self.discardableBytes, !framing.expectsContinue
            else {
                return send(answer, on: handle, closing: true)
            }
            early = answer  // Sent when the body is through, so that the connection can be kept.
            return .YES
        }
        let limit = core.configuration.maximumBodyBytes
        if let length = framing.length {
            guard length <= limit else { return refuse(handle, 413, tooLarge) }
            request.body.reserveCapacity(min(length, 1 << 20))
        }
        return .YES
    }

    /// A piece of the body.
    func receive(_ piece: UnsafeRawBufferPointer) -> MHD_Result {
        if early != nil { return .YES }
        guard request.body.count + piece.count <= core.configuration.maximumBodyBytes else {
            guard endArrival() else { return .NO }
            // MHD takes no answer in the middle of a body, so this one goes around it.
            request.body = []
            let answer = Self.wire(core.handler.failure(status: 413, detail: tooLarge, request: request))
            Glibc.send(
                connection.socket, answer, answer.count, Int32(MSG_NOSIGNAL))
            connection.lingers.store(true, ordering: .relaxed)
            return .NO
        }
        request.body += piece
        return .YES
    }

    /// The request is complete, or the answer has come: sends it, or asks for it and suspends the connection.
    func proceed(_ handle: OpaquePointer) -> MHD_Result {
        if stage == .body {
            guard endArrival() else { return .NO }
            stage = .answered
            if let early { return send(early, on: handle) }
            guard core.phase.load(ordering: .sequentiallyConsistent) != .refusing else {
                return send(failure(503, "The server is stopping."), on: handle)
            }
            ask()
        }
        let ready = outcome.withLock { outcome -> (HTTPResponse, HTTPStream?)? in
            if case .ready(let response, let stream) = outcome {
                outcome = stream.map { .streaming($0) } ?? .sent
                return (response, stream)
            }
            if core.phase.load(ordering: .sequentiallyConsistent) == .refusing {
                outcome = .sent
                return (failure(503, "The server is stopping."), nil)
            }
            // Inside the lock: nobody can resume what is not suspended yet.
            MHD_suspend_connection(handle)
            outcome = .suspended(Suspended(connection: handle))
            return nil
        }
        guard let (response, stream) = ready else { return .YES }
        return send(response, stream, on: handle)
    }

    /// Hands the request over; on return nothing of it is held here.
    private func ask() {
        var handed = HTTPRequest(path: "/")
        swap(&handed, &request)
        core.handler.handle(handed, reply: HTTPReply(self))
    }

    /// The last byte is sent, or the connection is lost.
    func end() {
        let stream = self.stream
        outcome.withLock { $0 = .sent }
        stream?.end()
    }

    /// Stops the clock of the request's arrival; `false` when the doorman was faster.
    private func endArrival() -> Bool {
        let (isInTime, _) = connection.phase.compareExchange(
            expected: .receiving, desired: .answering, ordering: .acquiringAndReleasing)
        return isInTime
    }

    private var tooLarge: String {
        "The body is larger than \(core.configuration.maximumBodyBytes) bytes, the most that is accepted."
    }

    private func sentence(_ reason: String) -> String {
        reason.prefix(1).uppercased() + reason.dropFirst() + "."
    }
}

// MARK: - Writing

extension HTTPExchange {
    private func refuse(_ handle: OpaquePointer, _ status: Int, _ detail: String) -> MHD_Result {
        let answer = core.handler.failure(status: status, detail: detail, request: request)
        return send(answer, on: handle, closing: true)
    }

    /// Queues the answer.
    ///
    /// - Parameter closing: Whether the body, if there is one, is not read and the connection closes.
    private func send(
        _ answer: HTTPResponse, _ stream: HTTPStream? = nil, on handle: OpaquePointer, closing: Bool = false
    ) -> MHD_Result {
        if stage == .body { guard endArrival() else { return .NO } }
        stage = .answered
        guard let response = stream.map({ $0.response(on: handle) }) ?? Self.response(answer.body) else {
            return .NO
        }
        defer { MHD_destroy_response(response) }
        // MHD refuses fields with line breaks and its own Content-Length; leaving them out is right for both.
        for (name, value) in answer.headers { MHD_add_response_header(response, name, value) }
        if closing || core.phase.load(ordering: .relaxed) != .serving {
            MHD_add_response_header(response, "Connection", "close")
        }
        if closing { connection.lingers.store(true, ordering: .relaxed) }
        return MHD_queue_response(handle, UInt32(clamping: answer.status), response)
    }

    private static func response(_ body: [UInt8]) -> OpaquePointer? {
        var body = body
        return body.withUnsafeMutableBytes {
            MHD_create_response_from_buffer($0.count, $0.baseAddress, .RESPMEM_MUST_COPY)
        }
    }

    /// An answer as it is on the wire, for places where MHD takes none.
    static func wire(_ answer: HTTPResponse) -> [UInt8] {
        let reason =
            MHD_get_reason_phrase_for(UInt32(clamping: answer.status)).map { String(cString: $0) } ?? ""
        var head = "HTTP/1.1 \(answer.status) \(reason)\r\nConnection: close\r\n"
        for (name, value) in answer.headers where !(name + value).utf8.contains(where: { $0 < 0x20 }) {
            head += "\(name): \(value)\r\n"
        }
        head += "Content-Length: \(answer.body.count)\r\n\r\n"
        return Array(head.utf8) + answer.body
    }
}

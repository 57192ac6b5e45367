internal import CMicrohttpd
internal import Glibc
internal import Synchronization

/// Answers requests; methods are called on the server's own few threads and must not block.
public protocol HTTPHandler: Sendable {
    /// Called when the header is complete, before the body is read.
    ///
    /// - Returns: An early answer, as 401, 404 or 415, for which the body is not kept; `nil` to go on.
    func early(_ head: HTTPRequest) -> HTTPResponse?

    /// Called with the whole request; to be answered through `reply`, now or later and from any thread.
    func handle(_ request: HTTPRequest, reply: HTTPReply)

    /// Makes the answer to what the server itself found wrong, as 400, 408, 413, 500 or 503.
    ///
    /// - Parameters:
    ///   - detail: A sentence for the client.
    ///   - request: The request without its body, `nil` where it is not known (any more).
    func failure(status: Int, detail: String, request: HTTPRequest?) -> HTTPResponse
}

extension HTTPHandler {
    /// No early answers.
    public func early(_ head: HTTPRequest) -> HTTPResponse? { nil }

    /// The sentence as plain text.
    public func failure(status: Int, detail: String, request: HTTPRequest?) -> HTTPResponse {
        HTTPResponse(
            status: status, contentType: "text/plain; charset=utf-8", body: Array((detail + "\n").utf8))
    }
}

/// An HTTP/1.1 server over libmicrohttpd: keep-alive, pipelining, chunked bodies, answers later from any thread.
///
/// One thread accepts and enforces deadlines, a few loop threads read, call the handler and write; no number of
/// connections needs more.
///
/// What libmicrohttpd itself refuses (a header over 32 KiB, a malformed header line, chunk or length, an unknown HTTP
/// version) is answered with its own short HTML page, not through ``HTTPHandler/failure(status:detail:request:)``.
public final class HTTPServer: Sendable {
    /// Where to listen, and what a client may do.
    public struct Configuration: Sendable, Equatable {
        /// A numeric address or "localhost".
        public var host: String
        /// 0 lets the system choose; see ``HTTPServer/port``.
        public var port: Int
        /// The largest body accepted, after chunked coding is undone, before content coding is; else 413.
        public var maximumBodyBytes = 16 << 20
        /// Seconds without a byte after which a connection is closed.
        public var idleTimeout = 60.0
        /// Seconds from the first byte of a request within which all of it has to arrive; else 408, at most an eighth
        /// or a second later.
        public var requestDeadline = 30.0
        /// Connections served at once; more wait to be accepted. Each needs a descriptor: see `ulimit -n`.
        public var maximumConnections = 4096
        /// Connections from one client address; 0 for no limit.
        public var maximumConnectionsPerAddress = 0
        /// Threads that read and write, at least 1.
        public var loopThreads = 1

        /// The defaults suit many small requests from few clients.
        public init(host: String = "127.0.0.1", port: Int = 0) {
            self.host = host
            self.port = port
        }
    }

    private let core: HTTPCore
    private let doorman: HTTPDoorman
    /// `nil` once stopped.
    private let daemon: Mutex<HTTPDaemon?>

    /// The port that is listened on.
    public let port: Int

    /// Starts to listen and to serve.
    ///
    /// From here on the process ignores SIGPIPE: a client that went away is no reason to end.
    public init(_ configuration: Configuration, handler: any HTTPHandler) throws(NetworkingError) {
        signal(SIGPIPE, SIG_IGN)
        let socket = try ListeningSocket(Address(host: configuration.host, port: configuration.port))
        let core = try HTTPCore(configuration, handler)
        let daemon = try HTTPDaemon(core)
        port = socket.port
        do throws(NetworkingError) {
            doorman = try HTTPDoorman(core, daemon, socket)
        } catch {
            daemon.stop()
            throw error
        }
        self.core = core
        self.daemon = Mutex(daemon)
    }

    deinit { stop(grace: .zero) }

    /// Stops: accepts no more, ends streams, answers what is in flight, then closes all connections.
    ///
    /// A request that is not answered within the grace gets 503. Safe to call twice; not from a handler's method.
    public func stop(grace: Duration) {
        daemon.withLock { daemon in
            guard let running = daemon else { return }
            core.phase.store(.draining, ordering: .sequentiallyConsistent)
            doorman.stopAccepting()
            core.connections.endStreams()
            if !core.waitUntilAnswered(within: grace) {
                core.phase.store(.refusing, ordering: .sequentiallyConsistent)
                core.connections.refuseWaiting()
                _ = core.waitUntilAnswered(within: .milliseconds(250))
            }
            core.phase.store(.refusing, ordering: .sequentiallyConsistent)
            core.connections.refuseWaiting()
            doorman.stop()
            running.stop()
            for socket in core.takeLingering() { close(socket) }
            daemon = nil
        }
    }
}

// MARK: - Gauges

extension HTTPServer {
    /// Connections that are open now.
    public var openConnections: Int { core.openConnections.load(ordering: .relaxed) }
    /// Requests whose first line is read and whose answer is not sent yet.
    public var requestsInFlight: Int { core.requestsInFlight.load(ordering: .relaxed) }
    /// Requests that were answered, well or badly, since the start.
    public var requestsAnswered: Int { core.requestsAnswered.load(ordering: .relaxed) }
    /// Connections closed because a request took longer than its deadline.
    public var deadlinesMissed: Int { core.deadlinesMissed.load(ordering: .relaxed) }
}

// MARK: - What all threads of a server share

/// State that callbacks reach through a pointer.
final class HTTPCore: Sendable {
    /// How far the server is from its end.
    enum Phase: UInt8, AtomicRepresentable {
        case serving, draining, refusing
    }

    let configuration: HTTPServer.Configuration
    let handler: any HTTPHandler
    let connections = HTTPConnections()
    let doorbell: Doorbell
    /// Sockets of connections that were answered before their body was read; the doorman reads it to the end.
    private let lingering = Mutex<[Int32]>([])

    let phase = Atomic(Phase.serving)
    let openConnections = Atomic(0)
    let requestsInFlight = Atomic(0)
    let requestsAnswered = Atomic(0)
    let deadlinesMissed = Atomic(0)

    init(_ configuration: HTTPServer.Configuration, _ handler: any HTTPHandler) throws(NetworkingError) {
        doorbell = try Doorbell()
        self.configuration = configuration
        self.handler = handler
    }

    /// Keeps a connection open that is about to be closed, until its client has sent what it is sending.
    func linger(_ socket: Int32) {
        let copy = fcntl(socket, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { return }
        lingering.withLock { $0.append(copy) }
        doorbell.ring(.look)
    }

    /// The sockets that began to linger since the last call; they are the caller's to close.
    func takeLingering() -> [Int32] {
        lingering.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
    }

    /// Waits until no request is in flight; `false` when the time was too short.
    func waitUntilAnswered(within grace: Duration) -> Bool {
        let (seconds, attoseconds) = grace.components
        let patience = max(0, Double(seconds) + Double(attoseconds) * 1e-18)
        let end = monotonicNanoseconds() + UInt64(min(patience, 1e6) * 1e9)
        while requestsInFlight.load(ordering: .sequentiallyConsistent) > 0 {
            guard monotonicNanoseconds() < end else { return false }
            usleep(2000)
        }
        return true
    }
}

/// A running libmicrohttpd.
struct HTTPDaemon: @unchecked Sendable {  // MHD's functions lock; `stop` is called once, by the server.
    private let handle: OpaquePointer
    private let core: Unmanaged<HTTPCore>

    init(_ core: HTTPCore) throws(NetworkingError) {
        let configuration = core.configuration
        let threads = max(1, configuration.loopThreads)
        // The doorman keeps the limit. MHD divides its own by threads, and counts those that are still closing.
        let limit = (configuration.maximumConnections + 256) * threads
        let retained = Unmanaged.passRetained(core)
        let started = withSignalsBlocked {
            cmicrohttpd_start(
                UInt32(threads), UInt32(limit), UInt32(configuration.maximumConnectionsPerAddress),
                UInt32(configuration.idleTimeout.rounded(.up)), 32 << 10, HTTPCallbacks.access,
                HTTPCallbacks.target,
                HTTPCallbacks.completed, HTTPCallbacks.connected, HTTPCallbacks.unescape, retained.toOpaque())
        }
        guard let started else {
            retained.release()
            throw .serverNotStarted
        }
        handle = started
        self.core = retained
    }

    /// Hands over an accepted socket, which is closed when that fails.
    func add(_ socket: Int32, _ address: UnsafePointer<sockaddr>, _ length: socklen_t) -> Bool {
        MHD_add_connection(handle, socket, address, length) == .YES
    }

    /// Closes all connections and ends the threads. No connection may be suspended.
    func stop() {
        MHD_stop_daemon(handle)
        core.release()
    }
}

public import Networking
import Pipeline
internal import Synchronization

/// The service, put together and running: made by starting, ended by ``stop(grace:)``.
public final class App: Sendable {
    /// Where it listens; the port is the one that the system chose when the configuration says 0.
    public let address: Address
    private let server: HTTPServer
    private let workers: WorkerPool
    private let readiness: Readiness
    let opened: OpenStore
    private let live: LiveStreams
    private let sources: IngestSources
    private let writer: RemoteWriter?
    private let reloader: Reloader
    /// Ends the demonstration, if there is one.
    private let endDemo: (@Sendable () -> Void)?

    /// What a service needs from the world, passed in where the program starts.
    public struct Surroundings: Sendable {
        /// The version of the program.
        public var version: String
        /// What time it is.
        public var clocks: Clocks
        /// What the names of requests begin with; random, so that two runs differ.
        public var requestIDPrefix: String
        /// Where lines go.
        public var log: Log
        /// Where points are kept.
        public var store: StorePlace
        /// Where hashes begin; random, so that nobody can prepare labels that collide.
        public var seed: UInt64

        /// What a service needs from the world.
        public init(
            version: String, clocks: Clocks, requestIDPrefix: String, log: Log,
            store: StorePlace = .memory, seed: UInt64 = 1
        ) {
            self.version = version
            self.clocks = clocks
            self.requestIDPrefix = requestIDPrefix
            self.log = log
            self.store = store
            self.seed = seed
        }
    }

    /// Starts a service: when this returns, it answers.
    ///
    /// - Parameters:
    ///   - source: Where the configuration was read, so that it can be read again.
    ///   - routes: What it can do, in addition to the routes about itself.
    ///   - schemas: What those routes name.
    ///   - readiness: What else `/-/ready` waits for.
    /// - Throws: ``ConfigurationError`` for a bad token file, `NetworkingError` when it cannot listen, `HTTPClientError`
    ///   for a target that cannot be scraped, `StorageError` for a data directory that it cannot have; that is then left
    ///   as it was.
    public init(
        _ configuration: Configuration, source: ConfigurationSource? = nil, routes: [Route],
        schemas: [NamedSchema] = [], readiness: Readiness = Readiness(), in surroundings: Surroundings
    ) throws {
        let log = surroundings.log
        log.level = configuration.logLevel
        for warning in configuration.warnings { log.warning(warning) }
        log.tell(configuration.sections)
        let token = try App.token(configuration, log)
        let demo = try configuration.demo.map { try Demo($0, seed: surroundings.seed, log: log) }
        let configuration = try demo?.configured(configuration) ?? configuration
        opened = try OpenStore(
            configuration, at: surroundings.store, holder: "bellwether serve, process \(processNumber())",
            clocks: surroundings.clocks, log: log, seed: surroundings.seed)
        let feed = opened.monitor.live
        let desk = opened.monitor.alerts
        live = LiveStreams(feed, steady: surroundings.clocks.steady) { desk.isSilenced($0) }
        desk.observe { feed.publish(incident: $0) }
        do {
            sources = try IngestSources(
                configuration, monitor: opened.monitor, clocks: surroundings.clocks, log: log,
                seed: surroundings.seed)
            writer = try configuration.remoteWrite.map { [opened] target in
                try RemoteWriter(
                    target, directory: opened.outgoingPath, monitor: opened.monitor,
                    clocks: surroundings.clocks, log: log)
            }
        } catch {
            live.stop()
            opened.close()
            throw error
        }
        let workers = WorkerPool(
            threads: configuration.workers > 0 ? configuration.workers : processorCount(),
            capacity: configuration.queue)
        var context = Context(
            version: surroundings.version, clocks: surroundings.clocks,
            metrics: SelfMetrics(version: surroundings.version, startSeconds: surroundings.clocks.wall()),
            readiness: readiness, log: log, maxBodyBytes: configuration.maxBodyBytes,
            deadlineNanoseconds: UInt64(configuration.requestDeadlineSeconds * 1e9),
            monitor: opened.monitor, trainer: opened.trainer, live: live,
            workers: { WorkerStatus(waiting: workers.queued, busy: workers.running) })
        context.formulas = opened.formulas
        context.isFederating = configuration.isFederating
        let reloader = Reloader(
            source, running: configuration, trainer: opened.trainer, formulas: opened.formulas,
            sources: sources, demo: demo, clocks: surroundings.clocks, log: log)
        self.reloader = reloader
        context.reloader = reloader
        context.writeSources = { [sources, writer] in
            sources.write(to: &$0)
            writer?.write(to: &$0)
            reloader.write(to: &$0)
        }
        let table = RouteTable(routes, schemas: schemas, version: surroundings.version)
        let router = Router(
            routes: table.routes, context: context,
            guards: Guard(
                token: token, listenHost: configuration.listen.host, allowedHosts: configuration.allowedHosts),
            requestIDs: RequestIDs(prefix: surroundings.requestIDPrefix))
        readiness.require(App.listener)
        var listening = HTTPServer.Configuration(
            host: configuration.listen.host, port: configuration.listen.port)
        listening.maximumBodyBytes = configuration.maxBodyBytes
        listening.requestDeadline = configuration.requestDeadlineSeconds
        let handler = RoutedHandler(router: router, workers: workers, readiness: readiness)
        do {
            server = try HTTPServer(listening, handler: handler)
        } catch {
            writer?.close()
            live.stop()
            opened.close()
            throw error
        }
        readiness.fulfil(App.listener)
        self.workers = workers
        self.readiness = readiness
        address = Address(host: configuration.listen.host, port: server.port)
        try opened.publish(
            address: "http://\(address)", version: surroundings.version, clocks: surroundings.clocks)
        writer?.start()
        endDemo = demo?.start(opened.monitor, clocks: surroundings.clocks)
        sources.start()
        reloader.start()
    }

    /// Where StatsD is taken; the port is the one that the system chose when the configuration says 0.
    public var statsdAddress: Address? { sources.statsdAddress }

    /// Stops: takes nothing new, answers what is in flight, then ends its threads.
    ///
    /// - Parameter grace: How long answers may take; what is not answered by then gets 503.
    public func stop(grace: Duration) {
        readiness.require(App.listener)
        endDemo?()
        reloader.beginStop()
        sources.beginStop()
        live.stop()
        server.stop(grace: grace)
        readiness.abandon()  // What still waits for a worker was answered with 503.
        workers.stop()
        reloader.stop()
        sources.stop()
        opened.close()
        writer?.stop()
    }

    /// Reads the configuration again, as SIGHUP asks for; what comes of it is logged.
    func reread() { _ = try? reloader.reload(.signal) }

    /// What `/-/ready` calls the open door.
    private static let listener = "listener"

    private static func token(_ configuration: Configuration, _ log: Log) throws(ConfigurationError) -> Token?
    {
        guard let path = configuration.tokenFile else { return nil }
        let file = try SmallFile(path)
        let (token, warning) = try Token.read(file.bytes, mode: file.mode, path: path)
        if let warning { log.warning(warning) }
        return token
    }
}

// MARK: - Running

extension App {
    /// How long answers may take after the order to stop, below the 30 s after which Kubernetes kills.
    public static let stopGrace = Duration.seconds(20)

    /// Starts a service, waits, stops it.
    ///
    /// - Parameter untilSignal: Returns with the number of a signal: that of ``StopSignals/hangUp`` when the configuration
    ///   is to be read again, another when it is time to stop.
    /// - Returns: The exit code: 0 when it was asked to stop, 1 when it cannot run, 2 when it is set up wrongly.
    public static func run(
        _ configuration: Configuration, source: ConfigurationSource? = nil, routes: [Route],
        schemas: [NamedSchema] = [], readiness: Readiness = Readiness(), in surroundings: Surroundings,
        untilSignal: () -> Int32
    ) -> Int32 {
        let log = surroundings.log
        log.level = configuration.logLevel
        let app: App
        do {
            app = try App(
                configuration, source: source, routes: routes, schemas: schemas, readiness: readiness,
                in: surroundings)
        } catch {
            log.error("\(error)")
            return error is ConfigurationError ? 2 : 1
        }
        log.info("bellwether \(surroundings.version) listens on http://\(app.address)")
        var signal = untilSignal()
        while signal == StopSignals.hangUp {
            app.reread()
            signal = untilSignal()
        }
        log.info("signal \(signal): stopping")
        app.stop(grace: stopGrace)
        log.info("stopped")
        return 0
    }
}

// MARK: - From the server to the router

/// Lets the router answer, on the server's thread or on a worker.
private struct RoutedHandler: HTTPHandler {
    let router: Router
    let workers: WorkerPool
    let readiness: Readiness

    func early(_ head: HTTPRequest) -> HTTPResponse? { router.refusal(of: head) }

    func handle(_ request: HTTPRequest, reply: HTTPReply) {
        let received = router.context.clocks.steady()
        guard router.isPooled(request) else {
            return router.respond(to: request, received: received) { reply.send($0) }
        }
        let isAccepted = workers.submit {
            guard !readiness.isAbandoned else { return }
            router.respond(
                to: request, received: received, stream: { $0.begin(reply.stream($0.head)) },
                send: { reply.send($0) })
        }
        if !isAccepted {
            let problem = Problem(
                "busy", 503, "Busy", detail: "All workers are busy and the queue is full.",
                retryAfterSeconds: 1)
            reply.send(router.refuse(request, with: problem))
        }
    }

    func failure(status: Int, detail: String, request: HTTPRequest?) -> HTTPResponse {
        let problem =
            switch status {
            case 408: Problem("request-timeout", 408, "Request timeout", detail: detail)
            case 413: RequestBody.tooLarge(limit: router.context.maxBodyBytes)
            case 503: Problem("unavailable", 503, "Unavailable", detail: detail, retryAfterSeconds: 1)
            case 500...: Problem("internal", status, "Internal error", detail: detail)
            default: Problem("malformed-request", status, "Malformed request", detail: detail)
            }
        // The server renders its notice to dawdlers once, before there is one.
        guard request != nil || status != 408 else { return router.notice(problem) }
        return router.refuse(request ?? HTTPRequest(method: "", path: ""), with: problem)
    }
}

public import Networking
internal import Pipeline

/// The routes of a service over its data directory without a socket, for one command of the command line.
public final class LocalService: Sendable {
    private let router: Router
    private let opened: OpenStore

    /// Opens what a configuration names and holds it until ``close()``.
    ///
    /// - Parameters:
    ///   - routes: What may be asked.
    ///   - holder: Who opens it, for whoever comes second.
    ///   - surroundings: As for a service; its log is taken as it is.
    /// - Throws: `StorageError` for a data directory that it cannot have; that is then left as it was.
    public init(
        _ configuration: Configuration, routes: [Route] = Routes.all, holder: String,
        in surroundings: App.Surroundings
    ) throws {
        opened = try OpenStore(
            configuration, at: surroundings.store, holder: "\(holder), process \(processNumber())",
            clocks: surroundings.clocks, log: surroundings.log, seed: surroundings.seed,
            isService: false)
        // Whoever asks waits in this process: nothing is cut off for its time.
        var context = Context(
            version: surroundings.version, clocks: surroundings.clocks,
            metrics: SelfMetrics(version: surroundings.version, startSeconds: surroundings.clocks.wall()),
            log: surroundings.log, maxBodyBytes: configuration.maxBodyBytes, deadlineNanoseconds: .max,
            monitor: opened.monitor, trainer: opened.trainer)
        context.formulas = opened.formulas
        router = Router(
            routes: routes, context: context,
            guards: Guard(token: nil, listenHost: "localhost", allowedHosts: []),
            requestIDs: RequestIDs(prefix: surroundings.requestIDPrefix))
    }

    /// Answers one request as the service would; returns when the answer is there.
    public func respond(to request: HTTPRequest) -> HTTPResponse {
        router.respond(to: request)
    }

    /// Brings everything into the store and lets go of it; to be called once, last.
    public func close() {
        opened.close()
    }
}

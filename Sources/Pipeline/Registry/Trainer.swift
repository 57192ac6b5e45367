import Forecasting
public import Query
public import Storage
import Synchronization
import TimeSeries

/// Why an order was not taken.
public enum TrainerError: Error, Equatable, Sendable {
    /// No definition has this name, and it is no selector.
    case unknownDefinition(String, known: [String])
    /// A training of this definition runs.
    case alreadyRunning(String)
    /// No method has this name.
    case unknownMethod(String, known: [String])
    /// There is no such version.
    case unknownVersion(definition: String, version: Int)
    /// No version was champion before.
    case noPrevious(definition: String)
    /// The name looks like a selector and is none.
    case invalidSelector(SelectorError)
    /// Every series that the selector matches belongs to a definition, whose model covers it.
    case owned(selector: String, by: [String])
    /// The store refused.
    case storage(StorageError)
    /// The service is stopping.
    case stopping
}

extension TrainerError {
    /// The error for a log.
    var sentence: String {
        switch self {
        case .unknownDefinition(let name, _): "no definition is called \(name)"
        case .alreadyRunning: "one runs already"
        case .unknownMethod(let name, _): "no model is called \(name)"
        case .unknownVersion(let definition, let version): "there is no version \(version) of \(definition)"
        case .noPrevious(let definition): "no other version of \(definition) was champion before"
        case .invalidSelector(let error): "\(error)"
        case .owned(let selector, let owners):
            "the series of \(selector) belong to \(owners.joined(separator: ", "))"
        case .storage(let error): "\(error)"
        case .stopping: "the service is stopping"
        }
    }
}

/// Makes models and makes them live: trainings on demand and by schedule, promotion, and defaults where there is no
/// champion.
///
/// A training runs on a thread of its own, beside the shards; nothing is stored before it is decided, so that a crash
/// leaves nothing half-made.
public final class Trainer: Sendable {
    let monitor: Monitor
    let jobs = Mutex<[String: TrainingJob]>([:])
    private let workers = Mutex<[Worker]>([])
    let isStopping = Atomic(false)
    /// Held while models are made live.
    let swapping = Mutex<Void>(())
    /// Per definition, when its next scheduled training is due, milliseconds since 1970.
    let due = Mutex<[String: Int64]>([:])

    /// Per definition, the champion that was made for an earlier text of it, once that was said.
    let outdated = Mutex<[String: Int]>([:])
    /// Per series, the champion that was brought to it, whether or not it covers the series.
    let brought = Mutex<[UInt32: Int]>([:])

    /// What is live for each definition, as of the last look.
    let liveModels = Mutex<[LiveModel]>([])

    /// Seconds between two looks at what is due.
    private static let look = 1.0
    /// It sleeps in so many parts between them, since a stop waits for the end of one.
    private static let naps = 10

    /// A trainer; ``start()`` lets it work.
    public init(_ monitor: Monitor) {
        self.monitor = monitor
    }

    /// Begins to look at what is due: at once, then every second.
    public func start() {
        launch { [self] in
            while !isStopping.load(ordering: .relaxed) {
                reconcile()
                schedule()
                lookAtModels()
                for _ in 0..<Self.naps where !isStopping.load(ordering: .relaxed) {
                    monitor.surroundings.sleep(Self.look / Double(Self.naps))
                }
            }
        }
    }

    /// Cancels what runs and waits for its end.
    public func stop() {
        isStopping.store(true, ordering: .relaxed)
        for job in jobs.withLock({ $0.values.map { $0 } }) { job.cancel() }
        while true {
            let waiting = workers.withLock { workers in
                defer { workers = [] }
                return workers
            }
            if waiting.isEmpty { return }
            for worker in waiting { worker.join() }
        }
    }

    /// A thread of the trainer.
    private struct Worker: Sendable {
        let isDone: Flag
        let join: @Sendable () -> Void
    }

    private final class Flag: Sendable {
        let value = Atomic(false)
    }

    /// Threads that were started and not let go yet.
    var threads: Int { workers.withLock { $0.count } }

    @discardableResult
    private func launch(_ body: @escaping @Sendable () -> Void) -> Bool {
        let isDone = Flag()
        let join = monitor.surroundings.threads.start {
            body()
            isDone.value.store(true, ordering: .releasing)
        }
        guard let join else { return false }
        // A thread that nobody waits for keeps its stack.
        let over = workers.withLock { workers in
            let over = workers.filter { $0.isDone.value.load(ordering: .acquiring) }
            workers.removeAll { worker in over.contains { $0.isDone === worker.isDone } }
            workers.append(Worker(isDone: isDone, join: join))
            return over
        }
        for worker in over { worker.join() }
        return true
    }

    // MARK: - Orders

    /// The definition of a name, or the one that a selector stands for.
    public func definition(_ name: String) throws(TrainerError) -> MetricDefinition {
        let definitions = monitor.definitions
        if let found = definitions.first(where: { $0.name == name }) { return found }
        let selector: Selector
        do throws(SelectorError) {
            selector = try Selector(parsing: name)
        } catch {
            throw name.contains("{")
                ? .invalidSelector(error) : .unknownDefinition(name, known: definitions.map(\.name))
        }
        if let found = definitions.first(where: { $0.name == selector.description }) { return found }
        let series = monitor.series(matching: selector)
        guard !series.isEmpty else { throw .unknownDefinition(name, known: definitions.map(\.name)) }
        let owners = Set(series.compactMap { $0.definition?.name })
        guard series.contains(where: { $0.definition == nil }) else {
            // A training that ended meanwhile has made one of the selector, which has the series now.
            if let found = monitor.definitions.first(where: { $0.name == selector.description }) {
                return found
            }
            throw .owned(selector: selector.description, by: owners.sorted())
        }
        return MetricDefinition(selector: selector)
    }

    /// Starts a training.
    ///
    /// - Returns: The name under which it is asked for.
    public func train(_ name: String, _ order: TrainingOrder) throws(TrainerError) -> String {
        let definition = try definition(name)
        if let method = order.method, !ForecasterCatalog.names.contains(method) {
            throw .unknownMethod(method, known: ForecasterCatalog.names)
        }
        guard !isStopping.load(ordering: .relaxed) else { throw .stopping }
        let job = TrainingJob(definition, order)
        let isFree = jobs.withLock { jobs in
            if let running = jobs[definition.name], running.current.result == nil { return false }
            jobs[definition.name] = job
            return true
        }
        guard isFree else { throw .alreadyRunning(definition.name) }
        if isStopping.load(ordering: .relaxed) { job.cancel() }
        let isLaunched = launch { [self] in job.end(run(job)) }
        if !isLaunched {
            job.end(
                TrainingState.Result(
                    decision: .failed, version: nil, detail: "the system has no thread for it", metrics: [],
                    seconds: 0, failures: []))
        }
        return definition.name
    }

    /// How far the last training of a definition is; `nil` when there was none since the start of the service.
    public func training(of name: String) throws(TrainerError) -> TrainingState? {
        let name = try definition(name).name
        return jobs.withLock { $0[name] }?.current
    }

    /// Cancels the training of a definition, if one runs; its champion stays.
    public func cancel(_ name: String) throws(TrainerError) {
        let name = try definition(name).name
        jobs.withLock { $0[name] }?.cancel()
    }

    /// Whether a training of the definition runs.
    private func isRunning(_ name: String) -> Bool {
        jobs.withLock { $0[name] }.map { $0.current.result == nil } ?? false
    }

    // MARK: - Versions

    /// Makes a version champion: durable first, then live, between two points of each series.
    ///
    /// - Parameter version: `nil` for the one that was champion before.
    /// - Returns: The champion now and the one before.
    public func promote(
        _ name: String, version: Int?
    ) throws(TrainerError) -> (champion: Int, previous: Int?) {
        let definition = try definition(name)
        guard !isRunning(definition.name) else { throw .alreadyRunning(definition.name) }
        let store = monitor.store
        let history = try stored { () throws(StorageError) in
            try store.championHistory(of: definition.name)
        }
        let now = history.first?.version
        guard let wanted = version ?? history.dropFirst().first(where: { $0.version != now })?.version else {
            throw .noPrevious(definition: definition.name)
        }
        let found = try stored { () throws(StorageError) in
            try store.model(definition.name, version: wanted)
        }
        guard let model = found else {
            throw .unknownVersion(definition: definition.name, version: wanted)
        }
        _ = try stored { () throws(StorageError) in
            // A damaged version is refused before anything changes.
            try crown(wanted, try parameters(of: model), of: definition, isChampion: now == wanted)
        }
        return (wanted, now == wanted ? nil : now)
    }

    func stored<T>(_ body: () throws(StorageError) -> T) throws(TrainerError) -> T {
        do throws(StorageError) {
            return try body()
        } catch {
            throw .storage(error)
        }
    }

    // MARK: - What is due

    /// Starts trainings whose time has come: so long after the last one, or after the last version that is
    /// stored, since a restart does not put a training off.
    func schedule() {
        let now = monitor.surroundings.wall()
        for definition in monitor.definitions {
            guard let every = definition.retrain.every else { continue }
            let isKnown = due.withLock { $0[definition.name] != nil }
            let last = isKnown ? nil : try? monitor.store.models(of: definition.name).last?.created
            let isDue = due.withLock { due in
                let at = due[definition.name] ?? (last ?? now) + every.nominalMilliseconds
                due[definition.name] = at
                guard now >= at else { return false }
                due[definition.name] = now + every.nominalMilliseconds
                return true
            }
            guard isDue else { continue }
            var order = TrainingOrder()
            order.maxCPUShare = definition.retrain.maxCPUShare
            do throws(TrainerError) {
                _ = try train(definition.name, order)
            } catch {
                monitor.surroundings.log(
                    true, "the scheduled training of \(definition.name) did not start: \(error.sentence)")
            }
        }
    }
}

internal import Networking
internal import Pipeline
internal import Storage
internal import Synchronization

/// Reads the configuration again and takes over what can change while the service runs: on a request, on SIGHUP, and
/// when its content has changed.
///
/// Everything is read and validated first, once; then the points are brought into the store; then receivers, definitions,
/// targets and the rest are swapped. Whatever fails leaves everything as it was.
final class Reloader: Sendable {
    /// Who asked.
    enum Cause: String, Sendable {
        case request = "as asked", signal = "SIGHUP", file = "it has changed"
    }

    /// What came of it.
    struct Report: Sendable {
        var changes: DefinitionChanges
        /// Settings that differ from those of the start.
        var atNextStart: [String]
        var warnings: [String]
        /// What became of the sections of wish lists.
        var sections: [SectionRow]
    }

    /// What is told to `/metrics`.
    private struct Outcome {
        var isSuccess = true
        /// Seconds since 1970 of the last success; the start is one.
        var time: Double
        /// What was last said of a failure, so that it is not said every few seconds.
        var failure: [String] = []
    }

    private let source: Mutex<ConfigurationSource?>
    private let started: Configuration
    private let trainer: Trainer
    private let formulas: FormulaRunner
    private let sources: IngestSources
    private let demo: Demo?
    private let clocks: Clocks
    private let log: Log
    private let outcome: Mutex<Outcome>
    private let every: Mutex<Double?>
    /// What the files held when it was last tried to take them over.
    private let tried: Mutex<String>
    private let stopper = Stopper()
    private let join = Mutex<(@Sendable () -> Void)?>(nil)

    /// Seconds between two looks that must agree: half a file is no configuration.
    private static let settling = 0.3
    /// Seconds between two looks whether somebody wants it to look again.
    private static let idle = 5.0

    /// - Parameter running: The configuration that the service was started with.
    init(
        _ source: ConfigurationSource?, running: Configuration, trainer: Trainer, formulas: FormulaRunner,
        sources: IngestSources, demo: Demo?, clocks: Clocks, log: Log
    ) {
        self.source = Mutex(source)
        started = running
        self.trainer = trainer
        self.formulas = formulas
        self.sources = sources
        self.demo = demo
        self.clocks = clocks
        self.log = log
        outcome = Mutex(Outcome(time: clocks.wall()))
        every = Mutex(running.reloadEverySeconds)
        tried = Mutex(source?.digest ?? "")
    }

    /// Reads the configuration again and takes it over; one after the other.
    func reload(_ cause: Cause) throws(ReloadError) -> Report {
        let result = source.withLock { source in attempt(&source) }
        note(result, cause)
        return try result.get()
    }

    private func attempt(_ source: inout ConfigurationSource?) -> Result<Report, ReloadError> {
        guard var reading = source, reading.path != nil else { return .failure(.noFile) }
        do throws(ReloadError) {
            let configuration = try read(&reading)
            let report = try follow(configuration)
            source = reading
            tried.withLock { $0 = reading.digest }
            return .success(report)
        } catch {
            // A file that is wrong stays wrong until it changes; a store that refuses may soon take it.
            if error.isLasting { tried.withLock { $0 = reading.digest } }
            return .failure(error)
        }
    }

    private func read(_ source: inout ConfigurationSource) throws(ReloadError) -> Configuration {
        do throws(ConfigurationError) {
            let configuration = try source.read()
            return try demo?.configured(configuration) ?? configuration
        } catch {
            throw .configuration(error)
        }
    }

    private func follow(_ configuration: Configuration) throws(ReloadError) -> Report {
        let targets = try targets(configuration)
        let changes = try definitions(configuration)
        formulas.follow()
        sources.follow(targets)
        log.level = configuration.logLevel
        every.withLock { $0 = configuration.reloadEverySeconds }
        return Report(
            changes: changes, atNextStart: ReloadScope.waiting(started, configuration),
            warnings: configuration.warnings, sections: configuration.sections)
    }

    private func targets(_ configuration: Configuration) throws(ReloadError) -> [ScrapedTarget] {
        do throws(HTTPClientError) {
            return try sources.targets(configuration.scrape)
        } catch {
            throw .scrape("scrape: \(error)")
        }
    }

    private func definitions(_ configuration: Configuration) throws(ReloadError) -> DefinitionChanges {
        do throws(StorageError) {
            return try trainer.follow(configuration.metrics, alerts: configuration.alerts)
        } catch {
            throw .storage(error)
        }
    }

    // MARK: - Telling

    private func note(_ result: Result<Report, ReloadError>, _ cause: Cause) {
        let now = clocks.wall()
        switch result {
        case .success(let report):
            outcome.withLock { $0 = Outcome(time: now) }
            tell(report, cause)
        case .failure(.noFile): log.warning("the configuration is not read again: there is no file of it")
        case .failure(let error):
            let lines = error.lines
            let isNew = outcome.withLock { outcome in
                defer {
                    outcome.isSuccess = false
                    outcome.failure = lines
                }
                return outcome.failure != lines
            }
            guard isNew || cause != .file else { return }
            log.error("the configuration was not taken over (\(cause.rawValue)), the one before stays")
            for line in lines { log.error(line) }
        }
    }

    private func tell(_ report: Report, _ cause: Cause) {
        let changes = report.changes
        var line = "configuration read again (\(cause.rawValue)): \(changes.sentence)"
        for (count, what) in [
            (changes.keptSeries, "keep their model"), (changes.anewSeries, "begin anew"),
            (changes.lightSeries, "have no definition any more"),
        ] where count > 0 { line += "; \(count) series \(what)" }
        log.info(line)
        for warning in report.warnings { log.warning(warning) }
        log.tell(report.sections)
        guard !report.atNextStart.isEmpty else { return }
        log.warning("takes effect at the next start: \(report.atNextStart.joined(separator: ", "))")
    }

    /// Tells `/metrics` how the last attempt ended.
    func write(to out: inout Exposition) {
        let (isSuccess, time) = outcome.withLock { ($0.isSuccess, $0.time) }
        out.gauge(
            "bellwether_config_last_reload_successful", "Whether the configuration was last taken over.", [],
            isSuccess ? 1 : 0)
        out.gauge(
            "bellwether_config_last_reload_success_timestamp_seconds",
            "When the configuration was last taken over, since 1970; the start counts.", [], time)
    }

    // MARK: - Looking

    /// Begins to look whether the files have changed, if there are some.
    func start() {
        guard source.withLock({ $0?.path != nil }) else { return }
        guard let join = startThread({ self.run() }) else {
            return log.warning("changes of the configuration are not looked for: the system has no thread")
        }
        self.join.withLock { $0 = join }
    }

    private func run() {
        while stopper.sleep(seconds: every.withLock { $0 } ?? Self.idle) {
            guard every.withLock({ $0 != nil }), let source = source.withLock({ $0 }) else { continue }
            let digest = source.digestNow
            guard digest != tried.withLock({ $0 }), stopper.sleep(seconds: Self.settling),
                source.digestNow == digest
            else { continue }
            _ = try? reload(.file)
        }
    }

    /// Lets the thread end.
    func beginStop() { stopper.stop() }

    /// Waits for its end.
    func stop() {
        beginStop()
        join.withLock { join in
            defer { join = nil }
            return join
        }?()
    }
}

internal import Networking
public import Pipeline
internal import Storage
internal import Synchronization

/// Where a service keeps what it is told.
public enum StorePlace: Sendable {
    /// In memory: nothing survives the process.
    case memory
    /// In the data directory of the configuration.
    case directory
}

/// A store with the monitor over it, opened for one process.
public final class OpenStore: Sendable {
    /// What takes, scores and answers.
    public let monitor: Monitor
    /// What makes its models.
    public let trainer: Trainer
    /// What makes the series of its formulas.
    public let formulas: FormulaRunner
    private let directory: DataDirectory?

    /// Opens what a configuration names.
    ///
    /// - Parameters:
    ///   - holder: Who opens it, for whoever comes second.
    ///   - isService: Whether its definitions are all that there are; where a command gives none, there may be others.
    /// - Throws: `StorageError`: for a directory that is read-only, full, locked, damaged or of a newer version; it is
    ///   then left as it was.
    public init(
        _ configuration: Configuration, at place: StorePlace, holder: String, clocks: Clocks, log: Log,
        seed: UInt64, isService: Bool = true
    ) throws {
        var settings = MonitorSettings()
        settings.shards = max(1, min(processorCount(), 64))
        settings.mostSeries = configuration.maxSeries
        settings.staleSeconds = configuration.staleAfterSeconds
        settings.seed = seed
        settings.identity = configuration.identity
        settings.retention = configuration.retention
        settings.keepsIncidents = !isService && configuration.metrics.isEmpty
        settings.export = configuration.remoteWrite?.rule
        let surroundings = PipelineSurroundings(clocks, log)
        switch place {
        case .memory:
            directory = nil
            monitor = try Monitor.open(
                settings, store: MemoryStore(), journal: nil, definitions: configuration.metrics,
                alerts: configuration.alerts, in: surroundings)
        case .directory:
            let directory = try DataDirectory.open(configuration.data, holder: holder)
            let store = try SQLiteStore(directory)
            monitor = try Monitor.open(
                settings, store: store, journal: directory.journalPath,
                definitions: configuration.metrics, alerts: configuration.alerts, in: surroundings)
            self.directory = directory
        }
        trainer = Trainer(monitor)
        trainer.start()
        formulas = FormulaRunner(monitor)
        formulas.start()
        tell(log)
    }

    /// Where what waits to be written elsewhere is kept; `nil`: nothing survives the process.
    var outgoingPath: String? { directory.map { $0.path + "/remote-write" } }

    /// Tells commands where the service answers.
    func publish(address: String, version: String, clocks: Clocks) throws {
        try directory?.publish(
            ServiceDescription(
                address: address, pid: Int(processNumber()), version: version,
                started: CurrentTime.rfc3339(clocks)))
    }

    /// Brings everything into the store and lets go of it.
    public func close() {
        formulas.stop()
        trainer.stop()
        monitor.stop()
        try? directory?.unpublish()
    }

    private func tell(_ log: Log) {
        guard let directory else { return }
        let found = monitor.recovery
        log.info(
            "data in \(directory.path): \(found.series) series, \(found.points) points stored, "
                + "\(found.replayedRecords) journal records replayed")
        guard found.tornBytes > 0 else { return }
        log.warning(
            "\(found.tornBytes) bytes at the end of the journal were half written when the service last ended; "
                + "they were never acknowledged")
    }
}

extension PipelineSurroundings {
    init(_ clocks: Clocks, _ log: Log) {
        self.init(
            steady: clocks.steady, wall: { Int64((clocks.wall() * 1000).rounded()) },
            threads: Threads { startThread($0) }, sleep: { sleepFor(seconds: $0) },
            sha256: { Digest.hexadecimal(Digest.sha256($0)) },
            log: { isWarning, line in log.line(isWarning ? .warning : .info, line) })
    }
}

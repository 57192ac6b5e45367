import Forecasting
import Storage
import Synchronization
import TimeSeries

// Making models live: one swap after the other, since a series keeps the steps of one model that is being made.

extension Trainer {
    /// Series are brought up to date for a swap so many at a time.
    private static let batch = 500
    /// Default models are fitted so many at a time; a promotion waits no longer.
    private static let defaultBatch = 20

    /// Makes a stored version champion: durable first, then live, between two points of each series.
    ///
    /// - Parameter isChampion: It is already; only its models are to be live.
    /// - Returns: Why it is not live yet, though it is champion; the next look brings it then.
    /// - Throws: ``StorageError`` when it could not become champion.
    func crown(
        _ version: Int, _ parameters: ModelParameters, of definition: MetricDefinition,
        isChampion: Bool = false
    ) throws(StorageError) -> StorageError? {
        try swapping.withLock { _ throws(StorageError) in
            if !isChampion { try monitor.checkpoint(champions: [(definition.name, version)]) }
            do throws(StorageError) {
                try makeLive(version, parameters, of: definition)
                return nil
            } catch {
                tell(version, definition.name, error)
                return error
            }
        }
    }

    /// Brings the models of a version up to date and swaps them in; those of other series stay as they are.
    ///
    /// - Parameter wanted: Of these series only; of all that it covers when `nil`.
    private func makeLive(
        _ version: Int, _ parameters: ModelParameters, of definition: MetricDefinition,
        only wanted: Set<UInt32>? = nil
    ) throws(StorageError) {
        // What was removed from the configuration meanwhile does not come back by a training.
        if definition == MetricDefinition(selector: definition.match) { _ = monitor.adopt(definition) }
        let matching = monitor.series(matching: definition.match).filter { series in
            series.definition?.name == definition.name && wanted?.contains(series.id) ?? true
        }
        var models: [UInt32: TrainedSeries] = [:]
        for series in matching { models[series.id] = parameters[series.labels.encoded] }
        note(matching.map(\.id).filter { models[$0] == nil }, brought: version)
        var rest = models.keys.sorted()[...]
        while !rest.isEmpty {
            let some = Array(rest.prefix(Self.batch))
            rest = rest.dropFirst(Self.batch)
            try makeLive(some, version, models)
        }
    }

    private func makeLive(
        _ series: [UInt32], _ version: Int, _ models: [UInt32: TrainedSeries]
    ) throws(StorageError) {
        var prepared: [UInt32: PreparedModel] = [:]
        let starts = monitor.record(series)
        do throws(StorageError) {
            for start in starts {
                guard let model = models[start.series], model.step == start.clock.step,
                    let history = try monitor.history(
                        of: start.series, policy: start.policy, clock: start.clock, end: start.next)
                else { continue }
                prepared[start.series] = PreparedModel(model, version: version, history: history)
            }
        } catch {
            monitor.stopRecording(series)
            throw error
        }
        let live = Set(monitor.install(prepared))
        monitor.stopRecording(series.filter { !live.contains($0) })
        // A series without a step yet is asked again when it has one.
        note(starts.map(\.series), brought: version)
    }

    private func note(_ series: some Sequence<UInt32>, brought version: Int) {
        brought.withLock { brought in for one in series { brought[one] = version } }
    }

    // MARK: - What should be live

    /// Gives every series of the full tier the model it should have: its champion's, or a default.
    func reconcile() {
        swapping.withLock { _ in bringChampions() }
        let wanting = monitor.fullTier().filter(Self.wantsDefault).map(\.series)
        var rest = wanting[...]
        while !rest.isEmpty, !isStopping.load(ordering: .relaxed) {
            let some = Set(rest.prefix(Self.defaultBatch))
            rest = rest.dropFirst(Self.defaultBatch)
            swapping.withLock { _ in
                // One of them may have got a champion's model meanwhile.
                makeDefaults(monitor.fullTier().filter { some.contains($0.series) && Self.wantsDefault($0) })
            }
        }
    }

    private static func wantsDefault(_ one: FullStatus) -> Bool {
        one.wantsDefault && (one.version ?? 0) == 0
    }

    private func bringChampions() {
        let status = monitor.fullTier()
        guard !status.isEmpty, let champions = try? monitor.store.champions() else { return }
        var stale: [String: Set<UInt32>] = [:]
        let brought = brought.withLock { $0 }
        for one in status {
            guard let champion = champions[one.definition], one.version != champion, one.known > 0 else {
                continue
            }
            if brought[one.series] != champion || (one.version == nil && one.wantsDefault) {
                stale[one.definition, default: []].insert(one.series)
            }
        }
        for (name, series) in stale.sorted(by: { $0.key < $1.key }) {
            bringChampion(of: name, version: champions[name] ?? 0, to: series)
        }
    }

    /// Brings a champion to series that lack it: those of a service that was started again, new ones, and those whose
    /// definition was edited.
    ///
    /// Of an edited definition the state begins anew and the champion stays, since most edits leave its values as they
    /// are; where the step is another one, default models take its place. Either is said once, until a retraining.
    private func bringChampion(of name: String, version: Int, to series: Set<UInt32>) {
        do throws(StorageError) {
            guard let definition = monitor.definitions.first(where: { $0.name == name }),
                let model = try monitor.store.model(name, version: version)
            else { return }
            if model.configurationHash != definition.configurationHash {
                let isNew = outdated.withLock { $0.updateValue(version, forKey: name) != version }
                let line =
                    "version \(version) of \(name) was made before the definition was edited; retrain it"
                if isNew { monitor.surroundings.log(true, line) }
            }
            try makeLive(version, try parameters(of: model), of: definition, only: series)
        } catch {
            tell(version, name, error)
            // What is damaged stays damaged; anything else is tried again at the next look.
            if case .corrupt = error { note(series, brought: version) }
        }
    }

    private func tell(_ version: Int, _ name: String, _ error: StorageError) {
        monitor.surroundings.log(true, "version \(version) of \(name) cannot be made live: \(error)")
    }

    /// Fits the default model of series without a champion.
    private func makeDefaults(_ wanting: [FullStatus]) {
        let series = wanting.map(\.series)
        var prepared: [UInt32: PreparedModel] = [:]
        for start in monitor.record(series) where !isStopping.load(ordering: .relaxed) {
            let definition = start.policy.definition
            let history = try? monitor.history(
                of: start.series, policy: start.policy, clock: start.clock, end: start.next)
            guard let history, history.values.contains(where: { $0.isFinite }) else { continue }
            prepared[start.series] = try? PreparedModel(
                defaultFor: history, season: definition.season?.steps(of: start.clock.step))
        }
        let live = Set(monitor.install(prepared))
        monitor.postpone(series.filter { !live.contains($0) })
    }
}

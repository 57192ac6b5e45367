public import Alerting
public import Storage
internal import Synchronization

extension Monitor {
    /// Opens a monitor over a store: what was stored and journalled goes on where it was.
    ///
    /// - Parameters:
    ///   - journal: The directory of the journal; `nil` when nothing has to survive the process.
    ///   - definitions: In the order of the configuration; of several that match a series the first counts.
    ///   - alerts: Who is told of what.
    /// - Throws: ``StorageError`` for a journal or store that cannot be read; neither is changed then.
    public static func open(
        _ settings: MonitorSettings, store: any Store, journal: String?, definitions: [MetricDefinition],
        alerts: AlertSettings = AlertSettings(), in surroundings: PipelineSurroundings
    ) throws(StorageError) -> Monitor {
        try open(
            settings, store: store, journal: journal, definitions: definitions, alerts: alerts,
            in: surroundings, telling: { VerdictSink($0) })
    }

    /// The same; what shards say is told to whoever stands for the desk.
    static func open(
        _ settings: MonitorSettings, store: any Store, journal: String?, definitions: [MetricDefinition],
        alerts: AlertSettings = AlertSettings(), in surroundings: PipelineSurroundings,
        telling makeSink: (AlertDesk) -> VerdictSink
    ) throws(StorageError) -> Monitor {
        let counters = PipelineCounters()
        var index = SeriesIndex(
            definitions: try store.withSelectors(definitions), seed: settings.seed, export: settings.export)
        _ = index.declare(try store.declaringEvents())
        let shards = (0..<settings.shards).map { place in
            Shard(
                place: place, of: settings.shards, capacity: settings.queuedPoints, store: store,
                counters: counters, staleNanoseconds: UInt64(settings.staleSeconds * 1e9),
                mostUnread: settings.mostUnread,
                surroundings: surroundings)
        }
        let isRunning = Flag()
        let desk = try AlertDesk(
            alerts, store: store, surroundings: surroundings, recent: recentValues(shards, isRunning))
        let sink = makeSink(desk)
        for shard in shards {
            shard.tell = sink.take
            shard.forgo = sink.forgo
            shard.isReplaying = true
        }
        var recovery = Recovery()
        for series in try store.series() {
            let registration = try index.restore(series)
            shards[Int(series.id) % shards.count].register(registration, isStored: true)
        }
        recovery.series = index.count
        for (place, matched) in index.matched.enumerated() {
            let count = AlertBudget.journalledSeries(matched)
            for shard in shards {
                shard.adopt(series: count, of: index.definitions[place].definition.name)
            }
        }
        if let journal { try readSwaps(journal, from: try store.journalSegment(), shards) }
        if index.count <= settings.mostRestored { try restore(shards, from: store, in: surroundings) }
        recovery.points = try store.size().points
        try sink.start()
        do throws(StorageError) {
            var journalist: Journalist?
            if let journal {
                let crew = try ReplayCrew(shards, in: surroundings)
                defer { crew.finish() }
                let writer = try replay(
                    journal, from: try store.journalSegment(), &index, shards, crew, &recovery)
                journalist = Journalist(
                    writer, capacity: settings.queuedBytes, counters: counters, surroundings: surroundings)
            }
            for shard in shards {
                shard.endJournal()
                shard.readDeclared()
            }
            if !settings.keepsIncidents { try reconcile(shards, sink) }
            for shard in shards { shard.isReplaying = false }
            let monitor = Monitor(
                settings: settings, surroundings: surroundings, store: store, shards: shards,
                journalist: journalist, journalDirectory: journal, counters: counters, index: index,
                recovery: recovery, alerts: desk, sink: sink)
            let segment = try store.journalSegment()
            monitor.checkpointer.segment.withLock { $0 = segment }
            let size = try store.size()
            monitor.checkpointer.size.withLock { $0 = size }
            monitor.checkpointer.pointsAtStart.withLock { $0 = size.points }
            try monitor.start()
            isRunning.value.store(true, ordering: .releasing)
            return monitor
        } catch {
            sink.stop()
            throw error
        }
    }

    /// Puts every stored series into memory.
    private static func restore(
        _ shards: [Shard], from store: any Store, in surroundings: PipelineSurroundings
    ) throws(StorageError) {
        let crew = try ReplayCrew(shards, in: surroundings)
        defer { crew.finish() }
        var states: [UInt32: [StoredState]] = [:]
        for state in try store.states() { states[state.series, default: []].append(state) }
        for chunk in try store.lastChunks() {
            let points = try ChunkCodec.decode(chunk.bytes)
            let known = states[chunk.series] ?? []
            crew.give(Int(chunk.series) % shards.count, weight: points.count) { shard in
                shard.restore(chunk.series, states: known, head: points, packed: chunk.bytes)
            }
        }
    }

    /// Finds the swaps in the journal: each is behind points that its shard had taken before it, and before others that the
    /// shard had yet to take, so that its step alone says when it took effect.
    private static func readSwaps(
        _ directory: String, from segment: Int, _ shards: [Shard]
    ) throws(StorageError) {
        _ = try Journal.replay(in: directory, from: segment) { payload throws(StorageError) in
            for entry in try JournalGroup.entries(payload, only: JournalEntry.holdsChanges) {
                guard case .changes(let changes) = entry else { continue }
                for swap in changes.compactMap({ JournalledSwap($0) }) {
                    shards[Int(swap.series) % shards.count].journalled[swap.series, default: []].append(swap)
                }
            }
        }
    }

    /// Replays what the store does not cover, and begins a new segment.
    private static func replay(
        _ directory: String, from segment: Int, _ index: inout SeriesIndex, _ shards: [Shard],
        _ crew: ReplayCrew, _ recovery: inout Recovery
    ) throws(StorageError) -> JournalWriter {
        var replayed = index
        var shared: [String: Int] = [:]
        let end = try Journal.replay(in: directory, from: segment) { payload throws(StorageError) in
            for entry in try JournalGroup.entries(payload) {
                switch entry {
                case .series(let series):
                    for one in series where one.id >= replayed.count {
                        let registration = try replayed.restore(one)
                        crew.give(Int(one.id) % shards.count, weight: 1) { $0.register(registration) }
                        // As when it was announced: thresholds follow the number of series that share a budget.
                        guard let policy = registration.policy,
                            shared.updateValue(policy.series, forKey: policy.name) != policy.series
                        else { continue }
                        for place in shards.indices {
                            crew.give(place, weight: 1) { $0.adopt(series: policy.series, of: policy.name) }
                        }
                    }
                case .points(let batch): try apply(batch, to: shards, crew, known: replayed.count, directory)
                case .changes: break  // Those that were read before.
                }
            }
        }
        for place in shards.indices { crew.give(place, weight: 1) { $0.scoreWaiting() } }
        crew.finish()
        for shard in shards { shard.settleLate() }
        for shard in shards { if let error = shard.storeError { throw error } }
        index = replayed
        recovery.replayedRecords = end.records
        recovery.tornBytes = end.tornBytes
        if end.tornBytes > 0 { try Journal.removeTornTail(end, in: directory) }
        return try JournalWriter(directory: directory, segment: max(end.segment, segment) + 1)
    }

    private static func apply(
        _ batch: PointBatch, to shards: [Shard], _ crew: ReplayCrew, known: Int, _ directory: String
    ) throws(StorageError) {
        var arrivals = shards.map { _ in [Shard.Arrival]() }
        for (place, id) in batch.series.enumerated() {
            guard id < known else {
                throw .corrupt(path: directory, detail: "points of series \(id), which was never announced")
            }
            arrivals[Int(id) % shards.count].append(
                Shard.Arrival(
                    series: id / UInt32(shards.count), time: batch.times[place], value: batch.values[place]))
        }
        for (place, points) in arrivals.enumerated() where !points.isEmpty {
            crew.give(place, weight: points.count) { $0.replay(points) }
        }
    }

    /// Starts the threads.
    private func start() throws(StorageError) {
        var bodies: [@Sendable () -> Void] = shards.map { shard in { shard.work() } }
        if let journalist { bodies.append { journalist.work() } }
        bodies.append { [weak self] in self?.runCheckpoints() }
        for body in bodies {
            guard let join = surroundings.threads.start(body) else {
                end(joins.withLock { $0 })
                throw .file(operation: "start a thread", path: "", reason: "the system has none")
            }
            joins.withLock { $0.append(join) }
        }
    }

    /// Takes nothing more, brings everything into the store, and ends the threads.
    public func stop() {
        let wasOpen = core.withLock { core in
            defer { core.isOpen = false }
            return core.isOpen
        }
        guard wasOpen else { return }
        checkpointer.mailbox.close()
        let joins = joins.withLock { joins in
            defer { joins = [] }
            return joins
        }
        // The last checkpoint needs shards and journal; the thread that makes it is the last that was started.
        joins.last?()
        end(joins.dropLast())
        sink.stop()
    }

    /// Ends the threads of shards and journal, as many as were started.
    private func end(_ joins: [@Sendable () -> Void]) {
        for shard in shards { shard.mailbox.close() }
        journalist?.mailbox.close()
        for join in joins { join() }
    }
}

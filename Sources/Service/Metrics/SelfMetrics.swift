internal import Ingest
public import Networking
internal import Pipeline

/// What the service counts about itself, for `/metrics`.
///
/// Every label value comes from a bounded set: a route is its pattern, never the path that was asked for.
public final class SelfMetrics: Sendable {
    /// The steps of answering a prediction.
    public enum Stage: String, Sendable, CaseIterable {
        case json, fit, score, encode
    }

    /// How a series of a prediction came out.
    public enum SeriesStatus: String, Sendable, CaseIterable {
        case ok, warming, error
    }

    private let version: String
    /// When the service started, in seconds since 1970.
    let startSeconds: Double
    private let requests = LabelledFamily(["route", "method", "code"]) { Counter() }
    private let durations = LabelledFamily(["route"]) { Histogram() }
    private let stages = LabelledFamily(["stage"]) { Counter() }
    private let decoded = Counter()
    private let decompressed = Counter()
    private let ignored = LabelledFamily(["kind"]) { Counter() }
    private let series = LabelledFamily(["status"]) { Counter() }

    /// What may come with points and is not kept.
    private static let ignoredKinds = ["histogram", "exemplar", "text", "created"]

    /// Nothing counted yet.
    ///
    /// - Parameter startSeconds: When the service started, in seconds since 1970.
    public init(version: String, startSeconds: Double) {
        self.version = version
        self.startSeconds = startSeconds
        for stage in Stage.allCases { _ = stages[stage.rawValue] }
        for status in SeriesStatus.allCases { _ = series[status.rawValue] }
        for kind in SelfMetrics.ignoredKinds { _ = ignored[kind] }
    }

    /// Counts one answered request.
    ///
    /// - Parameters:
    ///   - route: The pattern of its route; `nil` when no route has its path.
    ///   - method: `nil` when it is none that a route may have.
    public func countRequest(route: String?, method: HTTPMethod?, status: Int, nanoseconds: UInt64) {
        let route = route ?? "none"
        requests[route, method?.rawValue ?? "other", "\(status)"].add()
        durations[route].observe(nanoseconds: nanoseconds)
    }

    /// Counts the time that one step of predictions took.
    public func countStage(_ stage: Stage, nanoseconds: UInt64) {
        stages[stage.rawValue].add(Int(clamping: nanoseconds))
    }

    /// Counts the time that undoing the content coding of points took.
    func countDecompressed(nanoseconds: UInt64) { decompressed.add(Int(clamping: nanoseconds)) }

    /// Counts the time that decoding points took, and what they brought that is not kept.
    func countDecoded(_ points: DecodedPoints, nanoseconds: UInt64) {
        decoded.add(Int(clamping: nanoseconds))
        for (kind, count) in [
            ("histogram", points.ignoredHistograms), ("exemplar", points.ignoredExemplars),
            ("text", points.ignoredTexts), ("created", points.ignoredCreations),
        ] where count > 0 { ignored[kind].add(count) }
    }

    /// Counts series of predictions.
    public func countSeries(_ status: SeriesStatus, _ count: Int = 1) {
        series[status.rawValue].add(count)
    }

    /// Everything counted, as text.
    ///
    /// - Parameters:
    ///   - workers: How many tasks wait for a worker and how many workers are busy.
    ///   - clocks: What ages are told by; none are told without.
    ///   - streams: How many clients look on; `nil` where nobody can.
    ///   - sources: Tells how points come that no request brings.
    func exposition(
        _ form: Exposition.Form, workers: WorkerStatus, monitor: Monitor? = nil, trainer: Trainer? = nil,
        clocks: Clocks? = nil, streams: Int? = nil, sources: (inout Exposition) -> Void = { _ in }
    ) -> String {
        var out = Exposition(form)
        out.gauge("bellwether_build_info", "The version that runs; always 1.", [("version", version)], 1)
        out.gauge("bellwether_start_time_seconds", "When the service started, since 1970.", [], startSeconds)
        out.counter(
            "bellwether_http_requests_total", "Requests answered, by route pattern, method and status code.",
            requests.all.map { ($0.labels, Double($0.instrument.value)) })
        out.histogram(
            "bellwether_http_request_duration_seconds", "From the arrival of a request to its answer.",
            durations.all.map { ($0.labels, $0.instrument) })
        out.counter(
            "bellwether_predict_stage_seconds_total", "Time spent in each step of predictions.",
            stages.all.map { ($0.labels, Double($0.instrument.value) / 1e9) })
        out.counter(
            "bellwether_predict_series_total", "Series predicted, by how they came out.",
            series.all.map { ($0.labels, Double($0.instrument.value)) })
        out.gauge(
            "bellwether_worker_queue_length", "Requests that wait for a worker.", [], Double(workers.waiting))
        out.gauge("bellwether_worker_busy", "Workers that are at work.", [], Double(workers.busy))
        if let streams {
            out.gauge(
                "bellwether_live_streams", "Streams of events that are open, at most 1000.", [],
                Double(streams))
        }
        if let monitor {
            write(monitor, to: &out)
            AlertMetrics.write(monitor.alerts.status, to: &out)
            if let clocks { FreshnessMetrics.write(monitor, trainer, clocks, to: &out) }
        }
        sources(&out)
        writeProcess(ProcessStatus.read(), to: &out)
        out.end()
        return out.text
    }

    private func write(_ monitor: Monitor, to out: inout Exposition) {
        let counters = monitor.counters
        let status = monitor.status
        out.counter(
            "bellwether_ingest_samples_total", "Samples that were sent, by what became of them.",
            counters.samples.map { ([("result", $0.result)], Double($0.count)) })
        out.counter(
            "bellwether_ingest_refused_total", "Samples that were rejected, by why.",
            counters.refusals.map { ([("reason", $0.reason)], Double($0.count)) })
        let stages =
            [
                ("decompress", Double(decompressed.value) / 1e9), ("decode", Double(decoded.value) / 1e9),
            ]
            + PipelineCounters.Stage.allCases.map { ($0.name, counters.seconds($0)) }
        out.counter(
            "bellwether_ingest_stage_seconds_total", "Work on samples by stage, all threads together.",
            stages.map { ([("stage", $0.0)], $0.1) })
        out.counter(
            "bellwether_ingest_ignored_total",
            "Native histograms, exemplars, texts and creation times that were sent and are not kept.",
            ignored.all.map { ($0.labels, Double($0.instrument.value)) })
        out.counter(
            "bellwether_scored_samples_total", "Samples that were given a p-value.",
            [([], Double(counters.scoredPoints))])
        out.histogram(
            "bellwether_score_delay_seconds", "From the last byte of a request to the scores of its samples.",
            [([], counters.scoreDelays)])
        out.counter(
            "bellwether_anomalous_samples_total", "Samples that were called anomalous.",
            [([], Double(counters.anomalousPoints))])
        out.counter(
            "bellwether_journal_bytes_total", "Bytes written to the journal.",
            [([], Double(counters.journal.bytes))])
        out.counter(
            "bellwether_journal_syncs_total", "Times the journal was made durable.",
            [([], Double(counters.journal.syncs))])
        out.counter(
            "bellwether_checkpoints_total", "Checkpoints, by whether they were committed.",
            [
                ([("result", "done")], Double(counters.checkpointCounts.done)),
                ([("result", "failed")], Double(counters.checkpointCounts.failed)),
            ])
        let expired = monitor.expired
        out.counter(
            "bellwether_retention_removed_total", "What was removed because it was old, by kind.",
            [
                ([("kind", "points")], Double(expired.points)),
                ([("kind", "chunks")], Double(expired.chunks)),
                ([("kind", "rollups")], Double(expired.rollups)),
                ([("kind", "records")], Double(expired.records)),
            ])
        out.counter(
            "bellwether_storage_read_failures_total",
            "Times that a series or its past could not be read from the database.",
            [([], Double(counters.failedReads))])
        out.counter(
            "bellwether_revisions_total", "Times that a late point changed what was said of the past.",
            [([], Double(counters.lateness.revisions))])
        out.counter(
            "bellwether_too_late_samples_total",
            "Samples that were stored and came too late to change what was said of the past.",
            [([], Double(counters.lateness.tooLate))])
        let live = monitor.live.counts
        out.counter(
            "bellwether_live_events_total", "Values, incidents and events that followers could see.",
            [([], Double(live.events))])
        out.counter(
            "bellwether_live_gaps_total", "Times that a follower was told it had missed something.",
            [([], Double(live.gaps))])
        let gauges: [(String, String, Int)] = [
            ("bellwether_live_watched_series", "Series whose values are shown as they come.", live.watched),
            ("bellwether_series", "Series that are known.", status.series),
            ("bellwether_series_in_memory", "Series whose state is in memory.", status.seriesInMemory),
            ("bellwether_series_state_bytes", "Bytes of the states in memory.", status.stateBytes),
            ("bellwether_index_bytes", "Bytes of the index of labels.", status.indexBytes),
            ("bellwether_stored_points", "Points in the database.", status.storedPoints),
            ("bellwether_stored_chunk_bytes", "Bytes of their chunks.", status.chunkBytes),
            ("bellwether_ingest_queue_points", "Points that wait to be scored.", status.waitingPoints),
            ("bellwether_journal_queue_bytes", "Bytes that wait to be made durable.", status.waitingBytes),
            ("bellwether_storage_failing", "1 while points cannot be stored.", status.failure == nil ? 0 : 1),
        ]
        for (name, help, value) in gauges { out.gauge(name, help, [], Double(value)) }
    }

    private func writeProcess(_ status: ProcessStatus, to out: inout Exposition) {
        if let value = status.cpuSeconds {
            out.counter(
                "process_cpu_seconds_total", "CPU time of the process, user and system.", [([], value)])
        }
        let gauges: [(String, String, Double?)] = [
            ("process_resident_memory_bytes", "Memory of the process that is in RAM.", status.residentBytes),
            ("process_open_fds", "File descriptors that are open.", status.openFiles),
            ("process_max_fds", "File descriptors that may be open.", status.maxFiles),
            ("process_start_time_seconds", "When the process started, since 1970.", status.startSeconds),
        ]
        for (name, help, value) in gauges {
            if let value { out.gauge(name, help, [], value) }
        }
    }
}

/// How much the worker pool has to do.
public struct WorkerStatus: Sendable {
    /// Tasks that wait for a worker.
    public var waiting: Int
    /// Workers that are at work.
    public var busy: Int

    /// A status.
    public init(waiting: Int, busy: Int) {
        self.waiting = waiting
        self.busy = busy
    }
}

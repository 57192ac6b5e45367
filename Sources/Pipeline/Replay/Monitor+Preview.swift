public import Alerting
import Forecasting
import Storage
import Synchronization
import TimeSeries

/// What a definition would have said of the stored points.
public struct DefinitionPreview: Sendable {
    /// The stored series that it matches.
    public var series = 0
    /// The points that were gone over.
    public var points = 0
    /// Stretches of anomalies that it would have found, told or not.
    public var anomalies = 0
    /// The incidents that it would have opened, in their order.
    public var incidents: [Incident] = []
    /// Series that had too few points for a model.
    public var warming = 0
}

extension Monitor {
    /// Goes over stored points as if a definition had judged them; nothing changes and nobody is told.
    ///
    /// Each series begins anew with the first of these points and has the default model, made when it would have been made
    /// live: what comes before it has one is not judged.
    ///
    /// - Parameter times: Milliseconds since 1970, ends included.
    /// - Throws: ``ReplayError/tooManyPoints(_:most:)`` before anything is gone over, ``ReplayError/alerts(_:)`` when the desk
    ///   does not say what makes one incident of several.
    /// - Complexity: O(points).
    public func preview(
        _ definition: MetricDefinition, in times: ClosedRange<Int64>
    ) throws(ReplayError) -> DefinitionPreview {
        let ids = core.withLock { $0.index.judged(definition.match) }
        var total = 0
        for id in ids {
            total += try ReplayError.reading { () throws(StorageError) in
                try store.chunks(of: id, in: times).reduce(0) { $0 + $1.count }
            }
        }
        guard total <= Self.mostReplayed else { throw .tooManyPoints(total, most: Self.mostReplayed) }
        var preview = DefinitionPreview()
        preview.series = ids.count
        var verdicts: [Verdict] = []
        let hash = definition.configurationHash
        let share = AlertBudget.journalledSeries(ids.count)
        for id in ids {
            guard let labels = series(id)?.labels else { continue }
            let policy = FullPolicy(
                definition, hash: hash, metricName: labels[Labels.metricName] ?? "", series: share,
                labels: labels)
            let points = try ReplayError.reading { () throws(StorageError) in
                try self.points(of: id, in: times)
            }
            preview.points += points.count
            guard preview.points <= Self.mostReplayed else {
                throw .tooManyPoints(preview.points, most: Self.mostReplayed)
            }
            guard let result = Self.run(policy, over: points) else { continue }
            preview.anomalies += result.ended.count + (result.series.run.isOpen ? 1 : 0)
            if result.series.live == nil { preview.warming += 1 }
            let clock = result.series.clock
            verdicts += result.told.compactMap { Verdict($0, of: id, policy, clock) }
        }
        let merging = try merging
        preview.incidents = Self.incidents(of: verdicts, merging, until: times.upperBound)
        return preview
    }

    /// What the desk makes one incident of.
    var merging: MergePolicy {
        get throws(ReplayError) {
            try ReplayError.asking { () throws(AlertError) in
                try alerts.order { (state, _) throws(AlertError) in state.book.merging }
            }
        }
    }

    private static func run(_ policy: FullPolicy, over points: PointColumns) -> SeriesReplay.Result? {
        SeriesReplay(policy: policy, start: nil, swaps: []).run(points) { series, place in
            guard series.wantsDefault(fewest: fewestForDefault, most: mostForDefault),
                let start = series.record()
            else { return }
            var past = PointColumns()
            // A default is due when what is known has doubled: all of them together read each point twice.
            for earlier in 0..<place where points.scores[earlier] != ScoreByte.late {
                past.append(points.times[earlier], points.values[earlier], ScoreByte.unscored)
            }
            let season = series.policy.definition.season?.steps(of: start.clock.step)
            let history = StepHistory(past, policy: series.policy, clock: start.clock, end: start.next)
            guard let history = history?.suffix(mostForDefault),
                history.values.contains(where: { $0.isFinite }),
                let prepared = try? PreparedModel(defaultFor: history, season: season)
            else { return series.postpone() }
            _ = series.install(
                prepared.live, judge: prepared.judge, evidence: prepared.evidence, levels: prepared.levels)
        }
    }

    /// The incidents that verdicts amount to, as the desk would have made them of these when they came.
    static func incidents(
        of verdicts: [Verdict], _ merging: MergePolicy, until end: Int64
    ) -> [Incident] {
        var book = IncidentBook(merging: merging, unresolved: [], lastID: 0)
        var found: [Int64: Incident] = [:]
        let note = { (changes: [IncidentBook.Change]) in
            for change in changes { found[change.incident.id] = change.incident }
        }
        var now = Int64.min
        let minute: Int64 = 60_000
        func pass(until time: Int64) {
            while !book.unresolved.isEmpty, now < time - minute {
                now += minute
                note(book.tick(now: now))
            }
            now = time
        }
        for verdict in verdicts.sorted(by: { ($0.time, $0.key.series) < ($1.time, $1.key.series) }) {
            pass(until: verdict.time)
            note(book.take(verdict, now: verdict.time))
        }
        if now < end { pass(until: end) }
        return found.values.sorted { $0.id < $1.id }
    }
}

public import Storage
import TimeSeries

/// Up to when what was said of one series stays as it is, whatever points come.
///
/// A point changes what was said as long as it is older than the newest of its series by no more than the lateness of the
/// definition. Each series is its own clock: one that runs ahead makes no other late. What is declared of the past
/// afterwards, and another definition, change final scores too, with a new revision.
public struct Finality: Sendable {
    /// Points before this moment change nothing, milliseconds since 1970; `Int64.max` on the light tier, where no late
    /// point does.
    let horizon: Int64
    /// The steps of the full tier; `nil` also while they are not known.
    let clock: StepClock?
    /// The definition that judges the series now; empty for none.
    let definition: String
    /// Quiet steps after which a stretch is over.
    let closeAfter: Int
    /// The stretches that ended lately, and when.
    let ends: [(from: Int64, at: Int64)]

    /// That of a series of the light tier.
    static let immediate = Finality(horizon: .max, clock: nil, definition: "", closeAfter: 0, ends: [])

    /// Whether the score of a value is final: that of its step, which later values of the step belong to.
    ///
    /// - Parameter time: Milliseconds since 1970.
    public func isFinal(at time: Int64) -> Bool {
        guard horizon < .max else { return true }
        guard let clock, time < horizon else { return false }
        return clock.time(of: clock.index(at: time) + 1).milliseconds <= horizon
    }

    /// Whether a stretch stays as it is: it is over, and so is the time in which a late point could make it go on.
    public func isFinal(_ anomaly: StoredAnomaly) -> Bool {
        guard !anomaly.isOpen else { return false }
        guard horizon < .max, anomaly.definition == definition else { return true }
        guard let clock, anomaly.to < horizon else { return false }
        let soonest = clock.time(of: clock.index(at: anomaly.to) + closeAfter).milliseconds
        let end = ends.last { $0.from == anomaly.from }?.at ?? soonest
        return isFinal(at: max(end, soonest))
    }

    /// Whether a change of level stays as it is.
    public func isFinal(_ change: StoredLevelChange) -> Bool {
        change.definition == definition ? isFinal(at: change.confirmed) : true
    }
}

extension Finality {
    /// That of a series in memory.
    ///
    /// - Parameter newest: The time of its newest point.
    init(_ full: FullSeries, newest: Int64) {
        self.init(
            horizon: min(Self.horizon(newest, full.policy.definition), full.lateSince), clock: full.clock,
            definition: full.policy.name, closeAfter: Int(full.closeAfter), ends: full.ends)
    }

    /// That of a series which left memory after it had been silent: nothing waits to be said anew.
    init(_ definition: MetricDefinition, clock: StepClock?, newest: Int64) {
        let quiet = clock.flatMap { clock in definition.alert?.closeAfter.steps(of: clock.step) }
        self.init(
            horizon: Self.horizon(newest, definition), clock: clock, definition: definition.name,
            closeAfter: quiet ?? Int(AnomalyRun.closeAfter), ends: [])
    }

    private static func horizon(_ newest: Int64, _ definition: MetricDefinition) -> Int64 {
        let (horizon, isFar) = newest.subtractingReportingOverflow(definition.latenessMilliseconds)
        return isFar ? .min : horizon
    }
}

extension Shard {
    /// Up to when what was said of a series is final; `nil` for one that is not in memory.
    func finality(of id: UInt32) -> Finality? {
        guard local(id) < slots.count else { return nil }
        let slot = Int(slots[local(id)])
        guard slot >= 0 else { return nil }
        return fulls[slot].map { Finality($0, newest: states[slot].lastTime) } ?? .immediate
    }
}

extension Monitor {
    /// Up to when what was said of series is final, by number. To be asked before what was said: what comes in between is
    /// then provisional still.
    ///
    /// - Throws: ``StorageError`` when the last point of a series that is not in memory cannot be read.
    public func finality(of ids: Set<UInt32>) throws(StorageError) -> [UInt32: Finality] {
        let promises = shards.map { shard in
            let own = ids.filter { Int($0) % shards.count == shard.place }
            let promise = Promise<[(UInt32, Finality?)]>()
            let letter = Shard.Letter.control { shard in
                promise.fulfil(own.map { ($0, shard.finality(of: $0)) })
            }
            if own.isEmpty || !shard.mailbox.put(letter) { promise.abandon() }
            return promise
        }
        var found: [UInt32: Finality] = [:]
        for (id, finality) in promises.flatMap({ $0.wait() ?? [] }) { found[id] = finality }
        for id in ids where found[id] == nil { found[id] = try storedFinality(of: id) }
        return found
    }

    /// The same of a series that is not in memory.
    func storedFinality(of id: UInt32) throws(StorageError) -> Finality? {
        guard let series = series(id) else { return nil }
        guard let definition = series.definition else { return .immediate }
        guard let chunk = try store.lastChunk(of: id) else { return nil }
        var step = definition.step
        if step == nil { step = StepFinder.step(of: try ChunkCodec.decode(chunk.bytes).times.suffix(100)) }
        return Finality(
            definition, clock: step.map { StepClock(step: $0, zone: definition.timezone) }, newest: chunk.last
        )
    }
}

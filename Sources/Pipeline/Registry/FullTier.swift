import Storage
import Synchronization
import TimeSeries

// What the control plane asks of the full tier: each question is one letter to each shard.

/// What the full tier says of one series.
struct FullStatus: Sendable {
    var series: UInt32
    var definition: String
    /// Known steps, the version that is live (0: the default, `nil`: none), and whether a default model is due.
    var known: Int
    var version: Int?
    var wantsDefault: Bool
}

/// Where the recording of a series began.
struct RecordingStart: Sendable {
    var series: UInt32
    var next: Int
    var clock: StepClock
    var policy: FullPolicy
}

extension Monitor {
    /// A default model is made from so many known steps on, and again when these have doubled, up to so many.
    static let fewestForDefault = 24
    static let mostForDefault = 20_000

    /// Asks every shard, and waits for all answers.
    ///
    /// - Parameter changesLight: Whether series of the light tier are touched, so that all of their points come first.
    private func ask<Answer: Sendable>(
        changesLight: Bool = false, _ question: @escaping @Sendable (Shard) -> [Answer]
    ) -> [Answer] {
        let promises = shards.map { shard in
            let promise = Promise<[Answer]>()
            let body: @Sendable (Shard) -> Void = { promise.fulfil(question($0)) }
            if !shard.mailbox.put(changesLight ? .control(body) : .task(body)) { promise.abandon() }
            return promise
        }
        return promises.flatMap { $0.wait() ?? [] }
    }

    /// What there is on the full tier.
    func fullTier() -> [FullStatus] {
        ask { shard in
            shard.fullSlots.map { id, full in
                FullStatus(
                    series: id, definition: full.policy.name, known: full.known,
                    version: full.live?.version,
                    wantsDefault: full.wantsDefault(
                        fewest: Self.fewestForDefault, most: Self.mostForDefault))
            }
        }
    }

    /// Lets series keep the values of their steps from now on, for models that are being made.
    func record(_ series: [UInt32]) -> [RecordingStart] {
        let wanted = Set(series)
        return ask { shard in
            shard.own(wanted).compactMap { id in
                guard let full = shard.fulls[shard.slot(shard.local(id))], let start = full.record() else {
                    return nil
                }
                return RecordingStart(
                    series: id, next: start.next, clock: start.clock, policy: full.policy)
            }
        }
    }

    /// No models will come.
    func stopRecording(_ series: [UInt32]) {
        let wanted = Set(series)
        _ = ask { shard -> [Int] in
            for id in shard.own(wanted) { shard.fulls[shard.slot(shard.local(id))]?.stopRecording() }
            return []
        }
    }

    /// Makes models live, each between two points of its series; see ``Shard/swap(_:_:)``.
    ///
    /// - Returns: The series whose model is live now.
    func install(_ models: [UInt32: PreparedModel]) -> [UInt32] {
        ask { [journalist] shard in shard.swap(models, journalist) }
    }

    /// Notes that no default model could be made yet.
    func postpone(_ series: [UInt32]) {
        guard !series.isEmpty else { return }
        let wanted = Set(series)
        _ = ask { [journalist] shard -> [Int] in
            shard.postpone(wanted, journalist)
            return []
        }
    }

    /// Puts the series that a definition matches, and no other does, on the full tier.
    ///
    /// - Returns: Whether it is one of the definitions now; not when there is one of its name.
    func adopt(_ definition: MetricDefinition) -> Bool {
        let adopted: [(UInt32, FullPolicy)]? = core.withLock { core in
            core.index.add(definition)
        }
        guard let adopted else { return false }
        let policies = Dictionary(uniqueKeysWithValues: adopted)
        let ids = Set(policies.keys)
        _ = ask(changesLight: true) { shard -> [Int] in
            for id in shard.own(ids) { if let policy = policies[id] { shard.adopt(id, policy) } }
            return []
        }
        return true
    }

    /// The stored steps of a series before `end`, at most the last so many; without an `end` the last are those before
    /// its last point, however long ago that was.
    func history(
        of series: UInt32, policy: FullPolicy, clock: StepClock, end: Int?, from: Int64 = .min,
        most: Int = mostForDefault
    ) throws(StorageError) -> StepHistory? {
        let last: Int
        if let end {
            last = end
        } else {
            guard let newest = try lastTime(of: series) else { return nil }
            last = clock.index(at: newest) + 1
        }
        let earliest = max(from, clock.time(of: last - most - 1).milliseconds)
        let points = try points(of: series, in: earliest...Int64.max)
        let history = StepHistory(points, policy: policy, clock: clock, end: end)
        // A series that ended long before this moment has its last steps there.
        guard end == nil, earliest > from, history?.values.count ?? 0 < most else {
            return history?.suffix(most)
        }
        let all = try self.points(of: series, in: from...Int64.max)
        return StepHistory(all, policy: policy, clock: clock, end: end)?.suffix(most)
    }
}

extension Shard {
    /// The series of the full tier that are in memory.
    var fullSlots: [(UInt32, FullSeries)] {
        fulls.indices.compactMap { slot in fulls[slot].map { (owner(of: slot), $0) } }
    }

    /// Those of some series that the shard owns, by number.
    func own(_ series: Set<UInt32>) -> [UInt32] {
        series.filter { Int($0) % shards == place && local($0) < registrations.count }.sorted()
    }

    /// Moves a series to the full tier; what is in memory of it becomes its first steps.
    func adopt(_ id: UInt32, _ policy: FullPolicy) {
        registrations[local(id)].policy = policy
        let slot = slot(local(id))
        guard fulls[slot] == nil else { return }
        let full = FullSeries(policy: policy)
        let points = newest(of: slot)
        for place in 0..<points.count { _ = full.take(points.times[place], points.values[place]) }
        if let newest = heads[slot].newestTwo.last, newest.score != ScoreByte.unscored {
            full.scoredBefore = full.clock?.index(at: newest.time)
        }
        fulls[slot] = full
        closeStreamRun(slot)
        ages[slot] = StateAges.wanted
        note(slot)
    }
}

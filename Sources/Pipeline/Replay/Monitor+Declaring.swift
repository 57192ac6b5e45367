import Alerting
import Storage
import Synchronization

/// What became of what was declared.
public struct DeclarationReport: Sendable, Equatable {
    /// Series for which something else is declared now.
    public var series = 0
    /// Those of them whose past was said anew.
    public var revised = 0
    /// The points that were gone over.
    public var points = 0
    /// Those whose past cannot be read: what was said of it stands.
    public var unreadable = 0

    /// Nothing changed.
    public init() {}
}

extension Monitor {
    /// A shard goes over so many points at once for what was declared; more are gone over beside it.
    private static let mostOnShard = 20_000
    /// So often a replay beside a shard is made again because something came in between.
    private static let mostAttempts = 3

    /// Lets the stored events declare what they do: the past of the series that they concern is said anew where it has
    /// to be. Nobody is told of what is found; what is no anomaly any more ends.
    ///
    /// Waits until all is said; to be called after each change of an event that declares something.
    ///
    /// - Throws: ``AlertError/storage(_:)`` when the events cannot be read; nothing is declared anew then.
    public func redeclare() throws(AlertError) -> DeclarationReport {
        try redeclare(mostOnShard: Self.mostOnShard)
    }

    func redeclare(mostOnShard: Int) throws(AlertError) -> DeclarationReport {
        try declaring.withLock { (_) throws(AlertError) -> DeclarationReport in
            let events = try AlertError.reading { () throws(StorageError) in try store.declaringEvents() }
            return declare(events, mostOnShard)
        }
    }

    private func declare(_ events: [ChangeEvent], _ most: Int) -> DeclarationReport {
        let before = core.withLock { $0.index.declared }
        let promises = core.withLock { core in
            let changes = core.index.declare(events)
            return shards.map { shard in
                let own = changes.filter { Int($0.series) % shards.count == shard.place }
                let promise = Promise<[Shard.Declared]>()
                let letter = Shard.Letter.control { shard in
                    promise.fulfil(own.map { shard.declare($0.series, $0.windows, most: most) })
                }
                if own.isEmpty || !shard.mailbox.put(letter) { promise.fulfil([]) }
                return promise
            }
        }
        var report = DeclarationReport()
        for declared in promises.flatMap({ $0.wait() ?? [] }) {
            report.series += 1
            var declared = declared
            if case .tooLong(let plan) = declared {
                let name = plan.replay.policy.name
                let old = before.flatMap { $0.windows(of: plan.replay.policy.labels, definition: name) }
                let first = plan.replay.policy.windows.firstDifference(from: old) ?? .min
                declared = reviseBeside(plan, from: first)
            }
            switch declared {
            case .revised(let points):
                report.revised += 1
                report.points += points
            case .unreadable, .tooLong: report.unreadable += 1
            case .ahead: break
            }
        }
        return report
    }

    /// Goes over the points of a series on this thread, and has its shard go on from there.
    private func reviseBeside(_ plan: ReplayPlan, from first: Int64) -> Shard.Declared {
        let shard = shards[Int(plan.series) % shards.count]
        var plan = plan
        for _ in 0..<Self.mostAttempts {
            guard let handover = replay(plan) else { return .unreadable }
            let finished = ask(shard) { $0.finish(handover, from: first) }
            if let points = finished { return .revised(points: points) }
            let series = plan.series
            guard let next = ask(shard, { $0.planAgain(series, from: first) }) else {
                return .unreadable
            }
            plan = next
        }
        // Late points and models keep coming: its shard does it, between two of them.
        let windows = plan.replay.policy.windows
        let series = plan.series
        return ask(shard) { $0.declare(series, windows, most: .max) } ?? .unreadable
    }

    /// Asks one shard, and waits for the answer; `nil` also from one that has stopped.
    func ask<Answer: Sendable>(
        _ shard: Shard, _ question: @escaping @Sendable (Shard) -> Answer?
    ) -> Answer? {
        let promise = Promise<Answer?>()
        if !shard.mailbox.put(.control { promise.fulfil(question($0)) }) { promise.abandon() }
        return promise.wait() ?? nil
    }

    /// A replay of the points that are stored now; `nil` when they, or the state before them, cannot be read.
    func replay(_ plan: ReplayPlan) -> ReplayHandover? {
        guard plan.after < .max,
            var result = plan.replay.begin(memory: plan.memory, revision: plan.revision)
        else { return nil }
        do throws(StorageError) {
            let after = plan.after + (plan.after > .min ? 1 : 0)
            result.take(try points(of: plan.series, in: after...Int64.max))
            return ReplayHandover(plan: plan, result: result)
        } catch {
            surroundings.log(true, "the past of series \(plan.series) cannot be said anew: \(error)")
            return nil
        }
    }
}

import Storage
import Synchronization

extension Monitor {
    /// Series are planned for so many at a time, about a millisecond, so that senders wait no longer.
    private static let plannedAtOnce = 2_000

    /// Takes other definitions over while points come: each series passes to its new one between two of its points.
    ///
    /// Nothing is lost and nothing scored twice, since a shard does it in the order of its mailbox. It cannot fail.
    ///
    /// - Parameter definitions: In the order of the configuration, with those that selectors stand for behind them.
    /// - Complexity: O(series · definitions), a part of it at a time, and O(series) at once.
    func redefine(_ definitions: [MetricDefinition]) -> DefinitionChanges {
        var plan = SeriesIndex.Plan(definitions)
        while !core.withLock({ $0.index.extend(&plan, by: Self.plannedAtOnce) }) {}
        let done = shards.map { _ in Promise<Bool>() }
        let changes = core.withLock { core in
            // Series that came since the last part.
            _ = core.index.extend(&plan, by: .max / 2)
            let (series, changes) = core.index.follow(plan)
            isListening.store(core.index.isListening, ordering: .relaxed)
            for (place, shard) in shards.enumerated() {
                let own = series.filter { Int($0.id) % shards.count == place }
                // A letter in this place of the order: series that come later have their new definition already.
                let isPut = shard.mailbox.put(
                    .control { shard in
                        for (name, count) in changes.shares { shard.adopt(series: count, of: name) }
                        shard.redefine(own)
                        done[place].fulfil(true)
                    }, weight: 0)
                if !isPut { done[place].abandon() }
            }
            return changes
        }
        for promise in done { _ = promise.wait() }
        return changes
    }
}

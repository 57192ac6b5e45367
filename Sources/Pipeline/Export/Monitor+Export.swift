public import Query
public import TimeSeries
internal import Synchronization

/// Which scores are handed over as they come.
public struct ExportRule: Sendable, Equatable {
    /// Of which series; of all that are scored when `nil`.
    public var match: Selector?
    /// Values that are older are left out, milliseconds: nobody wants the scores of an import of last year.
    public var mostAge: Int64

    /// A rule.
    public init(match: Selector? = nil, mostAge: Int64) {
        self.match = match
        self.mostAge = mostAge
    }
}

/// Why newest scores are not told.
public enum ExportError: Error, Equatable, Sendable {
    /// So many series match, more than an answer may have.
    case tooManySeries(matching: Int, limit: Int)
}

extension Monitor {
    /// Hands over scores from now on, of the series of the rule in the settings; those that a replay of the journal
    /// makes again are not.
    ///
    /// - Parameter take: Called by the thread of a shard, once a batch; must not wait.
    public func export(to take: @escaping @Sendable (ExportBatch) -> Void) {
        guard let rule = settings.export else { return }
        for shard in shards {
            shard.mailbox.put(
                .task { shard in
                    shard.export.mostAge = rule.mostAge
                    shard.export.take = take
                })
        }
    }

    /// The newest scores of the series that any of some selectors matches, without those that are silent.
    ///
    /// - Parameter most: The most series that may match.
    /// - Throws: ``ExportError`` when more do.
    /// - Complexity: O(series).
    public func newestScores(
        matching selectors: [Selector], most: Int
    ) throws(ExportError) -> [(labels: Labels, score: ExportedScore)] {
        let found = matching(selectors)
        guard found.count <= most else { throw .tooManySeries(matching: found.count, limit: most) }
        let now = surroundings.wall()
        let promises = shards.map { shard in
            let own = found.filter { Int($0) % shards.count == shard.place }
            let promise = Promise<[ExportedScore]>()
            if own.isEmpty
                || !shard.mailbox.put(.control { promise.fulfil($0.newestScores(of: own, now: now)) })
            {
                promise.abandon()
            }
            return promise
        }
        let scores = promises.flatMap { $0.wait() ?? [] }.sorted { $0.series < $1.series }
        return core.withLock { core in scores.map { (core.index.labels(of: $0.series), $0) } }
    }

    /// The series that any of some selectors matches, by number.
    private func matching(_ selectors: [Selector]) -> [UInt32] {
        let count = seriesCount
        var found: [UInt32] = []
        // Senders wait while the index is read, so that it is read in parts.
        for first in stride(from: 0, to: count, by: Self.askedAtOnce) {
            let part = UInt32(first)..<UInt32(min(first + Self.askedAtOnce, count))
            found += core.withLock { core in
                part.filter { id in
                    core.index.withText(id) { text in
                        selectors.contains { $0.matches(encoded: text) }
                    }
                }
            }
        }
        return found
    }
}

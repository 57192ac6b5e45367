import TimeSeries

extension Scores {
    /// Scores of a series that is too short for any.
    public static func unknown(mode: DetectionMode, count: Int) -> Scores {
        var scores = Scores(mode: mode, count: count)
        scores.warmUp = count
        return scores
    }

    /// The scores of rows that lie at these steps, in ascending order; insights then name rows.
    public func rows(atSlots slots: [Int]) -> Scores {
        var rows = Scores(mode: mode, count: slots.count)
        rows.delay = delay
        rows.method = method
        rows.expected = slots.map { expected[$0] }
        rows.lower = slots.map { lower[$0] }
        rows.upper = slots.map { upper[$0] }
        rows.score = slots.map { score[$0] }
        rows.pValue = slots.map { pValue[$0] }
        rows.isAnomaly = slots.map { isAnomaly[$0] }
        rows.rankScore = slots.map { rankScore[$0] }
        rows.warmUp = slots.count { $0 < warmUp }
        rows.insights = insights.compactMap { insight in
            guard let first = slots.firstIndex(where: { $0 >= insight.first }),
                let last = slots.lastIndex(where: { $0 <= insight.last }), first <= last
            else { return nil }
            var moved = insight
            moved.first = first
            moved.last = last
            moved.since = min(slots.firstIndex { $0 >= insight.since } ?? first, first)
            moved.related = insight.related.compactMap { related in
                guard let first = slots.firstIndex(where: { $0 >= related.first }),
                    let last = slots.lastIndex(where: { $0 <= related.last }), first <= last
                else { return nil }
                return RelatedWindow(first: first, last: last, similarity: related.similarity)
            }
            return moved
        }
        rows.levelChanges = levelChanges.compactMap { moved in
            guard let at = slots.firstIndex(where: { $0 >= moved.at }),
                let confirmed = slots.firstIndex(where: { $0 >= moved.confirmed })
            else { return nil }
            return MovedRow(at: at, confirmed: confirmed, change: moved.change)
        }
        return rows
    }

    /// The scores of the last rows, and the insights that reach into them.
    public func suffix(_ count: Int) -> Scores {
        let start = max(expected.count - count, 0)
        var rest = rows(atSlots: Array(start..<expected.count))
        rest.insights = insights.filter { $0.last >= start }.map { insight in
            var moved = insight
            moved.first = max(insight.first - start, 0)
            moved.last -= start
            moved.since = max(insight.since - start, 0)
            moved.related = insight.related.filter { $0.first >= start }.map {
                RelatedWindow(first: $0.first - start, last: $0.last - start, similarity: $0.similarity)
            }
            return moved
        }
        rest.levelChanges = levelChanges.filter { $0.confirmed >= start }.map {
            MovedRow(at: max($0.at - start, 0), confirmed: $0.confirmed - start, change: $0.change)
        }
        return rest
    }
}

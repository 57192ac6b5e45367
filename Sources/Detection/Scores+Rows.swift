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
            return moved
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
            return moved
        }
        return rest
    }
}

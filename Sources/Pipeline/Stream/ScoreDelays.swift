/// How long scored points have waited since they were received, counted by slots that were scored together.
struct ScoreDelays {
    /// Points by when the first of them was received: requests have many series, so that these are few.
    private(set) var groups: [(since: UInt64, count: Int)] = []

    /// Notes points of one series.
    ///
    /// - Parameter since: When the first was received, nanoseconds of the steady clock.
    @inline(__always)
    mutating func note(_ count: Int, since: UInt64) {
        if let last = groups.indices.last, groups[last].since == since {
            groups[last].count += count
        } else {
            groups.append((since, count))
        }
    }
}

extension PipelineCounters {
    func add(_ delays: ScoreDelays, at now: UInt64) {
        for group in delays.groups {
            scoreDelays.observe(nanoseconds: now - min(group.since, now), count: group.count)
        }
    }
}

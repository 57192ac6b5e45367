import Glibc
import TimeSeries

extension Scores {
    /// Writes one verdict down.
    mutating func set(_ verdict: Verdict, at step: Int, alpha: Double, rank: Double) {
        let p = max(verdict.leading.pValue, TailCalibration.smallest)
        pValue[step] = p
        // 0 and not -0 for a value that could not be more usual.
        score[step] = log(p) / log(alpha) + 0
        isAnomaly[step] = p < alpha
        rankScore[step] = rank
    }

    /// Ranks by the evidence of all channels; before it speaks, by a share of the surprise that is there.
    mutating func rank(by ranking: SeriesRanking, isDelayed: Bool) {
        let ranks = isDelayed ? ranking.delayed : ranking.ranks
        for step in ranks.indices where rankScore[step].isFinite {
            rankScore[step] =
                ranking.ranks[step] > 0 ? ranks[step] : Self.earlyShare * rankScore[step]
        }
        guard isDelayed else { return }
        mode = .delayed
        delay = ranking.delay
    }

    /// Ranks by the evidence of the whole series: it says something of the first season too, which has no expectation.
    mutating func rank(by ranks: [Double]) {
        rankScore = ranks
    }

    /// Early surprises rest on little: they rank no higher than the ramp of the evidence begins.
    private static let earlyShare = 0.1

    /// Merges anomalies that lie near one another and describes each stretch.
    mutating func tell(_ verdicts: [Verdict?], values: [Double]) {
        var stretches: [(first: Int, last: Int)] = []
        for step in isAnomaly.indices where isAnomaly[step] {
            if let last = stretches.last, step - last.last <= Self.closeAfter {
                stretches[stretches.count - 1].last = step
            } else {
                stretches.append((step, step))
            }
        }
        insights = stretches.compactMap { first, last in
            let peak = (first...last).max { rank(of: $0) < rank(of: $1) }
            guard let peak, let verdict = verdicts[peak] else { return nil }
            let finding = Finding(
                first: first, last: last, peak: peak, verdict: verdict, value: values[peak],
                expected: expected[peak], lower: lower[peak], upper: upper[peak], score: score[peak])
            return finding.insight
        }
        let highest = insights.indices.sorted { insights[$0].peakScore > insights[$1].peakScore }
        for place in highest.prefix(RelatedWindows.mostCompared) {
            insights[place].related = RelatedWindows.like(
                insights[place].first, insights[place].last, in: values)
        }
    }

    /// Anomalies at most so many values apart belong to one stretch: the default `close_after`.
    static let closeAfter = 10

    private func rank(of step: Int) -> Double {
        score[step].isFinite ? score[step] : -1
    }
}

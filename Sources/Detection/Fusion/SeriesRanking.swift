import Forecasting
import Glibc

/// The ranks of all values of a series, each by earlier values only.
struct SeriesRanking {
    /// At least 0, one a value; before the bank speaks and where a value is missing 0.
    let ranks: [Double]
    /// What the fused evidence says of each value, calibrated; `nil` before it speaks and where a value is missing.
    let assessments: [FusedAssessment?]
    /// Steps in the season that windows followed at the end.
    let period: Int

    /// The caller is told of progress each time so many values are ranked.
    private static let stepsBetweenReports = 1_024

    /// Ranks a series; `nan` marks a missing value. O(n).
    init(
        _ values: [Double], network: FusionNetwork?, progress: FitProgress = .ignored
    ) throws(ForecastError) {
        var evidence = FusedEvidence()
        var assessments: [FusedAssessment?] = []
        assessments.reserveCapacity(values.count)
        for (step, value) in values.enumerated() {
            if step.isMultiple(of: Self.stepsBetweenReports) { try progress.checkpoint() }
            assessments.append(evidence.push(value, network: network))
        }
        ranks = assessments.map { $0?.rank ?? 0 }
        self.assessments = assessments
        period = evidence.period
    }

    /// How many values late a delayed rank is.
    var delay: Int { max(1, period / 2) }

    /// Each value's mean rank over itself and the next `delay` values, as far as there are any.
    var delayed: [Double] {
        var sums = [0.0]
        for rank in ranks { sums.append(sums[sums.count - 1] + rank) }
        return ranks.indices.map { step in
            let end = min(step + delay + 1, ranks.count)
            return (sums[end] - sums[step]) / Double(end - step)
        }
    }

    /// The same order from 0 up: ln(1 + eˣ), without overflow.
    static func positive(_ rank: Double) -> Double { max(rank, 0) + log1p(exp(-abs(rank))) }
}

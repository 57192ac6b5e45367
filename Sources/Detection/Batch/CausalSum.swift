import Forecasting

/// How unusual a value is by earlier ones alone: the plain sum of the full tier, read forward once.
///
/// Rows that see the whole series find an anomaly that comes back in itself, and forgive it. What was new
/// when it came stands out here. The sum is that of ``CausalRanking/sum(_:)``: eight evidences, none of them
/// learned. The first values of a series have little before them and hardly count. O(n).
///
/// - Source: A sum of evidence of different families; each with its own source in the catalogue.
struct CausalSum: BatchEvidence {
    let names = ["causal-sum"]
    let summary = "Eight evidences of earlier values, summed."
    let source = "A sum of evidence of different families; each with its own source in this catalogue."

    /// Values between two looks at whether the answer is still wanted.
    private static let stepsBetweenChecks = 1_024

    func rows(of z: [Double], window: Int, progress: FitProgress) throws(ForecastError) -> [[Double]] {
        var ranking = FullRanking()
        var sums: [Double] = []
        sums.reserveCapacity(z.count)
        for (step, value) in z.enumerated() {
            if step.isMultiple(of: Self.stepsBetweenChecks) { try progress.checkpoint() }
            sums.append(ranking.push(value, network: nil).sum)
        }
        return [sums]
    }
}

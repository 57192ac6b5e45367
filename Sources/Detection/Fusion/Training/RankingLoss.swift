import Glibc

/// How badly scores rank anomalous values above quiet ones: 1 − a smooth average precision.
///
/// The rank of a value counts the others above it by a logistic step, so that it has a derivative. Quiet values
/// count as many times as there are of them in the series for each that was drawn.
///
/// - Source: smooth average precision, Brown, Xie, Kalogeiton & Zisserman, *Smooth-AP: smoothing the path towards
///   large-scale image retrieval*, ECCV 2020.
enum RankingLoss {
    /// Differences beyond this do not change the step.
    private static let steepest = 30.0

    /// The loss of some scores, and its derivative by each.
    ///
    /// - Parameters:
    ///   - scores: Those of anomalous values first.
    ///   - positives: How many of them are anomalous; at least 1.
    ///   - weight: Of a quiet value.
    static func slopes(
        _ scores: [Double], positives: Int, weight: Double
    ) -> (loss: Double, slopes: [Double]) {
        let count = scores.count
        var slopes = [Double](repeating: 0, count: count)
        var steps = [Double](repeating: 0, count: count)
        var precision = 0.0
        for i in 0..<positives {
            var above = 1.0
            var quiet = 0.0
            for j in 0..<count {
                let difference = min(max(scores[j] - scores[i], -steepest), steepest)
                let step = j == i ? 0 : 1 / (1 + exp(-difference))
                steps[j] = step
                if j < positives { above += step } else { quiet += weight * step }
            }
            let all = above + quiet
            precision += above / all
            let (positiveShare, quietShare) = (quiet / (all * all), -above * weight / (all * all))
            for j in 0..<count {
                let slope =
                    steps[j] * (1 - steps[j]) / Double(positives)
                    * (j < positives ? positiveShare : quietShare)
                slopes[j] -= slope
                slopes[i] += slope
            }
        }
        return (1 - precision / Double(positives), slopes)
    }
}

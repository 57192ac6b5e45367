import Glibc
import Numerics

/// Turns the strengths of a whole series into p-values at once.
///
/// The tail above the 80 % quantile is a generalised Pareto distribution, fitted by penalised maximum
/// likelihood with the largest 3 % censored: the anomalies that are looked for do not widen the tail
/// they are judged by. Few values are judged by Student's t, as in ``TailCalibration``.
///
/// - Source: Coles & Dixon, *Likelihood-based inference for extreme value models*, Extremes 2 (1999), for
///   the penalty; type II censoring as in Cohen, *Truncated and Censored Samples*, 1991.
struct BatchCalibration: Sendable {
    private static let bodyShare = 0.80
    private static let censoredShare = 0.03
    /// The shape expected of metrics before seeing the data, and how firmly.
    private static let priorShape = (mean: 0.05, spread: 0.3)

    /// Steps of at least so many standard deviations make values repeat.
    private static let coarseQuantum = 0.2

    private let sorted: [Double]
    private let tail: ParetoTail
    /// The step in which values are counted, in standard units; 0 where it is fine.
    private let quantum: Double

    /// - Parameters:
    ///   - strengths: In standard units, ≥ 0; `nan` ones are skipped. O(n log n).
    ///   - quantum: The step in which values are counted or rounded, in standard units.
    init(strengths: [Double], quantum: Double = 0) {
        sorted = strengths.filter(\.isFinite).sorted()
        tail = Self.fitTail(sorted)
        self.quantum = quantum >= Self.coarseQuantum ? quantum : 0
    }

    /// The share of values at least this large, with the tail's help; falls monotonically.
    func pValue(of strength: Double) -> Double {
        let count = Double(sorted.count)
        let trust = min(
            max((count - TailCalibration.fewest) / (TailCalibration.plenty - TailCalibration.fewest), 0), 1)
        var logarithm = 0.0
        if trust > 0 { logarithm += trust * log(empirical(strength)) }
        if trust < 1 { logarithm += (1 - trust) * log(SmallSample.pValue(of: strength, count: count)) }
        return min(max(exp(logarithm), TailCalibration.smallest), 1)
    }

    /// The strength whose p-value is `target`.
    func strength(at target: Double) -> Double {
        Bisection.threshold(of: target, pValue: pValue)
    }

    private func empirical(_ strength: Double) -> Double {
        let share = 1 - Self.bodyShare
        guard strength > tail.threshold else {
            return max(Double(atLeast(strength)) / Double(sorted.count), share)
        }
        let smooth = max(share * tail.probability(beyond: strength), TailCalibration.smallest)
        guard quantum > 0 else { return smooth }
        // Counts repeat: what others reached as well, give or take half a count, is no rarer than they are.
        let others = atLeast(strength - quantum / 2) - 1
        return max(smooth, Double(others) / Double(sorted.count))
    }

    /// How many strengths are at least this large. O(log n).
    private func atLeast(_ strength: Double) -> Int {
        var low = 0
        var high = sorted.count
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < strength { low = middle + 1 } else { high = middle }
        }
        return sorted.count - low
    }

    private static func fitTail(_ sorted: [Double]) -> ParetoTail {
        let count = sorted.count
        guard count >= 10 else { return ParetoTail(threshold: .infinity, scale: 0, shape: 0) }
        let from = Int(Double(count) * bodyShare)
        let to = max(from + 1, Int((Double(count) * (1 - censoredShare)).rounded(.down)))
        let threshold = sorted[max(from - 1, 0)]
        let seen = sorted[from..<to].map { $0 - threshold }
        let censored = Double(count - to)
        let limit = seen[seen.count - 1]
        let mean = max(seen.reduce(0, +) / Double(seen.count), 1e-12)

        // Negative log likelihood of scale (as a multiple of the mean, in logarithm) and shape.
        func cost(_ logScale: Double, _ shape: Double) -> Double {
            let scale = mean * exp(logScale)
            var sum = Double(seen.count) * log(scale)
            if abs(shape) < 1e-6 {
                sum += (seen.reduce(0, +) + censored * limit) / scale
            } else {
                for x in seen {
                    let base = 1 + shape * x / scale
                    guard base > 0 else { return .infinity }
                    sum += (1 + 1 / shape) * log(base)
                }
                let base = 1 + shape * limit / scale
                guard base > 0 else { return .infinity }
                sum += censored / shape * log(base)
            }
            let surprise = (shape - priorShape.mean) / priorShape.spread
            return sum + 0.5 * surprise * surprise
        }
        let search = NelderMead(maximumEvaluations: 120)
        let found = search.minimize(
            from: [0.2, 0.05], steps: [0.3, 0.1], lower: [-3, ParetoTail.shapes.lowerBound],
            upper: [4, ParetoTail.shapes.upperBound]
        ) { cost($0[0], $0[1]) }
        return ParetoTail(threshold: threshold, scale: mean * exp(found.point[0]), shape: found.point[1])
    }
}

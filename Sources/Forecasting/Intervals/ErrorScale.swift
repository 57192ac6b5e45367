import Glibc
import Numerics

/// How wide the errors of a forecast are: a scale for each horizon, and one shape for all of them.
///
/// The scale is the mean absolute rolling error of a horizon, made not to shrink with the horizon by
/// isotonic regression; the shape is the distribution of all errors, each divided by its scale. Pooling
/// the horizons lets few origins carry high levels.
///
/// - Source: split conformal prediction, Lei et al., JASA 113 (2018); Barlow et al., *Statistical
///   Inference under Order Restrictions*, 1972, for the isotonic scale.
struct ErrorScale: Sendable {
    private let scales: [Double]
    /// Absolute errors over their scale, in no order: a few levels are looked up faster than all are sorted.
    private let shape: [Double]
    private let origins: Int

    init(_ errors: RollingErrors) {
        let byStep = errors.meanAbsoluteErrors
        let counts = (0..<errors.steps).map { step in errors.paths.count { $0[step].isFinite } }
        let scales = Self.nonDecreasing(byStep, weights: counts.map(Double.init))
        self.scales = scales
        var ratios: [Double] = []
        for path in errors.paths {
            for (error, scale) in zip(path, scales) where error.isFinite && scale > 0 {
                ratios.append(abs(error) / scale)
            }
        }
        shape = ratios
        origins = errors.paths.count
    }

    /// Half the widths of the intervals of the first `steps` steps, at a level in 0 ..< 1.
    ///
    /// Past the longest horizon that the origins show, the width grows with the root of the horizon. Few
    /// origins know their own scale badly: the width is multiplied by what Student's t has over the normal
    /// distribution at this level, with a degree of freedom less than there are origins.
    func halfWidths(steps: Int, level: Double) -> [Double] {
        guard !shape.isEmpty, level > 0 else { return [Double](repeating: 0, count: steps) }
        // The finite-sample correction of conformal prediction: (K + 1) / K.
        let share = level * Double(origins + 1) / Double(origins)
        let rank = Int((share * Double(shape.count)).rounded(.up)) - 1
        var ratios = shape
        let quantile = Descriptive.value(
            ofRank: min(max(rank, 0), ratios.count - 1), inPlace: &ratios)
        let tail = (1 - level) / 2
        let freedom = Double(max(origins - 1, 1))
        let ratio = StudentT(degreesOfFreedom: freedom).tailQuantile(tail) / Normal().tailQuantile(tail)
        // At levels next to 0 both quantiles are.
        let inflation = ratio.isFinite ? ratio : 1
        let last = scales.count - 1
        return (0..<steps).map { step in
            let growth = step <= last ? 1 : (Double(step + 1) / Double(last + 1)).squareRoot()
            return quantile * inflation * scales[min(step, last)] * growth
        }
    }

    /// The weighted non-decreasing sequence nearest to `values` (pool adjacent violators).
    /// A `nan` takes the value before it.
    static func nonDecreasing(_ values: [Double], weights: [Double]) -> [Double] {
        var blocks: [(mean: Double, weight: Double, count: Int)] = []
        for (value, weight) in zip(values, weights) {
            guard value.isFinite, weight > 0 else {
                if blocks.isEmpty { blocks.append((0, 0, 1)) } else { blocks[blocks.count - 1].count += 1 }
                continue
            }
            blocks.append((value, weight, 1))
            while blocks.count > 1, blocks[blocks.count - 2].mean > blocks[blocks.count - 1].mean {
                let b = blocks.removeLast()
                let a = blocks.removeLast()
                let weight = a.weight + b.weight
                blocks.append(((a.mean * a.weight + b.mean * b.weight) / weight, weight, a.count + b.count))
            }
        }
        return blocks.flatMap { repeatElement($0.mean, count: $0.count) }
    }
}

/// Widths for a history too short to roll over: the spread of the in-sample errors, the root of the
/// horizon, and Student's t for the few degrees of freedom.
struct ResidualScale: Sendable {
    private let spread: Double
    private let freedom: Double

    /// - Parameter residuals: One-step errors; `nan` ones are skipped.
    init(residuals: [Double]) {
        let known = residuals.filter(\.isFinite)
        freedom = Double(max(known.count - 1, 1))
        spread = (known.reduce(0) { $0 + $1 * $1 } / freedom).squareRoot()
    }

    /// Half the widths of the intervals of the first `steps` steps, at a level in 0 ..< 1.
    func halfWidths(steps: Int, level: Double) -> [Double] {
        let t = StudentT(degreesOfFreedom: freedom).tailQuantile((1 - level) / 2)
        return (0..<steps).map { step in
            let width = t * spread * Double(step + 1).squareRoot()
            return width.isFinite ? width : 0
        }
    }
}

import Glibc

/// A change of scale under which the spread of a metric depends less on its level.
///
/// Logarithm for values well above 0, inverse hyperbolic sine for others that are never negative, none
/// else. What comes back is held within one range of the transformed history.
struct ValueTransform {
    private enum Kind {
        case none
        case logarithm
        case inverseSine(scale: Double)
    }

    /// The transformed history.
    let values: [Double]
    private let kind: Kind
    private let lowest: Double
    private let highest: Double

    /// The least value must exceed this share of the mean for a logarithm.
    private static let leastShareForLogarithm = 0.05
    /// The inverse hyperbolic sine is linear below this share of the mean.
    private static let linearShare = 0.1

    /// Chooses by the least value and the mean of at least one value.
    init(_ y: [Double]) {
        let least = y.min() ?? 0
        let mean = y.reduce(0, +) / Double(y.count)
        if Self.allowsLogarithm(least: least, mean: mean) {
            kind = .logarithm
            values = y.map { log($0) }
        } else if least >= 0, mean > 0 {
            let scale = Self.linearShare * mean
            kind = .inverseSine(scale: scale)
            values = y.map { asinh($0 / scale) }
        } else {
            kind = .none
            values = y
        }
        lowest = values.min() ?? 0
        highest = values.max() ?? 0
    }

    /// Whether values of this least and mean are far enough from 0 for a logarithm.
    static func allowsLogarithm(least: Double, mean: Double) -> Bool {
        least > leastShareForLogarithm * mean && least > 0
    }

    /// Transformed forecasts in the unit of the history.
    func restored(_ forecast: [Double]) -> [Double] {
        let range = highest - lowest
        return forecast.map { value in
            let held = min(max(value, lowest - range), highest + range)
            switch kind {
            case .none: return held
            case .logarithm: return exp(held)
            case .inverseSine(let scale): return scale * sinh(held)
            }
        }
    }
}

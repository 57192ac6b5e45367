import Glibc
import Numerics

/// How the errors of a model grow while it hears nothing: the typical error so many steps after the last value that it
/// observed, over that of one step.
///
/// A metric that returns to its level keeps its errors small; one that wanders is soon anywhere. What a value long after
/// the last one that counted may be depends on which of the two it is, and the model's own past tells.
public struct ErrorGrowth: BitwiseCopyable, Sendable {
    /// At 1, 2, 4 … steps.
    private var factors = InlineArray<11, Double>(repeating: 1)

    /// Errors that do not grow.
    public static let none = ErrorGrowth()

    private init() {}

    /// At most so many of the latest values are walked over.
    private static let mostValues = 1_536
    /// At most so many origins.
    private static let mostOrigins = 96
    /// A horizon says something when so many origins show it.
    private static let fewestOrigins = 8

    /// Walks a copy of a model over the end of its own history once more, and looks how far off it is at horizons of 1, 2,
    /// 4 … steps.
    ///
    /// The walk is a whole number of seasons long, so that the phase is right, and the model finds its way back to the
    /// level during the first quarter of it. Parameters are those of the fit, which saw the same values: ratios of errors
    /// suffer little from that.
    ///
    /// - Parameters:
    ///   - model: At the end of the values.
    ///   - values: Oldest first; `nan` where missing.
    ///   - period: Steps in the longest season, 1 for none.
    /// - Complexity: O(n + origins × longest horizon).
    public init(of model: any ForecastModel, over values: [Double], period: Int) {
        let most = min(values.count, max(Self.mostValues, 3 * period))
        let length = most - most % max(period, 1)
        let start = max(length / 4, min(period, length / 2))
        let longest = min((length - start) / 2, 1 << (factors.count - 1))
        guard longest >= 2 else { return }
        let horizons = (0..<factors.count).map { 1 << $0 }.filter { $0 <= longest }
        let errors = Self.errors(of: model, over: Array(values.suffix(length)), from: start, horizons)
        guard let first = errors.first, first.count >= Self.fewestOrigins else { return }
        let unit = Self.typical(first)
        guard unit > 0 else { return }
        var reached = 0
        for (place, known) in errors.enumerated().dropFirst() where known.count >= Self.fewestOrigins {
            let factor = Self.typical(known) / unit
            factors[place] = min(max(factor, factors[place - 1]), Double(1 << place))
            reached = place
        }
        extrapolate(from: reached)
    }

    /// Past what the history shows, errors that still grew go on with the root of the horizon.
    private mutating func extrapolate(from reached: Int) {
        let before = max(reached - 2, 0)
        let isGrowing = reached == 0 || factors[reached] > 1.15 * factors[before]
        for place in (reached + 1)..<max(factors.count, reached + 1) {
            factors[place] = factors[place - 1] * (isGrowing ? 2.0.squareRoot() : 1)
        }
    }

    /// The absolute errors at each horizon, one an origin that shows it.
    private static func errors(
        of model: any ForecastModel, over values: [Double], from start: Int, _ horizons: [Int]
    ) -> [[Double]] {
        var model = model
        let longest = horizons.last ?? 1
        let stride = max(1, (values.count - start) / mostOrigins)
        var errors = [[Double]](repeating: [], count: horizons.count)
        for (origin, value) in values.enumerated() {
            if origin >= start, (origin - start) % stride == 0 {
                let path = model.mean(steps: min(longest, values.count - origin))
                for (place, horizon) in horizons.enumerated() where horizon <= path.count {
                    let error = abs(values[origin + horizon - 1] - path[horizon - 1])
                    if error.isFinite { errors[place].append(error) }
                }
            }
            model.observe(value)
        }
        return errors
    }

    /// The median, or the mean where more than half of the errors are 0.
    private static func typical(_ errors: [Double]) -> Double {
        let median = Descriptive.median(errors)
        return median > 0 ? median : errors.reduce(0, +) / Double(max(errors.count, 1))
    }

    /// The factor so many steps after the last value; at least 1, between two horizons by the logarithm.
    public func factor(at steps: Int) -> Double {
        guard steps > 1 else { return 1 }
        let place = log2(Double(steps))
        let below = Int(place)
        guard below < factors.count - 1 else { return factors[factors.count - 1] }
        return factors[below] + (place - Double(below)) * (factors[below + 1] - factors[below])
    }
}

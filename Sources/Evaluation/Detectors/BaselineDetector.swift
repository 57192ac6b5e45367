/// A method of a few lines that judges each value by earlier ones alone.
protocol BaselineDetector: Sendable {
    /// Bytes remembered of one series.
    var stateBytes: Int { get }
    /// How far each value lies from what is usual, in usual deviations; `nan` for a missing value and before
    /// anything is known.
    func scores(of values: [Double]) -> [Double]
}

enum BaselineScale {
    /// Values before the first score.
    static let fewest = 10
    /// Added to a deviation, so that a series that stood still has a score.
    static let floor = 1e-9
}

/// The distance from the mean of the last values in their standard deviations: the z-score of a control chart.
///
/// - Source: Shewhart, *Economic Control of Quality of Manufactured Product*, 1931.
struct TrailingDeviation: BaselineDetector {
    /// How many values back it looks.
    let window: Int

    /// The values, two sums, their origin and two counts.
    var stateBytes: Int { MemoryLayout<Double>.size * (window + 5) }

    /// - Complexity: O(*n*).
    func scores(of values: [Double]) -> [Double] {
        var scores = [Double](repeating: .nan, count: values.count)
        var ring = [Double](repeating: 0, count: window)
        var (count, next) = (0, 0)
        // Sums of differences to a recent value: sums of the values would lose a small spread in a high level.
        var (origin, sum, squares) = (0.0, 0.0, 0.0)
        for (place, value) in values.enumerated() where value.isFinite {
            if count >= BaselineScale.fewest {
                let mean = sum / Double(count)
                let deviation = max(squares / Double(count) - mean * mean, 0).squareRoot()
                scores[place] = abs(value - origin - mean) / (deviation + BaselineScale.floor)
            }
            if count == window {
                let oldest = ring[next] - origin
                sum -= oldest
                squares -= oldest * oldest
            } else {
                count += 1
            }
            ring[next] = value
            next = next + 1 == window ? 0 : next + 1
            if next == 0 || count == 1 {
                // Once a window everything is summed anew, so that rounding does not add up.
                (origin, sum, squares) = (value, 0, 0)
                for other in ring.prefix(count) {
                    sum += other - origin
                    squares += (other - origin) * (other - origin)
                }
            } else {
                sum += value - origin
                squares += (value - origin) * (value - origin)
            }
        }
        return scores
    }
}

/// The distance from an exponentially weighted mean in exponentially weighted deviations.
///
/// - Source: Roberts, *Control Chart Tests Based on Geometric Moving Averages*, Technometrics 1, 1959; the
///   variance after Finch, *Incremental calculation of weighted mean and variance*, 2009.
struct ExponentialDeviation: BaselineDetector {
    /// The weight of the newest value.
    var weight = 0.05

    /// Mean, variance and a count.
    var stateBytes: Int { MemoryLayout<Double>.size * 3 }

    /// - Complexity: O(*n*).
    func scores(of values: [Double]) -> [Double] {
        var scores = [Double](repeating: .nan, count: values.count)
        var (mean, variance, count) = (0.0, 0.0, 0)
        for (place, value) in values.enumerated() where value.isFinite {
            guard count > 0 else {
                (mean, count) = (value, 1)
                continue
            }
            let difference = value - mean
            if count >= BaselineScale.fewest {
                scores[place] = abs(difference) / (variance.squareRoot() + BaselineScale.floor)
            }
            mean += weight * difference
            variance = (1 - weight) * (variance + weight * difference * difference)
            count += 1
        }
        return scores
    }
}

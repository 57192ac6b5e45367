@testable import Forecasting

/// The slow twin of ``STL``: the procedure step by step as it was published, every fit on its own.
enum SlowSTL {
    static func decompose(_ values: [Double], _ stl: STL) -> (trend: [Double], seasonal: [Double]) {
        let (count, period) = (values.count, stl.period)
        var trend = values.map { _ in 0.0 }
        var seasonal = trend
        var weights = values.map { _ in 1.0 }
        for outer in 0...stl.outerPasses {
            for _ in 0..<stl.innerPasses {
                let rest = zip(values, trend).map { $0 - $1 }
                var smooth = [Double](repeating: 0, count: count + 2 * period)
                for phase in 0..<period {
                    let steps = Array(stride(from: phase, to: count, by: period))
                    let (part, partWeights) = (steps.map { rest[$0] }, steps.map { weights[$0] })
                    for k in -1...part.count {
                        let nearest = part[min(max(k, 0), part.count - 1)]
                        smooth[(k + 1) * period + phase] =
                            estimate(
                                part, partWeights, at: k, window: stl.seasonal.window,
                                degree: stl.seasonal.degree) ?? nearest
                    }
                }
                let slow = average(average(average(smooth, period), period), 3)
                seasonal = values.indices.map { step in
                    let low = estimate(slow, [], at: step, window: stl.lowPass.window, degree: 1)
                    return smooth[period + step] - (low ?? slow[step])
                }
                let adjusted = zip(values, seasonal).map { $0 - $1 }
                trend = values.indices.map { step in
                    estimate(adjusted, weights, at: step, window: stl.trend.window, degree: 1)
                        ?? adjusted[step]
                }
            }
            guard outer < stl.outerPasses else { break }
            let sizes = values.indices.map { abs(values[$0] - trend[$0] - seasonal[$0]) }
            let sorted = sizes.sorted()
            let largest = values.map { abs($0) }.max() ?? 0
            let reach = max(3 * (sorted[count / 2] + sorted[(count - 1) / 2]), 1e-10 * largest)
            weights = sizes.map { size in
                if size <= 0.001 * reach { return 1 }
                if size > 0.999 * reach { return 0 }
                let left = 1 - (size / reach) * (size / reach)
                return left * left
            }
        }
        return (trend, seasonal)
    }

    /// The weighted least-squares mean or line at a step, by its normal equations.
    static func estimate(
        _ values: [Double], _ weights: [Double], at step: Int, window: Int, degree: Int
    ) -> Double? {
        let count = values.count
        // The neighbours are the nearest values; of two as far, the later one.
        let first = max(0, min(step - window / 2, count - window))
        let neighbours = first..<min(first + window, count)
        var reach = Double(neighbours.map { abs($0 - step) }.max() ?? 0)
        if window > count { reach += Double((window - count) / 2) }
        var (s0, s1, s2, t0, t1) = (0.0, 0.0, 0.0, 0.0, 0.0)
        for j in neighbours {
            let distance = abs(Double(j - step))
            var weight = 1.0
            if distance > 0.999 * reach {
                weight = 0
            } else if distance > 0.001 * reach {
                let left = 1 - (distance / reach) * (distance / reach) * (distance / reach)
                weight = left * left * left
            }
            if !weights.isEmpty { weight *= weights[j] }
            let x = Double(j - step)
            s0 += weight
            s1 += weight * x
            s2 += weight * x * x
            t0 += weight * values[j]
            t1 += weight * x * values[j]
        }
        guard s0 > 0 else { return nil }
        let variance = max(s2 / s0 - (s1 / s0) * (s1 / s0), 0)
        guard degree == 1, variance.squareRoot() > 0.001 * Double(count - 1) else { return t0 / s0 }
        return (t0 * s2 - t1 * s1) / (s0 * s2 - s1 * s1)
    }

    private static func average(_ values: [Double], _ length: Int) -> [Double] {
        (0...(values.count - length)).map { values[$0..<($0 + length)].reduce(0, +) / Double(length) }
    }
}

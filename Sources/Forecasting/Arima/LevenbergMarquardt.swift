import Numerics

/// Minimises a sum of squares of a few parameters by damped Gauss–Newton steps.
///
/// An ARMA likelihood is a sum of squares times a determinant, which can be shared out over the squares; a
/// Gauss–Newton step then sees the curvature that a quasi-Newton method has to learn step by step.
/// Derivatives are forward differences: k + 1 evaluations a step for k parameters.
///
/// - Source: Marquardt, *An algorithm for least-squares estimation of nonlinear parameters*, J. SIAM 11
///   (1963); the growth of the damping is that of Nielsen, *Damping parameter in Marquardt's method*,
///   IMM-REP-1999-05.
struct LevenbergMarquardt {
    /// The most steps that are accepted.
    var maximumSteps = 40
    /// Ends when a step lowers the sum by less than this share.
    var tolerance = 1e-10

    private static let difference = 1e-6
    /// Parameters stay within this: their hyperbolic tangent does not move beyond.
    private static let bound = 6.0
    /// The damping begins here, falls by a factor where a step succeeds, and ends the search at its height.
    private static let startDamping = 1e-3
    private static let leastDamping = 1e-12
    private static let mostDamping = 1e8
    private static let relief = 5.0
    /// A parameter that changes nothing is damped as if it had this share of the sum for a curvature.
    private static let leastCurvature = 1e-3

    /// Descends from `start`.
    ///
    /// - Parameter residuals: The residuals at a point, always as many; `nil` where there are none.
    /// - Returns: The lowest point seen and its sum of squares, infinite when even the start had none.
    func minimize<E: Error>(
        from start: [Double], _ residuals: (_ point: [Double]) throws(E) -> [Double]?
    ) throws(E) -> (point: [Double], value: Double) {
        var point = start
        guard var current = try residuals(point) else { return (point, .infinity) }
        var value = squares(current)
        let size = point.count
        guard size > 0, value.isFinite else { return (point, value) }
        var damping = Self.startDamping
        var steps = 0
        while steps < maximumSteps {
            var columns: [[Double]] = []
            for i in 0..<size {
                var moved = point
                let step = moved[i] > 0 ? -Self.difference : Self.difference
                moved[i] += step
                let there = try residuals(moved) ?? current
                columns.append(zip(there, current).map { ($0 - $1) / step })
            }
            var gram = Matrix(rows: size, columns: size)
            var slope = [Double](repeating: 0, count: size)
            for i in 0..<size {
                slope[i] = product(columns[i], current)
                for j in 0...i { gram[i, j] = product(columns[i], columns[j]) }
            }
            var growth = 2.0
            var gain = 0.0
            while true {
                var damped = gram
                for i in 0..<size { damped[i, i] += damping * max(gram[i, i], Self.leastCurvature * value) }
                guard let step = (try? Cholesky(damped))?.solve(slope) else { return (point, value) }
                let moved = zip(point, step).map { min(max($0 - $1, -Self.bound), Self.bound) }
                guard moved.allSatisfy({ $0.isFinite }) else { return (point, value) }
                if let there = try residuals(moved) {
                    let reached = squares(there)
                    if reached < value {
                        gain = (value - reached) / value
                        (point, current, value) = (moved, there, reached)
                        damping = max(damping / Self.relief, Self.leastDamping)
                        break
                    }
                }
                damping *= growth
                growth *= 2
                guard damping < Self.mostDamping else { return (point, value) }
            }
            steps += 1
            if gain < tolerance { break }
        }
        return (point, value)
    }
}

private func squares(_ values: [Double]) -> Double { product(values, values) }

private func product(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    a.withUnsafeBufferPointer { a in
        b.withUnsafeBufferPointer { b in
            for i in 0..<min(a.count, b.count) { sum += a[i] * b[i] }
        }
    }
    return sum
}

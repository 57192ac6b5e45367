import Numerics

/// A sum of squared errors that can be linearised: what ``GaussNewton`` minimises.
protocol SquaredErrorProblem {
    /// The least and the greatest value of each variable.
    var lower: [Double] { get }
    var upper: [Double] { get }
    /// How many errors there are.
    var observations: Int { get }

    /// The sum of squares at a point of the box; `inf` where the model does not exist.
    func value(at point: [Double]) -> Double

    /// JᵀJ, Jᵀf and fᵀf, of which J are the derivatives of the errors f by the variables.
    ///
    /// - Returns: `gram` has at least as many rows as there are variables, further ones being padding;
    ///   `nil` where the model does not exist.
    func linearised(at point: [Double]) -> (gram: Matrix, gradient: [Double], value: Double)?
}

/// Minimises a sum of squares inside a box: Levenberg–Marquardt steps, in which a variable at a bound that
/// the gradient pushes outwards stays there.
///
/// - Source: Nocedal & Wright, *Numerical Optimization*, 2nd ed., sections 10.3 and 16.7; the scaling of the
///   damping by the diagonal is Marquardt's, SIAM Journal on Applied Mathematics 11 (1963).
struct GaussNewton {
    /// The most steps, each of one linearisation.
    var maximumSteps = 30
    /// Stops when a step gains less than this of n/2 · ln Σf², the log likelihood.
    var leastGain = 1e-3

    /// The damping: where it begins, what a step that succeeds and one that fails multiply it by, and
    /// where the search gives up.
    private static let damping = (first: 1e-3, success: 0.15, failure: 6.0, least: 1e-9, most: 1e6)
    /// Added to the diagonal as a share of its largest element: variables may be redundant.
    private static let ridge = 1e-13
    /// How often a step is solved for again because variables met their bounds.
    private static let boundRounds = 4

    /// The best point found and the sum of squares there, never above that of `start`; `inf` when the model
    /// does not exist there.
    func minimum(
        of problem: some SquaredErrorProblem, from start: [Double]
    ) -> (point: [Double], value: Double) {
        var point = start.indices.map { min(max(start[$0], problem.lower[$0]), problem.upper[$0]) }
        guard problem.value(at: point).isFinite, var here = problem.linearised(at: point) else {
            return (point, .infinity)
        }
        var damping = Self.damping.first
        for _ in 0..<maximumSteps {
            guard here.value > 0 else { break }
            var better: (point: [Double], value: Double)?
            while better == nil && damping <= Self.damping.most {
                if let trial = step(in: problem, from: point, here.gram, here.gradient, damping) {
                    let value = problem.value(at: trial)
                    if value < here.value { better = (trial, value) }
                }
                damping *= better == nil ? Self.damping.failure : Self.damping.success
            }
            guard let better else { break }
            damping = max(damping, Self.damping.least)
            let gain = (here.value / better.value - 1) * Double(problem.observations) / 2
            point = better.point
            if !(gain > leastGain) { return better }
            guard let next = problem.linearised(at: point) else { return better }
            here = next
        }
        return (point, here.value)
    }

    /// The point that one damped step leads to, inside the box; `nil` when it cannot be computed.
    private func step(
        in problem: some SquaredErrorProblem, from point: [Double], _ gram: Matrix, _ gradient: [Double],
        _ damping: Double
    ) -> [Double]? {
        let count = point.count
        // Of a variable that is fixed, the step; the others are solved for.
        var fixed = point.indices.map { j -> Double? in
            let isHeld =
                (point[j] <= problem.lower[j] && gradient[j] > 0)
                || (point[j] >= problem.upper[j] && gradient[j] < 0) || !(gram[j, j] > 0)
            return isHeld ? 0 : nil
        }
        let ridge = Self.ridge * (0..<count).reduce(0) { max($0, gram[$1, $1]) }
        for _ in 0..<Self.boundRounds {
            var system = Matrix(rows: count, columns: count)
            var right = [Double](repeating: 0, count: count)
            for i in 0..<count {
                if let held = fixed[i] {
                    system[i, i] = 1
                    right[i] = held
                    continue
                }
                right[i] = -gradient[i]
                for j in 0..<count {
                    if let held = fixed[j] {
                        right[i] -= gram[i, j] * held
                    } else {
                        system[i, j] = gram[i, j]
                    }
                }
                system[i, i] += damping * gram[i, i] + ridge
            }
            guard let factor = try? Cholesky(system) else { return nil }
            let change = factor.solve(right)
            guard change.allSatisfy({ $0.isFinite }) else { return nil }
            var isInside = true
            for j in 0..<count where fixed[j] == nil {
                let target = point[j] + change[j]
                let nearest = min(max(target, problem.lower[j]), problem.upper[j])
                if nearest != target {
                    fixed[j] = nearest - point[j]
                    isInside = false
                }
            }
            if isInside { return point.indices.map { point[$0] + (fixed[$0] ?? change[$0]) } }
        }
        return point.indices.map {
            min(max(point[$0] + (fixed[$0] ?? 0), problem.lower[$0]), problem.upper[$0])
        }
    }
}

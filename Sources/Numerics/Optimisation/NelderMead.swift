/// Minimises a function of a few variables inside a box, without derivatives.
///
/// Trial points are clamped to the box, which can flatten the simplex against a side of it. So a small simplex
/// is not believed at once: a fresh one, a tenth of the first in size, is set up at its best vertex, again and
/// again until that gains nothing. With *n* variables the simplex moves by the factors of Gao and Han,
/// which for *n ≤ 2* are the classic 1, 2, ½, ½. The objective should be smooth: along a kink the simplex
/// can go flat all the same.
///
/// - Source: Nelder & Mead, *A simplex method for function minimization*, Computer Journal 7, 1965.
///   Gao & Han, *Implementing the Nelder-Mead simplex algorithm with adaptive parameters*, Computational
///   Optimization and Applications 51, 2012.
public struct NelderMead: Sendable, Equatable {
    /// The most evaluations of the objective, at least 1; never exceeded.
    public var maximumEvaluations: Int
    /// Converged only when the values of the simplex differ by at most this fraction of the best one, or of the
    /// best two of the first simplex should those be larger: a least value of 0 can be met too.
    public var valueTolerance: Double
    /// Converged only when the simplex is at most this fraction of the initial step wide in every variable.
    public var pointTolerance: Double

    /// A minimiser with the given limits.
    public init(
        maximumEvaluations: Int = 1000, valueTolerance: Double = 1e-8, pointTolerance: Double = 1e-4
    ) {
        self.maximumEvaluations = maximumEvaluations
        self.valueTolerance = valueTolerance
        self.pointTolerance = pointTolerance
    }

    /// Minimises `objective`, beginning with a simplex of `start` and one step in each variable.
    ///
    /// The point handed to `objective` is reused: nothing is allocated per evaluation unless it is kept.
    ///
    /// - Parameters:
    ///   - start: Finite; clamped to the box. May be empty, and then is the answer.
    ///   - steps: The extent of the first simplex, one value a variable, not 0. A step that would leave the
    ///     box is taken the other way.
    ///   - lower: The lower bounds, `-inf` for none; `nil` when there are none at all.
    ///   - upper: The upper bounds, `inf` for none; `nil` when there are none at all.
    ///   - objective: Its `nan` counts as `+inf`. May throw, to cancel for example.
    /// - Throws: Only what `objective` throws.
    /// - Precondition: All counts are equal, and `lower <= upper`.
    public func minimize<E: Error>(
        from start: [Double], steps: [Double], lower: [Double]? = nil, upper: [Double]? = nil,
        _ objective: (_ point: [Double]) throws(E) -> Double
    ) throws(E) -> Minimum {
        let count = start.count
        let box = Box(
            lower: lower ?? [Double](repeating: -.infinity, count: count),
            upper: upper ?? [Double](repeating: .infinity, count: count))
        precondition(
            steps.count == count && box.lower.count == count && box.upper.count == count,
            "\(count) variables, \(steps.count) steps, \(box.lower.count) and \(box.upper.count) bounds")
        precondition(start.allSatisfy(\.isFinite), "minimising from \(start)")
        precondition(maximumEvaluations >= 1, "\(maximumEvaluations) evaluations")
        var simplex = Simplex(start: start, steps: steps, box: box)
        var evaluations = 0

        /// The objective with `nan` as infinity, or `nil` when the evaluations have run out.
        func evaluate(_ point: [Double]) throws(E) -> Double? {
            guard evaluations < maximumEvaluations else { return nil }
            evaluations += 1
            let value = try objective(point)
            return value.isNaN ? .infinity : value
        }

        /// Evaluates the vertices from `first` on; `false` when the evaluations have run out.
        func evaluateVertices(from first: Int) throws(E) -> Bool {
            defer { simplex.sort() }
            for i in first...count {
                guard let value = try evaluate(simplex.vertices[i]) else { return false }
                simplex.values[i] = value
            }
            return true
        }

        /// Moves the simplex until it is small; `false` when the evaluations have run out.
        func descend(_ scale: Double) throws(E) -> Bool {
            let move = Factors(count)
            while !(simplex.isNarrow(pointTolerance, steps) && simplex.isFlat(valueTolerance, scale)) {
                simplex.findCentroid()
                simplex.placeFirst(move.reflection, box)
                guard let first = try evaluate(simplex.first) else { return false }
                let (best, worst) = (simplex.values[0], simplex.values[count])
                if first >= best && first < simplex.values[count - 1] {
                    simplex.takeFirst(first)
                    continue
                }
                simplex.placeSecond(
                    first < best ? move.expansion : first < worst ? move.contraction : -move.contraction, box)
                guard let second = try evaluate(simplex.second) else {
                    if first < worst { simplex.takeFirst(first) }
                    return false
                }
                if second < first && second < worst {
                    simplex.takeSecond(second)
                } else if first < best {
                    simplex.takeFirst(first)
                } else {
                    simplex.shrink(by: move.shrinkage)
                    guard try evaluateVertices(from: 1) else { return false }
                }
            }
            return true
        }

        func stop(converged: Bool) -> Minimum {
            Minimum(
                point: simplex.vertices[0], value: simplex.values[0], evaluations: evaluations,
                converged: converged)
        }

        guard try evaluateVertices(from: 0) else { return stop(converged: false) }
        guard count > 0 else { return stop(converged: true) }
        let scale = simplex.values[0...1].filter(\.isFinite).reduce(0) { max($0, abs($1)) }
        guard try descend(scale) else { return stop(converged: false) }
        while true {
            let before = simplex.values[0]
            simplex.spread(steps: steps, fraction: 0.1, box)
            guard try evaluateVertices(from: 1), try descend(scale) else { return stop(converged: false) }
            if before - simplex.values[0] <= valueTolerance * max(abs(before), scale) {
                return stop(converged: true)
            }
        }
    }
}

/// How far the simplex moves; α, αβ, γ and δ of Gao and Han, section 4.
private struct Factors {
    let reflection = 1.0
    let expansion: Double
    let contraction: Double
    let shrinkage: Double

    init(_ variables: Int) {
        let n = Double(max(variables, 2))
        expansion = 1 + 2 / n
        contraction = 0.75 - 1 / (2 * n)
        shrinkage = 1 - 1 / n
    }
}

/// Minimises a smooth function of many variables whose gradient is known: limited-memory BFGS with a line
/// search to the strong Wolfe conditions.
///
/// Memory is O(*memory* · n). A point where the value or the gradient is not finite is taken for infinitely
/// high: the search steps back from it, so a barrier such as `log` of a negative number does no harm.
///
/// - Source: Nocedal & Wright, *Numerical Optimization*, 2nd ed., algorithms 7.4 and 7.5 (two loops, initial
///   scaling 7.20), 3.5 and 3.6 (line search), equation 3.59 (cubic interpolation).
public struct LBFGS: Sendable, Equatable {
    /// How many past steps shape the estimate of the Hessian, at least 1.
    public var memory: Int
    /// The most steps, each of one line search, at least 0.
    public var maximumIterations: Int
    /// Converged when no component of the gradient exceeds this.
    public var gradientTolerance: Double
    /// Converged also when a step lowers the value by at most this fraction of max(|value|, 1); 0 asks for
    /// the gradient alone. The default is what rounding leaves of a difference.
    public var valueTolerance: Double

    /// Sufficient decrease and curvature, c₁ and c₂ of the Wolfe conditions; the book's values for
    /// quasi-Newton directions (section 3.1).
    static let decrease = 1e-4
    static let curvature = 0.9
    /// The most evaluations in one line search.
    static let longestSearch = 30

    /// A minimiser with the given limits.
    public init(
        memory: Int = 8, maximumIterations: Int = 200, gradientTolerance: Double = 1e-6,
        valueTolerance: Double = 10 * .ulpOfOne
    ) {
        self.memory = memory
        self.maximumIterations = maximumIterations
        self.gradientTolerance = gradientTolerance
        self.valueTolerance = valueTolerance
    }

    /// Where a descent stopped and why.
    public struct Result: Sendable, Equatable {
        /// The best point seen.
        public var point: [Double]
        /// The objective there; as the objective said, even `nan`, when the start itself was not finite.
        public var value: Double
        /// The largest component of the gradient there, as an absolute value.
        public var gradientNorm: Double
        /// Steps taken.
        public var iterations: Int
        /// Calls of the objective.
        public var evaluations: Int
        /// Whether a tolerance was met. Otherwise the iterations ran out, no step led down any more, or the
        /// start was not finite.
        public var converged: Bool
    }

    /// Minimises `objective` from `start`.
    ///
    /// - Parameters:
    ///   - start: Finite; may be empty.
    ///   - objective: Returns the value at `point` and writes all of `gradient`, which has as many elements.
    ///     May throw, to cancel for example.
    /// - Throws: Only what `objective` throws.
    /// - Complexity: O(*memory* · n) per step besides the objective, called about once per step.
    public func minimize<E: Error>(
        from start: [Double],
        _ objective: (_ point: [Double], _ gradient: inout [Double]) throws(E) -> Double
    ) throws(E) -> Result {
        precondition(memory >= 1, "a memory of \(memory) steps")
        var gradient = [Double](repeating: 0, count: start.count)
        let value = try objective(start, &gradient)
        var evaluations = 1
        var here = LinePoint(step: 0, value: value, slope: 0, point: start, gradient: gradient)
        var history = CurvatureHistory(limit: memory)

        func result(_ iterations: Int, converged: Bool) -> Result {
            Result(
                point: here.point, value: here.value, gradientNorm: largest(here.gradient),
                iterations: iterations, evaluations: evaluations, converged: converged)
        }

        guard here.isFinite else { return result(0, converged: false) }
        var iterations = 0
        while true {
            if largest(here.gradient) <= gradientTolerance { return result(iterations, converged: true) }
            guard iterations < maximumIterations else { return result(iterations, converged: false) }

            var direction = history.direction(against: here.gradient)
            if !(BLAS.dot(direction, here.gradient) < 0) {
                history.forget()
                direction = history.direction(against: here.gradient)
            }
            // Without a Hessian yet, a first step about as long as 1.
            let first = history.isEmpty ? min(1, 1 / BLAS.norm(here.gradient)) : 1
            var search = WolfeSearch(origin: here, direction: direction)
            guard let next = try search.run(firstStep: first, evaluations: &evaluations, objective) else {
                // The estimate may be at fault: once more along the gradient, then give up.
                if history.isEmpty { return result(iterations, converged: false) }
                history.forget()
                continue
            }
            history.add(from: here, to: next)
            let gain = here.value - next.value
            here = next
            iterations += 1
            if valueTolerance > 0 && gain <= valueTolerance * max(abs(here.value), 1) {
                return result(iterations, converged: true)
            }
        }
    }
}

private func largest(_ values: [Double]) -> Double {
    values.reduce(0) { max($0, abs($1)) }
}

/// The last steps s and changes of the gradient y, of which sᵀy > 0.
private struct CurvatureHistory {
    private var pairs: [(s: [Double], y: [Double], rho: Double)] = []
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    var isEmpty: Bool { pairs.isEmpty }

    mutating func forget() {
        pairs.removeAll()
    }

    mutating func add(from: LinePoint, to: LinePoint) {
        let s = zip(to.point, from.point).map { $0 - $1 }
        let y = zip(to.gradient, from.gradient).map { $0 - $1 }
        let product = BLAS.dot(s, y)
        // A step that ended before the curvature condition held says nothing about the Hessian.
        guard product.isFinite && product > .ulpOfOne * BLAS.norm(s) * BLAS.norm(y) else { return }
        if pairs.count == limit { pairs.removeFirst() }
        pairs.append((s, y, 1 / product))
    }

    /// −H·g by the two loops (algorithm 7.4), with H₀ = sᵀy / yᵀy.
    func direction(against gradient: [Double]) -> [Double] {
        var q = gradient.map { -$0 }
        var alphas = [Double](repeating: 0, count: pairs.count)
        for (i, pair) in pairs.enumerated().reversed() {
            alphas[i] = pair.rho * BLAS.dot(pair.s, q)
            BLAS.axpy(-alphas[i], pair.y, onto: &q)
        }
        if let last = pairs.last {
            let scale = 1 / (last.rho * BLAS.dot(last.y, last.y))
            for i in q.indices { q[i] *= scale }
        }
        for (i, pair) in pairs.enumerated() {
            BLAS.axpy(alphas[i] - pair.rho * BLAS.dot(pair.y, q), pair.s, onto: &q)
        }
        return q
    }
}

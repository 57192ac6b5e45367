/// Where a minimiser stopped.
public struct Minimum: Sendable, Equatable {
    /// The best point seen.
    public var point: [Double]
    /// The objective there; `+inf` when no finite value was ever seen.
    public var value: Double
    /// How often the objective was evaluated.
    public var evaluations: Int
    /// Whether the tolerances were met; otherwise the evaluations ran out first.
    public var converged: Bool

    /// Where a minimiser stopped.
    public init(point: [Double], value: Double, evaluations: Int, converged: Bool) {
        self.point = point
        self.value = value
        self.evaluations = evaluations
        self.converged = converged
    }
}

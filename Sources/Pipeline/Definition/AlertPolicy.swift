public import Alerting
public import TimeSeries

/// When somebody is told of anomalies of a metric.
public struct AlertPolicy: Sendable, Hashable {
    /// How many incidents on quiet data are acceptable.
    public var budget: AlertBudget
    /// How long values must be anomalous in a row before an incident opens.
    public var openAfter = Length.steps(1)
    /// How long values must be normal in a row before it closes.
    public var closeAfter = Length.steps(10)
    /// How urgent its incidents are.
    public var severity = Severity.warning

    /// A policy with every default but the budget.
    public init(budget: AlertBudget) {
        self.budget = budget
    }
}

/// When the model of a metric is trained again; what is `nil` is not asked for.
public struct RetrainPolicy: Sendable, Hashable {
    /// How often.
    public var every: Step?
    /// The share of one core that a scheduled training may take; above 0, at most 1.
    public var maxCPUShare: Double?
    /// The largest scaled error (MASE) with which a challenger may be promoted; above 0.
    public var maxScaledError: Double?
    /// The smallest share of back-tested values within their 95 % intervals with which a challenger may be
    /// promoted; 0 … 1.
    public var minCoverage: Double?

    /// A policy that asks for nothing.
    public init() {}

    /// This policy, with what it does not say taken from another.
    public func completed(by other: RetrainPolicy) -> RetrainPolicy {
        var policy = self
        policy.every = every ?? other.every
        policy.maxCPUShare = maxCPUShare ?? other.maxCPUShare
        policy.maxScaledError = maxScaledError ?? other.maxScaledError
        policy.minCoverage = minCoverage ?? other.minCoverage
        return policy
    }
}

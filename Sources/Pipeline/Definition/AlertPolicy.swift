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
    /// After how long a silence somebody is told that values do not come.
    public var noData = NoDataPolicy.automatic
    /// An incident stays open for at least so many milliseconds, so that one that is over at once does not come and go
    /// unseen; at least 0.
    public var leastOpenMilliseconds = AlertPolicy.defaultLeastOpenMilliseconds

    /// One minute.
    public static let defaultLeastOpenMilliseconds: Int64 = 60_000

    /// A policy with every default but the budget.
    public init(budget: AlertBudget) {
        self.budget = budget
    }
}

/// When the silence of a series is itself something that is wrong.
public enum NoDataPolicy: Sendable, Hashable {
    /// After ten steps, or after the lateness of the definition when that is longer.
    case automatic
    /// Never.
    case off
    /// After so long without a point; so many steps are counted as the definition's.
    case after(Length)

    /// Steps of silence after which values do not come, where nobody says otherwise: as many as the quiet values that
    /// end a stretch of anomalies.
    public static let automaticSteps: Int64 = 10

    /// How long a silence may last.
    ///
    /// - Parameters:
    ///   - step: The distance of values; `nil` while it is not known.
    ///   - latenessMilliseconds: How late the definition lets points come.
    /// - Returns: Milliseconds; `nil` when no silence is too long, or when that is not known without a step.
    public func milliseconds(step: Step?, latenessMilliseconds: Int64) -> Int64? {
        switch self {
        case .off: return nil
        case .after(.time(let time)): return time.nominalMilliseconds
        case .after(.steps(let count)):
            return step.map { $0.nominalMilliseconds.multipliedClamping(by: Int64(max(count, 1))) }
        case .automatic:
            return step.map {
                max($0.nominalMilliseconds.multipliedClamping(by: Self.automaticSteps), latenessMilliseconds)
            }
        }
    }
}

extension NoDataPolicy: CustomStringConvertible {
    /// The policy as the configuration writes it.
    public var description: String {
        switch self {
        case .automatic: "automatic"
        case .off: "off"
        case .after(let length): "\(length)"
        }
    }
}

extension Int64 {
    /// The product, or the largest number there is.
    fileprivate func multipliedClamping(by factor: Int64) -> Int64 {
        let (product, isTooLarge) = multipliedReportingOverflow(by: factor)
        return isTooLarge ? .max : product
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

internal import Alerting
internal import Pipeline
internal import TimeSeries

/// Every key of `alert`.
private enum AlertKeys {
    struct Draft {
        var budget: AlertBudget?
        var scope = AlertBudget.Scope.definition
        var openAfter: Length?
        var closeAfter: Length?
        var severity: Severity?
        var noData: NoDataPolicy?
        var leastOpenMilliseconds: Int64?
    }

    static let all: [MapKey<Draft>] = [
        MapKey("budget") { draft, node, reader throws(ConfigurationError) in
            draft.budget = try reader.budget(node)
        },
        MapKey("per") { draft, node, reader throws(ConfigurationError) in
            draft.scope = try reader.choice(node, "per")
        },
        MapKey("open_after") { draft, node, reader throws(ConfigurationError) in
            draft.openAfter = try reader.length(node, "open_after")
        },
        MapKey("close_after") { draft, node, reader throws(ConfigurationError) in
            draft.closeAfter = try reader.length(node, "close_after")
        },
        MapKey("severity") { draft, node, reader throws(ConfigurationError) in
            let severity: Severity = try reader.choice(node, "severity")
            draft.severity = severity
        },
        MapKey("no_data") { draft, node, reader throws(ConfigurationError) in
            draft.noData =
                switch try reader.text(node, "no_data") {
                case "off": .off
                case "auto": .automatic
                default: .after(try reader.silence(node))
                }
        },
        MapKey("min_open") { draft, node, reader throws(ConfigurationError) in
            draft.leastOpenMilliseconds = try reader.milliseconds(node, "min_open", canBeZero: true)
        },
    ]
}

/// Every key of `retrain`, and of the `gate` within it.
enum RetrainKeys {
    static let all: [MapKey<RetrainPolicy>] = [
        MapKey("every") { policy, node, reader throws(ConfigurationError) in
            policy.every = try reader.step(node, "every")
        },
        MapKey("max_cpu") { policy, node, reader throws(ConfigurationError) in
            let share = try reader.share(node, "max_cpu")
            guard share > 0, share <= 1 else {
                throw node.error(in: reader.file, "max_cpu must be above 0 and at most 100% of one core")
            }
            policy.maxCPUShare = share
        },
        MapKey("gate") { policy, node, reader throws(ConfigurationError) in
            reader.readMap(node, gate, of: "gate", into: &policy)
        },
    ]

    private static let gate: [MapKey<RetrainPolicy>] = [
        MapKey("max_scaled_error") { policy, node, reader throws(ConfigurationError) in
            policy.maxScaledError = try reader.number(node, "max_scaled_error", atLeast: 0)
        },
        MapKey("min_coverage") { policy, node, reader throws(ConfigurationError) in
            let share = try reader.share(node, "min_coverage")
            guard share <= 1 else {
                throw node.error(in: reader.file, "min_coverage must be at most 100%")
            }
            policy.minCoverage = share
        },
    ]
}

extension ValueReader {
    /// When somebody is told; `nil`, and a finding, without a budget.
    mutating func alert(_ node: YAMLNode) throws(ConfigurationError) -> AlertPolicy? {
        var draft = AlertKeys.Draft()
        readMap(node, AlertKeys.all, of: "alert", into: &draft)
        guard case .map = node.content else { return nil }
        guard node.member("budget") != nil else {
            throw node.error(in: file, "alert has no budget, such as budget: 2/week")
        }
        guard var budget = draft.budget else { return nil }
        budget.scope = draft.scope
        var policy = AlertPolicy(budget: budget)
        policy.openAfter = draft.openAfter ?? policy.openAfter
        policy.closeAfter = draft.closeAfter ?? policy.closeAfter
        policy.severity = draft.severity ?? policy.severity
        policy.noData = draft.noData ?? policy.noData
        policy.leastOpenMilliseconds = draft.leastOpenMilliseconds ?? policy.leastOpenMilliseconds
        return policy
    }

    /// How long a silence may last.
    fileprivate func silence(_ node: YAMLNode) throws(ConfigurationError) -> Length {
        do throws(ConfigurationError) {
            return try length(node, "no_data")
        } catch {
            let text = try text(node, "no_data")
            throw complaint(node, "no_data", "off, auto, steps or a duration, as 10m", text)
        }
    }

    /// Incidents over a time, as `2/week`.
    fileprivate func budget(_ node: YAMLNode) throws(ConfigurationError) -> AlertBudget {
        let text = try text(node, "budget")
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(\.trimmed)
        guard parts.count == 2, let count = Double(parts[0]), count > 0, count.isFinite,
            let period = AlertBudget.Period(rawValue: parts[1])
        else {
            let periods = Self.anyOf(AlertBudget.Period.allCases.map(\.rawValue))
            throw complaint(node, "budget", "incidents over \(periods), as 2/week", text)
        }
        return AlertBudget(count: count, per: period)
    }
}

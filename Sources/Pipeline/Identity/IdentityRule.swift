public import Query
internal import TimeSeries

/// Which labels do not tell one series from another: those that change with every restart of a sender, as names of
/// pods and containers.
///
/// Series that differ only in them are one series. See ``SenderTable`` for what becomes of their points.
public struct IdentityRule: Sendable, Hashable {
    /// Which labels of a series are left out.
    public enum Dropped: Sendable, Hashable {
        /// The label of this name.
        case name(String)
        /// Every label whose whole name matches.
        case pattern(TextPattern)

        func contains(_ name: String) -> Bool {
            switch self {
            case .name(let own): own == name
            case .pattern(let pattern): pattern.matches(name)
            }
        }
    }

    /// The series it is about, by the labels that they are sent with; all when `nil`.
    public var match: Selector?
    /// What is left out; never `__name__`.
    public var drop: [Dropped]
    /// What the senders of a series make together, but for counters; `nil`: as the metric's definition says.
    public var combine: Combination?

    /// A rule.
    public init(match: Selector? = nil, drop: [Dropped], combine: Combination? = nil) {
        self.match = match
        self.drop = drop
        self.combine = combine
    }

    /// Whether the label of this name is left out.
    public func drops(_ name: String) -> Bool {
        name != Labels.metricName && drop.contains { $0.contains(name) }
    }
}

extension IdentityRule.Dropped: CustomStringConvertible {
    /// As it is written in a configuration.
    public var description: String {
        switch self {
        case .name(let name): name
        case .pattern(let pattern): "/\(pattern.text)/"
        }
    }
}

/// What the newest values of the senders of one series make together.
public enum Combination: String, Sendable, Hashable, CaseIterable {
    case mean
    case sum
    case max
    case last
}

extension [IdentityRule] {
    /// What is left of labels under every rule that is about them, and how their values are combined by the first of
    /// these rules that says it; `nil` when nothing is left out.
    func reduce(_ labels: Labels) -> (labels: Labels, combine: Combination?)? {
        let rules = filter { $0.match?.matches(labels) ?? true }
        let kept = labels.pairs.filter { pair in !rules.contains { $0.drops(pair.name) } }
        guard kept.count < labels.pairs.count,
            let reduced = try? Labels(kept.map { (name: $0.name, value: $0.value) })
        else { return nil }
        return (reduced, rules.lazy.compactMap(\.combine).first)
    }
}

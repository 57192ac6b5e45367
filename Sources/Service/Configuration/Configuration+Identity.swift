internal import Pipeline
internal import Query
internal import TimeSeries

extension Configuration {
    /// What rules of `identity` amount to that may not be meant; one line each.
    var identityWarnings: [String] {
        var warnings: [String] = []
        for rule in identity {
            let labels = rule.drop.map(\.description).joined(separator: ", ")
            let series = rule.match.map { "of \($0)" } ?? "of every series"
            if Self.reachesCounters(rule) {
                warnings.append(
                    "identity drops \(labels) \(series), counters (_total, _count, _sum, _bucket) among them: those "
                        + "of several senders become one that counts what all have risen by since the service knows "
                        + "them, not their values")
            }
            for matcher in rule.match?.matchers ?? [] where rule.drops(matcher.name) {
                warnings.append(
                    "identity drops \(matcher.name), which its own match asks for: match sees labels as they are sent"
                )
            }
            for metric in metrics {
                for matcher in metric.match.matchers where rule.drops(matcher.name) && !matcher.acceptsEmpty {
                    warnings.append(
                        "\(metric.name) asks for \(matcher), and identity drops \(matcher.name) \(series): what it "
                            + "is about has the label no more")
                }
            }
        }
        return warnings
    }

    /// Whether a rule is about some metric that is a counter by its name; one that names its metric says so.
    private static func reachesCounters(_ rule: IdentityRule) -> Bool {
        let names = rule.match?.matchers.filter { $0.name == Labels.metricName } ?? []
        guard !names.isEmpty else { return true }
        let examples = ["a_total", "a_count", "a_sum", "a_bucket"].map { Labels(metric: $0) }
        if names.contains(where: { $0.comparison == .equal }) {
            return names.contains {
                $0.comparison == .equal && Pipeline.Counter.isCounter(metricName: $0.value)
            }
        }
        // An expression for names: whether it is about counters is told by its end, as `.*_total`.
        return examples.contains { labels in names.allSatisfy { $0.holds(for: labels) } }
            || names.contains { name in
                ["total", "count", "sum", "bucket"].contains { name.value.contains($0) }
            }
    }
}

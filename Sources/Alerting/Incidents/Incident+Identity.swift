public import TimeSeries

extension Incident {
    /// What it is known by to routes, silences and receivers: the labels that all members had in common when it was
    /// opened, those that were given with it, and `alertname`, `severity` and `kind`; stable while it lives.
    public var identity: Labels { settledIdentity ?? currentIdentity }

    /// The same of the members as they are.
    var currentIdentity: Labels {
        let first = members.first?.verdict.labels.pairs ?? []
        let common = first.filter { pair in
            pair.name != Labels.metricName
                && members.allSatisfy { $0.verdict.labels[pair.name] == pair.value }
        }
        var labels = givenLabels
        let definitions = Set(members.map(\.verdict.definition)).sorted().joined(separator: ",")
        let own = [
            ("alertname", definitions.isEmpty ? title : definitions), ("severity", severity.rawValue),
            ("kind", kind.rawValue),
        ]
        for (name, value) in common.map({ ($0.name, $0.value) }) + own {
            labels = (try? labels.setting(name, to: value)) ?? labels
        }
        return labels
    }
}

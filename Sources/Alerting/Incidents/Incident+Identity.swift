public import TimeSeries

extension Incident {
    /// What it is known by to people: the labels that all members have in common, those that were given with it, and
    /// `alertname`, `severity` and `kind`, as they are now.
    ///
    /// - Complexity: O(members).
    public var identity: Labels {
        let definitions = Set(members.map(\.verdict.definition)).sorted().joined(separator: ",")
        return labels(commonPairs, alertname: definitions.isEmpty ? title : definitions)
    }

    /// The labels that all members have in common, but for the name of the metric.
    var commonPairs: [Labels.Pair] {
        (members.first?.verdict.labels.pairs ?? []).filter { pair in
            pair.name != Labels.metricName
                && members.allSatisfy { $0.verdict.labels[pair.name] == pair.value }
        }
    }

    /// The labels by which routes and silences look at it: for each member its own with those that were given,
    /// `alertname` (its definition), `severity` and `kind`, and each different set once.
    ///
    /// - Parameters:
    ///   - names: Labels that somebody asks for; others are left out, so that there are few sets.
    ///   - isActive: Whether members that have recovered are left out, unless all have.
    /// - Complexity: O(members).
    func aspects(_ names: Set<String>, isActive: Bool = false) -> [Labels] {
        guard !members.isEmpty else { return [identity] }
        let active = isActive ? members.filter { !$0.verdict.isOver } : []
        var seen: Set<Aspect> = []
        var aspects: [Labels] = []
        for member in active.isEmpty ? members : active {
            let own = member.verdict.labels.pairs.filter { names.contains($0.name) }
            guard seen.insert(Aspect(pairs: own, definition: member.verdict.definition)).inserted else {
                continue
            }
            aspects.append(labels(own, alertname: member.verdict.definition))
        }
        return aspects
    }

    private struct Aspect: Hashable {
        let pairs: [Labels.Pair]
        let definition: String
    }

    private func labels(_ pairs: [Labels.Pair], alertname: String) -> Labels {
        var labels = givenLabels
        let own = [("alertname", alertname), ("severity", severity.rawValue), ("kind", kind.rawValue)]
        for (name, value) in pairs.map({ ($0.name, $0.value) }) + own {
            labels = (try? labels.setting(name, to: value)) ?? labels
        }
        return labels
    }
}

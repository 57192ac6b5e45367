import Networking
import Pipeline
import Query
import TimeSeries

/// What the formula of a definition means.
struct FormulaCheck {
    let definition: MetricDefinition
    let formula: Formula

    /// `nil` for a definition without a formula.
    init?(_ definition: MetricDefinition) {
        guard let formula = definition.formula else { return nil }
        self.definition = definition
        self.formula = formula
    }

    /// Names and texts, for people.
    var rows: [(String, String)] {
        var rows = [("expr", "\(formula)"), ("makes", "\(definition.name), \(kind)")]
        var told: Set<String> = []
        for input in formula.inputs {
            let text = "\(input.selector), \(aggregation(of: input)) of each step"
            guard told.insert(text).inserted else { continue }
            rows.append((told.count == 1 ? "reads" : "", text))
        }
        return rows
    }

    /// Writes the same for programs.
    func write(to json: inout JSONWriter) {
        json.member("expr", "\(formula)")
        json.member("makes", kind)
        switch formula.grouping {
        case .everyLabel:
            json.key("group_by")
            json.null()
        case .labels(let labels): json.member("group_by", labels)
        }
        json.key("reads")
        json.array { json in
            for input in formula.inputs {
                json.object { json in
                    json.member("selector", "\(input.selector)")
                    json.member("aggregate", aggregation(of: input))
                }
            }
        }
    }

    /// Inputs that are rated though their names are no counter's.
    var ratedGauges: [String] {
        let rated = formula.inputs.filter { aggregation(of: $0) == Aggregation.rate.rawValue }
        let names = rated.compactMap(\.selector.metricName)
        return Set(names.filter { !Counter.isCounter(metricName: $0) }).sorted()
    }

    /// Which series it makes.
    private var kind: String {
        switch formula.grouping {
        case .everyLabel:
            formula.inputs.count == 1
                ? "one series for each that is read, with its labels"
                : "one series for each set of labels that all operands have"
        case .labels([]): "one series without labels"
        case .labels(let labels): "one series for each (\(labels.joined(separator: ", ")))"
        }
    }

    /// How samples of an input become the value of a step.
    private func aggregation(of input: Formula.Input) -> String {
        if input.isRate { return Aggregation.rate.rawValue }
        guard let name = input.selector.metricName else {
            return definition.aggregate?.rawValue ?? "mean, of counters by their names rate"
        }
        return definition.inputAggregation(metricName: name).rawValue
    }
}

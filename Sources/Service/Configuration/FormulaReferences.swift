internal import Pipeline

/// Finds formulas that read themselves or each other in a circle, once all definitions are read.
struct FormulaReferences {
    /// Where each definition with a formula stands, and its formula.
    private var places: [String: (file: String, node: YAMLNode)] = [:]

    /// Notes where the formula of a definition stands.
    mutating func note(_ definition: MetricDefinition, _ item: YAMLNode, in file: String) {
        guard definition.formula != nil else { return }
        places[definition.name] = (file, item.member("expr") ?? item)
    }

    /// What is wrong with how formulas read each other.
    func check(_ definitions: [MetricDefinition]) throws(ConfigurationError) {
        do throws(FormulaOrder.Fault) {
            _ = try FormulaOrder.sorted(definitions)
        } catch {
            let name =
                switch error {
                case .readsItself(let definition, _): definition
                case .circle(let names): names.first ?? ""
                }
            guard let (file, node) = places[name] else { return }
            throw node.error(in: file, "\(error)")
        }
    }
}

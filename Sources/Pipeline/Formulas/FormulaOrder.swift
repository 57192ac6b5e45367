import Query
import TimeSeries

/// In which order formulas are made, as some read what others make.
public enum FormulaOrder {
    /// Why formulas cannot be made.
    public enum Fault: Error, Equatable, Sendable {
        /// A formula reads what it makes, or would as soon as it is made.
        case readsItself(definition: String, input: String)
        /// Formulas read each other in a circle: each the next, the last the first.
        case circle([String])
    }

    /// Sorts definitions with a formula so that each comes after those that it reads, else as they are.
    ///
    /// A selector that names no metric reads whatever formula its name could be that of.
    ///
    /// - Throws: ``Fault``.
    /// - Complexity: O(*n²*) in the number of formulas.
    public static func sorted(_ definitions: [MetricDefinition]) throws(Fault) -> [MetricDefinition] {
        let all = definitions.filter { $0.formula != nil }
        let reads = all.map { reader in all.indices.filter { all[$0].isRead(by: reader) } }
        for place in all.indices where reads[place].contains(place) {
            let input = all[place].formula?.inputs.first { $0.selector.takes(name: all[place].name) }
            throw .readsItself(definition: all[place].name, input: input.map { "\($0.selector)" } ?? "")
        }
        var sorted: [Int] = []
        var left = Array(all.indices)
        while !left.isEmpty {
            let ready = left.filter { reads[$0].allSatisfy(sorted.contains) }
            guard !ready.isEmpty else { throw .circle(circle(in: left, reads).map { all[$0].name }) }
            sorted += ready
            left.removeAll(where: ready.contains)
        }
        return sorted.map { all[$0] }
    }

    /// One circle among formulas each of which reads another of them.
    private static func circle(in left: [Int], _ reads: [[Int]]) -> [Int] {
        var path: [Int] = []
        var place = left[0]
        while !path.contains(place) {
            path.append(place)
            place = reads[place].first(where: left.contains) ?? place
        }
        return Array(path.drop { $0 != place })
    }
}

extension FormulaOrder.Fault: CustomStringConvertible {
    /// The fault as a sentence without its full stop.
    public var description: String {
        switch self {
        case .readsItself(let definition, let input):
            "the formula of \"\(definition)\" reads what it makes: \(input) matches the name \(definition)"
        case .circle(let names):
            "formulas read each other in a circle: "
                + (names + names.prefix(1)).joined(separator: " reads ")
        }
    }
}

extension MetricDefinition {
    /// Whether another formula reads what this one makes.
    func isRead(by other: MetricDefinition) -> Bool {
        other.formula?.inputs.contains { $0.selector.takes(name: name) } ?? false
    }
}

extension Selector {
    /// Whether a series of this name may be chosen, whatever its other labels are.
    func takes(name: String) -> Bool {
        matchers.allSatisfy { matcher in
            matcher.name != Labels.metricName || matcher.holds(for: Labels(metric: name))
        }
    }
}

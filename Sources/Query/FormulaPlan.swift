public import TimeSeries

/// What a formula makes of the series that there are.
public struct FormulaPlan: Sendable {
    /// One for each series that it makes, in the order of their labels.
    public let groups: [FormulaGroup]
    /// What has no partner, and so is not used: sentences without their full stops.
    public let notes: [String]
}

/// A series as a formula sees it.
public struct FormulaSeries: Sendable {
    /// Its number.
    public var id: UInt32
    /// All its labels.
    public var labels: Labels

    /// A series.
    public init(id: UInt32, labels: Labels) {
        self.id = id
        self.labels = labels
    }
}

/// One series that a formula reads for another that it makes.
public struct FormulaLeaf: Sendable, Hashable {
    /// The number of the series.
    public var series: UInt32
    /// Which of the inputs it belongs to; of several that are read alike, the first.
    public var input: Int
}

extension Formula {
    /// Finds which series belong together.
    ///
    /// - Parameter series: For each of the inputs the series that its selector matches.
    /// - Throws: ``FormulaError`` where series of two sides cannot be matched one to one, with the operator's place.
    /// - Complexity: O(*n* log *n*) in the number of series.
    public func plan(_ series: [[FormulaSeries]]) throws(FormulaError) -> FormulaPlan {
        precondition(series.count == inputs.count, "\(series.count) lists for \(inputs.count) inputs")
        var planner = FormulaPlanner(formula: self, series: series)
        let whole = try planner.vector(of: root)
        try planner.refuseTwins(whole, "of the formula", at: 1)
        let groups = whole.members.map { FormulaGroup(labels: $0.labels, $0.tree, planner.leaves) }
        return FormulaPlan(groups: groups, notes: planner.notes)
    }
}

/// Walks over a formula with the series in its hands.
struct FormulaPlanner {
    let formula: Formula
    let series: [[FormulaSeries]]
    var leaves: [FormulaLeaf] = []
    var notes: [String] = []
    private var places: [FormulaLeaf: Int] = [:]

    init(formula: Formula, series: [[FormulaSeries]]) {
        self.formula = formula
        self.series = series
    }

    /// Series that are told apart by their labels, sorted by them; a number is one without labels.
    struct Vector {
        var members: [(labels: Labels, tree: FormulaTree)]
        var isNumber = false
    }

    mutating func vector(of node: FormulaNode) throws(FormulaError) -> Vector {
        switch node {
        case .number(let value): return Vector(members: [(.none, .number(value))], isNumber: true)
        case .input(let place): return input(place)
        case .negative(let part):
            var vector = try vector(of: part)
            for index in vector.members.indices {
                vector.members[index].tree = .negative(vector.members[index].tree)
            }
            return vector
        case .binary(let operation, let left, let right, let column):
            let (first, second) = (try vector(of: left), try vector(of: right))
            return try match(first, second, at: column) { .binary(operation, $0, $1) }
        case .call(let function, let parts, let column):
            var whole = try vector(of: parts[0])
            if parts.count == 1 {
                for index in whole.members.indices {
                    whole.members[index].tree = .call(function, [whole.members[index].tree])
                }
            }
            for part in parts.dropFirst() {
                let next = try vector(of: part)
                whole = try match(whole, next, at: column) { .call(function, [$0, $1]) }
            }
            return whole
        case .aggregate(let aggregation, let labels, let part):
            return aggregate(aggregation, by: labels, try vector(of: part))
        }
    }

    private mutating func input(_ place: Int) -> Vector {
        // Read alike elsewhere, it is the same leaf, whose values are made once.
        let own = formula.inputs[place]
        let first = formula.inputs.firstIndex { $0.selector == own.selector && $0.isRate == own.isRate }
        var members: [(labels: Labels, tree: FormulaTree)] = []
        for one in series[place].sorted(by: { ($0.labels, $0.id) < ($1.labels, $1.id) }) {
            let leaf = FormulaLeaf(series: one.id, input: first ?? place)
            if places[leaf] == nil {
                places[leaf] = leaves.count
                leaves.append(leaf)
            }
            members.append((one.labels.withoutName, .leaf(places[leaf] ?? 0)))
        }
        members.sort { $0.labels < $1.labels }
        return Vector(members: members)
    }

    private func aggregate(
        _ aggregation: FormulaAggregation, by names: [String], _ part: Vector
    ) -> Vector {
        var groups: [Labels: [FormulaTree]] = [:]
        for member in part.members {
            let kept = member.labels.pairs.filter { names.contains($0.name) }.map { ($0.name, $0.value) }
            let labels = (try? Labels(kept)) ?? .none
            groups[labels, default: []].append(member.tree)
        }
        return Vector(
            members: groups.sorted { $0.key < $1.key }.map { ($0.key, .aggregate(aggregation, $0.value)) })
    }
}

extension Labels {
    /// All but the name of the metric.
    var withoutName: Labels { (try? setting(Labels.metricName, to: "")) ?? self }
}

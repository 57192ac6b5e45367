public import TimeSeries

/// One series that a formula makes, with those it is made of.
public struct FormulaGroup: Sendable {
    /// What tells it from the others; without a name.
    public let labels: Labels
    /// What it is made of, each once.
    public let leaves: [FormulaLeaf]
    private let tree: FormulaTree

    init(labels: Labels, _ tree: FormulaTree, _ all: [FormulaLeaf]) {
        var used: [Int: Int] = [:]
        var leaves: [FormulaLeaf] = []
        self.tree = tree.mapped { place in
            if let known = used[place] { return known }
            used[place] = leaves.count
            leaves.append(all[place])
            return leaves.count - 1
        }
        self.labels = labels
        self.leaves = leaves
    }

    /// The values of steps.
    ///
    /// - Parameters:
    ///   - columns: For each leaf the values of `count` steps; `nan` marks a missing one.
    ///   - count: How many steps.
    /// - Returns: `count` values, each finite or `nan`.
    /// - Complexity: O(*parts* · *count*).
    public func values(_ columns: [[Double]], count: Int) -> [Double] {
        precondition(columns.count == leaves.count, "\(columns.count) columns for \(leaves.count) leaves")
        return tree.values(columns, count)
    }

    /// Until when everything is known that values are made of: no leaf will send anything before.
    ///
    /// A step can be made once it lies before this moment. Of the members of an aggregation those that lag behind the
    /// newest by more than `lateness` are not waited for; of two operands each is.
    ///
    /// - Parameters:
    ///   - last: For each leaf the time of its last point, `Int64.min` where it has none.
    ///   - lateness: How far a member of an aggregation may lag, in the unit of times.
    public func end(last: [Int64], lateness: Int64) -> Int64 { tree.end(last, lateness) }

    /// From when there can be values.
    ///
    /// - Parameter first: For each leaf the time of its first point, `Int64.max` where it has none.
    public func start(first: [Int64]) -> Int64 { tree.start(first) }
}

/// A part of a formula with the series that it reads.
indirect enum FormulaTree: Sendable {
    case number(Double)
    case leaf(Int)
    case negative(FormulaTree)
    case binary(FormulaOperator, FormulaTree, FormulaTree)
    case call(FormulaFunction, [FormulaTree])
    case aggregate(FormulaAggregation, [FormulaTree])

    /// The same with other numbers of leaves.
    func mapped(_ place: (Int) -> Int) -> FormulaTree {
        switch self {
        case .number: self
        case .leaf(let old): .leaf(place(old))
        case .negative(let part): .negative(part.mapped(place))
        case .binary(let operation, let left, let right):
            .binary(operation, left.mapped(place), right.mapped(place))
        case .call(let function, let parts): .call(function, parts.map { $0.mapped(place) })
        case .aggregate(let aggregation, let parts): .aggregate(aggregation, parts.map { $0.mapped(place) })
        }
    }

    func end(_ last: [Int64], _ lateness: Int64) -> Int64 {
        switch self {
        case .number: return .max
        case .leaf(let place): return last[place]
        case .negative(let part): return part.end(last, lateness)
        case .binary(_, let left, let right): return min(left.end(last, lateness), right.end(last, lateness))
        case .call(_, let parts): return parts.map { $0.end(last, lateness) }.min() ?? .max
        case .aggregate(_, let parts):
            let ends = parts.map { $0.end(last, lateness) }
            let newest = ends.max() ?? .min
            let oldest = newest < .min + max(lateness, 0) ? .min : newest - max(lateness, 0)
            return ends.filter { $0 >= oldest }.min() ?? .min
        }
    }

    func start(_ first: [Int64]) -> Int64 {
        switch self {
        case .number: .min
        case .leaf(let place): first[place]
        case .negative(let part): part.start(first)
        case .binary(_, let left, let right): max(left.start(first), right.start(first))
        case .call(_, let parts): parts.map { $0.start(first) }.max() ?? .min
        case .aggregate(_, let parts): parts.map { $0.start(first) }.min() ?? .max
        }
    }
}

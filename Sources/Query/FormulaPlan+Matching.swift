internal import TimeSeries

extension FormulaPlanner {
    /// Brings the members of two sides together that have the same labels; a number goes with each.
    mutating func match(
        _ left: Vector, _ right: Vector, at column: Int,
        _ make: (FormulaTree, FormulaTree) -> FormulaTree
    ) throws(FormulaError) -> Vector {
        if right.isNumber {
            let members = left.members.map { ($0.labels, make($0.tree, right.members[0].tree)) }
            return Vector(members: members, isNumber: left.isNumber)
        }
        if left.isNumber {
            return Vector(members: right.members.map { ($0.labels, make(left.members[0].tree, $0.tree)) })
        }
        try refuseTwins(left, "on the left", at: column)
        try refuseTwins(right, "on the right", at: column)
        guard !left.members.isEmpty, !right.members.isEmpty else { return Vector(members: []) }
        let partners = Dictionary(uniqueKeysWithValues: right.members.map { ($0.labels, $0.tree) })
        let members = left.members.compactMap { member in
            partners[member.labels].map { (labels: member.labels, tree: make(member.tree, $0)) }
        }
        guard !members.isEmpty else { throw Self.strangers(left, right, at: column) }
        note(left, "left", matched: members, at: column)
        note(right, "right", matched: members, at: column)
        return Vector(members: members)
    }

    private mutating func note(
        _ side: Vector, _ name: String, matched: [(labels: Labels, tree: FormulaTree)], at column: Int
    ) {
        let lonely = side.members.count - matched.count
        guard lonely > 0 else { return }
        let known = Set(matched.map(\.labels))
        let example = side.members.first { !known.contains($0.labels) }?.labels ?? .none
        notes.append(
            "column \(column): \(lonely) of \(side.members.count) series on the \(name) "
                + "\(lonely == 1 ? "has" : "have") no partner with the same labels, such as \(example.shown)")
    }

    /// Refuses series that only their names tell apart.
    func refuseTwins(_ side: Vector, _ name: String, at column: Int) throws(FormulaError) {
        for (a, b) in zip(side.members, side.members.dropFirst()) where a.labels == b.labels {
            throw FormulaError(
                column: column,
                reason: "two series \(name) have the labels \(a.labels.shown) but for their names; "
                    + "name one metric, or aggregate them")
        }
    }

    /// That nothing of two sides belongs together.
    private static func strangers(_ left: Vector, _ right: Vector, at column: Int) -> FormulaError {
        let (a, b) = (left.members[0].labels.shown, right.members[0].labels.shown)
        let counts = (left.members.count, right.members.count)
        let rule = "series are matched by all labels but the name"
        if counts.0 == 1, counts.1 > 1 {
            return FormulaError(
                column: column,
                reason: "one series on the left, \(a), against \(counts.1) on the right, such as \(b): "
                    + "\(rule); aggregate the right side, as sum by (…) (…)")
        }
        if counts.1 == 1, counts.0 > 1 {
            return FormulaError(
                column: column,
                reason: "one series on the right, \(b), against \(counts.0) on the left, such as \(a): "
                    + "\(rule); aggregate the left side, as sum by (…) (…)")
        }
        return FormulaError(
            column: column,
            reason: "no series on the left, such as \(a), has the labels of one on the right, such as \(b): "
                + "\(rule); aggregate both sides by labels that they share, as sum by (…) (…)")
    }
}

extension Labels {
    /// The labels in braces, also where there are none.
    var shown: String { pairs.isEmpty ? "{}" : description }
}

import Query
import TimeSeries

extension SeriesIndex {
    /// Which of other definitions each series will belong to; made a part at a time, since that takes long.
    struct Plan {
        let definitions: [Entry]
        /// Per series, its definition; -1 for none.
        fileprivate(set) var places: [Int32] = []

        init(_ definitions: [MetricDefinition]) {
            self.definitions = definitions.map(Entry.init)
        }
    }

    /// Whether a definition wants somebody to be told of silence.
    var isListening: Bool {
        definitions.contains { $0.definition.alert.map { $0.noData != .off } ?? false }
    }

    /// Plans for up to so many further series.
    ///
    /// - Returns: Whether all that are known are planned for.
    /// - Complexity: O(series of this part · definitions).
    func extend(_ plan: inout Plan, by most: Int) -> Bool {
        let end = min(count, plan.places.count + most)
        for id in plan.places.count..<end {
            let place =
                !isScored[id]
                ? nil
                : withText(UInt32(id)) { text in
                    plan.definitions.firstIndex {
                        $0.definition.formula != nil && $0.definition.match.matches(encoded: text)
                    } ?? plan.definitions.firstIndex { $0.definition.match.matches(encoded: text) }
                }
            plan.places.append(place.map(Int32.init) ?? -1)
        }
        return end == count
    }

    /// Takes the definitions of a plan, which must be one for every series.
    ///
    /// - Returns: The series whose definition is another one now, by number, and what changed.
    /// - Complexity: O(series).
    mutating func follow(_ plan: Plan) -> (series: [Shard.Redefinition], changes: DefinitionChanges) {
        precondition(plan.places.count == count, "\(plan.places.count) of \(count) series are planned for")
        let (before, placesBefore, sharedBefore) = (definitions, definitionOf, shared)
        definitions = plan.definitions
        definitionOf = plan.places
        matched = definitions.map { _ in 0 }
        for place in definitionOf where place >= 0 { matched[Int(place)] += 1 }
        var changes = DefinitionChanges(from: before.map(\.definition), to: definitions.map(\.definition))
        let sharedNow = shared
        changes.shares = sharedNow.filter { sharedBefore[$0.key] != $0.value }
        var redefinitions: [Shard.Redefinition] = []
        // Of each definition, whether it is the very same as one before: found once, not for every series.
        let same = definitions.map { now in before.firstIndex { $0.definition == now.definition } }
        for id in definitionOf.indices {
            let (old, new) = (Int(placesBefore[id]), Int(definitionOf[id]))
            if new < 0 && old < 0 || new >= 0 && old >= 0 && same[new] == old { continue }
            let labels = labels(of: UInt32(id))
            let policy = new < 0 ? nil : policy(new, labels)
            redefinitions.append(Shard.Redefinition(id: UInt32(id), policy: policy))
            changes.count(old < 0 ? nil : before[old].definition, new < 0 ? nil : definitions[new].definition)
        }
        return (redefinitions, changes)
    }

    /// By the name of a definition, how many series share its budget, as thresholds count them.
    private var shared: [String: Int] {
        var shared: [String: Int] = [:]
        for (entry, count) in zip(definitions, matched) {
            shared[entry.definition.name] = AlertBudget.journalledSeries(count)
        }
        return shared
    }
}

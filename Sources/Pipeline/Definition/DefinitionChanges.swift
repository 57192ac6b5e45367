/// What became of metric definitions and their series when the configuration was read again.
public struct DefinitionChanges: Sendable, Equatable {
    /// Names that were not there before, in the order of the configuration; so the others.
    public private(set) var added: [String] = []
    /// Names whose definition reads otherwise now.
    public private(set) var edited: [String] = []
    /// Names that are not there any more.
    public private(set) var removed: [String] = []
    /// How many definitions are as they were.
    public private(set) var unchanged = 0
    /// Those of ``edited`` that ask for another model.
    public private(set) var remodelled: [String] = []
    /// Series that came to another definition, or to an edited one, and kept the state of their model.
    public private(set) var keptSeries = 0
    /// Series whose model begins anew, with their history.
    public private(set) var anewSeries = 0
    /// Series that no definition matches any more.
    public private(set) var lightSeries = 0
    /// By name, how many series share a budget, where that is another number now.
    var shares: [String: Int] = [:]

    /// What differs between two lists of definitions, whose names are unique; series are counted by ``count(_:_:)``.
    ///
    /// A selector that stands for a definition of its own is none of the configuration.
    init(from before: [MetricDefinition], to now: [MetricDefinition]) {
        let old = Dictionary(before.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let names = Set(now.map(\.name))
        for definition in now {
            guard let known = old[definition.name] else {
                added.append(definition.name)
                continue
            }
            guard known != definition else {
                unchanged += 1
                continue
            }
            edited.append(definition.name)
            if known.modelHash != definition.modelHash { remodelled.append(definition.name) }
        }
        removed = before.map(\.name).filter { !names.contains($0) }
    }

    /// Counts a series that passes from one definition to another.
    mutating func count(_ old: MetricDefinition?, _ new: MetricDefinition?) {
        guard let new else {
            lightSeries += 1
            return
        }
        if old?.modelHash == new.modelHash { keptSeries += 1 } else { anewSeries += 1 }
    }

    /// The changes in a line, as `2 definitions added, 1 edited, 0 removed`.
    public var sentence: String {
        let first = "\(added.count) definition\(added.count == 1 ? "" : "s") added"
        return "\(first), \(edited.count) edited, \(removed.count) removed"
    }
}

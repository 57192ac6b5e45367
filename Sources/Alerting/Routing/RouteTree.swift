internal import Query
internal import TimeSeries

/// Finds the branches that an incident takes.
///
/// - Source: Prometheus Alertmanager, *Configuration*, "Route-related settings".
struct RouteTree: Sendable {
    /// A branch and where it stands: the place among its siblings, from the root down.
    struct Branch: Sendable {
        var place: [Int]
        var route: AlertRoute
        var receiver: String
    }

    private let root: AlertRoute?
    /// The labels that matchers ask for.
    let names: Set<String>

    init(_ root: AlertRoute?) {
        self.root = root
        names = root.map(Self.names) ?? []
    }

    private static func names(_ route: AlertRoute) -> Set<String> {
        route.routes.reduce(into: Set(route.matchers.map(\.name))) { $0.formUnion(names($1)) }
    }

    /// The branches of every member of an incident, each once, in the order of the tree.
    func branches(of incident: Incident) -> [Branch] {
        var found: [[Int]: Branch] = [:]
        for aspect in incident.aspects(names) {
            for branch in branches(for: aspect) { found[branch.place] = branch }
        }
        return found.values.sorted { $0.place.lexicographicallyPrecedes($1.place) }
    }

    /// The deepest branches whose matchers hold, in the order of the tree; the first of siblings alone unless it
    /// continues. The root takes what no other does.
    func branches(for labels: Labels) -> [Branch] {
        guard let root else { return [] }
        return Self.descend(root, [], root.receiver, labels) ?? []
    }

    /// An empty receiver is that of the branch above.
    private static func descend(
        _ route: AlertRoute, _ place: [Int], _ above: String, _ labels: Labels
    ) -> [Branch]? {
        guard route.matchers.allSatisfy({ $0.holds(for: labels) }) else { return nil }
        let receiver = route.receiver.isEmpty ? above : route.receiver
        var found: [Branch] = []
        for (index, child) in route.routes.enumerated() {
            guard let matches = descend(child, place + [index], receiver, labels) else { continue }
            found += matches
            if !child.continues { break }
        }
        return found.isEmpty ? [Branch(place: place, route: route, receiver: receiver)] : found
    }
}

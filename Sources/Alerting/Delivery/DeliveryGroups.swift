internal import TimeSeries

/// When the incidents of a group are told of.
///
/// A group is what one branch of the tree sends about incidents that agree in the values of its `group_by`. An opening
/// waits for `group_wait`, and what opens until then goes with it; whatever else is open holds up nothing, since each
/// incident has a message of its own. A resolution goes at once, and so does an update that cannot wait; others go at
/// the earliest `group_interval` after the newest message of the group. A group ends with its incidents.
struct DeliveryGroups: Sendable {
    private struct Key: Hashable {
        var place: [Int]
        var values: [String]

        init(_ branch: RouteTree.Branch, _ labels: Labels) {
            place = branch.place
            // Alertmanager's word for all labels.
            let names =
                branch.route.groupBy.contains("...") ? labels.pairs.map(\.name) : branch.route.groupBy
            values = names.map { labels[$0] ?? "" }
        }
    }

    private struct Group {
        var incidents: Set<Int64> = []
        /// When the newest opening goes, or went.
        var opening = Int64.min
        /// When the newest message goes, or went.
        var flush = Int64.min
    }

    private var groups: [Key: Group] = [:]

    /// When an event of an incident goes.
    ///
    /// - Parameter isUrgent: Whether an update waits for nothing.
    mutating func due(
        _ transition: Transition, of incident: Int64, _ branch: RouteTree.Branch, _ labels: Labels,
        isUrgent: Bool, now: Int64
    ) -> Int64 {
        guard transition != .resolved else { return now }
        var group = groups[Key(branch, labels)] ?? Group()
        group.incidents.insert(incident)
        defer { groups[Key(branch, labels)] = group }
        switch transition {
        case .opened:
            if group.opening <= now { group.opening = now + branch.route.groupWait }
            group.flush = max(group.flush, group.opening)
            return group.opening
        case .updated where isUrgent:
            return now
        case .updated, .resolved:
            if group.flush == .min {
                group.flush = now
            } else if group.flush <= now {
                group.flush = max(now, group.flush + branch.route.groupInterval)
            }
            return group.flush
        }
    }

    /// Remembers that an incident is in its group: after a start.
    mutating func join(
        _ incident: Int64, _ branch: RouteTree.Branch, _ labels: Labels, told: Int64
    ) {
        groups[Key(branch, labels), default: Group(opening: told, flush: told)].incidents.insert(incident)
    }

    /// Takes a resolved incident out of its groups, also of those that it left by a change of its severity.
    mutating func leave(_ incident: Int64) {
        for key in groups.keys { groups[key]?.incidents.remove(incident) }
    }

    /// Forgets groups without incidents whose last message went.
    mutating func prune(now: Int64) {
        groups = groups.filter { !$0.value.incidents.isEmpty || $0.value.flush > now }
    }
}

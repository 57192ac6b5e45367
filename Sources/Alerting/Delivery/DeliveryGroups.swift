internal import TimeSeries

/// When the incidents of a group are told of: together, and not too often.
///
/// A group is what one branch of the tree sends about incidents that agree in the values of its `group_by`. Its first
/// incident waits for `group_wait`; whatever comes until then goes with it. After a message the next one goes at
/// the earliest `group_interval` later, and no new incident before `group_wait`. A group ends with its incidents.
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
        /// When the newest message goes, or went.
        var flush: Int64
    }

    private var groups: [Key: Group] = [:]

    /// When an event of an incident goes.
    mutating func due(
        _ transition: Transition, of incident: Int64, _ branch: RouteTree.Branch, _ labels: Labels, now: Int64
    ) -> Int64 {
        let key = Key(branch, labels)
        let wait = transition == .opened ? branch.route.groupWait : 0
        var group = groups[key] ?? Group(flush: now + wait)
        if group.flush <= now {
            let isOver = group.incidents.isEmpty
            group.flush = max(now + wait, isOver ? now : group.flush + branch.route.groupInterval)
        }
        if transition != .resolved { group.incidents.insert(incident) }
        groups[key] = group
        return group.flush
    }

    /// Remembers that an incident is in its group: after a start.
    mutating func join(
        _ incident: Int64, _ branch: RouteTree.Branch, _ labels: Labels, told: Int64
    ) {
        groups[Key(branch, labels), default: Group(flush: told)].incidents.insert(incident)
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

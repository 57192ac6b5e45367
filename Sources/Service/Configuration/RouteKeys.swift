internal import Alerting
internal import Query

/// A branch of the tree of routes while it is read.
private struct RouteDraft {
    var route: AlertRoute
    let isRoot: Bool
    /// What it may name.
    let names: AlertingDraft

    /// A branch under another, which it inherits from.
    init(under parent: AlertRoute, of names: AlertingDraft) {
        route = parent
        route.matchers = []
        route.continues = false
        route.muteTimeIntervals = []
        route.routes = []
        isRoot = false
        self.names = names
    }

    /// The root.
    init(of names: AlertingDraft) {
        route = AlertRoute(receiver: "")
        isRoot = true
        self.names = names
    }
}

/// Every key of a route; its branches come last, as they inherit the rest.
private enum RouteKeys {
    static let all: [MapKey<RouteDraft>] = [
        MapKey("receiver") { draft, node, reader throws(ConfigurationError) in
            draft.route.receiver = try reader.reference(node, "receiver", among: draft.names.receiverNames)
        },
        MapKey("matchers") { draft, node, reader throws(ConfigurationError) in
            try reader.refuseAtRoot("matchers", node, draft)
            draft.route.matchers = try reader.matchers(node)
        },
        MapKey("continue") { draft, node, reader throws(ConfigurationError) in
            try reader.refuseAtRoot("continue", node, draft)
            draft.route.continues = try reader.flag(node, "continue")
        },
        MapKey("mute_time_intervals") { draft, node, reader throws(ConfigurationError) in
            try reader.refuseAtRoot("mute_time_intervals", node, draft)
            guard case .list(let elements) = node.content else {
                throw node.error(in: reader.file, "mute_time_intervals must be a list, not \(node.kind)")
            }
            draft.route.muteTimeIntervals = try elements.map { element throws(ConfigurationError) in
                try reader.reference(element, "time interval", among: draft.names.intervalNames)
            }
        },
        MapKey("group_by") { draft, node, reader throws(ConfigurationError) in
            let names = try reader.texts(node, "group_by")
            draft.route.groupBy = names == ["..."] ? names : try reader.labelNames(node, "group_by")
        },
        MapKey("group_wait") { draft, node, reader throws(ConfigurationError) in
            draft.route.groupWait = try reader.milliseconds(node, "group_wait", canBeZero: true)
        },
        MapKey("group_interval") { draft, node, reader throws(ConfigurationError) in
            draft.route.groupInterval = try reader.milliseconds(node, "group_interval")
        },
        MapKey("repeat_interval") { draft, node, reader throws(ConfigurationError) in
            draft.route.repeatInterval = try reader.milliseconds(node, "repeat_interval")
        },
        MapKey("routes") { draft, node, reader throws(ConfigurationError) in
            guard case .list(let elements) = node.content else {
                throw node.error(in: reader.file, "routes must be a list of maps, not \(node.kind)")
            }
            for element in elements {
                var branch = RouteDraft(under: draft.route, of: draft.names)
                reader.readMap(element, all, of: "a route", into: &branch)
                draft.route.routes.append(branch.route)
            }
        },
    ]
}

extension ValueReader {
    /// The tree of routes; `nil`, and a finding, when its root names nobody.
    mutating func route(_ node: YAMLNode, of names: AlertingDraft) -> AlertRoute? {
        var draft = RouteDraft(of: names)
        readMap(node, RouteKeys.all, of: "route", into: &draft)
        guard case .map = node.content else { return nil }
        guard node.member("receiver") != nil else {
            findings.add(
                node.error(in: file, "the route has no receiver, who is told when no branch is taken"),
                at: node)
            return nil
        }
        return draft.route
    }

    /// Conditions, each in Alertmanager's notation.
    fileprivate func matchers(_ node: YAMLNode) throws(ConfigurationError) -> [Selector.Matcher] {
        guard case .list(let elements) = node.content, elements.count <= Selector.mostMatchers else {
            let most = Selector.mostMatchers
            throw node.error(
                in: file, "matchers must be a list of at most \(most) texts, as ['severity=\"critical\"']")
        }
        return try elements.map { element throws(ConfigurationError) in
            let text = try text(element, "a matcher")
            do throws(SelectorError) {
                return try Selector.Matcher(parsing: text)
            } catch {
                throw element.error(in: file, "not a matcher such as severity=\"critical\": \(error)")
            }
        }
    }

    /// `true` or `false`.
    func flag(_ node: YAMLNode, _ name: String) throws(ConfigurationError) -> Bool {
        let text = try text(node, name)
        guard let value = Bool(text) else { throw complaint(node, name, "true or false", text) }
        return value
    }

    fileprivate func refuseAtRoot(
        _ name: String, _ node: YAMLNode, _ draft: RouteDraft
    ) throws(ConfigurationError) {
        guard draft.isRoot else { return }
        throw node.error(in: file, "the root of the routes takes every incident: \(name) belongs to a branch")
    }
}

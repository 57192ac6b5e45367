import Alerting
import Networking
import Pipeline
import Query
import Service
import TimeSeries

/// What `check` tells of alerting: receivers without their secrets, the tree of routes, and whom a definition tells.
struct AlertCheck {
    let settings: AlertSettings
    let channels: [ChannelSummary]
    let warnings: [String]

    init(_ configuration: Configuration) {
        settings = configuration.alerts
        channels = configuration.channels
        warnings =
            configuration.warnings + Self.warnings(settings, configuration.metrics.filter { $0.alert != nil })
    }

    /// What works, but tells nobody of something.
    private static func warnings(_ settings: AlertSettings, _ metrics: [MetricDefinition]) -> [String] {
        var warnings: [String] = []
        if settings.route == nil, let first = metrics.first {
            let who = metrics.count == 1 ? "\(first.name) has" : "\(metrics.count) definitions have"
            warnings.append("\(who) an alert, but alerting has no route: nobody is told")
        }
        for receiver in settings.receivers where receiver.channels.isEmpty {
            warnings.append("receiver \(receiver.name) has no notifier: what goes to it is told to nobody")
        }
        return warnings + (settings.route.map(vain) ?? [])
    }

    /// Branches that ask for what no incident has, in labels whose values are known.
    private static func vain(_ route: AlertRoute) -> [String] {
        let known = [
            "severity": Severity.allCases.map(\.rawValue), "kind": Incident.Kind.allCases.map(\.rawValue),
        ]
        let here = route.matchers.compactMap { matcher -> String? in
            guard let values = known[matcher.name] else { return nil }
            let isMet = values.contains { value in
                (try? Labels([(name: matcher.name, value: value)])).map { matcher.holds(for: $0) } ?? true
            }
            let words = values.joined(separator: ", ")
            return isMet ? nil : "a branch asks for \(matcher), which never is; \(matcher.name): \(words)"
        }
        return here + route.routes.flatMap(vain)
    }

    /// The receivers that an incident of a definition goes to, as far as its selector says; `nil` without an alert.
    func receivers(of definition: MetricDefinition) -> [String]? {
        definition.alert.map { settings.receivers(for: Self.labels(definition, $0)) }
    }

    /// Labels on which branches depend and which the selector leaves open.
    func openLabels(of definition: MetricDefinition) -> [String] {
        guard let alert = definition.alert else { return [] }
        let known = Self.labels(definition, alert)
        return Set(Self.matched(settings.route)).filter { known[$0] == nil }.sorted()
    }

    /// The ways to tell a receiver.
    func channels(of receiver: String) -> [String] {
        settings.receivers.first { $0.name == receiver }?.channels.map(\.name) ?? []
    }

    /// What every incident of a definition has for labels.
    private static func labels(_ definition: MetricDefinition, _ alert: AlertPolicy) -> Labels {
        let fixed = definition.match.matchers.filter {
            $0.comparison == .equal && $0.name != Labels.metricName
        }
        let own = [
            ("alertname", definition.name), ("severity", alert.severity.rawValue),
            ("kind", Incident.Kind.anomaly.rawValue),
        ]
        var labels = Labels.none
        for (name, value) in fixed.map({ ($0.name, $0.value) }) + own {
            labels = (try? labels.setting(name, to: value)) ?? labels
        }
        return labels
    }

    private static func matched(_ route: AlertRoute?) -> [String] {
        guard let route else { return [] }
        return route.matchers.map(\.name) + route.routes.flatMap { matched($0) }
    }
}

// MARK: - For people

extension AlertCheck {
    /// Whom a definition tells, in a line; `nil` without an alert.
    func line(_ definition: MetricDefinition) -> String? {
        guard let receivers = receivers(of: definition) else { return nil }
        guard settings.route != nil else {
            return "nobody: alerting has no route; incidents are kept and shown"
        }
        let told = receivers.map { receiver in
            let channels = channels(of: receiver).joined(separator: ", ")
            return channels.isEmpty ? "nobody (\(receiver) has no notifier)" : channels
        }
        let open = openLabels(of: definition)
        return told.joined(separator: ", ")
            + (open.isEmpty
                ? "" : "; others where the labels of a series say so: \(open.joined(separator: ", "))")
    }

    /// Receivers and routes, as pairs of a name and a text, each under its heading.
    var sections: [(heading: String, rows: [(String, String)])] {
        var sections: [(heading: String, rows: [(String, String)])] = []
        if !channels.isEmpty {
            let rows = channels.map { ($0.name, $0.settings.joined(separator: "; ")) }
            sections.append(("receivers", rows))
        }
        if let route = settings.route { sections.append(("routes", Self.rows(route, depth: 0))) }
        if !warnings.isEmpty { sections.append(("warnings", warnings.map { ("", $0) })) }
        return sections
    }

    private static func rows(_ route: AlertRoute, depth: Int) -> [(String, String)] {
        let conditions =
            route.matchers.isEmpty ? "everything" : route.matchers.map(\.description).joined(separator: ", ")
        let time = { (milliseconds: Int64) in "\(Step.fixed(milliseconds: milliseconds))" }
        var parts = ["\(conditions) -> \(route.receiver)"]
        if !route.groupBy.isEmpty { parts.append("by \(route.groupBy.joined(separator: ", "))") }
        parts.append(
            "after \(time(route.groupWait)), then every \(time(route.groupInterval))"
                + ", again after \(time(route.repeatInterval))")
        if !route.muteTimeIntervals.isEmpty {
            parts.append("not in \(route.muteTimeIntervals.joined(separator: ", "))")
        }
        if route.continues { parts.append("goes on") }
        return [("", String(repeating: "  ", count: depth) + parts.joined(separator: "; "))]
            + route.routes.flatMap { rows($0, depth: depth + 1) }
    }
}

// MARK: - For programs

extension AlertCheck {
    /// Members `receivers`, `route` and `warnings`.
    func write(to json: inout JSONWriter) {
        json.key("receivers")
        json.array { json in
            for channel in channels {
                json.object { json in
                    json.member("channel", channel.name)
                    json.member("kind", channel.kind)
                    json.member("settings", channel.settings)
                }
            }
        }
        json.key("route")
        if let route = settings.route { Self.write(route, to: &json) } else { json.null() }
        json.member("warnings", warnings)
    }

    private static func write(_ route: AlertRoute, to json: inout JSONWriter) {
        json.object { json in
            json.member("receiver", route.receiver)
            json.member("matchers", route.matchers.map(\.description))
            json.member("group_by", route.groupBy)
            json.member("group_wait_seconds", Double(route.groupWait) / 1_000)
            json.member("group_interval_seconds", Double(route.groupInterval) / 1_000)
            json.member("repeat_interval_seconds", Double(route.repeatInterval) / 1_000)
            json.member("mute_time_intervals", route.muteTimeIntervals)
            json.member("continue", route.continues)
            json.key("routes")
            json.array { json in for branch in route.routes { write(branch, to: &json) } }
        }
    }
}

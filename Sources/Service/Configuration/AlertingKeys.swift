internal import Alerting
internal import TimeSeries

/// `alerting` while it is read.
struct AlertingDraft {
    var settings = AlertSettings()
    var channels: [ChannelSummary] = []
    /// What routes may name, broken ones included, so that one mistake is told once.
    var receiverNames: [String] = []
    var intervalNames: [String] = []
}

/// Every key of `alerting`; routes come last, as they name the rest.
private enum AlertingKeys {
    static let all: [MapKey<AlertingDraft>] = [
        MapKey("merge") { draft, node, reader throws(ConfigurationError) in
            reader.readMap(node, merge, of: "merge", into: &draft.settings.merging)
        },
        MapKey("receivers") { draft, node, reader throws(ConfigurationError) in
            try reader.receivers(node, into: &draft)
        },
        MapKey("time_intervals") { draft, node, reader throws(ConfigurationError) in
            try reader.timeIntervals(node, into: &draft)
        },
        MapKey("route") { draft, node, reader throws(ConfigurationError) in
            draft.settings.route = reader.route(node, of: draft)
        },
    ]

    private static let merge: [MapKey<MergePolicy>] = [
        MapKey("within") { policy, node, reader throws(ConfigurationError) in
            policy.within = try reader.milliseconds(node, "within", canBeZero: true)
        },
        MapKey("labels") { policy, node, reader throws(ConfigurationError) in
            policy.labels = try reader.labelNames(node, "labels")
        },
    ]
}

extension ValueReader {
    /// Who is told of incidents; what is wrong with it becomes findings.
    mutating func alerting(_ node: YAMLNode) -> (AlertSettings, [ChannelSummary]) {
        var draft = AlertingDraft()
        readMap(node, AlertingKeys.all, of: "alerting", into: &draft)
        return (draft.settings, draft.channels)
    }

    /// A duration in milliseconds; a day has 24 hours.
    func milliseconds(
        _ node: YAMLNode, _ name: String, canBeZero: Bool = false
    ) throws(ConfigurationError) -> Int64 {
        let isZero = ["0", "0s", "0ms", "0m", "0h"].contains(try text(node, name))
        return isZero && canBeZero ? 0 : try step(node, name).nominalMilliseconds
    }

    /// The texts of a list.
    func texts(_ node: YAMLNode, _ name: String) throws(ConfigurationError) -> [String] {
        guard case .list(let elements) = node.content else {
            throw node.error(in: file, "\(name) must be a list, not \(node.kind)")
        }
        return try elements.map { element throws(ConfigurationError) in try text(element, name) }
    }

    /// A list of the names of labels.
    func labelNames(_ node: YAMLNode, _ name: String) throws(ConfigurationError) -> [String] {
        let names = try texts(node, name)
        if let wrong = names.first(where: { !Labels.isValidName($0) }) {
            throw complaint(node, name, "names of labels", wrong)
        }
        return names
    }

    /// The elements of a list of named maps, each name told once.
    mutating func named(
        _ node: YAMLNode, _ owner: String, most: Int = 1_000
    ) throws(ConfigurationError) -> [(name: String, node: YAMLNode)] {
        guard case .list(let items) = node.content, items.count <= most else {
            throw node.error(in: file, "\(owner) must be a list of at most \(most) maps")
        }
        var places: [String: String] = [:]
        var result: [(name: String, node: YAMLNode)] = []
        for item in items {
            guard let name = item.member("name") else {
                findings.add(item.error(in: file, "an element of \(owner) has no name"), at: item)
                continue
            }
            do throws(ConfigurationError) {
                let text = try text(name, "name")
                guard (1...100).contains(text.count), !text.contains("/"), text.utf8.allSatisfy({ $0 >= 32 })
                else { throw complaint(name, "name", "1 to 100 characters without \"/\"", text) }
                if let place = places[text] {
                    throw name.error(in: file, "the name \"\(text)\" is taken at \(place)")
                }
                places[text] = item.place(in: file)
                result.append((text, item))
            } catch {
                findings.add(error, at: name)
            }
        }
        return result
    }

    /// A name that must be among others.
    func reference(
        _ node: YAMLNode, _ what: String, among names: [String]
    ) throws(ConfigurationError) -> String {
        let name = try text(node, what)
        guard names.contains(name) else {
            let hint = nearest(to: name, among: names).map { "; did you mean \"\($0)\"?" }
            let known = names.isEmpty ? "; there is none" : "; known: \(names.joined(separator: ", "))"
            throw node.error(in: file, "there is no \(what) \"\(name.prefix(60))\"" + (hint ?? known))
        }
        return name
    }
}

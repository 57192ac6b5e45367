import Alerting
import Networking
import Pipeline
import TimeSeries

extension Handlers {
    /// What a definition would have said of the stored points.
    @Sendable static func preview(_ request: Request, _ context: Context) throws -> HTTPResponse {
        let monitor = try context.requireMonitor()
        let isUnix = try request.wantsEpochSeconds()
        let root = try JSONDocument(request.body).root
        let body = try BodyReader(root, at: "", knowing: ["metric", "days"])
        let days = try body.integer("days", least: 1, most: 3_650) ?? 30
        guard let metric = body.member("metric") else {
            throw BodyError(
                pointer: "/metric", detail: "the keys of a definition are needed, such as {\"match\": \"up\"}"
            )
        }
        let definition = try PostedMetric.definition(metric)
        let now = context.nowMilliseconds
        let preview = try monitor.preview(definition, in: now - Int64(days) * 86_400_000...now)
        return .json { json in
            json.object { json in
                json.member("summary", summary(preview, definition, days: days))
                json.member("series", preview.series)
                json.member("points", preview.points)
                json.member("anomalies", preview.anomalies)
                json.member("warming", preview.warming)
                json.key("incidents")
                json.array { json in
                    for incident in preview.incidents { PreviewJSON.write(incident, isUnix, to: &json) }
                }
            }
        }
    }

    private static func summary(
        _ preview: DefinitionPreview, _ definition: MetricDefinition, days: Int
    ) -> String {
        guard preview.series > 0 else { return "no stored series matches \(definition.match)" }
        guard definition.alert != nil else {
            return
                "would have found \(preview.anomalies) anomalies in \(days) days and told nobody: it has no "
                + "alert"
        }
        let count = preview.incidents.count
        return "would have opened \(count) incident\(count == 1 ? "" : "s") in \(days) days"
    }
}

/// An incident that would have been opened, in answers.
enum PreviewJSON {
    static func write(_ incident: Incident, _ isUnix: Bool, to json: inout JSONWriter) {
        json.object { json in
            json.time("opened_at", incident.opened, isUnix)
            if let resolved = incident.resolved {
                json.time("resolved_at", resolved, isUnix)
            } else {
                json.key("resolved_at")
                json.null()
            }
            json.member("severity", incident.severity.rawValue)
            json.key("members")
            json.array { json in for member in incident.members { json.labels(member.verdict.labels.pairs) } }
            json.member("peak_score", incident.members.map(\.verdict.peak.score).max())
            json.member("title", incident.title)
            json.member("sentence", incident.members.first?.verdict.sentence ?? "")
        }
    }
}

/// A metric definition in a body: the keys of the configuration, read by its own table.
enum PostedMetric {
    /// What the definition is called that has no name.
    private static let name = "preview"

    /// - Throws: ``BodyError`` with everything that is wrong; also for what would make the service read a file.
    static func definition(_ value: JSONValue) throws(BodyError) -> MetricDefinition {
        guard value.members != nil else {
            throw BodyError(pointer: "/metric", detail: "an object is needed, not \(value.kind.rawValue)")
        }
        var node = try node(value, depth: 1)
        guard node.member("calendar") == nil else {
            throw BodyError(
                kind: .notSupported, pointer: "/metric/calendar",
                detail: "files are not read for a request: write the times as \"events\"")
        }
        if node.member("name") == nil, case .map(let members) = node.content {
            node.content = .map(members + [(scalar("name"), scalar(name))])
        }
        var reader = ValueReader(file: "metric", environment: [:], findings: Findings())
        let definition = reader.metric(node)
        do throws(ConfigurationError) {
            try reader.findings.finish()
        } catch {
            throw BodyError(
                pointer: "/metric", detail: error.all.map(\.message).joined(separator: "; "))
        }
        guard let definition else { throw BodyError(pointer: "/metric", detail: "no definition") }
        return definition
    }

    private static func scalar(_ text: String) -> YAMLNode {
        YAMLNode(content: .scalar(text), line: 1, column: 1)
    }

    private static func node(_ value: JSONValue, depth: Int) throws(BodyError) -> YAMLNode {
        guard depth <= YAMLNode.maximumDepth else {
            throw BodyError(
                kind: .tooLarge, pointer: "/metric", detail: "at most \(YAMLNode.maximumDepth) levels")
        }
        if let members = value.members {
            var made: [(key: YAMLNode, value: YAMLNode)] = []
            for (key, member) in members { made.append((scalar(key), try node(member, depth: depth + 1))) }
            return YAMLNode(content: .map(made), line: 1, column: 1)
        }
        if let elements = value.elements {
            var made: [YAMLNode] = []
            for element in elements { made.append(try node(element, depth: depth + 1)) }
            return YAMLNode(content: .list(made), line: 1, column: 1)
        }
        if let text = value.string { return scalar(text) }
        if let flag = value.bool { return scalar(flag ? "true" : "false") }
        if let number = value.integer { return scalar("\(number)") }
        return scalar(value.double.map(NumberText.exact) ?? "")
    }
}

internal import Forecasting
internal import Pipeline
internal import Query
internal import TimeSeries

/// A metric definition while it is read.
struct MetricDraft {
    var name: String?
    var match: Selector?
    var formula: Formula?
    /// Whether something stands for the series, right or wrong.
    var hasSource = false
    /// The rest of it; its name and selector are stand-ins.
    var definition = MetricDefinition(name: "", match: Selector(metric: "unnamed"))
}

/// Every key of a metric definition; the time zone comes first, as days depend on it.
enum MetricKeys {
    static let all: [MapKey<MetricDraft>] = [
        MapKey("timezone") { draft, node, reader throws(ConfigurationError) in
            reader.zone = try reader.timeZone(node, "timezone")
            draft.definition.timezone = reader.zone
        },
        MapKey("holidays") { draft, node, reader throws(ConfigurationError) in
            draft.definition.calendar.holidays = try reader.holidays(node)
        },
        MapKey("calendar") { draft, node, reader throws(ConfigurationError) in
            draft.definition.calendar.files = try reader.calendarFiles(node)
        },
        MapKey("events") { draft, node, reader throws(ConfigurationError) in
            draft.definition.calendar.events = try reader.events(node)
        },
        MapKey("name") { draft, node, reader throws(ConfigurationError) in
            draft.name = try reader.name(node)
        },
        MapKey("match") { draft, node, reader throws(ConfigurationError) in
            draft.hasSource = true
            draft.match = try reader.selector(node, "match")
        },
        MapKey("expr") { draft, node, reader throws(ConfigurationError) in
            draft.hasSource = true
            draft.formula = try reader.formula(node)
        },
        MapKey("aggregate") { draft, node, reader throws(ConfigurationError) in
            let aggregation: Aggregation = try reader.choice(node, "aggregate")
            draft.definition.aggregate = aggregation
        },
        MapKey("step") { draft, node, reader throws(ConfigurationError) in
            draft.definition.step = try reader.step(node, "step")
        },
        MapKey("direction") { draft, node, reader throws(ConfigurationError) in
            draft.definition.direction = try reader.choice(node, "direction")
        },
        MapKey("range") { draft, node, reader throws(ConfigurationError) in
            draft.definition.range = try reader.range(node)
        },
        MapKey("ignore") { draft, node, reader throws(ConfigurationError) in
            draft.definition.ignore = reader.ignoredDeviation(node)
        },
        MapKey("missing") { draft, node, reader throws(ConfigurationError) in
            draft.definition.missing = try reader.missingPolicy(node)
        },
        MapKey("adopt_after") { draft, node, reader throws(ConfigurationError) in
            draft.definition.adoption = try reader.adoption(node)
        },
        MapKey("lateness") { draft, node, reader throws(ConfigurationError) in
            draft.definition.latenessMilliseconds = try reader.lateness(node)
        },
        MapKey("model") { draft, node, reader throws(ConfigurationError) in
            draft.definition.model = try reader.model(node)
        },
        MapKey("season") { draft, node, reader throws(ConfigurationError) in
            draft.definition.season = try reader.length(node, "season")
        },
        MapKey("alert") { draft, node, reader throws(ConfigurationError) in
            draft.definition.alert = try reader.alert(node)
        },
        MapKey("retrain") { draft, node, reader throws(ConfigurationError) in
            reader.readMap(node, RetrainKeys.all, of: "retrain", into: &draft.definition.retrain)
        },
    ]
}

extension ValueReader {
    /// A metric definition; `nil`, and a finding, when it has no name or no series.
    mutating func metric(_ node: YAMLNode) -> MetricDefinition? {
        var draft = MetricDraft()
        defer { zone = .utc }
        readMap(node, MetricKeys.all, of: "a metric", into: &draft)
        guard case .map = node.content else { return nil }
        if node.member("name") == nil {
            findings.add(node.error(in: file, "the metric has no name"), at: node)
        }
        let whose = draft.name.map { "the metric \"\($0)\"" } ?? "the metric"
        if !draft.hasSource {
            findings.add(
                node.error(
                    in: file,
                    "\(whose) has no match, such as match: up{job=\"api\"}, and no expr, such as expr: revenue / orders"
                ),
                at: node)
        }
        if node.member("match") != nil, let expr = node.member("expr") {
            findings.add(
                expr.error(
                    in: file,
                    "\(whose) has match and expr: its series are either those that match or those that a formula makes"
                ),
                at: expr)
        }
        guard let name = draft.name else { return nil }
        var definition = draft.definition
        definition.name = name
        // Without a selector there is a finding, and no definition leaves the reader.
        if let formula = draft.formula {
            definition.match = Selector(metric: name)
            definition.formula = formula
        } else if let match = draft.match {
            definition.match = match
        }
        return definition
    }

    fileprivate func name(_ node: YAMLNode) throws(ConfigurationError) -> String {
        let text = try text(node, "name")
        let isWord = text.unicodeScalars.allSatisfy { scalar in
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "_", "-", ".", ":": true
            default: false
            }
        }
        guard isWord, (1...100).contains(text.count) else {
            throw complaint(node, "name", "1 to 100 letters, digits, '_', '-', '.' and ':'", text)
        }
        return text
    }

    func selector(_ node: YAMLNode, _ name: String) throws(ConfigurationError) -> Selector {
        let text = try text(node, name)
        do throws(SelectorError) {
            return try Selector(parsing: text)
        } catch {
            throw node.error(in: file, "\(name) must be a selector: \(error)")
        }
    }

    fileprivate func formula(_ node: YAMLNode) throws(ConfigurationError) -> Formula {
        let text = try text(node, "expr")
        do throws(FormulaError) {
            return try Formula(parsing: text)
        } catch {
            throw node.error(in: file, "expr must be a formula: \(error)")
        }
    }

    fileprivate func model(_ node: YAMLNode) throws(ConfigurationError) -> String {
        let text = try text(node, "model")
        let names = ForecasterCatalog.names
        guard names.contains(text) else {
            let hint = nearest(to: text, among: names).map { "; did you mean \"\($0)\"?" } ?? ""
            let wanted = "\(ForecasterCatalog.automatic) or a method that GET /api/v1/methods lists"
            throw node.error(in: file, complaint(node, "model", wanted, text).message + hint)
        }
        return text
    }
}

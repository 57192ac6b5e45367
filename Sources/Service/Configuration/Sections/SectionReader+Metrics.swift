internal import Pipeline
internal import Query
internal import TimeSeries

/// Metrics that are named in a section become definitions.
extension SectionReader {
    /// Words for a key that names the series.
    private static let matchWords = [
        "metric", "metricname", "match", "selector", "query", "expr", "expression", "series", "promql",
    ]
    /// Those of them whose text may be a formula, and words that are about nothing else.
    private static let formulaWords = ["query", "expr", "expression", "promql"]
    private static let computedWords = ["formula", "calculation"]
    private static let nameWords = ["name", "id", "kpi", "key", "title"]
    /// Values that a learned band stands for.
    private static let limitWords = [
        "threshold", "limit", "value", "target", "upper", "lower", "max", "min", "warning", "critical",
        "maxvalue", "minvalue", "warningthreshold", "criticalthreshold", "upperlimit", "lowerlimit",
    ]
    /// Per word, the key of a definition that takes the value as it stands.
    private static let plainKeys = [
        "step": "step", "interval": "step", "every": "step", "granularity": "step", "resolution": "step",
        "season": "season", "seasonality": "season", "timezone": "timezone", "lateness": "lateness",
        "model": "model", "algorithm": "model", "method": "model", "forecaster": "model",
        "missing": "missing",
        "range": "range", "validrange": "range",
    ]
    private static let dropWords = ["droppercent", "alertondroppercent", "alertonkpidroppercent", "drop"]
    private static let directions = [
        "above": [
            "above", ">", ">=", "gt", "gte", "greaterthan", "greater", "high", "over", "up", "increase",
        ],
        "below": ["below", "<", "<=", "lt", "lte", "lessthan", "less", "low", "under", "down", "decrease"],
        "both": ["both", "either", "any"],
    ]
    private static let severities = [
        "info": "info", "low": "info", "warning": "warning", "medium": "warning", "warn": "warning",
        "error": "error", "high": "error", "critical": "critical", "severe": "critical", "urgent": "critical",
    ]
    private static let aggregates = [
        "mean": "mean", "avg": "mean", "average": "mean", "sum": "sum", "total": "sum", "last": "last",
        "max": "max", "maximum": "max", "rate": "rate",
    ]

    /// A definition while it is put together: keys of the configuration and their values.
    private struct Draft {
        var members: [(key: YAMLNode, value: YAMLNode)] = []
        var alert: [(key: YAMLNode, value: YAMLNode)] = []
        let place: YAMLNode

        mutating func set(_ key: String, _ value: YAMLNode) {
            members.removeAll { $0.key.text == key }
            members.append((place.with(.scalar(key)), value))
        }

        mutating func setAlert(_ key: String, _ text: String) {
            alert.removeAll { $0.key.text == key }
            alert.append((place.with(.scalar(key)), place.with(.scalar(text))))
        }
    }

    /// - Returns: What became of each metric that is named, in words.
    mutating func metrics(_ value: YAMLNode, isAlert: Bool, isKPI: Bool) -> [String] {
        var made: [String] = []
        for (path, node) in Self.elements(value) {
            switch node.content {
            case .scalar(let text):
                guard Self.isMetricName(text) else {
                    note(path, .refused, "a metric name instead of \"\(text.prefix(60))\"")
                    continue
                }
                var draft = Draft(place: node)
                draft.set("match", node)
                let words = add(&draft, name: text, isAlert: isAlert, isKPI: isKPI)
                if let words { made.append(words) }
                if !path.isEmpty, let words { note(path, .honoured, words) }
            case .map:
                if let words = metric(node, path, isAlert: isAlert, isKPI: isKPI) { made.append(words) }
            case .list: continue
            }
        }
        return made
    }

    /// A definition of a map that names a series; `nil` for one that does not, or that is refused.
    private mutating func metric(_ node: YAMLNode, _ path: String, isAlert: Bool, isKPI: Bool) -> String? {
        let names = Self.members(node, Self.nameWords).filter { $0.value.isText }
        let matches = Self.members(node, Self.matchWords).filter { $0.value.isText }
        let given = names.first { Self.isMetricName($0.value.text) }
        let computed = Self.members(node, Self.computedWords).first { Self.isFormula($0.value) }
        guard let match = computed ?? matches.first ?? given else { return nil }
        let mayCompute = computed != nil || Self.formulaWords.contains(SectionCatalog.word(match.key))
        let isComputed = mayCompute && Self.isFormula(match.value)
        guard isComputed || (try? Selector(parsing: match.value.text)) != nil else {
            note(
                Self.join(path, match.key), .refused,
                "a selector, as up{job=\"api\"}, or a key formula, as formula: revenue / orders")
            return nil
        }
        if let off = Self.members(node, ["enabled", "active"]).first(where: { $0.value.text == "false" }) {
            note(Self.join(path, off.key), .honoured, "off: no definition is made")
            return nil
        }
        var draft = Draft(place: node)
        draft.set(isComputed ? "expr" : "match", match.value)
        let name =
            names.first?.value.text ?? path.split(separator: ".").last.map(String.init) ?? match.value.text
        if let named = names.first { note(Self.join(path, named.key), .honoured, "name") }
        guard case .map(let members) = node.content else { return nil }
        for (key, value) in members where key.text != match.key && key.text != names.first?.key {
            take(key.text, value, Self.join(path, key.text), &draft)
        }
        guard let words = add(&draft, name: name, isAlert: isAlert, isKPI: isKPI) else { return nil }
        note(Self.join(path, match.key), .honoured, isComputed ? "expr" : "match")
        return words
    }

    /// Whether a text computes a metric of others; one alone is none.
    private static func isFormula(_ node: YAMLNode) -> Bool {
        node.isText && (try? Selector(parsing: node.text)) == nil && (try? Formula(parsing: node.text)) != nil
    }

    /// Takes one wish about a metric over, as far as a definition has a key for it.
    private mutating func take(_ key: String, _ value: YAMLNode, _ path: String, _ draft: inout Draft) {
        let word = SectionCatalog.word(key)
        let text = SectionCatalog.word(value.text).isEmpty ? value.text : SectionCatalog.word(value.text)
        if ["direction", "operator", "comparison", "condition", "op"].contains(word) {
            guard let found = Self.directions.first(where: { $0.value.contains(text) || $0.key == text })?.key
            else { return note(path, .refused, "direction: above, below or both") }
            draft.set("direction", value.with(.scalar(found)))
            note(path, .honoured, "direction: \(found)")
        } else if ["severity", "priority", "level"].contains(word) {
            guard let found = Self.severities[text] else {
                return note(path, .refused, "alert: {severity: info, warning, error or critical}")
            }
            draft.setAlert("severity", found)
            note(path, .honoured, "alert: {severity: \(found)}")
        } else if ["aggregate", "aggregation"].contains(word) {
            guard let found = Self.aggregates[text] else {
                return note(path, .refused, "aggregate: mean, sum, last, max or rate")
            }
            draft.set("aggregate", value.with(.scalar(found)))
            note(path, .honoured, "aggregate: \(found)")
        } else if Self.dropWords.contains(word), let share = Self.share(value) {
            drop(by: share, value, &draft)
            note(path, .honoured, "direction: below, ignore: {relative: \(NumberText.short(share * 100))%}")
        } else if Self.limitWords.contains(word), value.isText {
            note(
                path, .partly,
                "the band is learned and a fixed limit is none: POST /api/v1/predict with limits tells how "
                    + "probable it is to reach \(value.text.prefix(40))")
        } else if ["enabled", "active"].contains(word) {
            note(path, .honoured, "on")
        } else if let name = Self.plainKeys[word] {
            set(name, value, path, &draft)
        }
    }

    /// Takes a value over that a key of definitions has, if it is one.
    private mutating func set(_ name: String, _ value: YAMLNode, _ path: String, _ draft: inout Draft) {
        var alone = Draft(place: value)
        alone.set("name", value.with(.scalar("alone")))
        alone.set("match", value.with(.scalar("alone")))
        alone.set(name, value)
        let node = value.with(.map(alone.members))
        let (made, reason) = attempt { values throws(ConfigurationError) in values.metric(node) }
        guard made != nil else { return note(path, .refused, "\(name) in a metric: \(reason ?? "")") }
        draft.set(name, value)
        let words = value.isText ? "\(name): \(value.text)" : name
        note(path, .honoured, words)
        for inner in Self.paths(value) { note(Self.join(path, inner), .honoured, name) }
    }

    private func drop(by share: Double, _ place: YAMLNode, _ draft: inout Draft) {
        let relative = (place.with(.scalar("relative")), place.with(.scalar("\(share)")))
        draft.set("direction", place.with(.scalar("below")))
        draft.set("ignore", place.with(.map([relative])))
        if draft.alert.isEmpty { draft.setAlert("severity", "warning") }
    }

    /// Adds a definition.
    private mutating func add(_ draft: inout Draft, name: String, isAlert: Bool, isKPI: Bool) -> String? {
        let name = Self.definitionName(name)
        if isKPI {
            named += 1
            let hasOwn = draft.members.contains { $0.key.text == "ignore" }
            if let drop, !hasOwn { self.drop(by: drop, draft.place, &draft) }
        }
        draft.set("name", draft.place.with(.scalar(name)))
        if isAlert || !draft.alert.isEmpty {
            draft.setAlert("budget", "1/week")
            draft.set("alert", draft.place.with(.map(draft.alert)))
        }
        let node = draft.place.with(.map(draft.members))
        let (made, reason) = attempt { values throws(ConfigurationError) in values.metric(node) }
        guard let definition = made ?? nil else {
            note("", .refused, "a metric that can be read: \(reason ?? name)")
            return nil
        }
        if let known = configuration.metrics.first(where: { $0.name == name }) {
            if known.match == definition.match, known.formula == definition.formula {
                return "the definition \(name), which is there already"
            }
            note("", .refused, "another name than \(name), which a definition has")
            return nil
        }
        do throws(FormulaOrder.Fault) {
            if definition.formula != nil { _ = try FormulaOrder.sorted(configuration.metrics + [definition]) }
        } catch {
            note("", .refused, "another formula: \(error)")
            return nil
        }
        configuration.metrics.append(definition)
        let alert = definition.alert == nil ? "" : " with alert: {budget: 1/week}"
        let origin = definition.formula.map { "\($0)" } ?? "\(definition.match)"
        return "the definition \(name) of \(origin)\(alert)"
    }

    /// Whether a text can be nothing but the name of a metric.
    static func isMetricName(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, text.count <= 100 else { return false }
        let isLetter = { (scalar: Unicode.Scalar) in
            ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || scalar == "_" || scalar == ":"
        }
        return isLetter(first)
            && text.unicodeScalars.allSatisfy { isLetter($0) || ("0"..."9").contains($0) }
    }

    /// A name that definitions may have.
    private static func definitionName(_ text: String) -> String {
        String(
            text.prefix(100).map { character in
                let isWord = character.isASCII && (character.isLetter || character.isNumber)
                return isWord || "_-.:".contains(character) ? character : "_"
            })
    }

    /// A share of a text such as `5`, `5%` or `-5`.
    static func share(_ node: YAMLNode) -> Double? {
        guard case .scalar(let text) = node.content,
            let number = Double(text.hasSuffix("%") ? text.dropLast() : text[...]), number.isFinite,
            number != 0, abs(number) <= 100
        else { return nil }
        return abs(number) / 100
    }
}

extension YAMLNode {
    /// Whether it is one value.
    var isText: Bool { if case .scalar = content { true } else { false } }

    /// Another value at the same place.
    func with(_ content: Content) -> YAMLNode { YAMLNode(content: content, line: line, column: column) }
}

internal import Pipeline
internal import Query
internal import TimeSeries

/// Every key of a rule of `identity`.
private enum IdentityKeys {
    static let all: [MapKey<IdentityRule>] = [
        MapKey("match") { rule, node, reader throws(ConfigurationError) in
            rule.match = try reader.selector(node, "match")
        },
        MapKey("drop") { rule, node, reader throws(ConfigurationError) in
            guard case .list(let elements) = node.content, !elements.isEmpty else {
                throw node.error(
                    in: reader.file, "drop must be a list of names of labels, as [pod, container_id]")
            }
            for element in elements { rule.drop.append(try reader.droppedLabel(element)) }
        },
        MapKey("combine") { rule, node, reader throws(ConfigurationError) in
            let combination: Combination = try reader.choice(node, "combine")
            rule.combine = combination
        },
    ]
}

extension ValueReader {
    /// No configuration has more rules.
    private static let mostRules = 1_000

    /// The rules by which labels do not tell one series from another.
    mutating func identity(_ node: YAMLNode) throws(ConfigurationError) -> [IdentityRule] {
        guard case .list(let items) = node.content, items.count <= Self.mostRules else {
            throw node.error(
                in: file,
                "identity must be a list of at most \(Self.mostRules) rules, as - drop: [pod]")
        }
        var rules: [IdentityRule] = []
        for item in items {
            var rule = IdentityRule(drop: [])
            readMap(item, IdentityKeys.all, of: "a rule of identity", into: &rule)
            if case .map = item.content, item.member("drop") == nil {
                findings.add(
                    item.error(in: file, "the rule leaves no label out: add drop, as drop: [pod]"), at: item)
            }
            rules.append(rule)
        }
        return rules
    }

    /// `name`, or `/expression/` for every label whose whole name matches.
    fileprivate func droppedLabel(_ node: YAMLNode) throws(ConfigurationError) -> IdentityRule.Dropped {
        // A dollar sign of an expression is no variable.
        guard case .scalar(let written) = node.content, written.hasPrefix("/") else {
            let name = try text(node, "drop")
            guard name != Labels.metricName else {
                throw node.error(in: file, "\(name) cannot be dropped: a series is named by it")
            }
            guard Labels.isValidName(name) else {
                throw complaint(node, "drop", "names of labels, or /expressions/ for names", name)
            }
            return .name(name)
        }
        guard written.count > 2, written.hasSuffix("/") else {
            throw complaint(node, "drop", "names of labels, or /expressions/ for names", written)
        }
        do throws(TextPatternError) {
            return .pattern(try TextPattern(String(written.dropFirst().dropLast())))
        } catch {
            throw node.error(in: file, "drop must be a regular expression (RE2: \(error.reason))")
        }
    }
}

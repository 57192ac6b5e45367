internal import Alerting
internal import TimeSeries

/// One key of a map of the configuration: its name and what its value means.
struct MapKey<Target>: Sendable {
    let name: String
    let read: @Sendable (inout Target, YAMLNode, inout ValueReader) throws(ConfigurationError) -> Void

    init(
        _ name: String,
        _ read:
            @escaping @Sendable (inout Target, YAMLNode, inout ValueReader) throws(ConfigurationError) -> Void
    ) {
        self.name = name
        self.read = read
    }
}

/// Reads the values of one file; a wrong one is noted, and reading goes on.
struct ValueReader {
    var file: String
    let environment: [String: String]
    var findings: Findings
    /// What works and should not be so, one line each.
    var warnings: [String] = []
    /// The kinds of notifiers that there are.
    let notifiers: [NotifierCatalog.Entry]
    /// The zone of the definition that is being read.
    var zone = TimeZone.utc
    private var zones: [String: TimeZone] = [:]

    init(
        file: String, environment: [String: String], findings: Findings,
        notifiers: [NotifierCatalog.Entry] = NotifierCatalog.all
    ) {
        self.file = file
        self.notifiers = notifiers
        self.environment = environment
        self.findings = findings
    }

    /// Reads a map by a table of its keys, in the order of the table.
    ///
    /// - Parameter owner: What messages call the map.
    mutating func readMap<Target>(
        _ node: YAMLNode, _ keys: [MapKey<Target>], of owner: String, into target: inout Target
    ) {
        guard case .map(let members) = node.content else {
            findings.add(node.error(in: file, "\(owner) must be a map, not \(node.kind)"), at: node)
            return
        }
        for (key, _) in members where !keys.contains(where: { $0.name == key.text }) {
            let hint = nearest(to: key.text, among: keys.map(\.name)).map { "; did you mean \"\($0)\"?" }
            findings.add(
                key.error(in: file, "unknown key \"\(key.text)\" in \(owner)" + (hint ?? "")), at: key)
        }
        for key in keys {
            guard let value = node.member(key.name) else { continue }
            do throws(ConfigurationError) {
                try key.read(&target, value, &self)
            } catch {
                findings.add(error, at: value)
            }
        }
    }

    /// The text of a value, its variables replaced.
    func text(_ node: YAMLNode, _ name: String) throws(ConfigurationError) -> String {
        guard case .scalar(let text) = node.content else {
            throw node.error(in: file, "\(name) must be one value, not a \(node.kind)")
        }
        return try node.expand(text, environment, in: file)
    }

    /// That a value is not what it must be.
    func complaint(
        _ node: YAMLNode, _ name: String, _ requirement: String, _ text: String
    ) -> ConfigurationError {
        let shown = text.isEmpty ? "empty" : "\"\(text.prefix(60))\""
        return node.error(in: file, "\(name) must be \(requirement), not \(shown)")
    }

    /// One of several words.
    func choice<Choice: RawRepresentable & CaseIterable>(
        _ node: YAMLNode, _ name: String
    ) throws(ConfigurationError) -> Choice where Choice.RawValue == String {
        let text = try text(node, name)
        guard let choice = Choice(rawValue: text) else {
            throw complaint(node, name, Self.anyOf(Choice.allCases.map(\.rawValue)), text)
        }
        return choice
    }

    /// A finite number within a range.
    func number(
        _ node: YAMLNode, _ name: String, atLeast least: Double = -.infinity
    ) throws(ConfigurationError) -> Double {
        let text = try text(node, name)
        guard let number = Double(text), number.isFinite, number >= least else {
            let bound = least == -.infinity ? "a number" : "a number of at least \(NumberText.exact(least))"
            throw complaint(node, name, bound, text)
        }
        return number
    }

    /// A share as `5%`, or as a number from 0 to 1.
    func share(_ node: YAMLNode, _ name: String) throws(ConfigurationError) -> Double {
        let text = try text(node, name)
        let isPercent = text.hasSuffix("%")
        let number = Double(isPercent ? text.dropLast() : text[...])
        guard let number, number.isFinite, number >= 0, isPercent || number <= 1 else {
            throw complaint(node, name, "a share such as 5% or 0.05", text)
        }
        return isPercent ? number / 100 : number
    }

    /// A duration.
    func step(_ node: YAMLNode, _ name: String) throws(ConfigurationError) -> Step {
        let text = try text(node, name)
        do throws(StepError) {
            return try Step(parsing: text, in: zone)
        } catch {
            throw node.error(in: file, "\(name) must be a duration: \(error)")
        }
    }

    /// A time zone, each file of rules read once.
    mutating func timeZone(_ node: YAMLNode, _ name: String) throws(ConfigurationError) -> TimeZone {
        let text = try text(node, name)
        if let known = zones[text] { return known }
        do throws(TimeZoneError) {
            let zone = try TimeZone(named: text)
            zones[text] = zone
            return zone
        } catch {
            throw node.error(in: file, "\(name) must be a time zone: \(error)")
        }
    }

    /// `a, b or c`.
    static func anyOf(_ words: [String]) -> String {
        guard let last = words.last, words.count > 1 else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " or " + last
    }
}

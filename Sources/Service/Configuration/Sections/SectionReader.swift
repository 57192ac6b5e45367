internal import Alerting
internal import Pipeline
internal import TimeSeries

/// Reads the sections of documents that were written as wish lists: turns what is clear into settings, and says of every
/// key what became of it.
///
/// It is lenient: nothing in a section is an error. What it makes of a wish goes through the same readers as the rest of
/// the configuration, and is refused with their words where they refuse it.
struct SectionReader {
    /// A section as it stands in a file.
    struct Found {
        let entry: SectionCatalog.Entry
        let key: YAMLNode
        let value: YAMLNode
        let file: String
    }

    /// Reads the values that are made; its findings are reasons here, not errors.
    var values: ValueReader
    var configuration: Configuration
    /// A drop that every metric of a section is to tell of, as a share.
    private(set) var drop: Double?
    /// Metrics that the sections have named.
    var named = 0
    /// What became of the keys within the section that is being read, by their path, in their order.
    var notes: [(path: String, verdict: SectionRow.Verdict, detail: String)] = []

    /// Settings that the files give, which no section changes.
    let given: Set<String>
    /// Whether the files leave alerting to the sections.
    let isAlertingFree: Bool
    /// The channels of all sections so far.
    var channelItems: [(kind: String, node: YAMLNode)] = []

    /// - Parameter given: The top-level keys of the files.
    init(
        _ configuration: Configuration, given: Set<String>, environment: [String: String],
        notifiers: [NotifierCatalog.Entry]
    ) {
        self.configuration = configuration
        self.given = given
        isAlertingFree = !given.contains("alerting")
        values = ValueReader(
            file: "", environment: environment, findings: Findings(), notifiers: notifiers)
    }

    /// Reads all sections, in their order; what they say of drops counts for all.
    mutating func read(_ sections: [Found]) {
        for section in sections {
            if case .drop = section.entry.content { drop = Self.share(section.value) }
        }
        var rows: [(place: Int, rows: [SectionRow])] = []
        // A drop is told of last, when it is known whether somebody names a metric.
        let late = sections.indices.filter {
            if case .drop = sections[$0].entry.content { true } else { false }
        }
        for place in sections.indices.filter({ !late.contains($0) }) + late {
            rows.append((place, read(sections[place])))
        }
        configuration.sections = rows.sorted { $0.place < $1.place }.flatMap(\.rows)
    }

    private mutating func read(_ section: Found) -> [SectionRow] {
        let (entry, value) = (section.entry, section.value)
        notes = []
        values.file = section.file
        if case .scalar(let text) = value.content, ["false", "no", "off"].contains(text.lowercased()) {
            return [row(section, .honoured, "off: nothing is done for it")]
        }
        let made: [String]
        switch entry.content {
        case .none: made = []
        case .metrics(let isAlert):
            made = metrics(value, isAlert: isAlert, isKPI: SectionCatalog.kpiAreas.contains(entry.area))
        case .channels: made = channels(value)
        case .targets: made = targets(value)
        case .retraining: made = retraining(value)
        case .limits: made = limits(value)
        case .storage: made = storage(value)
        case .drop: made = dropped()
        }
        var rows: [SectionRow] = []
        var seen: Set<String> = []
        for path in Self.paths(value) where seen.insert(path).inserted {
            let found = notes.filter { $0.path == path }
            rows.append(nested(section, path, found.map { ($0.verdict, $0.detail) }))
        }
        let entries = notes.filter { $0.path.isEmpty }
        let isWhole =
            !made.isEmpty && (rows.map(\.verdict) + entries.map(\.verdict)).allSatisfy { $0 == .honoured }
        let parts = (made.isEmpty ? [] : [Self.list(made)]) + entries.map(\.detail)
        let head: SectionRow
        if made.isEmpty {
            let more = entries.isEmpty ? "" : "; " + Self.list(entries.map(\.detail))
            head = row(section, entry.verdict, entry.detail + more)
        } else if isWhole {
            head = row(section, .honoured, Self.list(made))
        } else {
            head = row(section, .partly, Self.list(parts))
        }
        return [head] + rows
    }

    private func row(_ section: Found, _ verdict: SectionRow.Verdict, _ detail: String) -> SectionRow {
        SectionRow(key: section.key.text, area: section.entry.area, verdict: verdict, detail: detail)
    }

    /// A line about a key within a section: the worst of what became of it, else what to use instead.
    private func nested(
        _ section: Found, _ path: String, _ found: [(SectionRow.Verdict, String)]
    ) -> SectionRow {
        let order: [SectionRow.Verdict] = [.refused, .partly, .honoured]
        let verdict = order.first { verdict in found.contains { $0.0 == verdict } } ?? .refused
        var details: [String] = []
        for (_, detail) in found.filter({ $0.0 == verdict }) where !details.contains(detail) {
            details.append(detail)
        }
        return SectionRow(
            key: section.key.text + "." + path, area: section.entry.area, verdict: verdict,
            detail: details.isEmpty ? section.entry.instead : Self.list(details))
    }

    // MARK: - Walking

    /// The paths of all keys within a value, lists left out, in their order; they may come again.
    static func paths(_ node: YAMLNode) -> [String] {
        switch node.content {
        case .scalar: []
        case .list(let items): items.flatMap(paths)
        case .map(let members):
            members.flatMap { key, value in [key.text] + paths(value).map { "\(key.text).\($0)" } }
        }
    }

    /// Every map and every text of a value that stands in a list or alone, with the path that leads to it.
    static func elements(_ node: YAMLNode, _ path: String = "") -> [(path: String, node: YAMLNode)] {
        switch node.content {
        case .scalar: return [(path, node)]
        case .list(let items): return items.flatMap { elements($0, path) }
        case .map(let members):
            return [(path, node)]
                + members.flatMap { key, value -> [(path: String, node: YAMLNode)] in
                    if case .scalar = value.content { return [] }
                    return elements(value, join(path, key.text))
                }
        }
    }

    static func join(_ path: String, _ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    /// A few parts as one text.
    static func list(_ parts: [String]) -> String {
        let most = 6
        let rest = parts.count > most ? "; and \(parts.count - most) more" : ""
        return parts.prefix(most).joined(separator: "; ") + rest
    }

    mutating func note(_ path: String, _ verdict: SectionRow.Verdict, _ detail: String) {
        notes.append((path, verdict, detail))
    }

    /// The members of a map whose keys are one of some words, however they are joined.
    static func members(_ node: YAMLNode, _ words: [String]) -> [(key: String, value: YAMLNode)] {
        guard case .map(let members) = node.content else { return [] }
        return members.filter { words.contains(SectionCatalog.word($0.key.text)) }
            .map { ($0.key.text, $0.value) }
    }

    /// What a reader finds wrong with a value that was made; `nil` when it takes it.
    mutating func attempt<T>(_ body: (inout ValueReader) throws(ConfigurationError) -> T) -> (T?, String?) {
        values.findings = Findings()
        do throws(ConfigurationError) {
            let made = try body(&values)
            try values.findings.finish()
            return (made, nil)
        } catch {
            return (nil, error.message)
        }
    }

    private mutating func dropped() -> [String] {
        guard let drop, named > 0 else { return [] }
        let share = NumberText.short(drop * 100)
        return [
            "direction: below and ignore: {relative: \(share)%} of the \(named) metrics that sections name"
        ]
    }
}

import Alerting
import Pipeline
import Query
import Service
import TimeSeries

/// What `check` prints for people.
struct CheckText {
    /// How many live series each definition is assumed to match.
    let series: Int
    /// The columns of the terminal.
    let width: Int
    /// Whom incidents are told to.
    let alerting: AlertCheck
    /// What is scraped.
    var targets: [ScrapeSource] = []
    /// Where scores are written to.
    var remoteWrite: RemoteWriteTarget?
    /// What labels are left out of.
    var rules: [IdentityRule] = []
    /// How long what is stored is kept.
    var retention = Retention.forever
    /// What became of the keys of wish lists.
    var sections: [SectionRow] = []

    /// The lines about all definitions.
    func lines(_ checks: [DefinitionCheck], of path: String) -> [String] {
        let warnings = checks.reduce(alerting.warnings.count) { $0 + $1.warnings.count }
        var lines: [String] = []
        for check in checks {
            lines.append(check.definition.name)
            for (name, text) in rows(check) { lines += row(name, text) }
            lines.append("")
        }
        if !rules.isEmpty {
            lines.append("identity")
            for rule in rules {
                let labels = rule.drop.map(\.description).joined(separator: ", ")
                let combined = rule.combine.map { "; senders are combined by \($0.rawValue)" } ?? ""
                lines += row(
                    "drop", labels + " of \(rule.match.map { "\($0)" } ?? "every series")" + combined)
            }
            lines.append("")
        }
        if !retention.isForever {
            lines.append("retention")
            lines += row("kept", retention.summary)
            lines += row("size", Self.size(of: retention))
            lines.append("")
        }
        if !targets.isEmpty {
            lines.append("scrape")
            for target in targets { lines += row(target.labels["job"] ?? "", Self.rhythm(target)) }
            lines.append("")
        }
        if let remoteWrite {
            lines.append("remote_write")
            for (name, text) in remoteWrite.summary { lines += row(name, text) }
            lines.append("")
        }
        for section in alerting.sections {
            lines.append(section.heading)
            for (name, text) in section.rows { lines += row(name, text) }
            lines.append("")
        }
        if !sections.isEmpty { lines += sectionLines }
        let counts = "\(counted(checks.count, "definition")), \(counted(warnings, "warning"))"
        let consequence = checks.isEmpty ? "; every series is scored, nothing pages" : ""
        return lines + wrapped("\(path): \(counts)\(consequence)", to: width)
    }

    /// Each key and what became of it, and how many came to what.
    private var sectionLines: [String] {
        let rows = sections.flatMap { row($0.key, $0.sentence) }
        let counts = SectionRow.Verdict.allCases.map { verdict in
            "\(sections.count { $0.verdict == verdict }) \(verdict.rawValue)"
        }
        return ["sections"] + rows + ["", "sections: " + counts.joined(separator: ", "), ""]
    }

    /// A target without the query of its address, which may hold secrets.
    private static func rhythm(_ target: ScrapeSource) -> String {
        let time = { (seconds: Double) in "\(Step.fixed(milliseconds: Int64(seconds * 1000)))" }
        return "\(target.url.prefix { $0 != "?" }) as \(target.labels), every \(time(target.everySeconds))"
            + ", at most \(time(target.timeoutSeconds))"
    }

    /// What a series takes, at a byte a point as metrics of machines have it, and at two as noisy ones have.
    private static func size(of retention: Retention) -> String {
        let usual = retention.bytes(pointBytes: 1, step: 15_000) / 1e6
        let noisy = retention.bytes(pointBytes: 2, step: 15_000) / 1e6
        let when = retention.points == nil ? "a year" : "when all of it is there"
        return
            "about \(NumberText.short(usual)) to \(NumberText.short(noisy)) MB a series \(when), at a point in 15s "
            + "of one or two bytes"
    }

    private func rows(_ check: DefinitionCheck) -> [(String, String)] {
        let definition = check.definition
        let threshold = NumberText.short(check.threshold)
        let perWeek = NumberText.short(AlertBudget.stepsPerWeek(check.step))
        var rows = FormulaCheck(definition)?.rows ?? [("match", "\(definition.match)")]
        rows += [
            ("step", definition.step.map { "\($0)" } ?? "found from the data; \(check.step) assumed here"),
            ("p*", "\(threshold), for \(counted(series, "series")) of \(perWeek) steps a week"),
            ("quiet data", quietRule(check)),
        ]
        if let alert = definition.alert {
            rows.append(
                (
                    "alert",
                    "\(alert.budget) \(alert.budget.scope == .series ? "for each series" : "for all series")"
                        + ", opens after \(alert.openAfter), closes after \(alert.closeAfter)"
                        + ", \(alert.severity.rawValue)"
                ))
            if let told = alerting.line(definition) { rows.append(("tells", told)) }
        }
        if definition.timezone != .utc {
            let changes = check.clockChanges.map { Self.change($0, definition.timezone) }
            rows.append(
                (
                    "clocks",
                    "\(definition.timezone): "
                        + (changes.isEmpty ? "never change" : changes.joined(separator: ", "))
                ))
        }
        if !definition.calendar.isEmpty { rows.append(("calendar", Self.text(definition.calendar))) }
        rows.append(("hash", definition.configurationHash))
        return rows + check.warnings.map { ("warning", "\($0.code): \($0.detail)") }
    }

    /// What is known of certain days, in numbers.
    private static func text(_ calendar: EventCalendar) -> String {
        var parts: [String] = []
        if !calendar.holidays.isEmpty {
            parts.append("holidays of " + calendar.holidays.map(\.country).joined(separator: ", "))
        }
        let filed = calendar.files.map(\.count).reduce(0, +)
        if !calendar.files.isEmpty { parts.append("events of files: \(filed)") }
        if !calendar.events.isEmpty { parts.append("single events: \(calendar.events.count)") }
        return parts.joined(separator: "; ")
    }

    /// How often nothing is wrong and yet something is said.
    private func quietRule(_ check: DefinitionCheck) -> String {
        let count = NumberText.short(check.incidentsPerWeek)
        guard let alert = check.definition.alert else {
            return "\(count) anomalies a week expected; no alert is set, so nothing pages"
        }
        let bound = alert.openAfter == .steps(1) ? "" : "at most "
        return "\(bound)\(count) incidents a week expected, that is p* x series x steps a week"
    }

    /// `2026-03-29T03:00:00+02:00 (before +01:00)`: the first moment of the new offset, and the old one.
    static func change(_ change: DefinitionCheck.ClockChange, _ zone: TimeZone) -> String {
        let minutes = abs(change.before) / 60
        let sign = change.before < 0 ? "-" : "+"
        return "\(change.at.rfc3339(in: zone)) (before \(sign)\(two(minutes / 60)):\(two(minutes % 60)))"
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    private func counted(_ count: Int, _ noun: String) -> String {
        "\(count) \(noun)" + (count == 1 || noun == "series" ? "" : "s")
    }
}

// MARK: - Wrapping

extension CheckText {
    /// A name and what is to be said of it, on as many lines as that takes.
    private func row(_ name: String, _ text: String) -> [String] {
        let indent = max(14, name.count + 4)
        return wrapped(text, to: max(width - indent, 20)).enumerated().map { index, line in
            ("  " + (index == 0 ? name : "")).padded(to: indent) + line
        }
    }

    /// Lines of at most so many characters, broken at spaces where there are some.
    private func wrapped(_ text: String, to width: Int) -> [String] {
        var lines: [String] = []
        var rest = Substring(text)
        while rest.count > width {
            let most = rest.prefix(width + 1)
            if let space = most.lastIndex(of: " "), space > rest.startIndex {
                lines.append(String(rest[..<space]))
                rest = rest[rest.index(after: space)...]
            } else {
                lines.append(String(rest.prefix(width)))
                rest = rest.dropFirst(width)
            }
        }
        return lines + [String(rest)]
    }
}

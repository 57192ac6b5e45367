internal import TimeSeries

/// The words that every receiver reads the same.
enum MessageText {
    /// One line: `[critical] checkout is far above its usual values`, `[resolved] …`.
    static func headline(_ message: Message) -> String {
        "[\(state(message))] \(message.title)"
    }

    /// The severity while it lasts, and what became of it after.
    static func state(_ message: Message) -> String {
        switch message.state {
        case .open: message.severity.rawValue
        case .acknowledged: "acknowledged, " + message.severity.rawValue
        case .resolved: "resolved"
        }
    }

    /// What is known of it, as names with values: of the series that tells most, and of the incident.
    static func facts(_ message: Message) -> [(name: String, value: String)] {
        var facts: [(name: String, value: String)] = []
        if !message.news.isEmpty { facts.append(("New", message.news.joined(separator: "; "))) }
        if let series = message.series.first {
            facts.append(("Series", series.labels.description))
            if series.peak.value.isFinite { facts.append(("Actual", NumberText.short(series.peak.value))) }
            if series.peak.expected.isFinite { facts.append(("Expected", expected(series.peak))) }
        }
        facts.append(("Severity", message.severity.rawValue))
        facts.append(("Since", since(message)))
        if let resolved = message.resolved { facts.append(("Resolved", time(resolved))) }
        if let acknowledgement = message.acknowledgement {
            facts.append(("Acknowledged", "by \(acknowledgement.by) at \(time(acknowledgement.at))"))
        }
        return facts
    }

    /// Where one can go: to the incident, and to its acknowledgement while nobody has taken it on.
    static func links(_ message: Message) -> [(id: String, text: String, url: String)] {
        [("open", "Open the incident", message.link)]
            + (message.acknowledgeLink.map { [("acknowledge", "Acknowledge it", $0)] } ?? [])
    }

    /// `40.1 (35.2 … 44.9)`; the mean alone where there are no bounds.
    static func expected(_ peak: Verdict.Peak) -> String {
        let mean = NumberText.short(peak.expected)
        guard peak.lower.isFinite || peak.upper.isFinite else { return mean }
        return "\(mean) (\(NumberText.short(peak.lower)) … \(NumberText.short(peak.upper)))"
    }

    /// `2026-03-01 12:00:00 UTC, for 12 min`.
    static func since(_ message: Message) -> String {
        let end = message.resolved ?? message.time
        return time(message.started) + ", for " + duration(end - message.started)
    }

    /// The series beside the first, one line each; the last line counts those that are not listed.
    static func related(_ message: Message) -> [String] {
        var lines = message.series.dropFirst().map { series in
            let actual = series.peak.value.isFinite ? ": " + NumberText.short(series.peak.value) : ""
            return series.labels.description + actual + (series.isActive ? "" : ", recovered")
        }
        let more = message.seriesCount - message.series.count
        if more > 0 { lines.append("and \(more) more") }
        return lines
    }

    /// The chart of the first series; `nil` without a value.
    static func sparkline(_ message: Message) -> String? {
        guard let recent = message.series.first?.recent, recent.contains(where: \.isFinite) else {
            return nil
        }
        return Sparkline.text(recent)
    }

    /// A moment to the second, in UTC.
    static func time(_ milliseconds: Int64) -> String {
        let civil = TimeZone.utc.civil(at: Timestamp(milliseconds: milliseconds))
        let clock = [civil.hour, civil.minute, civil.second].map { ($0 < 10 ? "0" : "") + String($0) }
        return civil.date.description + " " + clock.joined(separator: ":") + " UTC"
    }

    /// A moment as RFC 3339 has it.
    static func rfc3339(_ milliseconds: Int64) -> String {
        Timestamp(milliseconds: milliseconds).rfc3339
    }

    /// With one unit, rounded down: `45 s`, `12 min`, `3 h`, `2 days`.
    static func duration(_ milliseconds: Int64) -> String {
        let seconds = max(milliseconds / 1_000, 0)
        switch seconds {
        case ..<120: return "\(seconds) s"
        case ..<7_200: return "\(seconds / 60) min"
        case ..<172_800: return "\(seconds / 3_600) h"
        default: return "\(seconds / 86_400) days"
        }
    }

    /// At most so many characters (Unicode scalars), the last of them `…` when something was cut off.
    static func cut(_ text: String, to limit: Int) -> String {
        let scalars = text.unicodeScalars
        guard scalars.count > limit else { return text }
        var short = String.UnicodeScalarView(scalars.prefix(limit - 1))
        short.append("…")
        return String(short)
    }
}

internal import TimeSeries

extension Incident {
    /// The parts of a title that are settled when an incident is opened, so that its messages are one thread.
    public struct Naming: Sendable, Equatable {
        /// What shows it: a series, the common labels of several, or the source that is silent.
        public var subject: String
        /// 1 above, -1 below what was expected, 0 when the members differ.
        public var direction: Int8
        /// How many there were, of series or of silent sources.
        public var count: Int

        /// A naming of these parts.
        public init(subject: String, direction: Int8, count: Int) {
            self.subject = subject
            self.direction = direction
            self.count = count
        }
    }

    /// What it is called: settled but for the number; a manual one keeps its title.
    var currentTitle: String {
        guard kind != .manual, let naming else { return title }
        let count = count
        let subject =
            naming.count > 1
            ? "\(naming.subject): \(count) \(unit)"
            : naming.subject + (count > 1 ? " and \(count - 1) more \(unit)" : "")
        let verb = naming.count > 1 ? "" : count > 1 ? " are" : " is"
        let words = Self.words(of: naming.direction)
        guard state == .resolved else {
            return kind == .noData ? "no data from " + subject : "\(subject)\(verb) \(words)"
        }
        if members.allSatisfy(\.verdict.isOver) {
            return kind == .noData ? "data again from " + subject : "\(subject)\(verb) back to normal"
        }
        let by = timeline.last { $0.kind == .resolved }?.by ?? ""
        let what = kind == .noData ? "no data from " + subject : "\(subject)\(verb) \(words)"
        return what + ", resolved by " + (by.isEmpty ? "the service" : by)
    }

    /// The naming as of the members.
    var currentNaming: Naming? {
        guard let first = members.first?.verdict else { return nil }
        let directions = Set(members.map(\.verdict.peak.direction))
        return Naming(
            subject: kind == .noData ? silentSubject(first) : subject(first),
            direction: directions.count == 1 ? directions.first ?? 0 : 0, count: count)
    }

    private var unit: String { kind == .noData ? "sources" : "series" }

    /// Series, or sources that are silent.
    private var count: Int {
        guard kind == .noData else { return members.count }
        let sources = members.map { SeriesSource($0.verdict.labels) }
        return Set(sources.compactMap(\.self)).count + sources.count { $0 == nil }
    }

    /// The series, or the definitions of several with the labels that all have in common: `m{service="a"}`.
    private func subject(_ first: Verdict) -> String {
        guard members.count > 1 else { return Self.short(first.labels) }
        let definitions = Set(members.map(\.verdict.definition)).sorted()
        let name =
            definitions.count <= 2 ? definitions.joined(separator: ", ") : "\(definitions.count) metrics"
        let common = commonPairs.map { (name: $0.name, value: $0.value) }
        let labels = (try? Labels(common)) ?? .none
        return labels.pairs.isEmpty ? name : Self.short(name + labels.description)
    }

    /// The source, or what those of several sources have in common: `service a`.
    private func silentSubject(_ first: Verdict) -> String {
        guard count > 1 else {
            return SeriesSource(first.labels).map { "\($0.name) \($0.value)" } ?? Self.short(first.labels)
        }
        let common = commonPairs
        let pair = ["service", "app", "job"].lazy.compactMap { name in
            common.first { $0.name == name }
        }.first
        return pair.map { "\($0.name) \($0.value)" } ?? Self.short(first.labels)
    }

    private static func words(of direction: Int8) -> String {
        switch direction {
        case 1...: "far above what was expected"
        case ..<0: "far below what was expected"
        default: "unlike what was expected"
        }
    }
}

internal import TimeSeries

/// What belongs to an incident: what its members have to do with others, and when their stretches began.
///
/// A stretch belongs to those that began within ``MergePolicy/within`` of it and share the value of a label of
/// ``MergePolicy/labels`` with it. The same definition is enough unless both say who fails, as two services do; where it
/// fails (instance, host or node) does not keep apart. Silent series belong together by their source, whenever they fell
/// silent, or when they share who is silent: service, job or app.
///
/// How long an incident goes on does not matter: one that lasts for days takes in what begins beside a stretch of a
/// member, and nothing else.
struct IncidentReach: Sendable {
    /// Labels that say who fails, not where.
    private static let culprits = ["service", "job", "app"]
    /// Labels that say where.
    private static let places = ["instance", "host", "node"]

    private var labels: [Labels.Pair: Starts] = [:]
    private var definitions: [String: Starts] = [:]
    private var sources: Set<SeriesSource> = []

    /// When stretches began.
    private struct Starts {
        /// Milliseconds since 1970, each once; the newest are kept.
        var times: [Int64] = []
        private static let most = 64

        mutating func insert(_ time: Int64) {
            guard !times.contains(time) else { return }
            times.append(time)
            if times.count > Self.most, let oldest = times.min() { times.removeAll { $0 == oldest } }
        }

        func isNear(_ time: Int64, _ within: Int64) -> Bool {
            times.contains { $0 >= time - within && $0 <= time + within }
        }
    }

    /// Takes in a stretch of a member.
    mutating func extend(by verdict: Verdict, _ merging: MergePolicy) {
        let from = verdict.key.from
        definitions[verdict.definition, default: Starts()].insert(from)
        if let source = SeriesSource(verdict.labels) { sources.insert(source) }
        for pair in Self.pairs(of: verdict, merging) { labels[pair, default: Starts()].insert(from) }
    }

    /// Whether a new stretch belongs to it.
    func takes(_ verdict: Verdict, _ merging: MergePolicy) -> Bool {
        let from = verdict.key.from
        let pairs = Self.pairs(of: verdict, merging)
        if verdict.key.kind == .noData {
            return SeriesSource(verdict.labels).map(sources.contains) ?? false
                || pairs.contains { pair in
                    Self.culprits.contains(pair.name)
                        && labels[pair]?.isNear(from, merging.within) ?? false
                }
        }
        if pairs.contains(where: { labels[$0]?.isNear(from, merging.within) ?? false }) { return true }
        // A series that does not say who fails must not bring services together that have nothing else in common.
        let isNamed = pairs.contains { !Self.places.contains($0.name) }
        guard !isNamed || labels.keys.allSatisfy({ Self.places.contains($0.name) }) else { return false }
        return definitions[verdict.definition]?.isNear(from, merging.within) ?? false
    }

    /// The service, job or app of a new member when others were known and this one was not: `service b`.
    func newCulprit(in verdict: Verdict, _ merging: MergePolicy) -> String? {
        let pair = Self.pairs(of: verdict, merging).first { pair in
            Self.culprits.contains(pair.name) && labels[pair] == nil
                && labels.keys.contains { $0.name == pair.name }
        }
        return pair.map { "\($0.name) \($0.value)" }
    }

    private static func pairs(of verdict: Verdict, _ merging: MergePolicy) -> [Labels.Pair] {
        verdict.labels.pairs.filter { merging.labels.contains($0.name) }
    }
}

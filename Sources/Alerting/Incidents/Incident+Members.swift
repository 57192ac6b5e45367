internal import TimeSeries

extension Incident {
    /// How many of its members still show it.
    public var activeCount: Int { members.count { !$0.verdict.isOver } }

    /// No timeline is longer; between the first moment and the newest the oldest goes.
    public static let mostMoments = 500

    /// Adds to the timeline.
    public mutating func note(_ moment: Moment) {
        timeline.append(moment)
        if timeline.count > Self.mostMoments { timeline.remove(at: 1) }
    }

    /// Orders the members: active ones first, then the most unusual, then by number.
    mutating func rank() {
        func strength(_ member: Member) -> Double {
            member.verdict.peak.score.isNaN ? -.infinity : member.verdict.peak.score
        }
        members.sort { a, b in
            if a.verdict.isOver != b.verdict.isOver { return b.verdict.isOver }
            if strength(a) != strength(b) { return strength(a) > strength(b) }
            return a.verdict.key.series < b.verdict.key.series
        }
    }

    /// An incident stays open for at least so many milliseconds: the most that a member asks for.
    var leastOpen: Int64 { members.map(\.verdict.boundedLeastOpen).max() ?? 0 }

    /// When it resolves by itself, milliseconds since 1970 of the clock; `nil` while a member is active and for a
    /// manual one.
    var resolutionDue: Int64? {
        guard kind != .manual, let recovered else { return nil }
        return max(opened + leastOpen, recovered + recoveryHold)
    }

    private static let longestName = 120

    /// The series in one line that is not too long.
    static func short(_ labels: Labels) -> String {
        short(labels.description)
    }

    /// A text that is cut off where it is too long for a line.
    static func short(_ text: String) -> String {
        text.count > longestName ? text.prefix(longestName - 1) + "…" : text
    }
}

extension Verdict {
    /// Nobody waits longer, in milliseconds: a year.
    private static let longestOpen: Int64 = 366 * 86_400_000

    /// How long its incident stays open at the least, in milliseconds, so that sums with it stay in range.
    var boundedLeastOpen: Int64 { min(max(leastOpen, 0), Self.longestOpen) }
}

/// The machine or the like that a series comes from.
struct SeriesSource: Hashable {
    let name: String
    let value: String

    /// Labels that name a source, the narrowest first.
    private static let names = ["instance", "host", "node", "pod", "job", "service"]

    /// `nil` when none of the labels names one.
    init?(_ labels: Labels) {
        guard let name = Self.names.first(where: { labels[$0] != nil }), let value = labels[name] else {
            return nil
        }
        self.name = name
        self.value = value
    }
}

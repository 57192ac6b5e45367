internal import Pipeline
public import Query
internal import TimeSeries

/// Where scores are written to, and how.
public struct RemoteWriteTarget: Sendable, Equatable {
    /// A field of each request.
    public struct Header: Sendable, Equatable {
        /// Its name.
        public var name: String
        /// Its value, which may be secret.
        public var value: String
    }

    /// What takes Prometheus remote write 1.0.
    public var url: String
    /// Of which series scores are written; of all that are scored when `nil`.
    public var match: Selector?
    /// Further fields of each request, as `X-Scope-OrgID`.
    public var headers: [Header] = []
    /// What it wants as a bearer token, if anything.
    public var token: String?
    /// Seconds that a request may take.
    public var timeoutSeconds = 10.0
    /// Seconds of scores that are written together.
    public var everySeconds = 1.0
    /// The most bytes that wait while it does not take them; the oldest go then.
    public var queueBytes = 64 << 20
    /// Scores of values that are older are not written, seconds.
    public var mostAgeSeconds = 3600.0

    /// A target with the usual limits.
    ///
    /// An hour is what Prometheus takes at least: half of the range of a chunk of its head.
    ///
    /// - Source: Prometheus, `tsdb/head.go`, `appendableMinValidTime`.
    public init(url: String) { self.url = url }

    /// What it amounts to, for people: names and texts, without what may be secret.
    public var summary: [(name: String, text: String)] {
        func time(_ seconds: Double) -> String { "\(Step.fixed(milliseconds: Int64(seconds * 1000)))" }
        var rows = [
            ("url", shownURL), ("of", match.map { "\($0)" } ?? "every series that is scored"),
            (
                "rhythm",
                "every \(time(everySeconds)), at most \(time(timeoutSeconds)) a request; values older than "
                    + "\(time(mostAgeSeconds)) are left out"
            ), ("queue", "\(queueBytes >> 20) MiB on disk; the oldest go when it is full"),
        ]
        let fields =
            headers.map { "\($0.name): redacted" } + (token == nil ? [] : ["Authorization: redacted"])
        if !fields.isEmpty { rows.append(("headers", fields.joined(separator: "; "))) }
        return rows.map { (name: $0.0, text: $0.1) }
    }

    /// What the pipeline is to hand over.
    var rule: ExportRule { ExportRule(match: match, mostAge: Int64(mostAgeSeconds * 1000)) }

    /// The address without its query, which may hold secrets.
    public var shownURL: String { String(url.prefix { $0 != "?" }) }
}

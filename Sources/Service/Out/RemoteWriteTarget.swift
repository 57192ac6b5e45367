internal import Pipeline
public import Query

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

    /// What the pipeline is to hand over.
    var rule: ExportRule { ExportRule(match: match, mostAge: Int64(mostAgeSeconds * 1000)) }

    /// The address without its query, which may hold secrets.
    public var shownURL: String { String(url.prefix { $0 != "?" }) }
}

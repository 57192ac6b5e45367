public import TimeSeries

/// One target that is scraped: whose answer it is, and how it is asked.
public struct ScrapeSource: Sendable, Equatable {
    /// What is asked.
    public var url: String
    /// Labels of each of its series: `job`, `instance` and what the configuration adds.
    public var labels: Labels
    /// Seconds from one scrape to the next.
    public var everySeconds: Double
    /// Seconds that one may take.
    public var timeoutSeconds: Double
    /// Whether a label of the target's own stays where it has the name of one of ``labels``.
    public var honorsLabels: Bool
    /// Whether times that the target shows are kept.
    public var honorsTimes: Bool
    /// What it wants as a bearer token, if anything.
    public var token: String?

    /// The fewest seconds from one scrape to the next, and the most.
    static let intervals = 1.0...3600.0
    /// Seconds from one scrape to the next, and that one may take, where nothing is said.
    ///
    /// - Source: Prometheus, *Configuration*, `scrape_interval` is a minute there; a band is learned faster here.
    static let usualInterval = 15.0, usualTimeout = 10.0
    /// The most targets of a service, each of which has a thread.
    static let mostTargets = 200

    /// A target with the usual rhythm.
    public init(url: String, labels: Labels) {
        self.url = url
        self.labels = labels
        everySeconds = Self.usualInterval
        timeoutSeconds = Self.usualTimeout
        honorsLabels = false
        honorsTimes = true
    }

    /// The label `instance` of an address: its host and port.
    static func instance(of url: String) -> String {
        let base = ScrapedTarget.parts(of: url).base
        guard let colon = base.firstRange(of: "://") else { return base }
        let place = base[colon.upperBound...]
        let hasPort = place.lastIndex(of: ":").map { !place[$0...].contains("]") } ?? false
        return hasPort ? String(place) : place + (base.hasPrefix("https") ? ":443" : ":80")
    }
}

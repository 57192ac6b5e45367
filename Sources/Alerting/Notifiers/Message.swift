public import TimeSeries

/// What is told of an incident: facts, which each notifier puts into its own form.
public struct Message: Sendable, Equatable {
    /// One series that shows it.
    public struct Series: Sendable, Equatable {
        public var labels: Labels
        public var definition: String
        public var isActive: Bool
        public var peak: Verdict.Peak
        /// Milliseconds since 1970.
        public var since: Int64
        public var sentence: String
        /// Some newest values, the oldest first, `nan` for a missing one; empty when unknown.
        public var recent: [Double]
        /// The number of the series; 0 when there is none.
        public var id: UInt32 = 0
        /// The newest time that its verdict speaks of, milliseconds since 1970.
        public var until: Int64 = 0

        /// What is told of a series.
        public init(
            labels: Labels, definition: String, isActive: Bool, peak: Verdict.Peak, since: Int64,
            sentence: String,
            recent: [Double]
        ) {
            self.labels = labels
            self.definition = definition
            self.isActive = isActive
            self.peak = peak
            self.since = since
            self.sentence = sentence
            self.recent = recent
        }
    }

    public var incident: Int64
    public var event: Delivery.Event
    public var state: Incident.State
    public var kind: Incident.Kind
    public var severity: Severity
    public var title: String
    /// Labels that identify it: see ``Incident/identity``.
    public var labels: Labels
    /// Milliseconds since 1970: of the first anomalous value, of the opening, of this event, and of the resolution.
    public var started: Int64
    public var opened: Int64
    public var time: Int64
    public var resolved: Int64?
    public var acknowledgedBy: String?
    /// The most telling first, at most ten.
    public var series: [Series]
    /// All members, listed or not.
    public var seriesCount: Int
    /// The page of the incident.
    public var link: String
    /// The same for every attempt and receiver: see ``Delivery/eventID``.
    public var id = ""
    /// Which service tells it: its address.
    public var source = ""
    /// What happened, in words and numbers; empty when there is nothing to say beyond the title.
    public var sentence = ""
    /// When it last changed, milliseconds since 1970.
    public var changed: Int64 = 0
    public var acknowledgement: Incident.Acknowledgement?
    /// Members whose series have not recovered.
    public var activeCount = 0
    /// The definitions of all members, sorted.
    public var definitions: [String] = []

    /// The facts of an incident that every form has.
    public init(
        incident: Int64, event: Delivery.Event, state: Incident.State, kind: Incident.Kind,
        severity: Severity,
        title: String, labels: Labels, started: Int64, opened: Int64, time: Int64, resolved: Int64?,
        acknowledgedBy: String?, series: [Series], seriesCount: Int, link: String
    ) {
        self.incident = incident
        self.event = event
        self.state = state
        self.kind = kind
        self.severity = severity
        self.title = title
        self.labels = labels
        self.started = started
        self.opened = opened
        self.time = time
        self.resolved = resolved
        self.acknowledgedBy = acknowledgedBy
        self.series = series
        self.seriesCount = seriesCount
        self.link = link
    }
}

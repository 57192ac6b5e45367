public import TimeSeries

/// What is told of an incident: facts, which each notifier puts into its own form.
public struct Message: Sendable, Equatable {
    /// One series that shows it.
    public struct Series: Sendable, Equatable {
        /// All of them.
        public var labels: Labels
        /// The definition that judged it.
        public var definition: String
        /// Whether it has not recovered.
        public var isActive: Bool
        /// The most unusual value.
        public var peak: Verdict.Peak
        /// Milliseconds since 1970.
        public var since: Int64
        /// What happened, in words and numbers.
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

    /// Its number.
    public var incident: Int64
    /// What is told.
    public var event: Delivery.Event
    /// Where in its life it is by now; it may be further than the event.
    public var state: Incident.State
    /// What is wrong.
    public var kind: Incident.Kind
    /// How urgent it is by now.
    public var severity: Severity
    /// One line.
    public var title: String
    /// Labels that identify it: see ``Incident/identity``.
    public var labels: Labels
    /// The time of the first anomalous value, milliseconds since 1970.
    public var started: Int64
    /// When it was opened, milliseconds since 1970.
    public var opened: Int64
    /// When this is told, milliseconds since 1970.
    public var time: Int64
    /// When it was resolved, milliseconds since 1970; `nil` before.
    public var resolved: Int64?
    /// Who took it on, if somebody has.
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
    /// Who took it on, when and until when.
    public var acknowledgement: Incident.Acknowledgement?
    /// Members whose series have not recovered.
    public var activeCount = 0
    /// What has happened since the same receiver was last told, one thing each; only of an update.
    public var news: [String] = []
    /// The definitions of all members, sorted.
    public var definitions: [String] = []

    /// Where it can be acknowledged; `nil` when somebody has taken it on or it is over.
    public var acknowledgeLink: String? { state == .open ? link + "/ack" : nil }

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

internal import TimeSeries

extension Message {
    /// No message lists more series.
    static let mostSeries = 10

    /// What a delivery tells of an incident, as the incident is now.
    ///
    /// - Parameters:
    ///   - externalURL: Where the page is, without a slash at its end.
    ///   - recent: The newest values of a series, the oldest first, `nan` for a missing one.
    ///   - now: Milliseconds since 1970.
    ///   - since: When the receiver was last told, milliseconds since 1970: the news of an update begin there.
    public init(
        _ incident: Incident, _ delivery: Delivery, externalURL: String, recent: (UInt32) -> [Double],
        now: Int64, since: Int64? = nil
    ) {
        self.init(incident, event: delivery.event, externalURL: externalURL, recent: recent, now: now)
        id = delivery.eventID
        if event == .updated { news = incident.news(since: since ?? incident.opened) }
    }

    /// What a picture has of an incident: see ``PictureNotifier``.
    ///
    /// - Parameters:
    ///   - externalURL: Where the page is, without a slash at its end.
    ///   - recent: The newest values of a series, the oldest first, `nan` for a missing one.
    ///   - now: Milliseconds since 1970.
    public init(_ incident: Incident, externalURL: String, recent: (UInt32) -> [Double], now: Int64) {
        self.init(
            incident, event: incident.state == .resolved ? .resolved : .opened, externalURL: externalURL,
            recent: recent, now: now)
        id = Delivery.name(of: incident.id, opened: incident.opened)
        // Alertmanager tells alerts by their labels: others would be another alert.
        labels = incident.settledIdentity ?? labels
    }

    private init(
        _ incident: Incident, event: Delivery.Event, externalURL: String, recent: (UInt32) -> [Double],
        now: Int64
    ) {
        self.init(
            incident: incident.id, event: event, state: incident.state, kind: incident.kind,
            severity: incident.severity, title: incident.title, labels: incident.identity,
            started: incident.started, opened: incident.opened, time: now, resolved: incident.resolved,
            acknowledgedBy: incident.acknowledgement?.by,
            series: incident.members.prefix(Self.mostSeries).map { Series($0.verdict, recent) },
            seriesCount: incident.members.count, link: "\(externalURL)/#/incidents/\(incident.id)")
        source = externalURL
        sentence = incident.members.first?.verdict.sentence ?? incident.timeline.first?.text ?? ""
        changed = incident.changed
        acknowledgement = incident.acknowledgement
        activeCount = incident.members.count { !$0.verdict.isOver }
        definitions = Set(incident.members.map(\.verdict.definition)).sorted()
    }
}

extension Message.Series {
    /// What a verdict says, and the values before it.
    init(_ verdict: Verdict, _ recent: (UInt32) -> [Double]) {
        self.init(
            labels: verdict.labels, definition: verdict.definition, isActive: !verdict.isOver,
            peak: verdict.peak, since: verdict.key.from, sentence: verdict.sentence,
            recent: Array(recent(verdict.key.series).suffix(Sparkline.most)))
        id = verdict.key.series
        until = verdict.time
    }
}

import Alerting
import Query
import TimeSeries

/// Facts that tests are about: noon of 1 March 2026, a Sunday, and an incident of three series since 11:48.
enum Sample {
    static let noon: Int64 = 1_772_366_400_000
    static let minute: Int64 = 60_000

    static func labels(_ pairs: (String, String)...) -> Labels {
        (try? Labels(pairs.map { (name: $0.0, value: $0.1) })) ?? .none
    }

    static func matchers(_ text: String) -> [Selector.Matcher] {
        (try? Selector(parsing: text).matchers) ?? []
    }

    static func verdict(
        _ series: UInt32 = 1, _ labels: Labels, value: Double = 91.25, isOver: Bool = false,
        severity: Severity = .critical, definition: String = "checkout"
    ) -> Verdict {
        Verdict(
            key: Verdict.Key(series: series, kind: .anomaly, from: noon - 12 * minute), isOver: isOver,
            time: noon - minute, labels: labels, definition: definition, severity: severity,
            peak: Verdict.Peak(
                time: noon - 2 * minute, value: value, expected: 40.125, lower: 35.5, upper: 44.75,
                score: 4.25,
                pValue: 1e-9, direction: 1, evidence: "residual"),
            sentence: "\"latency\" <p99> rose to 91.25 where 40.13 was expected – é & more",
            lateness: 300_000, leastOpen: 0)
    }

    static func incident(
        _ id: Int64 = 17, severity: Severity = .critical, service: String = "cart", at time: Int64 = noon
    ) -> Incident {
        var incident = Incident(
            id: id, state: .open, kind: .anomaly, severity: severity,
            title: "Latency of \(service) is far above its usual values", opened: time,
            started: time - 12 * minute)
        incident.members = [
            .init(
                verdict: verdict(
                    1, labels(("__name__", "latency"), ("service", service), ("host", "a")),
                    severity: severity), joined: time),
            .init(
                verdict: verdict(
                    2, labels(("__name__", "latency"), ("service", service), ("host", "b")), value: 77,
                    isOver: true, severity: severity), joined: time),
            .init(
                verdict: verdict(
                    3, labels(("__name__", "errors_total"), ("service", service)), value: .nan,
                    severity: severity), joined: time),
        ]
        return incident
    }

    static func resolved(_ incident: Incident, at time: Int64) -> Incident {
        var incident = incident
        incident.state = .resolved
        incident.resolved = time
        incident.changed = time
        return incident
    }

    static func recent(_ series: UInt32) -> [Double] {
        series == 1 ? [40, 41, .nan, 39.5, 40.5, 60, 80, 91.25] : []
    }

    static func message(
        _ incident: Incident = incident(), _ event: Delivery.Event = .opened, update: Int = 0,
        now: Int64 = noon
    ) -> Message {
        let delivery = Delivery(
            sequence: 5, incident: incident.id, channel: "ops/x", event: event, update: update, created: now,
            due: now, opened: incident.opened)
        return Message(
            incident, delivery, externalURL: "https://bellwether.example.org", recent: recent, now: now)
    }
}

/// A notifier that sends nothing: the outbox asks it only what it wants to hear of.
struct QuietNotifier: Notifier {
    var events: Set<Delivery.Event> = [.opened, .updated, .resolved]

    func payload(for message: Message) -> [UInt8] { [] }
    func send(_ payload: [UInt8], id: String, now: Int64) throws(NotifierFailure) {}
}

/// Settings with a receiver `ops`, `pager` and `mail` of one channel each, named like `ops/webhook`.
func settings(
    _ route: AlertRoute, intervals: [String: [MuteInterval]] = [:],
    events: Set<Delivery.Event> = [.opened, .updated, .resolved]
) -> AlertSettings {
    var settings = AlertSettings()
    settings.receivers = ["ops", "pager", "mail"].map { name in
        .init(
            name: name,
            channels: [
                (name: name + "/webhook", kind: "webhook", channel: .each(QuietNotifier(events: events)))
            ])
    }
    settings.route = route
    settings.timeIntervals = intervals
    return settings
}

internal import Networking
internal import TimeSeries

/// Keeps the picture of Alertmanagers: posts all that is firing to each of them, again and again.
///
/// Labels are the identity of an incident and hold no value; those are in the annotations. An alert that is not sent
/// again ends four resendings later by itself.
///
/// - Source: Prometheus Alertmanager, *Alerts API* and `api/v2/openapi.yaml`; Prometheus, `rules/alerting.go` for
///   `endsAt` and for resolved alerts, which are sent for 15 minutes.
struct Alertmanager: PictureNotifier {
    /// Its line in the catalogue.
    static let entry = NotifierCatalog.Entry(
        "alertmanager", "alerts posted to Prometheus Alertmanagers, API v2",
        keys: [NotifierKey("urls", .list, isRequired: true), NotifierKey("resend", .duration), .timeout],
        make: { options throws(NotifierError) in .picture(try Alertmanager(options)) })

    /// Milliseconds for which what was resolved is sent.
    static let resolvedFor: Int64 = 900_000

    let interval: Int64
    private let receivers: [HTTPReceiver]

    init(_ options: NotifierOptions) throws(NotifierError) {
        interval = try options.duration("resend", 60_000)
        let timeout = try options.duration("timeout", NotifierOptions.usualTimeout)
        var receivers: [HTTPReceiver] = []
        for var url in try options.list("urls") {
            while url.last == "/" { url.removeLast() }
            receivers.append(try HTTPReceiver(url + "/api/v2/alerts", key: "urls", timeout: timeout))
        }
        self.receivers = receivers
    }

    /// - Throws: The worst failure of all; the others have the alerts all the same.
    func send(_ messages: [Message], now: Int64) throws(NotifierFailure) {
        let told = messages.filter { now - ($0.resolved ?? now) <= Self.resolvedFor }
        guard !told.isEmpty else { return }
        let body = body(told, now: now)
        let failures = receivers.compactMap { receiver in Self.failure(receiver, body, now: now) }
        let waits = failures.contains { if case .retryLater = $0 { true } else { false } }
        for failure in failures {
            if waits, case .rejected = failure { continue }
            throw failure
        }
    }

    private static func failure(_ receiver: HTTPReceiver, _ body: [UInt8], now: Int64) -> NotifierFailure? {
        do throws(NotifierFailure) {
            try receiver.post(body, now: now)
            return nil
        } catch {
            return error
        }
    }

    // MARK: - Alerts

    /// The array of alerts.
    func body(_ messages: [Message], now: Int64) -> [UInt8] {
        var writer = JSONWriter()
        writer.array { writer in
            for message in messages {
                writer.object { writer in
                    IncidentJSON.labels("labels", Self.labels(of: message), to: &writer)
                    writer.key("annotations")
                    writer.object { Self.writeAnnotations(message, to: &$0) }
                    let ends = message.resolved ?? now + 4 * interval
                    writer.member("startsAt", MessageText.rfc3339(message.started))
                    writer.member("endsAt", MessageText.rfc3339(max(ends, message.started)))
                    writer.member("generatorURL", message.link)
                }
            }
        }
        return writer.bytes
    }

    private static func labels(of message: Message) -> Labels {
        var labels = message.labels
        let own = [
            ("alertname", labels["alertname"] ?? message.title),
            ("severity", labels["severity"] ?? message.severity.rawValue), ("kind", message.kind.rawValue),
            ("incident", String(message.incident)),
        ]
        for (name, value) in own { labels = (try? labels.setting(name, to: value)) ?? labels }
        return labels
    }

    private static func writeAnnotations(_ message: Message, to writer: inout JSONWriter) {
        writer.member("summary", message.title)
        if !message.sentence.isEmpty { writer.member("description", message.sentence) }
        if let peak = message.series.first?.peak, peak.value.isFinite {
            writer.member("actual", NumberText.short(peak.value))
            writer.member("expected", MessageText.expected(peak))
        }
        writer.member("since", MessageText.time(message.started))
        writer.member("series", String(message.seriesCount))
        if let link = message.acknowledgeLink { writer.member("acknowledge", link) }
        let related = MessageText.related(message)
        if !related.isEmpty { writer.member("related", related.joined(separator: "\n")) }
    }
}

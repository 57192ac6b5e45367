internal import Networking
internal import TimeSeries

/// Sends events to PagerDuty: an incident triggers, is acknowledged and resolves one alert of theirs.
///
/// - Source: PagerDuty, *Events API v2* (`dedup_key` 255, `summary` 1,024 characters, an event 512 kB; 400 is final,
///   429 and 5xx are tried again).
struct PagerDuty: Notifier {
    /// Its line in the catalogue.
    static let entry = NotifierCatalog.Entry(
        "pagerduty", "events of PagerDuty's Events API v2",
        keys: [
            NotifierKey("routing_key", .secret, isRequired: true), NotifierKey("url", .url), .timeout,
            .sendResolved, .sendUpdates,
        ],
        make: { options throws(NotifierError) in .each(try PagerDuty(options)) })

    let events: Set<Delivery.Event>
    private let receiver: HTTPReceiver
    private let routingKey: String

    init(_ options: NotifierOptions) throws(NotifierError) {
        events = options.events
        routingKey = try options.text("routing_key")
        let given = options.optionalText("url")
        receiver = try HTTPReceiver(
            given.isEmpty ? "https://events.pagerduty.com/v2/enqueue" : given, key: "url",
            secrets: [routingKey], timeout: options.duration("timeout", NotifierOptions.usualTimeout))
    }

    /// Without the routing key: what is kept holds no secret.
    func payload(for message: Message) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("event_action", Self.action(for: message))
            let name = Delivery.name(of: message.incident, opened: message.opened)
            writer.member("dedup_key", "bellwether-" + name)
            writer.member("client", "bellwether")
            writer.member("client_url", message.link)
            writer.key("links")
            writer.array { writer in
                for link in MessageText.links(message) {
                    writer.object { writer in
                        writer.member("href", link.url)
                        writer.member("text", link.text)
                    }
                }
            }
            writer.key("payload")
            writer.object { Self.writePayload(message, to: &$0) }
        }
        return writer.bytes
    }

    /// The event with the routing key, which goes before the first member.
    func send(_ payload: [UInt8], id: String, now: Int64) throws(NotifierFailure) {
        var writer = JSONWriter()
        writer.object { $0.member("routing_key", routingKey) }
        try receiver.post(writer.bytes.dropLast() + [UInt8(ascii: ",")] + payload.dropFirst(), now: now)
    }

    private static func action(for message: Message) -> String {
        switch message.event {
        case .opened: "trigger"
        case .updated: message.state == .acknowledged ? "acknowledge" : "trigger"
        case .resolved: "resolve"
        }
    }

    private static func writePayload(_ message: Message, to writer: inout JSONWriter) {
        let first = message.series.first
        writer.member("summary", MessageText.cut(message.title, to: 1_024))
        writer.member("source", MessageText.cut(first?.labels.description ?? message.source, to: 1_024))
        writer.member("severity", message.severity.rawValue)
        writer.member("timestamp", MessageText.rfc3339(message.started))
        writer.member("component", MessageText.cut(component(of: message), to: 255))
        writer.member(
            "group", MessageText.cut(message.definitions.joined(separator: ","), to: 255))
        writer.member("class", message.kind.rawValue)
        writer.key("custom_details")
        writer.object { writer in
            if !message.sentence.isEmpty {
                writer.member("sentence", MessageText.cut(message.sentence, to: 4_000))
            }
            for fact in MessageText.facts(message) {
                writer.member(fact.name.lowercased(), MessageText.cut(fact.value, to: 1_024))
            }
            if let sparkline = MessageText.sparkline(message) { writer.member("sparkline", sparkline) }
            writer.member("related", MessageText.related(message).map { MessageText.cut($0, to: 1_024) })
            IncidentJSON.labels("labels", message.labels, to: &writer)
        }
    }

    /// What the incident is about: the first label there is of those that name a service.
    private static func component(of message: Message) -> String {
        ["service", "app", "job", "instance", "host"].lazy.compactMap { message.labels[$0] }.first
            ?? message.title
    }
}

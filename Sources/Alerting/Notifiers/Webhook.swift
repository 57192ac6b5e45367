internal import Networking

/// Posts CloudEvents 1.0 in structured mode, signed when there is a secret.
///
/// - Source: CloudEvents 1.0.2, *JSON Event Format* and *HTTP Protocol Binding*, section 3.2; *HTTP 1.1 Web Hooks for
///   Event Delivery*: 410 ends deliveries, 429 puts them off, redirects are not followed.
struct Webhook: Notifier {
    /// Its line in the catalogue.
    static let entry = NotifierCatalog.Entry(
        "webhook", "CloudEvents posted to a URL, signed with HMAC-SHA256",
        keys: [
            NotifierKey("url", .url, isRequired: true), NotifierKey("secret", .secret), .timeout,
            .sendResolved,
            .sendUpdates,
        ],
        make: { options throws(NotifierError) in .each(try Webhook(options)) })

    let events: Set<Delivery.Event>
    private let receiver: HTTPReceiver
    private let secret: String

    init(_ options: NotifierOptions) throws(NotifierError) {
        events = options.events
        secret = options.optionalText("secret")
        receiver = try HTTPReceiver(
            options.text("url"), key: "url", secrets: [secret],
            timeout: options.duration("timeout", NotifierOptions.usualTimeout))
    }

    func payload(for message: Message) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("specversion", "1.0")
            writer.member("id", message.id)
            writer.member("type", "dev.bellwether.incident." + message.event.rawValue)
            writer.member("source", message.source)
            writer.member("subject", "incident/\(message.incident)")
            writer.member("time", MessageText.rfc3339(message.time))
            writer.member("datacontenttype", "application/json")
            writer.key("data")
            IncidentJSON.write(message, to: &writer)
        }
        return writer.bytes
    }

    func send(_ payload: [UInt8], id: String, now: Int64) throws(NotifierFailure) {
        let headers = secret.isEmpty ? [] : [("Bellwether-Signature", signature(of: payload, now: now))]
        try receiver.post(payload, type: "application/cloudevents+json", headers: headers, now: now)
    }

    /// `t=SECONDS,v1=CODE`: the code of `SECONDS.BODY`, so that an old message cannot pass for a new one.
    private func signature(of body: [UInt8], now: Int64) -> String {
        let time = String(now / 1_000)
        let code = Digest.hmacSHA256(Array((time + ".").utf8) + body, key: Array(secret.utf8))
        return "t=\(time),v1=" + Digest.hexadecimal(code)
    }
}

internal import Networking

/// Posts to an incoming webhook of Slack; its URL is the secret.
///
/// - Source: Slack API, *Reference: blocks* (50 blocks, header 150, section text 3,000, field 2,000 characters, 10
///   fields), *Incoming webhooks* (`text` is the fallback) and *Formatting text* (`&`, `<` and `>` are escaped).
struct Slack: Notifier {
    /// Its line in the catalogue.
    static let entry = NotifierCatalog.Entry(
        "slack", "messages to an incoming webhook of Slack",
        keys: [NotifierKey("url", .secret, isRequired: true), .timeout, .sendResolved, .sendUpdates],
        make: { options throws(NotifierError) in .each(try Slack(options)) })

    let events: Set<Delivery.Event>
    private let receiver: HTTPReceiver

    init(_ options: NotifierOptions) throws(NotifierError) {
        events = options.events
        let url = try options.text("url")
        receiver = try HTTPReceiver(
            url, key: "url", secrets: [url],
            timeout: options.duration("timeout", NotifierOptions.usualTimeout))
    }

    func payload(for message: Message) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member(
                "text", Self.escaped(MessageText.headline(message) + "\n" + message.sentence, to: 2_900))
            writer.key("blocks")
            writer.array { writer in
                Self.block("header", to: &writer) { writer in
                    Self.text(
                        "text", "plain_text", MessageText.cut(MessageText.headline(message), to: 150), &writer
                    )
                }
                if !message.sentence.isEmpty {
                    Self.section(Self.escaped(message.sentence, to: 2_000), to: &writer)
                }
                Self.block("section", to: &writer) { Self.writeFields(message, to: &$0) }
                let related = MessageText.related(message).map { "• " + $0 }.joined(separator: "\n")
                if !related.isEmpty {
                    Self.section("*Related*\n" + Self.escaped(related, to: 2_000), to: &writer)
                }
                if let sparkline = MessageText.sparkline(message) {
                    Self.block("context", to: &writer) { Self.writeContext(sparkline, to: &$0) }
                }
                Self.block("actions", to: &writer) { Self.writeButtons(message, to: &$0) }
            }
        }
        return writer.bytes
    }

    func send(_ payload: [UInt8], id: String, now: Int64) throws(NotifierFailure) {
        try receiver.post(payload, type: "application/json; charset=utf-8", now: now)
    }

    // MARK: - Blocks

    private static func block(
        _ type: String, to writer: inout JSONWriter, _ body: (inout JSONWriter) -> Void
    ) {
        writer.object { writer in
            writer.member("type", type)
            body(&writer)
        }
    }

    private static func section(_ markdown: String, to writer: inout JSONWriter) {
        block("section", to: &writer) { text("text", "mrkdwn", markdown, &$0) }
    }

    private static func text(_ key: String, _ type: String, _ text: String, _ writer: inout JSONWriter) {
        writer.key(key)
        writer.object { writer in
            writer.member("type", type)
            writer.member("text", text)
        }
    }

    private static func writeFields(_ message: Message, to writer: inout JSONWriter) {
        writer.key("fields")
        writer.array { writer in
            for fact in MessageText.facts(message).prefix(10) {
                writer.object { writer in
                    writer.member("type", "mrkdwn")
                    writer.member("text", "*\(fact.name)*\n" + escaped(fact.value, to: 500))
                }
            }
        }
    }

    private static func writeContext(_ sparkline: String, to writer: inout JSONWriter) {
        writer.key("elements")
        writer.array { writer in
            writer.object { writer in
                writer.member("type", "plain_text")
                writer.member("text", sparkline)
            }
        }
    }

    private static func writeButtons(_ message: Message, to writer: inout JSONWriter) {
        writer.key("elements")
        writer.array { writer in
            for link in MessageText.links(message) {
                writer.object { writer in
                    writer.member("type", "button")
                    text("text", "plain_text", link.text, &writer)
                    writer.member("url", link.url)
                    writer.member("action_id", link.id)
                }
            }
        }
    }

    /// Escaped, and then at most so many characters, none of them cut in two.
    private static func escaped(_ text: String, to limit: Int) -> String {
        var result = ""
        var count = 0
        for scalar in text.unicodeScalars {
            let piece = escapes[scalar] ?? String(scalar)
            guard count + piece.unicodeScalars.count < limit else { return result + "…" }
            result += piece
            count += piece.unicodeScalars.count
        }
        return result
    }

    private static let escapes: [Unicode.Scalar: String] = ["&": "&amp;", "<": "&lt;", ">": "&gt;"]
}

internal import Networking

/// Sends mails over SMTP: plain text and HTML of the same facts; the mails of an incident are one thread.
///
/// - Source: RFC 5322 (header fields), RFC 2046, section 5.1.4 (`multipart/alternative`), RFC 3834 (`Auto-Submitted`).
struct Email: Notifier {
    /// Its line in the catalogue.
    static let entry = NotifierCatalog.Entry(
        "email", "mails with plain text and HTML over SMTP",
        keys: [
            NotifierKey("to", .list, isRequired: true), NotifierKey("from", .text, isRequired: true),
            NotifierKey("smtp", .text, isRequired: true), NotifierKey("username", .text),
            NotifierKey("password", .secret), .timeout, .sendResolved, .sendUpdates,
        ],
        make: { options throws(NotifierError) in .each(try Email(options)) })

    let events: Set<Delivery.Event>
    private let client: SMTPClient
    private let sender: String
    private let recipients: [String]

    init(_ options: NotifierOptions) throws(NotifierError) {
        events = options.events
        sender = try options.text("from")
        recipients = try options.list("to")
        guard SMTPClient.isAddress(sender) else {
            throw NotifierError(key: "from", reason: "\"\(sender)\" is no mail address as a@example.org")
        }
        for address in recipients where !SMTPClient.isAddress(address) {
            throw NotifierError(key: "to", reason: "\"\(address)\" is no mail address as a@example.org")
        }
        var configuration = SMTPClient.Configuration()
        configuration.username = options.optionalText("username")
        configuration.password = options.optionalText("password")
        guard configuration.username.isEmpty == configuration.password.isEmpty else {
            throw NotifierError(key: "username", reason: "a name and a password go together")
        }
        configuration.timeout = Double(try options.duration("timeout", 30_000)) / 1_000
        configuration.connectTimeout = min(configuration.timeout, configuration.connectTimeout)
        client = try Self.client(options.text("smtp"), configuration)
    }

    private static func client(
        _ url: String, _ configuration: SMTPClient.Configuration
    ) throws(NotifierError) -> SMTPClient {
        do throws(SMTPClientError) {
            return try SMTPClient(url: url, configuration: configuration)
        } catch {
            throw NotifierError(key: "smtp", reason: "\(error)")
        }
    }

    func send(_ payload: [UInt8], id: String, now: Int64) throws(NotifierFailure) {
        do throws(SMTPClientError) {
            try client.send(payload, from: sender, to: recipients)
        } catch {
            throw error.isTransient
                ? .retryLater(reason: "\(error)", after: nil) : .rejected(reason: "\(error)", isGone: false)
        }
    }

    // MARK: - The mail

    func payload(for message: Message) -> [UInt8] {
        let boundary = "=_bellwether-\(message.id)"
        let name = Delivery.name(of: message.incident, opened: message.opened)
        let thread = identifier(name + "-opened")
        let own = identifier(message.id)
        var mail = "Date: \(MailText.date(message.time))\r\n"
        mail += "From: Bellwether <\(sender)>\r\n"
        mail += "To: " + recipients.joined(separator: ",\r\n ") + "\r\n"
        mail += MailText.field("Subject", MessageText.cut(MessageText.headline(message), to: 200))
        mail += "Message-ID: \(own)\r\n"
        if own != thread { mail += "In-Reply-To: \(thread)\r\nReferences: \(thread)\r\n" }
        mail += "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
        mail += "Content-Type: multipart/alternative;\r\n boundary=\"\(boundary)\"\r\n\r\n"
        for (type, text) in [("plain", Self.plain(message)), ("html", Self.html(message))] {
            mail += "--\(boundary)\r\nContent-Type: text/\(type); charset=utf-8\r\n"
            mail += "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
            mail += MailText.quotedPrintable(text)
        }
        return Array((mail + "--\(boundary)--\r\n").utf8)
    }

    private func identifier(_ id: String) -> String {
        let domain = sender.split(separator: "@").last ?? "localhost"
        return "<\(id)@\(domain)>"
    }

    private static func plain(_ message: Message) -> String {
        var text = MessageText.headline(message) + "\n\n"
        if !message.sentence.isEmpty { text += message.sentence + "\n\n" }
        for fact in MessageText.facts(message) { text += "\(fact.name): \(fact.value)\n" }
        if let sparkline = MessageText.sparkline(message) { text += "\nNewest values: \(sparkline)\n" }
        let related = MessageText.related(message)
        if !related.isEmpty {
            text += "\nRelated:\n" + related.map { "  - \($0)\n" }.joined()
        }
        return text + "\n" + MessageText.links(message).map { "\($0.text): \($0.url)\n" }.joined()
    }

    private static func html(_ message: Message) -> String {
        var text = "<!DOCTYPE html>\n<html><body style=\"font-family:sans-serif\">\n"
        text += "<h2>\(MailText.html(MessageText.headline(message)))</h2>\n"
        if !message.sentence.isEmpty { text += "<p>\(MailText.html(message.sentence))</p>\n" }
        text += "<table>\n"
        for fact in MessageText.facts(message) {
            text += "<tr><th align=\"left\">\(fact.name)</th><td>\(MailText.html(fact.value))</td></tr>\n"
        }
        text += "</table>\n"
        if let sparkline = MessageText.sparkline(message) {
            text += "<p style=\"font-family:monospace\">\(sparkline)</p>\n"
        }
        let related = MessageText.related(message)
        if !related.isEmpty {
            let items = related.map { "<li>\(MailText.html($0))</li>\n" }.joined()
            text += "<p>Related:</p>\n<ul>\n\(items)</ul>\n"
        }
        let links = MessageText.links(message).map { link in
            "<a href=\"\(MailText.html(link.url))\">\(link.text)</a>"
        }
        return text + "<p>" + links.joined(separator: " &middot; ") + "</p>\n</body></html>\n"
    }
}

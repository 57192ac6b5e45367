/// Hands mails to one SMTP server, over libcurl; a connection for each.
///
/// TLS is used when the server offers STARTTLS, and from the start with smtps. Certificates are checked. A password
/// goes over TLS alone, but to a server on this machine.
///
/// - Source: RFC 5321; RFC 3207 (STARTTLS); RFC 8314 (smtps).
public struct SMTPClient: Sendable {
    /// Where to connect and as whom.
    public struct Configuration: Sendable, Equatable {
        /// Who logs in; nobody when it is empty.
        public var username = ""
        /// Never told in errors.
        public var password = ""
        /// Seconds within which a connection must be there.
        public var connectTimeout = 10.0
        /// Seconds for all of it.
        public var timeout = 30.0
        /// What the client calls itself in its greeting.
        public var greeting = "bellwether"

        /// Without a login.
        public init() {}
    }

    /// The server as it may be shown: `mail.example.org:25`.
    public let server: String
    let url: String
    let configuration: Configuration

    /// A client for a server; nothing is connected yet.
    ///
    /// - Parameter url: `smtp://host[:port]` or `smtps://host[:port]`; ports 25 and 465 when none is given.
    /// - Throws: ``SMTPClientError/invalidURL(reason:)``.
    public init(url: String, configuration: Configuration = Configuration()) throws(SMTPClientError) {
        let parts = url.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, ["smtp", "smtps"].contains(parts[0].lowercased()) else {
            throw .invalidURL(reason: "write smtp://HOST:PORT or smtps://HOST:PORT")
        }
        var authority = parts[1]
        if authority.last == "/" { authority.removeLast() }
        guard !authority.contains("@") else {
            throw .invalidURL(reason: "credentials do not belong in an address; use username and password")
        }
        guard !authority.isEmpty, authority.first != ":" else {
            throw .invalidURL(reason: "the host is missing")
        }
        guard authority.utf8.allSatisfy(Self.isHostByte) else {
            throw .invalidURL(reason: "after the host and port nothing follows")
        }
        server = String(authority)
        self.url = parts[0].lowercased() + "://" + authority
        self.configuration = configuration
    }

    /// Whether nothing may be said before the connection is encrypted.
    var requiresTLS: Bool {
        guard !configuration.password.isEmpty else { return false }
        let address = (try? Address(parsing: server)) ?? (try? Address(parsing: server + ":25"))
        return address?.isLoopback != true
    }

    /// Hands over a mail and waits until it was taken.
    ///
    /// A recipient that is refused does not keep the mail from the others; when all are, the last answer is thrown.
    ///
    /// - Parameters:
    ///   - sender: The address of the envelope, where failures are reported to.
    ///   - recipients: Addresses of the envelope, at least one.
    ///   - mail: Header and body as RFC 5322 has them, lines ending in CR LF; dots at line starts are doubled here.
    /// - Throws: ``SMTPClientError``.
    public func send(_ mail: [UInt8], from sender: String, to recipients: [String]) throws(SMTPClientError) {
        for (index, address) in ([sender] + recipients).enumerated() where !Self.isAddress(address) {
            throw .invalidAddress(index: index)
        }
        guard !recipients.isEmpty else { throw .invalidAddress(index: 1) }
        try CurlMail(self, sender: sender, recipients: recipients).perform(mail)
    }

    /// Whether a text can stand between `<` and `>` of an envelope: visible ASCII with one `@` inside.
    public static func isAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty }
            && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !Array("<>,;:\"()\\".utf8).contains($0) }
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch Unicode.Scalar(byte) {
        case "a"..."z", "A"..."Z", "0"..."9", ".", "-", "_", ":", "[", "]": true
        default: false
        }
    }
}

/// Why a mail was not taken. Neither credentials nor the mail are ever in it.
public enum SMTPClientError: Error, Equatable, Sendable {
    /// Not an address of smtp or smtps that can be asked.
    case invalidURL(reason: String)
    /// Not a mail address that can stand in an envelope; its place among the sender (0) and the recipients.
    case invalidAddress(index: Int)
    /// Nobody listens there.
    case refused(server: String)
    /// There is no connection, for another reason.
    case notConnected(server: String, reason: String)
    /// The host's name has no address.
    case hostNotFound(server: String)
    /// It took longer than so many seconds.
    case timedOut(server: String, seconds: Double)
    /// The server went away before it took the mail.
    case connectionLost(server: String, reason: String)
    /// The certificate is not valid, or TLS failed otherwise.
    case tls(server: String, reason: String)
    /// The server did not accept the name and password.
    case notAuthenticated(server: String)
    /// The server answered with a code of 400 or above, and words of its own.
    case declined(code: Int, reply: String)
    /// libcurl did not start.
    case libraryNotStarted
    /// libcurl gave up for another reason.
    case failed(server: String, code: Int, reason: String)

    /// Whether the same mail may be taken later: no for what was refused for good, or cannot be asked.
    public var isTransient: Bool {
        switch self {
        case .invalidURL, .invalidAddress, .notAuthenticated: false
        case .declined(let code, _): code < 500
        default: true
        }
    }
}

extension SMTPClientError: CustomStringConvertible {
    /// A sentence for the operator.
    public var description: String {
        switch self {
        case .invalidURL(let reason): "the mail server's address cannot be asked: \(reason)"
        case .invalidAddress(index: 0): "the sender is no mail address"
        case .invalidAddress(let index): "recipient \(index) is no mail address"
        case .refused(let server):
            "\(server): the connection was refused; does the mail server run, and on this port?"
        case .notConnected(let server, let reason): "\(server): no connection: \(reason)"
        case .hostNotFound(let server): "\(server): the host was not found; is the name right?"
        case .timedOut(let server, let seconds): "\(server): the mail was not taken within \(seconds) s"
        case .connectionLost(let server, let reason): "\(server): the connection was lost: \(reason)"
        case .tls(let server, let reason): "\(server): TLS failed: \(reason)"
        case .notAuthenticated(let server): "\(server): the name and password were not accepted"
        case .declined(let code, let reply):
            "the mail server declined with \(code)" + (reply.isEmpty ? "" : ": " + reply)
        case .libraryNotStarted: "libcurl did not start"
        case .failed(let server, let code, let reason): "\(server): libcurl error \(code): \(reason)"
        }
    }
}

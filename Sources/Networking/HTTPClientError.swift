/// Why a request has no answer. Addresses are told without their query, which may hold secrets.
public enum HTTPClientError: Error, Equatable, Sendable {
    /// Not an address of http or https that can be asked.
    case invalidURL(String, reason: String)
    /// A header field's name is no word, or its value has a line end or another control character.
    case invalidHeader(name: String)
    /// Nobody listens there.
    case refused(url: String)
    /// There is no connection, for another reason.
    case notConnected(url: String, reason: String)
    /// The host's name has no address.
    case hostNotFound(host: String)
    /// There was no connection, or no complete answer, in time.
    case timedOut(url: String, seconds: Double, whileConnecting: Bool)
    /// The client was told to give up, see ``HTTPClient/giveUp(inSeconds:)``.
    case givenUp(url: String)
    /// The server went away before the end of its answer.
    case connectionLost(url: String, reason: String)
    /// The answer's body, or its header, is larger than `limit` bytes.
    case responseTooLarge(url: String, limit: Int)
    /// What came back is not HTTP, or leads away from it.
    case malformedResponse(url: String, reason: String)
    /// The certificate is not valid, or TLS failed otherwise.
    case tls(url: String, reason: String)
    /// More redirects than allowed.
    case tooManyRedirects(url: String, limit: Int)
    /// libcurl did not start.
    case libraryNotStarted
    /// libcurl gave up for another reason.
    case failed(url: String, code: Int, reason: String)

    /// An address as it may be shown: no query, no credentials.
    static func shown(_ url: String) -> String {
        let plain = url.prefix { $0 != "?" && $0 != "#" }
        let parts = plain.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return String(plain) }
        let authority = parts[1].prefix { $0 != "/" }
        guard let mark = authority.lastIndex(of: "@") else { return String(plain) }
        return parts[0] + "://" + parts[1][plain.index(after: mark)...]
    }
}

extension HTTPClientError: CustomStringConvertible {
    /// A sentence for the operator.
    public var description: String {
        switch self {
        case .invalidURL(let url, let reason): "\"\(url)\" is no address to ask: \(reason)"
        case .invalidHeader(let name): "the header field \"\(name)\" has a malformed name or value"
        case .refused(let url): "\(url): the connection was refused; does the server run, and on this port?"
        case .notConnected(let url, let reason): "\(url): no connection: \(reason)"
        case .hostNotFound(let host): "the host \"\(host)\" was not found; is the name right?"
        case .timedOut(let url, let seconds, whileConnecting: true):
            "\(url): no connection within \(Self.text(seconds)) s"
        case .timedOut(let url, let seconds, whileConnecting: false):
            "\(url): no complete answer within \(Self.text(seconds)) s"
        case .givenUp(let url): "\(url): given up, since the program ends"
        case .connectionLost(let url, let reason): "\(url): the connection was lost: \(reason)"
        case .responseTooLarge(let url, let limit): "\(url): the answer is larger than \(limit) bytes"
        case .malformedResponse(let url, let reason): "\(url): the answer is no HTTP: \(reason)"
        case .tls(let url, let reason): "\(url): TLS failed: \(reason)"
        case .tooManyRedirects(let url, let limit): "\(url): more than \(limit) redirects"
        case .libraryNotStarted: "libcurl did not start"
        case .failed(let url, let code, let reason): "\(url): libcurl error \(code): \(reason)"
        }
    }

    private static func text(_ seconds: Double) -> String {
        Int(exactly: seconds).map(String.init) ?? String(seconds)
    }
}

internal import Synchronization

/// Asks one HTTP or HTTPS server, over libcurl.
///
/// Calls block until the answer is there. One request is on its way at a time, further callers wait; the
/// connection is kept open from one to the next. Copies share the connection.
///
/// Redirects are answers as any other unless ``Configuration/redirects`` allows them. No proxy of the
/// environment is used, no cookie kept and no content coding asked for.
public struct HTTPClient: Sendable {
    /// What a server may do.
    public struct Configuration: Sendable, Equatable {
        /// Seconds within which a connection, TLS included, must be there.
        public var connectTimeout = 5.0
        /// Seconds for all of it, from the connection to the last byte of the answer.
        public var timeout = 30.0
        /// The largest body of an answer.
        public var maximumResponseBytes = 16 << 20
        /// The largest header of an answer, all fields together.
        public var maximumHeaderBytes = 256 << 10
        /// How many redirects to follow, to http and https only; 0 for none. The body is not sent again after
        /// 301, 302 and 303.
        public var redirects = 0
        /// Whether the certificate of an https server must be valid; turn it off for tests alone.
        public var verifiesCertificates = true
        /// What the client calls itself.
        public var userAgent = "bellwether"

        /// The defaults suit an API that answers soon.
        public init() {}
    }

    /// What every target is appended to: scheme, host, port and perhaps a path, without a slash at its end.
    public let baseURL: String
    private let configuration: Configuration
    private let connection: Connection
    private let patience = HTTPPatience()

    /// A client for the server at `baseURL`; nothing is connected yet.
    ///
    /// - Parameter baseURL: `http://host[:port][/path]` or the same with https; no query, no credentials.
    /// - Throws: ``HTTPClientError/invalidURL(_:reason:)``, ``HTTPClientError/libraryNotStarted``.
    public init(baseURL: String, configuration: Configuration = Configuration()) throws(HTTPClientError) {
        if let reason = Self.fault(ofBase: baseURL) {
            throw .invalidURL(HTTPClientError.shown(baseURL), reason: reason)
        }
        var base = baseURL[...]
        while base.last == "/" { base.removeLast() }
        self.baseURL = String(base)
        self.configuration = configuration
        connection = Connection(try CurlHandle())
    }

    /// Sends a request and waits for its answer, whatever its status.
    ///
    /// - Parameters:
    ///   - target: Path and query, percent-encoded, as `/api/v1/query?query=up`; see ``target(_:query:)``.
    ///   - headers: Fields to send as they are; without `Content-Type` none is sent.
    /// - Returns: Status, fields in order with names in lower case, and the body as sent.
    /// - Throws: ``HTTPClientError``.
    public func send(
        _ method: HTTPMethod, _ target: String, headers: [(name: String, value: String)] = [],
        body: [UInt8] = []
    ) throws(HTTPClientError) -> HTTPResponse {
        guard target.isEmpty || target.first == "/" || target.first == "?", Self.isPlain(target) else {
            throw .invalidURL(
                baseURL + HTTPClientError.shown(target),
                reason: "a path begins with '/' and is percent-encoded, without blanks and '#'")
        }
        for field in headers where !Self.isValid(field) { throw .invalidHeader(name: field.name) }
        let request = CurlRequest(
            method: method, url: baseURL + target, headers: headers, body: body, configuration: configuration,
            patience: patience)
        return try connection.send(request)
    }

    /// Gives up what is not answered by then, requests on their way and later ones: within a second of it.
    ///
    /// - Parameter seconds: From now on; at least 0.
    public func giveUp(inSeconds seconds: Double) { patience.end(inSeconds: seconds) }

    /// The target of a path and a query, whose names and values are percent-encoded.
    ///
    /// - Source: RFC 3986, section 2.3: letters, digits and `-._~` stand for themselves.
    public static func target(_ path: String, query: [(name: String, value: String)]) -> String {
        guard !query.isEmpty else { return path }
        let pairs = query.map { percentEncoded($0.name) + "=" + percentEncoded($0.value) }
        return path + "?" + pairs.joined(separator: "&")
    }

    private static func percentEncoded(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch Unicode.Scalar(byte) {
            case "a"..."z", "A"..."Z", "0"..."9", "-", ".", "_", "~":
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                result += "%" + Digest.hexadecimal([byte]).uppercased()
            }
        }
        return result
    }
}

// MARK: - Checks

extension HTTPClient {
    private static func fault(ofBase url: String) -> String? {
        let parts = url.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, ["http", "https"].contains(parts[0].lowercased()) else {
            return "write http://HOST:PORT or https://HOST:PORT"
        }
        let authority = parts[1].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !authority.isEmpty, authority.first != ":" else { return "the host is missing" }
        guard !authority.contains("@") else {
            return "credentials do not belong in an address; send an Authorization header"
        }
        guard isPlain(url) else { return "blanks and '#' cannot stand here" }
        guard !parts[1].contains("?") else { return "a query belongs to the request" }
        return nil
    }

    /// Whether a text has visible characters of ASCII only, and no fragment.
    private static func isPlain(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") }
    }

    /// Whether a field can be sent without making more than one field of it.
    private static func isValid(_ field: (name: String, value: String)) -> Bool {
        let isValue = field.value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
        return isFieldName(field.name) && isValue
    }

    /// Whether a text can be the name of a field that is sent.
    public static func isFieldName(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                switch Unicode.Scalar(byte) {
                case "a"..."z", "A"..."Z", "0"..."9", "-", "_": true
                default: false
                }
            }
    }
}

/// Until when a client waits for answers.
final class HTTPPatience: Sendable {
    /// Nanoseconds of the monotonic clock.
    private let last = Atomic<UInt64>(.max)

    /// Whether that has passed.
    var isOver: Bool { last.load(ordering: .relaxed) <= monotonicNanoseconds() }

    func end(inSeconds seconds: Double) {
        last.store(
            monotonicNanoseconds() + UInt64(min(max(seconds, 0), 1e9) * 1e9), ordering: .relaxed)
    }
}

/// The one handle of a client, for one request at a time.
private final class Connection: Sendable {
    private let handle: Mutex<CurlHandle>

    init(_ handle: consuming sending CurlHandle) {
        self.handle = Mutex(handle)
    }

    func send(_ request: CurlRequest) throws(HTTPClientError) -> HTTPResponse {
        try handle.withLock { handle throws(HTTPClientError) in try handle.perform(request) }
    }
}

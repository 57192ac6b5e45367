internal import Networking

/// Who may ask: three checks on the head of a request, before its body is read.
///
/// - A page of another site that made its name point at this machine (DNS rebinding) sends its own `Host`.
/// - A page of another site that posts here (cross-site request forgery) sends its own `Origin`, and so
///   does a page of another port of this machine.
/// - Everyone else, where a token is configured, must send it.
public struct Guard: Sendable {
    private let token: Token?
    private let allowed: Set<String>
    /// Where pages of the allowed hosts come from when a proxy in front keeps those names from `Host`.
    private let publicPlaces: Set<Place>
    private let acceptsAddresses: Bool

    /// A host and a port.
    struct Place: Hashable {
        var host: String
        var port: Int
    }

    /// A guard.
    ///
    /// - Parameters:
    ///   - token: What a client must send, if anything.
    ///   - listenHost: The host that is listened on. With `0.0.0.0` or `::` every IP address is a good `Host`:
    ///     a name can be made to point here, an address cannot.
    ///   - allowedHosts: Further names under which the service is reached, without a port: their pages come from
    ///     port 80 or 443.
    public init(token: Token?, listenHost: String, allowedHosts: [String]) {
        self.token = token
        let names = ["localhost", "127.0.0.1", "::1", listenHost] + allowedHosts
        allowed = Set(names.compactMap { Guard.hostName(of: $0) ?? Guard.hostName(of: "[\($0)]") })
        let publicNames = allowedHosts.compactMap { Guard.hostName(of: $0) ?? Guard.hostName(of: "[\($0)]") }
        publicPlaces = Set(publicNames.flatMap { [Place(host: $0, port: 80), Place(host: $0, port: 443)] })
        acceptsAddresses = ["0.0.0.0", "::", "[::]", ""].contains(listenHost)
    }

    /// Returns when every `Host` is one of ours; HTTP/1.0 may send none.
    ///
    /// - Throws: ``Problem`` 403.
    func checkHost(of request: HTTPRequest) throws(Problem) {
        for field in request.headers where field.name == "host" {
            let name = Guard.hostName(of: field.value.trimmed)
            if let name, allowed.contains(name) || acceptsAddresses && Guard.isAddress(name) { continue }
            throw Problem(
                "foreign-host", 403, "Foreign host",
                detail:
                    "Host \"\(field.value)\" is not a name of this service; see the setting allowed-hosts.")
        }
    }

    /// Returns when a request that changes something does not come from a page of another site or port.
    ///
    /// A good page came from where it posts to: its `Origin` names the host and port of `Host`, whatever the
    /// scheme, since a proxy in front may end TLS. A proxy that sends another `Host` needs its public name among
    /// the allowed hosts. A browser's own word that the page is foreign counts before either.
    ///
    /// - Throws: ``Problem`` 403.
    func checkOrigin(of request: HTTPRequest) throws(Problem) {
        guard ["POST", "PUT", "DELETE", "PATCH"].contains(request.method) else { return }
        for field in request.headers where field.name == "sec-fetch-site" {
            let site = field.value.trimmed.lowercased()
            guard site == "cross-site" || site == "same-site" else { continue }
            throw Problem(
                "foreign-origin", 403, "Foreign origin",
                detail: "A page of another origin (Sec-Fetch-Site \"\(site)\") may not change anything here.")
        }
        let host = request.header("host")?.trimmed
        for field in request.headers where field.name == "origin" {
            let origin = field.value.trimmed
            if let own = host.flatMap({ Guard.place(ofHost: $0, asSchemeOf: origin) }),
                own == Guard.place(ofOrigin: origin)
            {
                continue
            }
            if let place = Guard.place(ofOrigin: origin), publicPlaces.contains(place) { continue }
            throw Problem(
                "foreign-origin", 403, "Foreign origin",
                detail: "Origin \"\(field.value)\" is not the host and port of this service, "
                    + "\"\(host ?? "")\", and may not change anything here; see the setting allowed-hosts.")
        }
    }

    /// Returns when the request carries the token, or none is needed; `Token` is the word of InfluxDB's clients.
    ///
    /// - Throws: ``Problem`` 401.
    func checkToken(of request: HTTPRequest) throws(Problem) {
        guard let token else { return }
        let field = request.header("authorization")?.trimmed ?? ""
        for scheme in ["bearer ", "token "] where field.prefix(scheme.count).lowercased() == scheme {
            if token.equals(field.dropFirst(scheme.count).trimmed) { return }
        }
        var problem = Problem(
            "unauthorized", 401, "Unauthorized",
            detail: field.isEmpty
                ? "Send the token as \"Authorization: Bearer TOKEN\"."
                : "The token is not the one of --token-file.")
        problem.headers = [("WWW-Authenticate", "Bearer")]
        throw problem
    }
}

// MARK: - Names

extension Guard {
    /// The host of a `Host` header without its port, in lower case, an IPv6 address without brackets.
    static func hostName(of field: String) -> String? {
        let text = field.lowercased()
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            let name = text[text.index(after: text.startIndex)..<end]
            guard isPort(text[text.index(after: end)...]), name.contains(":") else { return nil }
            return String(name)
        }
        let end = text.firstIndex(of: ":") ?? text.endIndex
        var name = text[..<end]
        if name.last == "." { name.removeLast() }
        guard !name.isEmpty, isPort(text[end...]) else { return nil }
        return String(name)
    }

    /// Where an `Origin` header says that a page came from; `nil` for `null` and for any scheme but HTTP.
    static func place(ofOrigin field: String) -> Place? {
        let text = field.lowercased()
        guard let scheme = schemes.first(where: { text.hasPrefix($0.prefix) }) else { return nil }
        return place(of: String(text.dropFirst(scheme.prefix.count)), port: scheme.port)
    }

    /// The place of a `Host` header; its port is that of the scheme of `origin` where it names none.
    static func place(ofHost field: String, asSchemeOf origin: String) -> Place? {
        let text = origin.lowercased()
        guard let scheme = schemes.first(where: { text.hasPrefix($0.prefix) }) else { return nil }
        return place(of: field, port: scheme.port)
    }

    private static let schemes = [(prefix: "http://", port: 80), (prefix: "https://", port: 443)]

    private static func place(of field: String, port: Int) -> Place? {
        guard let name = hostName(of: field) else { return nil }
        guard let colon = field.lastIndex(of: ":"), !field[colon...].contains("]") else {
            return Place(host: name, port: port)
        }
        let digits = field[field.index(after: colon)...]
        if digits.isEmpty { return Place(host: name, port: port) }
        return Int(digits).map { Place(host: name, port: $0) }
    }

    /// Whether a text is empty or a colon and digits.
    private static func isPort(_ text: Substring) -> Bool {
        guard let first = text.first else { return true }
        return first == ":" && text.dropFirst().allSatisfy { $0.isASCII && $0.isNumber }
    }

    /// Whether a host is an IP address and no name: it has a colon, or ends in a digit, as no top-level domain does.
    private static func isAddress(_ name: String) -> Bool {
        name.contains(":") || name.last.map { $0.isASCII && $0.isNumber } == true
    }
}

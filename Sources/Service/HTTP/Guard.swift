internal import Networking

/// Who may ask: three checks on the head of a request, before its body is read.
///
/// - A page of another site that made its name point at this machine (DNS rebinding) sends its own `Host`.
/// - A page of another site that posts here (cross-site request forgery) sends its own `Origin`.
/// - Everyone else, where a token is configured, must send it.
public struct Guard: Sendable {
    private let token: Token?
    private let allowed: Set<String>
    private let acceptsAddresses: Bool

    /// A guard.
    ///
    /// - Parameters:
    ///   - token: What a client must send, if anything.
    ///   - listenHost: The host that is listened on. With `0.0.0.0` or `::` every IP address is a good `Host`:
    ///     a name can be made to point here, an address cannot.
    ///   - allowedHosts: Further names under which the service is reached, without a port.
    public init(token: Token?, listenHost: String, allowedHosts: [String]) {
        self.token = token
        let names = ["localhost", "127.0.0.1", "::1", listenHost] + allowedHosts
        allowed = Set(names.compactMap { Guard.hostName(of: $0) ?? Guard.hostName(of: "[\($0)]") })
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

    /// Returns when a request that changes something does not come from a page of another site.
    ///
    /// - Throws: ``Problem`` 403.
    func checkOrigin(of request: HTTPRequest) throws(Problem) {
        guard ["POST", "PUT", "DELETE", "PATCH"].contains(request.method) else { return }
        for field in request.headers where field.name == "origin" {
            if let name = Guard.originName(of: field.value.trimmed) {
                if allowed.contains(name) { continue }
                // An address is good where the page came from it: then it is this service.
                let host = request.header("host").flatMap { Guard.hostName(of: $0.trimmed) }
                if acceptsAddresses, Guard.isAddress(name), name == host { continue }
            }
            throw Problem(
                "foreign-origin", 403, "Foreign origin",
                detail:
                    "Origin \"\(field.value)\" may not change anything here; see the setting allowed-hosts.")
        }
    }

    /// Returns when the request carries the token, or none is needed.
    ///
    /// - Throws: ``Problem`` 401.
    func checkToken(of request: HTTPRequest) throws(Problem) {
        guard let token else { return }
        let field = request.header("authorization")?.trimmed ?? ""
        let scheme = "bearer "
        let sent = field.dropFirst(scheme.count).trimmed
        if field.prefix(scheme.count).lowercased() == scheme, token.equals(sent) { return }
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

    /// The host of an `Origin` header; `nil` for `null` and for any scheme but HTTP.
    static func originName(of field: String) -> String? {
        let text = field.lowercased()
        guard let scheme = ["http://", "https://"].first(where: text.hasPrefix) else { return nil }
        return hostName(of: String(text.dropFirst(scheme.count)))
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

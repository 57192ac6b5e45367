internal import Networking

/// A place that messages are posted to; its address may be secret.
struct HTTPReceiver: Sendable {
    private let client: HTTPClient
    private let target: String
    private let secrets: [String]

    /// - Parameters:
    ///   - url: http or https, perhaps with a query; without credentials.
    ///   - key: Where it was configured.
    ///   - secrets: Texts that no failure may repeat.
    ///   - timeout: Milliseconds.
    init(_ url: String, key: String, secrets: [String] = [], timeout: Int64) throws(NotifierError) {
        let host = url.utf8.end(of: "://") ?? url.endIndex
        let end = url[host...].firstIndex { $0 == "/" || $0 == "?" } ?? url.endIndex
        let rest = String(url[end...])
        guard rest.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") }) else {
            throw NotifierError(
                key: key, reason: "blanks, '#' and letters beyond ASCII cannot stand in a URL")
        }
        var configuration = HTTPClient.Configuration()
        configuration.timeout = Double(timeout) / 1_000
        configuration.connectTimeout = min(configuration.timeout, configuration.connectTimeout)
        configuration.maximumResponseBytes = 1 << 20
        configuration.redirects = 0
        client = try Self.client(String(url[..<end]), configuration, key: key)
        target = rest.isEmpty ? "/" : rest
        // Of a secret address the path is the secret.
        self.secrets = secrets + (secrets.contains(url) && rest.utf8.count > 1 ? [rest] : [])
    }

    /// Posts a body, and waits for the answer.
    ///
    /// - Parameter now: Milliseconds since 1970.
    func post(
        _ body: [UInt8], type: String = "application/json", headers: [(name: String, value: String)] = [],
        now: Int64
    ) throws(NotifierFailure) {
        let answer = try ask(body, [("Content-Type", type)] + headers)
        if let failure = HTTPVerdict.failure(of: answer, secrets: secrets, now: now) { throw failure }
    }

    private func ask(
        _ body: [UInt8], _ headers: [(name: String, value: String)]
    ) throws(NotifierFailure) -> HTTPResponse {
        do throws(HTTPClientError) {
            return try client.send(.post, target, headers: headers, body: body)
        } catch {
            throw HTTPVerdict.failure(of: error)
        }
    }

    private static func client(
        _ base: String, _ configuration: HTTPClient.Configuration, key: String
    ) throws(NotifierError) -> HTTPClient {
        do throws(HTTPClientError) {
            return try HTTPClient(baseURL: base, configuration: configuration)
        } catch {
            guard case .invalidURL(_, let reason) = error else {
                throw NotifierError(key: key, reason: "\(error)")
            }
            throw NotifierError(key: key, reason: reason)
        }
    }
}

extension String.UTF8View {
    /// Where the text after the first occurrence of another begins.
    fileprivate func end(of text: String) -> Index? {
        var place = startIndex
        while place != endIndex {
            if self[place...].starts(with: text.utf8) { return index(place, offsetBy: text.utf8.count) }
            formIndex(after: &place)
        }
        return nil
    }
}

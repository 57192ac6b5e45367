internal import Networking

/// One file of the page, ready to be sent.
struct Asset: Sendable {
    /// The media type, by the end of the name.
    let contentType: String
    /// The file.
    let body: [UInt8]
    /// The file, compressed; `nil` when that would gain nothing.
    let compressed: [UInt8]?
    /// A name of these bytes: the start of their SHA-256.
    let digest: String

    private static let types = [
        ("html", "text/html; charset=utf-8"), ("js", "text/javascript; charset=utf-8"),
        ("css", "text/css; charset=utf-8"), ("svg", "image/svg+xml"), ("json", "application/json"),
        ("yml", "application/yaml"),
    ]

    init(name: String, body: [UInt8]) {
        contentType = Asset.types.first { name.hasSuffix("." + $0.0) }?.1 ?? "application/octet-stream"
        self.body = body
        let small = try? ContentCoding.gzip.encode(body, level: 9)
        compressed = small.flatMap { $0.count < body.count ? $0 : nil }
        digest = String(Digest.hexadecimal(Digest.sha256(body)).prefix(24))
    }

    /// The whole file, or 304 when the client has these bytes already.
    ///
    /// A client asks again each time (`no-cache`): a new version of the program is a new page at once.
    ///
    /// - Source: RFC 9110, sections 8.8.3 (entity tags differ by coding) and 13.1.2.
    func answer(to request: HTTPRequest) -> HTTPResponse {
        let coded = Asset.acceptsGzip(request) ? compressed : nil
        let tag = coded == nil ? "\"\(digest)\"" : "\"\(digest)-gzip\""
        var headers = [
            (name: "ETag", value: tag), (name: "Cache-Control", value: "no-cache"),
            (name: "Vary", value: "Accept-Encoding"),
            (name: "Content-Security-Policy", value: Dashboard.policy),
            (name: "Referrer-Policy", value: "no-referrer"),
        ]
        if Asset.names(request.header("if-none-match"), tag) {
            return HTTPResponse(status: 304, headers: headers)
        }
        if coded != nil { headers.append(("Content-Encoding", "gzip")) }
        return HTTPResponse(contentType: contentType, headers: headers, body: coded ?? body)
    }

    private static func acceptsGzip(_ request: HTTPRequest) -> Bool {
        guard let field = request.header("accept-encoding") else { return false }
        return field.split(separator: ",").contains { part in
            let words = part.split(separator: ";").map { String($0).trimmed.lowercased() }
            guard words.first == "gzip" else { return false }
            return !words.dropFirst().contains { ["q=0", "q=0.0", "q=0.00", "q=0.000"].contains($0) }
        }
    }

    /// Whether a list of entity tags has one, compared weakly.
    private static func names(_ list: String?, _ tag: String) -> Bool {
        guard let list else { return false }
        return list.split(separator: ",").contains { part in
            let one = String(part).trimmed
            return one == "*" || one == tag || one == "W/" + tag
        }
    }
}

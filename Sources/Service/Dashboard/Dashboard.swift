internal import CDashboard
internal import Networking

/// The live page: its files, compiled into the program, and the routes that serve them.
///
/// All of it is public: the files hold nothing of a service. What the page shows it asks from the API, with the
/// token that the viewer typed.
public enum Dashboard {
    /// The names of its files, as `/assets/NAME` has them.
    public static var names: [String] { assets.keys.sorted() }

    /// The bytes of one of its files; `nil` when there is none of this name.
    public static func bytes(of name: String) -> [UInt8]? { assets[name]?.body }

    /// The routes, one line each.
    static let routes: [Route] = [
        Route(
            .get, "/",
            aliases: ["/dashboards/live-main-dashboard", "/dashboards/performance-dashboard-main"],
            "The live page.", isPublic: true, answer: .other("text/html")
        ) { request, _ in try answer(request, "index.html") },
        Route(
            .get, "/assets/{name}", "A file of the live page, or one for Prometheus or Grafana.",
            isPublic: true, answer: .other("text/plain")
        ) { request, _ in try answer(request, request.parameter("name")) },
    ]

    /// Only what this service serves may load or run, nowhere may the page be framed.
    ///
    /// - Source: *Content Security Policy Level 3*, W3C.
    static let policy =
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"

    private static let assets: [String: Asset] = {
        var result: [String: Asset] = [:]
        for index in 0..<cdashboard_count() {
            let asset = cdashboard_asset_at(index)
            guard let name = asset.name, let bytes = asset.bytes else { continue }
            result[String(cString: name)] = Asset(
                name: String(cString: name),
                body: Array(UnsafeBufferPointer(start: bytes, count: asset.count)))
        }
        return result
    }()

    private static func answer(_ request: Request, _ name: String) throws(Problem) -> HTTPResponse {
        guard let asset = assets[name] else {
            throw Problem(
                "not-found", 404, "Not found",
                detail: "There is no asset \"\(name)\"; there are \(names.joined(separator: ", ")).")
        }
        return asset.answer(to: request.http)
    }
}

internal import Networking

extension Handlers {
    /// What the service counts about itself.
    @Sendable static func metrics(_ request: Request, _ context: Context) -> HTTPResponse {
        let form = Exposition.Form(accept: request.http.header("accept"))
        let text = context.metrics.exposition(
            form, workers: context.workers(), monitor: context.monitor, trainer: context.trainer,
            clocks: context.clocks)
        return .text(text, contentType: form.contentType)
    }

    /// The description of a table of routes for programs, made once.
    static func openAPI(_ document: [UInt8]) -> Handler {
        { _, _ in HTTPResponse(contentType: "application/json", body: document) }
    }

    /// A page with the links of a table of routes, made once.
    static func index(of routes: [Route], version: String) -> Handler {
        var page = """
            <!doctype html><html lang="en"><head><meta charset="utf-8"><title>Bellwether</title></head><body>
            <h1>Bellwether \(escaped(version))</h1>
            <p>Anomaly detection and forecasting for streamed metrics.</p>
            <table>

            """
        for route in routes {
            let isLink = route.method == .get && !route.pattern.contains("{")
            let path = escaped(route.pattern)
            let name = isLink ? "<a href=\"\(path)\">\(path)</a>" : path
            page +=
                "<tr><td>\(route.method.rawValue)</td><td>\(name)</td><td>\(escaped(route.summary))</td></tr>\n"
        }
        page += "</table></body></html>\n"
        let body = Array(page.utf8)
        return { _, _ in
            HTTPResponse(
                contentType: "text/html; charset=utf-8",
                headers: [("Content-Security-Policy", "default-src 'self'")], body: body)
        }
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.append(character)
            }
        }
        return result
    }
}

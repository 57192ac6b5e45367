import Foundation
import Networking
import Service
import TestSupport
import Testing

/// A service with a page, and a browser that looks at it.
struct DashboardStage {
    let folder: TemporaryFolder
    let service: RunningProgram
    let address: String
    let client: HTTPClient
    let browser: Browser

    init() throws {
        folder = try TemporaryFolder()
        service = try RunningProgram.serve(data: folder("data"), log: folder("service.log"))
        address = try service.address()
        client = try HTTPClient(baseURL: address)
        browser = try Browser(folder: folder)
    }

    /// The number of the port of the service.
    var port: Int { Int(address.split(separator: ":").last ?? "") ?? 0 }

    /// Posts lines of points.
    func post(_ lines: [String]) throws {
        let answer = try client.send(
            .post, "/api/v1/import", headers: [("Content-Type", "application/x-ndjson")],
            body: Array((lines.joined(separator: "\n") + "\n").utf8))
        guard answer.status == 200 else {
            throw Browser.Failure(description: String(decoding: answer.body, as: UTF8.self))
        }
    }

    /// The number of the one series whose name or labels have a text.
    func series(_ text: String) throws -> Int {
        let answer = try client.send(.get, "/api/v1/fleet?search=" + text)
        let rows = try JSONDocument(answer.body).root["rows"]?.elements.map(Array.init) ?? []
        return try #require(rows.first?["id"]?.integer, "no series has \(text)")
    }

    /// Shows a view, from the start: another hash alone would keep what the page knows.
    func show(_ view: String, at address: String? = nil) throws {
        try browser.open("about:blank")
        try browser.open((address ?? self.address) + "/#/" + view)
    }

    /// Posts a point a second up to now, and shows their chart over a line that can be cut, when it is live.
    ///
    /// - Returns: The line, and the time of the next point.
    func showOverLine(points: Int) throws -> (line: CuttableLine, now: Int) {
        let cable = try CuttableLine(to: port)
        let now = Int(Date().timeIntervalSince1970)
        try post([line("queue_depth", "plain", from: now - points, count: points)])
        try show("series/\(series("queue_depth"))", at: "http://127.0.0.1:\(cable.port)")
        try browser.wait("document.querySelector('canvas.chart')?.dataset.points === '\(points)'")
        try browser.wait("document.getElementById('connection').dataset.state === 'live'")
        return (cable, now)
    }

    /// How many streams the service holds, once it holds so many, or when it has not for a while.
    func streams(awaiting count: Int) throws -> Int {
        var found = -1
        for _ in 0..<100 where found != count {
            usleep(100_000)
            let text = String(decoding: try client.send(.get, "/metrics").body, as: UTF8.self)
            let row = text.split(separator: "\n").first { $0.hasPrefix("bellwether_live_streams ") }
            found = try #require(row?.split(separator: " ").last.flatMap { Int($0) })
        }
        return found
    }

    /// What a function body makes of the modules of the page, by name: `scale`, `draw`, `metric`, `format`.
    func modules(_ body: String) throws -> Any {
        try browser.runLater(
            """
            Promise.all(["scale", "draw", "metric", "format"].map((name) => import(`/assets/${name}.js`)))
                .then(([scale, draw, metric, format]) => { \(body) })
                .then(done, (error) => done(`failed: ${error}`));
            """)
    }
}

/// A line of points of one series, one a second, a wave.
func line(_ name: String, _ label: String, from start: Int, count: Int) -> String {
    let times = (start..<start + count).map { "\($0)" }.joined(separator: ",")
    let values = (start..<start + count).map { String(format: "%.3f", 50 + 10 * sin(Double($0) / 9)) }
    let escaped = label.replacingOccurrences(of: "\"", with: "\\\"")
    return #"{"labels":{"__name__":"\#(name)","note":"\#(escaped)"},"timestamps":[\#(times)],"#
        + #""values":[\#(values.joined(separator: ","))]}"#
}

/// Whether the browser is there.
let hasBrowser =
    Program.bellwether != nil && Program.installed("chromium") != nil
    && Program.installed("chromedriver") != nil
/// Whether the service has what the page asks for.
let hasLiveAPI = Set(Routes.all.map(\.pattern)).isSuperset(
    of: ["/api/v1/fleet", "/api/v1/series/{id}/chart", "/api/v1/stream", "/api/v1/incidents"])

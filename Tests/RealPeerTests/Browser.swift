import Foundation
import Networking
import TestSupport

/// A headless Chromium, driven through chromedriver; both end with this value.
///
/// - Source: *WebDriver*, W3C Recommendation; chromedriver's own commands begin with `goog/`.
final class Browser {
    /// Why a command failed.
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    private let driver: RunningProgram
    private let client: HTTPClient
    private var session = ""

    /// Starts both.
    ///
    /// - Parameter folder: Where chromedriver's words go.
    init(folder: TemporaryFolder) throws {
        guard let path = Program.installed("chromedriver") else {
            throw Failure(description: "no chromedriver")
        }
        let port = try FreePort.next()
        driver = try RunningProgram(path, ["--port=\(port)"], log: folder("chromedriver.log"))
        var configuration = HTTPClient.Configuration()
        configuration.timeout = 60
        client = try HTTPClient(baseURL: "http://127.0.0.1:\(port)", configuration: configuration)
        let driver = driver
        let client = client
        try driver.wait("chromedriver", within: 20) { (try? client.send(.get, "/status"))?.status == 200 }
        let words = [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
            "--window-size=1280,900",
        ]
        let wanted: [String: Any] = [
            "goog:chromeOptions": ["args": words], "goog:loggingPrefs": ["browser": "ALL"],
        ]
        let made = try command(.post, "/session", ["capabilities": ["alwaysMatch": wanted]])
        guard let id = (made as? [String: Any])?["sessionId"] as? String else {
            throw Failure(description: "no session: \(made)")
        }
        session = "/session/" + id
    }

    deinit {
        // The browser is a child of chromedriver, which ends it with the session.
        if !session.isEmpty { _ = try? client.send(.delete, session) }
        _ = try? driver.stop(within: 10)
    }

    /// Goes to an address.
    func open(_ address: String) throws {
        _ = try command(.post, session + "/url", ["url": address])
    }

    /// Opens a tab and goes on in it; its name.
    func newTab() throws -> String {
        let made = try command(.post, session + "/window/new", ["type": "tab"]) as? [String: Any]
        guard let name = made?["handle"] as? String else { throw Failure(description: "no tab") }
        try switchTo(name)
        return name
    }

    /// Shows a tab and goes on in it.
    func switchTo(_ tab: String) throws {
        _ = try command(.post, session + "/window", ["handle": tab])
        try chromium("Page.bringToFront", [:])
    }

    /// Goes back to the page before.
    func back() throws {
        _ = try command(.post, session + "/back", [:])
    }

    /// Runs the body of a function in the page; what it returns.
    @discardableResult
    func run(_ script: String) throws -> Any {
        try command(.post, session + "/execute/sync", ["script": script, "args": [Any]()])
    }

    /// Runs a body that calls `done` with its result later.
    func runLater(_ script: String) throws -> Any {
        let body = "const done = arguments[arguments.length - 1];" + script
        return try command(.post, session + "/execute/async", ["script": body, "args": [Any]()])
    }

    /// The text of the first element that a selector finds.
    func text(_ selector: String) throws -> String {
        try run("return document.querySelector('\(selector)')?.textContent ?? ''") as? String ?? ""
    }

    /// Waits until an expression holds in the page.
    func wait(_ expression: String, within seconds: Double = 30) throws {
        let end = ContinuousClock.now + .seconds(seconds)
        while try run("return Boolean(\(expression))") as? Bool != true {
            guard ContinuousClock.now < end else {
                let page = try run("return document.body.innerText") as? String ?? ""
                throw Failure(
                    description: "not within \(seconds) s: \(expression); the page: \(page.prefix(1500))")
            }
            usleep(100_000)
        }
    }

    /// A command of Chromium's own protocol.
    func chromium(_ name: String, _ parameters: [String: Any]) throws {
        _ = try command(.post, session + "/goog/cdp/execute", ["cmd": name, "params": parameters])
    }

    /// What the page's console has as errors since the last call.
    func errors() throws -> [String] {
        let entries = try command(.post, session + "/se/log", ["type": "browser"]) as? [[String: Any]] ?? []
        return entries.filter { $0["level"] as? String == "SEVERE" }.compactMap { $0["message"] as? String }
    }

    /// A picture of what is seen, as PNG.
    func picture() throws -> Data {
        let text = try command(.get, session + "/screenshot", nil) as? String ?? ""
        return Data(base64Encoded: text) ?? Data()
    }

    private func command(_ method: HTTPMethod, _ path: String, _ body: [String: Any]?) throws -> Any {
        let bytes = try body.map { Array(try JSONSerialization.data(withJSONObject: $0)) } ?? []
        let answer = try client.send(
            method, path, headers: [("Content-Type", "application/json")], body: bytes)
        let read = try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any]
        guard answer.status == 200, let value = read?["value"] else {
            throw Failure(description: "\(path): \(String(decoding: answer.body.prefix(600), as: UTF8.self))")
        }
        return value
    }
}

import Foundation
import Networking
import TestSupport

@testable import Service

/// A service over a configuration file that a test rewrites.
final class ReloadBench: Sendable {
    let app: App
    let lines = Lines()
    let path: String
    private let folder: TemporaryFolder
    let client: HTTPClient

    init(_ text: String, isPolled: Bool = false) throws {
        folder = try TemporaryFolder()
        path = folder("bellwether.yaml")
        let head = isPolled ? "reload-every: 1s\n" : "reload-every: off\n"
        try (head + text).write(toFile: path, atomically: true, encoding: .utf8)
        var source = ConfigurationSource(
            flags: [("config", path), ("listen", "127.0.0.1:0")], environment: [:])
        let configuration = try source.read()
        app = try App(
            configuration, source: source, routes: Routes.all, schemas: Routes.schemas,
            in: .init(version: "1", clocks: .system, requestIDPrefix: "r", log: lines.log()))
        client = try HTTPClient(baseURL: "http://\(app.address)")
    }

    deinit { app.stop(grace: .seconds(5)) }

    func rewrite(_ text: String, isPolled: Bool = false) throws {
        let head = isPolled ? "reload-every: 1s\n" : "reload-every: off\n"
        try (head + text).write(toFile: path, atomically: true, encoding: .utf8)
    }

    func ask(_ method: HTTPMethod, _ path: String) throws -> HTTPResponse { try client.send(method, path) }
    func reload(_ method: HTTPMethod = .post) throws -> HTTPResponse { try ask(method, "/-/reload") }

    func metric(_ name: String) throws -> Double? {
        let lines = String(decoding: try ask(.get, "/metrics").body, as: UTF8.self).split(separator: "\n")
        return lines.first { $0.hasPrefix(name + " ") }.flatMap { Double($0.dropFirst(name.count + 1)) }
    }

    func said(_ words: String) -> Bool { lines.all.contains { $0.contains(words) } }
}

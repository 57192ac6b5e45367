import Foundation
import FoundationNetworking
import Networking
import Service
import TestSupport
import Testing

/// What a program said about its input, and how it ended.
private func run(_ path: String, _ arguments: [String], input: String = "") throws -> (
    code: Int32, said: String
) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    let (stdin, output) = (Pipe(), Pipe())
    process.standardInput = stdin
    process.standardError = output
    process.standardOutput = output
    try process.run()
    stdin.fileHandleForWriting.write(Data(input.utf8))
    try stdin.fileHandleForWriting.close()
    let said = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: said, as: UTF8.self))
}

private let promtool = ["/usr/bin/promtool", "/usr/local/bin/promtool"].first {
    FileManager.default.isExecutableFile(atPath: $0)
}

/// What a service with a receiver tells after it has scored some samples.
private func busyMetrics() async throws -> String {
    let file = """
        listen: 127.0.0.1:0
        alerting:
          receivers: [{name: ops, webhook: {url: 'http://127.0.0.1:9/'}}]
          route: {receiver: ops}
        """
    let configuration = try Configuration.resolve(file: (name: "b.yaml", bytes: Array(file.utf8)))
    let app = try App(
        configuration, routes: Routes.all, schemas: Routes.schemas,
        in: App.Surroundings(version: "test", clocks: .system, requestIDPrefix: "own", log: .silent))
    defer { app.stop(grace: .seconds(2)) }
    let base = "http://127.0.0.1:\(app.address.port)"
    let start = Int(Clocks.system.wall()) / 60 * 60 - 600 * 60
    let times = (0..<600).map { "\(start + 60 * $0)" }.joined(separator: ",")
    let values = (0..<600).map { "\(50 + $0 * 7919 % 13)" }.joined(separator: ",")
    var order = URLRequest(url: try #require(URL(string: base + "/api/v1/import")))
    order.httpMethod = "POST"
    order.setValue("application/json", forHTTPHeaderField: "Content-Type")
    order.httpBody = Data(
        #"{"labels":{"__name__":"load"},"timestamps":[\#(times)],"values":[\#(values)]}"#.utf8)
    let answer = String(decoding: try await URLSession.shared.data(for: order).0, as: UTF8.self)
    #expect(answer.contains(#""accepted":600"#), "\(answer)")
    var metrics = ""
    for _ in 0..<100 where !metrics.contains("\nbellwether_scored_sample_age_seconds ") {
        let url = try #require(URL(string: base + "/metrics"))
        metrics = String(decoding: try await URLSession.shared.data(from: url).0, as: UTF8.self)
        try await Task.sleep(for: .milliseconds(50))
    }
    return metrics
}

@Suite(.serialized) struct SelfMonitoringTests {
    @Test(.enabled(if: promtool != nil, "promtool (Debian package prometheus) is not installed"))
    func `promtool finds nothing to say about the shipped rules`() throws {
        let rules = try #require(Dashboard.bytes(of: "prometheus-rules.yml"))
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("bw-rules-\(getpid()).yml")
        try Data(rules).write(to: path)
        defer { try? FileManager.default.removeItem(at: path) }
        let (code, said) = try run(#require(promtool), ["check", "rules", "--lint-fatal", path.path])
        #expect(code == 0 && said.contains("SUCCESS: 12 rules found"), "\(said)")
    }

    @Test(.enabled(if: promtool != nil, "promtool (Debian package prometheus) is not installed"))
    func `promtool finds nothing to say about the metrics of a busy service`() async throws {
        let (code, said) = try run(
            #require(promtool), ["check", "metrics"], input: try await busyMetrics())
        #expect(code == 0 && said.isEmpty, "\(said)")
    }

    @Test func `every metric of the rules and the dashboard exists`() async throws {
        let metrics = "\n" + (try await busyMetrics())
        for file in ["prometheus-rules.yml", "grafana-dashboard.json"] {
            let text = String(decoding: try #require(Dashboard.bytes(of: file)), as: UTF8.self)
            let names = Set(text.matches(of: /\b(?:bellwether|process)_[a-z0-9_]+/).map { String($0.output) })
            #expect(names.count > 5)
            for name in names {
                #expect(
                    metrics.contains("\n\(name){") || metrics.contains("\n\(name) "), "\(name) of \(file)")
            }
        }
    }

    @Test func `the dashboard is JSON whose panels do not overlap and whose queries name an instance`() throws
    {
        let bytes = try #require(Dashboard.bytes(of: "grafana-dashboard.json"))
        let root = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        let panels = try #require(root["panels"] as? [[String: Any]])
        #expect(Set(panels.map { $0["type"] as? String }) == ["stat", "timeseries"])
        #expect(Set(panels.compactMap { $0["id"] as? Int }).count == panels.count)
        var taken: Set<Int> = []
        for panel in panels {
            let place = try #require(panel["gridPos"] as? [String: Int])
            let (x, y) = (try #require(place["x"]), try #require(place["y"]))
            let (w, h) = (try #require(place["w"]), try #require(place["h"]))
            #expect(x + w <= 24)
            for row in y..<y + h {
                for column in x..<x + w { #expect(taken.insert(row * 24 + column).inserted) }
            }
            for target in try #require(panel["targets"] as? [[String: Any]]) {
                let query = try #require(target["expr"] as? String)
                #expect(query.contains(#"instance=~"$instance""#), "\(query)")
            }
        }
        #expect(String(decoding: bytes, as: UTF8.self).contains(#""custom.fillBelowTo""#))
    }
}

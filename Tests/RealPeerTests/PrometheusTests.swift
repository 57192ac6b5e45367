import Foundation
import FoundationNetworking
import Networking
import Service
import TestSupport
import Testing

/// The service on a free port, stopped when the test ends.
private func withService(_ body: (_ port: Int) async throws -> Void) async throws {
    var configuration = Configuration()
    configuration.listen = try Address(parsing: "127.0.0.1:0")
    let app = try App(
        configuration, routes: Routes.all, schemas: Routes.schemas,
        in: App.Surroundings(
            version: "test", clocks: .system, requestIDPrefix: "real", log: .silent))
    defer { app.stop(grace: .seconds(2)) }
    try await body(app.address.port)
}

/// The path of a program of a Debian package, `nil` when it is not installed.
private func program(_ name: String) -> String? {
    ["/usr/bin/", "/usr/sbin/"].map { $0 + name }.first { FileManager.default.isExecutableFile(atPath: $0) }
}

private func text(of url: String) async throws -> String {
    let address = try #require(URL(string: url))
    return String(decoding: try await URLSession.shared.data(from: address).0, as: UTF8.self)
}

@Suite(.serialized) struct RealPeerTests {
    @Test(.enabled(if: program("promtool") != nil, "promtool (Debian package prometheus) is not installed"))
    func `promtool finds nothing to say about our metrics`() async throws {
        try await withService { port in
            let path = try #require(program("promtool"))
            let metrics = try await text(of: "http://127.0.0.1:\(port)/metrics")
            #expect(metrics.contains("bellwether_build_info"))
            let promtool = Process()
            promtool.executableURL = URL(fileURLWithPath: path)
            promtool.arguments = ["check", "metrics"]
            let (input, output) = (Pipe(), Pipe())
            promtool.standardInput = input
            promtool.standardError = output
            promtool.standardOutput = output
            try promtool.run()
            input.fileHandleForWriting.write(Data(metrics.utf8))
            try input.fileHandleForWriting.close()
            let said = output.fileHandleForReading.readDataToEndOfFile()
            promtool.waitUntilExit()
            #expect(promtool.terminationStatus == 0, "\(String(decoding: said, as: UTF8.self))")
        }
    }

    @Test(.enabled(if: program("prometheus") != nil, "prometheus (Debian package) is not installed"))
    func `Prometheus scrapes us and sees us up`() async throws {
        try await withService { port in
            let folder = FileManager.default.temporaryDirectory
                .appendingPathComponent("bellwether-real-\(getpid())")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            let configuration = """
                global: {scrape_interval: 1s, scrape_timeout: 1s}
                scrape_configs:
                  - job_name: bellwether
                    static_configs: [{targets: ['127.0.0.1:\(port)']}]
                """
            let file = folder.appendingPathComponent("prometheus.yml")
            try configuration.write(to: file, atomically: true, encoding: .utf8)
            let web = try FreePort.next()
            let prometheus = Process()
            prometheus.executableURL = URL(fileURLWithPath: try #require(program("prometheus")))
            prometheus.arguments = [
                "--config.file=\(file.path)", "--storage.tsdb.path=\(folder.path)/data",
                "--web.listen-address=127.0.0.1:\(web)", "--log.level=error",
            ]
            try prometheus.run()
            defer {
                prometheus.terminate()
                prometheus.waitUntilExit()
            }
            var answer = ""
            for _ in 0..<60 where !answer.contains(#","1"]"#) {
                try await Task.sleep(for: .milliseconds(500))
                let query = "http://127.0.0.1:\(web)/api/v1/query?query=up%7Bjob%3D%22bellwether%22%7D"
                answer = (try? await text(of: query)) ?? ""
            }
            #expect(answer.contains(#","1"]"#), "\(answer)")
        }
    }
}

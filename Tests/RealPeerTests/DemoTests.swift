import Foundation
import Networking
import TestSupport
import Testing

/// What somebody sees within the first minute after `make run`.
@Suite(
    .enabled(if: Program.bellwether != nil, "the program is not built"), .serialized, .timeLimit(.minutes(3)))
struct DemoRealPeerTests {
    @Test func `within a minute there is a band, an anomaly, an incident and its message`() throws {
        let folder = try TemporaryFolder()
        let service = try RunningProgram.serve(
            data: folder("data"), log: folder("log"),
            options: ["--demo", Repository.root.appendingPathComponent("datasets").path])
        let client = try PointClient(service.address())
        let begin = Date()
        try service.wait("message", within: 60) {
            service.printed.contains("demo receiver: dev.bellwether.incident.opened")
        }
        print("the first message came after \(Int(Date().timeIntervalSince(begin))) s")
        let incidents = try object(client.get("/api/v1/incidents").body)["incidents"] as? [[String: Any]]
        let id = try #require(incidents?.last?["id"] as? Int)
        let incident = try object(client.get("/api/v1/incidents/\(id)").body)
        let member = try #require((incident["members"] as? [[String: Any]])?.first)
        let chart = try object(
            client.get("/api/v1/series/\(try #require(member["series"] as? Int))/chart").body)
        #expect(((chart["anomalies"] as? [Any])?.count ?? 0) >= 1)
        let band = try #require(chart["band"] as? [String: Any])
        #expect(((band["upper"] as? [Any])?.count ?? 0) >= 30, "\(band["source"] ?? "no band")")
        let deliveries = try #require(incident["deliveries"] as? [[String: Any]])
        #expect(
            deliveries.contains {
                $0["event"] as? String == "opened" && $0["state"] as? String == "delivered"
            })
        #expect(try service.stop() == 0)
    }

    private func object(_ body: [UInt8]) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any])
    }
}

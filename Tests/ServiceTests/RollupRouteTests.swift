import Networking
import Storage
import Testing
import TimeSeries

@testable import Pipeline
@testable import Service

/// What clients see of points that have gone and left rollups.
struct RollupRouteTests {
    /// A service whose oldest chunks have become rollups, and how many of its 2,000 points have gone.
    private func rolled(_ definitions: [MetricDefinition] = []) throws -> (StoredService, gone: Int) {
        let service = try StoredService(definitions)
        service.feed("web", (0..<2_000).map { Double($0 % 60) })
        #expect(service.post("/api/v1/checkpoint", "").status == 200)
        var expiry = Expiry()
        expiry.pointsBefore = .max
        expiry.rollupsBefore = [.fiveMinutes: .min, .hour: .min]
        let gone = try service.store.monitor.store.expire(expiry).points
        #expect(1_000..<1_600 ~= gone)
        return (service, gone)
    }

    private static let start = [(name: "start", value: "\(StoredService.start)")]

    @Test func `a chart says that its older part is made of rollups`() throws {
        let (service, gone) = try rolled()
        let old = service.get("/api/v1/series/0/chart", Self.start)
        expectSchema(old, "Chart")
        let root = try JSONDocument(old.body).root
        #expect(
            root["of"]?.integer == (gone + 4) / 5 + 2_000 - gone
                && root["oldest"]?.double == Double(StoredService.start))
        #expect(old.text.contains(#""warnings":[{"code":"rollup","detail":"before "#))
        let new = service.get("/api/v1/series/0/chart")
        #expect(new.status == 200 && new.text.contains(#""warnings":[]"#))
    }

    @Test func `an export by steps goes back to rollups and says so`() throws {
        let (service, gone) = try rolled()
        let hours = service.get("/api/v1/export", [("selector", "web"), ("step", "1h")])
        #expect(hours.header("Bellwether-Warning") == "rollup")
        let values = try #require(JSONDocument(hours.body).root["values"]?.elements).map { $0.double ?? .nan }
        // 33 full hours of 0 ... 59, and 20 minutes.
        #expect(values.count == 34 && values.prefix(33).allSatisfy { abs($0 - 29.5) < 1 })
        let late = service.get(
            "/api/v1/export", [("step", "1h"), ("start", "\(StoredService.start + 60 * 1_600)")])
        #expect(late.header("Bellwether-Warning") == nil && late.text.contains("29.5"))
        let points = service.get("/api/v1/export", [("selector", "web")])
        #expect(try JSONDocument(points.body).root["values"]?.elements?.map { $0 }.count == 2_000 - gone)
    }

    @Test func `a question that reaches back to rollups is warned of them`() throws {
        let (service, _) = try rolled()
        func ask(_ more: String) -> String {
            service.post("/api/v1/forecast", #"{"selector":"web","horizon":3\#(more)}"#).text
        }
        let old = ask(#","start":"2025-01-01T00:00:00Z""#)
        #expect(old.contains(#""code":"rollup","detail":"before "#) && old.contains(#""mean""#), "\(old)")
        let new = ask("")
        #expect(!new.contains("rollup") && new.contains(#""mean""#), "\(new)")
    }

    @Test func `steps that are shorter than rollups are made of points alone`() throws {
        let (service, _) = try rolled([try StoredService.definition("web", "web")])
        let answer = service.post(
            "/api/v1/forecast", #"{"selector":"web","horizon":3,"start":"2025-01-01T00:00:00Z"}"#)
        #expect(answer.text.contains("coarser than the step of 1m"), "\(answer.text)")
    }
}

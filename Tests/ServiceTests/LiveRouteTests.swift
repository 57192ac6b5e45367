import Networking
import Pipeline
import TestSupport
import Testing
import TimeSeries

@testable import Service

@Suite(.timeLimit(.minutes(2)))
struct LiveRouteTests {
    private typealias Pair = (name: String, value: String)

    @Test func `every question of the page says what is wrong with it`() throws {
        let service = try StoredService()
        service.feed("load", [1, 2, 3])
        let refused: [(path: String, query: [Pair], status: Int, words: String)] = [
            ("/api/v1/fleet", [("sort", "size")], 422, "score, name, state"),
            ("/api/v1/fleet", [("state", "bad")], 422, "no_data"),
            ("/api/v1/fleet", [("limit", "0")], 422, "limit"),
            ("/api/v1/fleet", [("limit", "1001")], 422, "limit"),
            ("/api/v1/fleet", [("offset", "-1")], 422, "offset"),
            ("/api/v1/fleet", [("heat", "many")], 422, "heat"),
            ("/api/v1/fleet", [("serch", "x")], 422, "did you mean \"search\""),
            ("/api/v1/series/9/chart", [], 404, "number \"9\""),
            ("/api/v1/series/load/chart", [], 404, "number \"load\""),
            ("/api/v1/series/-1/chart", [], 404, "number"), ("/api/v1/series/+0/chart", [], 404, "number"),
            ("/api/v1/series/00/chart", [], 404, "number"),
            ("/api/v1/fleet", [("offset", "10000001")], 422, "offset"),
            ("/api/v1/series/0/chart", [("points", "7")], 422, "points"),
            ("/api/v1/series/0/chart", [("points", "2001")], 422, "points"),
            ("/api/v1/series/0/chart", [("start", "soon")], 422, "start"),
            ("/api/v1/series/0/chart", [("start", "20"), ("end", "10")], 422, "start lies after end"),
            ("/api/v1/series/0/chart", [("from", "1")], 422, "not known"),
            ("/api/v1/stream", [], 422, "at least one"),
            ("/api/v1/stream", [("series", "9")], 404, "number \"9\""),
            ("/api/v1/stream", [("topics", "weather")], 422, "incidents, events"),
            ("/api/v1/stream", [("serie", "0")], 422, "did you mean \"series\""),
            ("/api/v1/stream", [("series", "0")], 503, "no streams"),
            ("/api/v1/status", [("all", "1")], 422, "not known"),
        ]
        for one in refused {
            let answer = service.get(one.path, one.query)
            expectProblem(answer, one.status, one.words)
            if answer.status != one.status { Issue.record("\(one.path) \(one.query)") }
        }
        for path in [
            "/api/v1/fleet", "/api/v1/series/0/chart", "/api/v1/stream", "/api/v1/status", "/api/v1/formulas",
        ] {
            expectProblem(productRouter().respond(to: HTTPRequest(path: path)), 503, "stores nothing")
        }
    }

    @Test func `a chart that ends before the series begins has no times`() throws {
        let service = try StoredService([StoredService.definition("load", "load")])
        service.feed("load", [1, 2, 3])
        service.feed("free", [1, 2, 3])
        for id in ["0", "1"] {
            let answer = service.get("/api/v1/series/\(id)/chart", [("end", "0")])
            expectSchema(answer, "Chart")
            #expect(answer.text.contains(#""start":null,"end":null,"#), "\(answer.text)")
            #expect(answer.text.contains(#""of":0,"#), "\(answer.text)")
        }
        for time in ["-100000000001", "100000000000.5"] {
            let answer = service.get("/api/v1/series/0/chart", [("end", time)])
            expectProblem(answer, 422, "not in the years 0001 to 9999")
        }
    }

    @Test func `fleet, chart and status answer in their schemas`() throws {
        let service = try StoredService([StoredService.definition("load", "load")])
        var random = SeededSeries(seed: 3)
        service.feed("load", random.season(300, period: 24))
        service.feed("free", random.noise(300))
        service.feed("empty_total", [5])
        let fleet = service.get("/api/v1/fleet", [("heat", "10"), ("search", "Free HOST=0")])
        expectSchema(fleet, "Fleet")
        let root = try JSONDocument(fleet.body).root
        #expect(root["series"]?.integer == 3 && root["matching"]?.integer == 1)
        let row = try #require(root["rows"]?.elements.map { Array($0) }?.first)
        #expect(row["name"]?.string == "free" && row["labels"]?["host"]?.string == "0")
        #expect(row["labels"]?["__name__"] == nil && row["heat"]?.string?.count == 10)
        #expect(row["definition"]?.isNull == true && row["state"]?.string == "no_data")
        #expect(row["timestamp"]?.double == Double(StoredService.start + 299 * 60))
        for id in 0..<3 { expectSchema(service.get("/api/v1/series/\(id)/chart"), "Chart") }
        let chart = try JSONDocument(service.get("/api/v1/series/1/chart", [("points", "50")]).body).root
        #expect(chart["of"]?.integer == 300 && chart["downsampled"]?.bool == true)
        #expect(chart["points"]?["values"]?.count == chart["points"]?["is_anomaly"]?.count)
        #expect(chart["band"]?["source"]?.string == "replayed" && chart["step_seconds"]?.double == 60)
        #expect(chart["forecast"]?["level"]?.double == 95)
        let status = service.get("/api/v1/status")
        expectSchema(status, "Status")
        let figures = try JSONDocument(status.body).root
        #expect(figures["series"]?.integer == 3 && figures["samples_per_second"]?.isNull == true)
        #expect((figures["stored_points"]?.integer ?? 0) > 300)
        #expect(figures["uptime_seconds"]?.double == StoredService.now)
    }

    @Test func `bands of the greatest numbers are numbers`() throws {
        let service = try StoredService()
        service.feed("free", (0..<200).map { $0.isMultiple(of: 2) ? 1.7e308 : -1.7e308 })
        let answer = service.get("/api/v1/series/0/chart")
        expectSchema(answer, "Chart")
        let band = try JSONDocument(answer.body).root["band"]
        let lower = try #require(band?["lower"]?.elements.map(Array.init))
        #expect(!lower.isEmpty)
        for bound in lower { #expect(bound.double?.isFinite == true) }
    }

    @Test func `the rate of samples is measured between questions`() {
        let rate = SampleRate()
        #expect(rate.rate(count: 100, now: 0) == nil)
        #expect(rate.rate(count: 300, now: 2_000_000_000) == 100)
        #expect(rate.rate(count: 1_100, now: 10_000_000_000) == 100)
        #expect(rate.rate(count: 1_100, now: 15_000_000_000) == 0)
        #expect(rate.rate(count: 1_600, now: 20_000_000_000) == 100)
    }
}

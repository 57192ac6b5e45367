import Alerting
import Networking
import Pipeline
import Query
import TestSupport
import Testing
import TimeSeries

@testable import Service

@Suite struct WatermarkRouteTests {
    private static func lines(_ instance: String, _ steps: Range<Int>) -> String {
        let times = steps.map { "\(StoredService.start + 60 * $0)" }.joined(separator: ",")
        let values = steps.map { "\($0 % 5)" }.joined(separator: ",")
        let labels = #"{"__name__":"load","job":"web","instance":"\#(instance)"}"#
        return #"{"labels":\#(labels),"timestamps":[\#(times)],"values":[\#(values)]}"# + "\n"
    }

    @Test func `each source has its own watermark, in a route and in metrics`() throws {
        let service = try StoredService()
        let body = Self.lines("a", 0..<10) + Self.lines("b", 0..<20)
        #expect(service.post("/api/v1/import", body).status == 200)
        let answer = service.get("/api/v1/watermarks", [("time", "unix")])
        expectSchema(answer, "Watermarks")
        let root = try JSONDocument(answer.body).root
        let found = try #require(root["watermarks"]?.elements.map(Array.init))
        #expect(found.map { $0["source"]?["instance"]?.string } == ["a", "b"])
        for (one, last) in zip(found, [9, 19]) {
            let time = StoredService.start + 60 * last
            #expect(one["series"]?.integer == 1)
            #expect(one["watermark"]?.integer == time, "\(answer.text)")
            #expect(one["lag_seconds"]?.double == StoredService.now - Double(time), "\(answer.text)")
        }
        let metrics = service.get("/metrics").text
        for line in [
            "bellwether_sources 2",
            #"bellwether_watermark_lag_seconds{source_job="web",source_instance="b"} "#,
            #"bellwether_watermark_lag_max_seconds "#,
        ] { #expect(metrics.contains(line), "\(line)") }
    }

    @Test func `a stretch is provisional until the newest point is its lateness ahead`() throws {
        let definition = try StoredService.definition("load", "load")
        let service = try StoredService([definition])
        var random = SeededSeries(seed: 7)
        let season = random.season(800, period: 24)
        let values = season.indices.map { step in
            season[step] + 0.1 * random.normal() + (step == 700 ? 60 : 0)
        }
        service.feed("load", Array(values[..<600]))
        _ = service.post("/api/v1/models/load/retrain", "{}")
        _ = try service.result(of: "load")
        service.feed("load", Array(values[600..<705]), from: 600)
        // It ends at step 710 at the soonest, whose score is final with the point of step 721.
        for (from, end, isFinal) in [(705, 715, false), (715, 721, false), (721, 800, true)] {
            service.feed("load", Array(values[from..<end]), from: from)
            let answer = service.get("/api/v1/anomalies", [("time", "unix")])
            expectSchema(answer, "Anomalies")
            let all = try #require(try JSONDocument(answer.body).root["anomalies"]?.elements.map(Array.init))
            let stretch = try #require(
                all.first { $0["from"]?.integer == StoredService.start + 60 * 700 }, "\(answer.text)")
            #expect(stretch["final"]?.bool == isFinal, "\(end): \(answer.text)")
        }
        let chart = service.get("/api/v1/series/0/chart")
        expectSchema(chart, "Chart")
        let points = try #require(try JSONDocument(chart.body).root["points"])
        let final = try #require(points["final"]?.elements.map { $0.map(\.bool) })
        #expect(final.first == true && final.last == false && final.count == points["values"]?.count)
    }

    @Test func `a definition that was read is posted as it is`() throws {
        var definition = MetricDefinition(
            name: "a.b", match: try Selector(parsing: #"x_total{job=~"a$|${b}",path!="\\d"}"#))
        #expect(try Self.posted(definition) == definition)
        definition.timezone = try TimeZone(named: "Europe/Berlin")
        definition.aggregate = .max
        definition.step = .fixed(milliseconds: 86_400_000)
        definition.direction = .below
        definition.range = ValueRange(min: -1.5, max: nil)
        definition.ignore = IgnoredDeviation(absolute: 0.1, relative: 1.25)
        definition.missing = .interpolate(most: 3)
        definition.adoption = .after(.time(.days(2)))
        definition.latenessMilliseconds = 0
        definition.model = "ridge"
        definition.season = .time(.months(1))
        var alert = AlertPolicy(budget: AlertBudget(count: 0.5, per: .month, scope: .series))
        alert.openAfter = .time(.fixed(milliseconds: 172_800_000))
        alert.closeAfter = .steps(7)
        alert.severity = .critical
        alert.noData = .after(.steps(4))
        alert.leastOpenMilliseconds = 0
        definition.alert = alert
        #expect(try Self.posted(definition) == definition)
        definition.adoption = .never
        definition.step = .days(1)
        definition.alert?.noData = .off
        #expect(try Self.posted(definition) == definition)
        let formula = MetricDefinition(name: "basket", formula: try Formula(parsing: "revenue / orders"))
        #expect(try Self.posted(formula) == formula)
    }

    private static func posted(_ definition: MetricDefinition) throws -> MetricDefinition {
        let root = try JSONDocument(PreviewOrder.body(definition, days: 3)).root
        #expect(root["days"]?.integer == 3)
        return try PostedMetric.definition(#require(root["metric"]))
    }
}

import Foundation
import Networking
import Query
import Testing
import TimeSeries

@testable import Pipeline
@testable import Service

@Suite(.timeLimit(.minutes(2)))
struct FormulaRouteTests {
    private func definition() throws -> MetricDefinition {
        var definition = MetricDefinition(name: "basket", formula: try Formula(parsing: "revenue / orders"))
        definition.step = .fixed(milliseconds: 60_000)
        definition.model = "seasonal-naive"
        definition.season = .steps(24)
        return definition
    }

    /// Asks until an answer is as wanted; the last answer.
    private func wait(
        _ service: StoredService, _ path: String, _ query: [(name: String, value: String)] = [],
        until isWanted: (String) -> Bool
    ) -> String {
        for _ in 0..<10_000 {
            let answer = service.get(path, query)
            if isWanted(answer.text) { return answer.text }
            usleep(2_000)
        }
        return service.get(path, query).text
    }

    @Test func `what a formula makes of imported points is exported, charted and scored`() throws {
        let service = try StoredService([try definition()])
        let count = 300
        let orders = (0..<count).map { 50 + Double($0 % 24) }
        func revenue(_ step: Int) -> Double { orders[step] * (30 + Double(step * 7 % 5)) }
        service.feed("revenue", (0..<200).map(revenue))
        service.feed("orders", Array(orders[..<200]))
        let formulas = wait(service, "/api/v1/formulas") { $0.contains(#""made":199"#) }
        #expect(
            formulas.contains(#""name":"basket","expr":"revenue / orders","series":1,"step":"1m","#),
            "\(formulas)")
        expectSchema(service.get("/api/v1/formulas"), "Formulas")
        #expect(service.get("/api/v1/formulas", [("all", "1")]).status == 422)
        let export = service.get("/api/v1/export", [("selector", "basket")]).text
        #expect(
            export.hasPrefix(
                #"{"labels":{"__name__":"basket","host":"0"},"timestamps":[1735689600,1735689660,"#))
        #expect(export.contains(#""values":[30,32,34,31,33,30,"#))
        // Its model is made beside the stream; what comes then is scored, and a tenth of a basket is an anomaly.
        let isLive = {
            service.store.monitor.fullTier().contains { $0.definition == "basket" && $0.version != nil }
        }
        for _ in 0..<10_000 where !isLive() { usleep(2_000) }
        #expect(isLive())
        let later = (200..<count).map { $0 == 290 ? revenue($0) / 10 : revenue($0) }
        service.feed("revenue", later, from: 200)
        service.feed("orders", Array(orders[200...]), from: 200)
        let found = wait(service, "/api/v1/anomalies", [("selector", "basket")]) {
            $0.contains(#""definition":"basket""#)
        }
        #expect(found.contains(#""definition":"basket""#), "\(found)")
        let list = try JSONDocument(service.get("/api/v1/fleet", [("definition", "basket")]).body).root
        let row = try #require(list["rows"]?.elements.map { Array($0) }?.first)
        let id = try #require(row["id"]?.integer)
        let chart = service.get("/api/v1/series/\(id)/chart")
        expectSchema(chart, "Chart")
        #expect(chart.text.contains(#""definition":"basket""#), "\(chart.text.prefix(500))")
    }

    @Test func `a formula that fits no series says why`() throws {
        let service = try StoredService([try definition()])
        for host in 0..<2 { service.feed("revenue", host: host, [1, 2, 3]) }
        service.feed("orders", host: 7, [1, 2, 3])
        let text = wait(service, "/api/v1/formulas") { $0.contains("column 9") }
        #expect(text.contains("one series on the right, {host=\\\"7\\\"}, against 2 on the left"), "\(text)")
        expectSchema(service.get("/api/v1/formulas"), "Formulas")
    }
}

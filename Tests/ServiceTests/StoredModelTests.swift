import Foundation
import Networking
import TestSupport
import Testing
import TimeSeries

@testable import Pipeline
@testable import Service

@Suite(.timeLimit(.minutes(2)))
struct StoredModelTests {
    private typealias Pair = (name: String, value: String)

    @Test func `a model is trained, promoted, asked about and rolled back over HTTP`() throws {
        let service = try StoredService([StoredService.definition("load", "load")])
        service.feed("load", seasonal(430))
        #expect(service.get("/api/v1/models/load/training").text == #"{"definition":"load","state":"none"}"#)
        for (body, decision) in [
            (#"{"model":"seasonal-naive","keep":true,"seed":3}"#, "not_better"), ("", "promoted"),
            (#"{"window":"10m"}"#, "not_enough_data"),
        ] {
            let answer = service.ask("POST", "/api/v1/models/load/retrain", body: Array(body.utf8))
            #expect(answer.status == 202, "\(answer.text)")
            expectSchema(answer, "TrainingStarted")
            #expect(try service.result(of: "load") == decision)
        }
        let models = service.get("/api/v1/models")
        expectSchema(models, "Models")
        #expect(try JSONDocument(models.body).root["models"]?.count == 2)
        let model = service.get("/api/v1/models/load")
        expectSchema(model, "Model")
        #expect(model.text.contains(#""champion":2"#) && model.text.contains(#""history":[{"version":2"#))
        let version = service.get("/api/v1/models/load", [("version", "2")])
        expectSchema(version, "ModelVersion")
        #expect(
            version.text.contains(#""host":"0""#) && version.text.contains(#""step":"1m""#), "\(version.text)"
        )
        let put = { (body: String) in
            service.ask("PUT", "/api/v1/models/load/champion", body: Array(body.utf8))
        }
        let first = put(#"{"version":1}"#)
        expectSchema(first, "Champion")
        #expect(first.text == #"{"definition":"load","champion":1,"previous":2}"#)
        #expect(put(#"{"version":"previous"}"#).text == #"{"definition":"load","champion":2,"previous":1}"#)
        #expect(put(#"{"version":2}"#).text == #"{"definition":"load","champion":2,"previous":null}"#)
        let cancel = service.ask("DELETE", "/api/v1/models/load/training")
        #expect(cancel.status == 202)
        expectSchema(cancel, "TrainingStarted")
        #expect(try service.result(of: "load") == "not_enough_data")
    }

    @Test func `a selector has models under its own name, and keeps them over a restart`() throws {
        let path = FileManager.default.temporaryDirectory.path + "/bellwether-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: path) }
        let selector: [Pair] = [("selector", #"load{host="0"}"#)]
        do {
            let service = try StoredService(data: path)
            service.feed("load", seasonal(430))
            #expect(throws: (any Error).self) { _ = try StoredService(data: path) }
            let answer = service.ask(
                "POST", "/api/v1/models/-/retrain", selector, body: Array(#"{"model":"ridge"}"#.utf8))
            #expect(answer.status == 202, "\(answer.text)")
            #expect(try service.result(of: "-", selector) == "promoted")
        }
        let service = try StoredService(data: path)
        let model = service.get("/api/v1/models/-", selector)
        expectSchema(model, "Model")
        #expect(
            model.text.contains(#""champion":1"#) && model.text.contains(#"load{host=\"0\"}"#),
            "\(model.text)")
        #expect(service.store.monitor.definitions.count == 1)
    }

    @Test func `anomalies are told with their definition and filtered`() throws {
        let definition = try StoredService.definition("load", #"load{host="0"}"#) { $0.season = nil }
        let service = try StoredService([definition])
        var values = seasonal(900)
        for step in 700..<704 { values[step] += 400 }
        for host in 0..<2 { service.feed("load", host: host, Array(values[..<430])) }
        // The default model of the definition is made beside the stream.
        for _ in 0..<20_000 where service.store.monitor.fullTier().first?.version == nil { usleep(1_000) }
        for host in 0..<2 { service.feed("load", host: host, Array(values[430...]), from: 430) }
        let answer = service.get("/api/v1/anomalies")
        expectSchema(answer, "Anomalies")
        let found = try JSONDocument(answer.body).root["anomalies"]?.elements.map { Array($0) } ?? []
        let peak = found.filter { ($0["peak"]?["value"]?.double ?? 0) > 400 }
        for (host, definition) in [("0", "load"), ("1", nil)] {
            let isFound = peak.contains {
                $0["definition"]?.string == definition && $0["labels"]?["host"]?.string == host
            }
            #expect(isFound, "host \(host): \(answer.text)")
        }
        #expect(peak.allSatisfy { $0["direction"]?.string == "above" && ($0["peak_score"]?.double ?? 0) > 1 })
        for (query, isThere) in [
            ([("selector", #"load{host="1"}"#)], true), ([("selector", "other")], false),
            (
                [
                    ("end", "\(StoredService.start + 60 * 600)"),
                    ("start", "\(StoredService.start + 60 * 599)"),
                ], false
            ),
            ([("start", "2025-01-01T11:41:00Z"), ("end", "2025-01-01T11:42:00Z")], true),
        ] as [([Pair], Bool)] {
            let answer = service.get("/api/v1/anomalies", query)
            expectSchema(answer, "Anomalies")
            let found = try JSONDocument(answer.body).root["anomalies"]?.elements.map { Array($0) } ?? []
            let isFound = found.contains { ($0["peak"]?["value"]?.double ?? 0) > 400 }
            #expect(isFound == isThere, "\(query): \(answer.text.prefix(400))")
        }
        let unix = service.get("/api/v1/anomalies", [("time", "unix"), ("limit", "1")])
        expectSchema(unix, "Anomalies")
        #expect(try JSONDocument(unix.body).root["anomalies"]?.count == 1)
    }

    @Test(arguments: ["predict", "forecast", "detect"])
    func `a selector is answered as the same values posted`(route: String) throws {
        let service = try StoredService()
        let values = seasonal(200)
        service.feed("load", values)
        var total = 0.0
        let counts = values.map { value in
            total += value * 60
            return total
        }
        service.feed("load_total", counts)
        let path = "/api/v1/" + route
        for (name, posted, first) in [("load", values, 0), ("load_total", Array(values.dropFirst()), 1)] {
            let asked = #""season":24,"model":"ridge","step":"1m","time":"unix""#
            let stored = service.post(path, #"{"selector":"\#(name)",\#(asked)}"#)
            let times = posted.indices.map { StoredService.start + 60 * (first + $0) }
            let series = #"[{"timestamps":\#(times),"values":\#(json(posted))}]"#
            let inline = service.post(path, #"{"series":\#(series),\#(asked),"mode":"causal"}"#)
            let (a, b) = (try firstResult(stored), try firstResult(inline))
            expectSchema(stored, "PredictAnswer")
            for (part, keys) in [
                ("forecast", ["mean", "timestamps"]), ("detection", ["expected", "p_value", "score"]),
            ] {
                #expect((a[part] == nil) == (b[part] == nil))
                for key in keys {
                    let (x, y) = (a[part]?[key]?.numbers ?? [], b[part]?[key]?.numbers ?? [])
                    #expect(x.count == y.count)
                    let isEqual = zip(x, y).allSatisfy {
                        abs($0 - $1) <= 1e-6 * max(1, abs($1)) || $0.isNaN && $1.isNaN
                    }
                    #expect(isEqual, "\(name) \(part) \(key)")
                }
            }
            #expect(a["labels"]?["__name__"]?.string == name)
        }
    }

    @Test func `what is wrong with a question about stored series is told`() throws {
        let service = try StoredService()
        service.feed("load", seasonal(60))
        for (body, status, words) in [
            (#"{"selector":"load{"}"#, 422, "column"), (#"{"selector":"none"}"#, 404, "No stored series"),
            (#"{"selector":"load","series":[]}"#, 422, "not both"), (#"{"start":1}"#, 422, "selector"),
            (#"{"selector":"load","start":"x"}"#, 422, ""),
            (#"{"selector":"load","start":9,"end":8}"#, 422, "after"),
            (#"{"selector":"load","start":"2025-01-02T00:00:00Z"}"#, 422, "no values"),
            (#"{"selector":7}"#, 422, ""), (#"{"selector":"load","start":true}"#, 422, "RFC 3339"),
        ] {
            expectProblem(service.post("/api/v1/predict", body), status, words)
        }
    }

    @Test func `the document knows every key of a prediction and every route of the store`() throws {
        let root = try JSONDocument(productRouter().respond(to: HTTPRequest(path: "/openapi.json")).body).root
        let known = try #require(root["components"]?["schemas"]?["PredictRequest"]?["properties"]).keys
        #expect(Set(known) == Set(PredictBody.keys))
        #expect(
            root["components"]?["schemas"]?["PredictRequest"]?["required"]?.strings.contains("series") != true
        )
        let paths = try #require(root["paths"]).keys
        for path in [
            "write", "import", "export", "series", "anomalies", "models", "models/{name}",
            "models/{name}/retrain",
            "models/{name}/training", "models/{name}/champion", "checkpoint",
        ] {
            #expect(paths.contains("/api/v1/" + path), "\(path)")
        }
    }
}

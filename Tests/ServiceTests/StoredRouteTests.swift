import Ingest
import Networking
import Pipeline
import TestSupport
import Testing
import TimeSeries

@testable import Service

@Suite(.timeLimit(.minutes(2)))
struct StoredRouteTests {
    private typealias Pair = (name: String, value: String)

    @Test func `every question about stored series says what is wrong with it`() throws {
        let service = try StoredService([StoredService.definition("load", "load")])
        service.feed("load", [1, 2, 3])
        typealias Row = (
            method: String, path: String, query: [Pair], body: String, status: Int, words: String
        )
        let refused: [Row] = [
            ("GET", "/api/v1/export", [("selector", "{")], "", 422, "column 2"),
            ("GET", "/api/v1/export", [("selectr", "x")], "", 422, "did you mean \"selector\""),
            ("GET", "/api/v1/export", [("format", "xml")], "", 422, "json, csv"),
            ("GET", "/api/v1/export", [("step", "soon")], "", 422, "step: "),
            ("GET", "/api/v1/export", [("step", "10ms")], "", 422, "step must be a duration of at least 1s"),
            ("GET", "/api/v1/export", [("after", "-1")], "", 422, "after"),
            ("GET", "/api/v1/export", [("start", "yesterday")], "", 422, "start"),
            ("GET", "/api/v1/export", [("start", "1736467200000")], "", 422, "start"),
            ("GET", "/api/v1/export", [("start", "20"), ("end", "10")], "", 422, "start lies after end"),
            ("GET", "/api/v1/series", [("match[]", "load{a=")], "", 422, "column"),
            ("GET", "/api/v1/series", [("start", "never")], "", 422, "start"),
            ("GET", "/api/v1/series", [("limit", "0")], "", 422, "limit"),
            ("GET", "/api/v1/anomalies", [("limit", "10001")], "", 422, "limit"),
            ("GET", "/api/v1/anomalies", [("time", "local")], "", 422, "rfc3339, unix"),
            ("GET", "/api/v1/anomalies", [("selector", "a b")], "", 422, "column"),
            ("GET", "/api/v1/models", [("name", "x")], "", 422, "not known"),
            ("GET", "/api/v1/models/lod", [], "", 404, "did you mean \"load\"?"),
            ("GET", "/api/v1/models/load", [("version", "1")], "", 404, "no version 1"),
            ("GET", "/api/v1/models/load", [("version", "one")], "", 422, "version"),
            ("GET", "/api/v1/models/-", [], "", 422, "selector"),
            (
                "POST", "/api/v1/models/-/retrain", [("selector", "nothing_here")], "", 404,
                "matches no stored series"
            ),
            ("POST", "/api/v1/models/load/retrain", [("keep", "true")], "", 422, "not known"),
            ("POST", "/api/v1/models/load/retrain", [], "{", 400, ""),
            ("POST", "/api/v1/models/load/retrain", [], #"{"modle":"ridge"}"#, 422, "known: model"),
            ("POST", "/api/v1/models/load/retrain", [], #"{"model":"rigde"}"#, 422, "ridge"),
            ("POST", "/api/v1/models/load/retrain", [], #"{"window":"long"}"#, 422, "long"),
            ("POST", "/api/v1/models/load/retrain", [], #"{"keep":1}"#, 422, "true or false"),
            ("POST", "/api/v1/models/load/retrain", [], #"{"seed":-1}"#, 422, "seed"),
            ("GET", "/api/v1/models/load/training", [("wait", "1")], "", 422, "not known"),
            ("GET", "/api/v1/models/lod/training", [], "", 404, "load"),
            ("DELETE", "/api/v1/models/lod/training", [], "", 404, "load"),
            ("PUT", "/api/v1/models/load/champion", [], "", 400, ""),
            ("PUT", "/api/v1/models/load/champion", [], "{}", 422, "a number, or \"previous\""),
            ("PUT", "/api/v1/models/load/champion", [], #"{"version":"last"}"#, 422, "previous"),
            ("PUT", "/api/v1/models/load/champion", [], #"{"version":0}"#, 422, "version"),
            ("PUT", "/api/v1/models/load/champion", [], #"{"version":1.5}"#, 422, "version"),
            ("PUT", "/api/v1/models/load/champion", [], #"{"version":9}"#, 404, "no version 9"),
            ("PUT", "/api/v1/models/load/champion", [], #"{"version":"previous"}"#, 409, "No other version"),
            ("PUT", "/api/v1/models/lod/champion", [], #"{"version":1}"#, 404, "load"),
            ("POST", "/api/v1/checkpoint", [("force", "1")], "", 422, "not known"),
        ]
        for one in refused {
            let answer = service.ask(one.method, one.path, one.query, body: Array(one.body.utf8))
            expectProblem(answer, one.status, one.words)
            if answer.status != one.status {
                Issue.record("\(one.method) \(one.path) \(one.query) \(one.body)")
            }
        }
    }

    @Test func `a service without a store says so on each of its routes`() {
        for (method, path) in [
            ("GET", "/api/v1/export"), ("GET", "/api/v1/series"), ("GET", "/api/v1/anomalies"),
            ("GET", "/api/v1/models"), ("GET", "/api/v1/models/x"), ("POST", "/api/v1/models/x/retrain"),
            ("GET", "/api/v1/models/x/training"), ("DELETE", "/api/v1/models/x/training"),
            ("POST", "/api/v1/checkpoint"),
        ] {
            let answer = productRouter().respond(to: HTTPRequest(method: method, path: path))
            expectProblem(answer, 503, "stores nothing")
        }
    }

    @Test func `an import tells what became of each point`() throws {
        let service = try StoredService()
        let late = StoredService.line("load", [7, 2.5, 9, 9], from: -1)
        service.feed("load", [1, 2, 3])
        let bad = "nonsense\n{\"labels\":{},\"timestamp\":1,\"value\":1}\n"
        let answer = service.post("/api/v1/import", late + "\n" + bad)
        expectSchema(answer, "ImportAnswer")
        let root = try JSONDocument(answer.body).root
        // 7 is late; 2.5 and 9 differ from what is stored; the last 9 differs from 3.
        #expect(root["late"]?.integer == 1 && root["accepted"]?.integer == 1, "\(answer.text)")
        #expect(root["rejected"]?.integer == 5)
        #expect(
            answer.text.contains(#""line":2"#) && answer.text.contains("3 samples differ"), "\(answer.text)")
        let again = service.post("/api/v1/import", StoredService.line("load", [1, 2, 3]))
        #expect(try JSONDocument(again.body).root["duplicates"]?.integer == 3)
        let future = service.post(
            "/api/v1/import", #"{"labels":{"__name__":"load"},"timestamp":1999999999,"value":1}"#)
        #expect(
            future.text.contains("ahead of this machine's clock") && future.text.contains(#""rejected":1"#))
        expectSchema(future, "ImportAnswer")
    }

    @Test func `a CSV import takes names, labels and a zone from the query`() throws {
        let service = try StoredService()
        let csv = "timestamp,value\n2025-01-01 00:00:00,1\n2025-01-01 00:01:00,x\n2025-01-01 00:02:00,3\n"
        let query: [Pair] = [("metric", "load"), ("label", "dc=eu"), ("timezone", "Europe/Berlin")]
        let answer = service.ask("POST", "/api/v1/import", query, type: "text/csv", body: Array(csv.utf8))
        expectSchema(answer, "ImportAnswer")
        let export = service.get("/api/v1/export", [("selector", #"load{dc="eu"}"#)])
        #expect(export.text.contains("\(StoredService.start - 3_600)"), "\(answer.text) \(export.text)")
        for (query, words) in [
            ([("label", "eu")] as [Pair], "NAME=VALUE"), ([("timezone", "Berlin")], "timezone"),
            ([("name", "x")], "metric, label, timezone"), ([("label", "a=1"), ("label", "a=2")], "label"),
        ] {
            let answer = service.ask("POST", "/api/v1/import", query, type: "text/csv", body: Array(csv.utf8))
            expectProblem(answer, 422, words)
        }
        expectProblem(service.post("/api/v1/import", "x", type: "text/xml"), 415)
    }

    @Test func `remote write answers as Prometheus wants it`() throws {
        let service = try StoredService(maxSeries: 2)
        func write(
            _ series: [(String, Int, Double)], type: String = "application/x-protobuf"
        ) throws -> HTTPResponse {
            var encoder = RemoteWriteEncoder()
            for (name, step, value) in series {
                let point = Point(milliseconds: Int64(StoredService.start + 60 * step) * 1_000, value: value)
                encoder.append(Labels(metric: name), [point])
            }
            return service.ask(
                "POST", "/api/v1/write", type: type, coding: "snappy", body: Snappy.compress(encoder.bytes))
        }
        let good = try write([("a", 0, 1), ("b", 0, 1)])
        #expect(good.status == 204 && good.body.isEmpty)
        #expect(try write([("a", 0, 1)]).status == 204)
        let partly = try write([("a", 1, 2), ("c", 0, 1), ("b", 0, 5)])
        #expect(
            partly.status == 400 && partly.text.hasPrefix("2 of 3 samples were refused"), "\(partly.text)")
        #expect(partly.text.contains("no more than 2 series") && partly.text.contains("differs"))
        #expect(partly.header("Content-Type")?.hasPrefix("text/plain") == true)
        #expect(service.get("/api/v1/export", [("selector", "a")]).text.contains("2"))
        let version = { "application/x-protobuf;proto=" + $0 }
        let third = try write([("a", 9, 1)], type: version("io.prometheus.write.v3.Request"))
        #expect(third.status == 415 && third.text.contains("1.0"), "\(third.text)")
        #expect(try write([("a", 3, 1)], type: version("prometheus.WriteRequest")).status == 204)
        for (body, coding) in [
            ([0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 1], "snappy"), (Snappy.compress([0x0A, 0x7F, 1, 2]), "snappy"),
        ] as [([UInt8], String)] {
            let answer = service.ask(
                "POST", "/api/v1/write", type: "application/x-protobuf", coding: coding, body: body)
            #expect(
                [400, 413].contains(answer.status) && !answer.text.isEmpty, "\(answer.status) \(answer.text)")
            #expect(answer.header("Content-Type")?.hasPrefix("text/plain") == true)
        }
        var encoder = RemoteWriteEncoder()
        let point = Point(milliseconds: Int64(StoredService.start + 600) * 1_000, value: 4)
        encoder.append(Labels(metric: "a"), [point])
        let gzip = service.ask(
            "POST", "/api/v1/write", type: "application/x-protobuf", coding: "gzip",
            body: try ContentCoding.gzip.encode(encoder.bytes))
        #expect([204, 415].contains(gzip.status), "\(gzip.status) \(gzip.text)")
        service.store.close()
        let stopped = try write([("a", 20, 1)])
        #expect(stopped.status == 503 && stopped.header("Retry-After") != nil)
        #expect(stopped.header("Content-Type")?.hasPrefix("text/plain") == true)
        let line = #"{"labels":{"__name__":"a"},"timestamp":1735699999,"value":1}"#
        expectProblem(service.post("/api/v1/import", line), 503, "stopping")
    }

    @Test func `pages of an export hold every point exactly once`() throws {
        let service = try StoredService()
        for host in 0..<7 { service.feed("load", host: host, seasonal(50 + host)) }
        service.feed("other", [1, 2])
        func pages(_ query: [Pair], most: Int) throws -> (pages: [String], all: String) {
            var pages: [String] = []
            var next: String?
            repeat {
                let more = next.map { [("after", $0)] } ?? []
                let http = HTTPRequest(path: "/api/v1/export", query: query + more)
                let page = try Handlers.exportPage(
                    Request(http, parameters: [:], id: "x", deadline: .never), service.router.context,
                    mostPoints: most)
                pages.append(page.text)
                next = page.header("Bellwether-Next")
            } while next != nil && pages.count < 20
            return (pages, pages.joined())
        }
        for format in ["json", "csv"] {
            let query: [Pair] = [("selector", "load"), ("format", format)]
            let whole = service.get("/api/v1/export", query)
            #expect(whole.header("Bellwether-Next") == nil)
            for most in [1, 60, 120, 10_000] {
                let (pages, all) = try pages(query, most: most)
                #expect(all == whole.text, "\(format) \(most)")
                #expect(
                    pages.count == [1: 7, 60: 4, 120: 3, 10_000: 1][most], "\(format) \(most): \(pages.count)"
                )
            }
            // What was exported can be imported again, and is there already.
            let type = format == "csv" ? "text/csv" : "application/x-ndjson"
            let again = service.ask("POST", "/api/v1/import", type: type, body: whole.body)
            #expect(try JSONDocument(again.body).root["duplicates"]?.integer == 371, "\(again.text)")
        }
        let part = service.get(
            "/api/v1/export",
            [
                ("selector", #"load{host="0"}"#), ("start", "\(StoredService.start + 60)"),
                ("end", "2025-01-01T00:02:00Z"),
            ])
        #expect(try JSONDocument(part.body).root["values"]?.count == 2, "\(part.text)")
        #expect(service.get("/api/v1/export", [("selector", "none")]).body.isEmpty)
    }

    @Test func `series are listed by any of several selectors`() throws {
        let service = try StoredService()
        for host in 0..<3 { service.feed("load", host: host, [1]) }
        service.feed("other", [1])
        for (query, count) in [
            ([], 4), ([("match[]", "load")], 3), ([("match[]", "load"), ("match[]", #"{host="0"}"#)], 4),
            ([("limit", "2")], 2), ([("match[]", "none")], 0),
        ] as [([Pair], Int)] {
            let answer = service.get("/api/v1/series", query)
            expectSchema(answer, "SeriesList")
            #expect(try JSONDocument(answer.body).root["data"]?.count == count, "\(answer.text)")
        }
        let checkpoint = service.ask("POST", "/api/v1/checkpoint")
        expectSchema(checkpoint, "Checkpoint")
        #expect(checkpoint.text.contains(#""points":4"#), "\(checkpoint.text)")
    }
}

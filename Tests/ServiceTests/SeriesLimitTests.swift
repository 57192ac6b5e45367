import Ingest
import Networking
import TestSupport
import Testing
import TimeSeries

@testable import Service

/// What each protocol says when there is no room for new series: known ones are stored all the same.
struct SeriesLimitTests {
    private func full() throws -> StoredService {
        let service = try StoredService(maxSeries: 1)
        service.feed("known", [1])
        return service
    }

    private func stored(_ service: StoredService) -> String {
        service.get("/api/v1/export", [("selector", #"{__name__=~".+"}"#)]).text
    }

    private func refused(_ service: StoredService) -> Bool {
        service.get("/metrics").text.contains(#"bellwether_ingest_refused_total{reason="max_series"} 1"#)
    }

    private static let next = StoredService.start + 60

    @Test func `remote write says 400 with the reason and stores the rest`() throws {
        let service = try full()
        var encoder = RemoteWriteEncoder()
        let point = Point(milliseconds: Int64(Self.next) * 1_000, value: 2)
        encoder.append(Labels(metric: "new"), [point])
        encoder.append(try Labels(seriesNotation: #"known{host="0"}"#), [point])
        let answer = service.ask(
            "POST", "/api/v1/write", type: "application/x-protobuf", coding: "snappy",
            body: Snappy.compress(encoder.bytes))
        #expect(answer.status == 400 && answer.text.contains("no more than 1 series"), "\(answer.text)")
        #expect(stored(service).contains("[1,2]") && !stored(service).contains("new") && refused(service))
    }

    @Test func `an import says it line by line`() throws {
        let service = try full()
        let lines = StoredService.line("new", [2]) + "\n" + StoredService.line("known", [2], from: 1)
        let answer = service.post("/api/v1/import", lines)
        #expect(answer.status == 200, "\(answer.text)")
        let root = try JSONDocument(answer.body).root
        #expect(root["accepted"]?.integer == 1 && root["rejected"]?.integer == 1)
        #expect(answer.text.contains("no more than 1 series"))
        #expect(stored(service).contains("[1,2]") && refused(service))
    }

    @Test func `Influx says partial write`() throws {
        let service = try StoredService(maxSeries: 1)
        let first = service.ask(
            "POST", "/api/v2/write", type: "text/plain", body: Array("cpu idle=1 \(Self.next)000000000".utf8))
        #expect(first.status == 204)
        let lines = "mem free=1 \(Self.next)000000000\ncpu idle=2 \(Self.next + 60)000000000\n"
        let answer = service.ask("POST", "/api/v2/write", type: "text/plain", body: Array(lines.utf8))
        #expect(answer.status == 400 && answer.text.contains("no more than 1 series"), "\(answer.text)")
        #expect(stored(service).contains("[1,2]") && refused(service))
    }

    @Test func `OTLP says partial success`() throws {
        let service = try StoredService(maxSeries: 1)
        func body(_ name: String, _ time: Int, _ value: Int) -> String {
            #"{"name":"\#(name)","gauge":{"dataPoints":[{"timeUnixNano":"\#(time)000000000","asDouble":\#(value)}]}}"#
        }
        func send(_ metrics: [String]) -> HTTPResponse {
            service.post(
                "/v1/metrics",
                #"{"resourceMetrics":[{"scopeMetrics":[{"metrics":[\#(metrics.joined(separator: ","))]}]}]}"#)
        }
        #expect(send([body("load", Self.next, 1)]).status == 200)
        let answer = send([body("other", Self.next, 1), body("load", Self.next + 60, 2)])
        #expect(answer.status == 200, "\(answer.text)")
        let partial = try JSONDocument(answer.body).root["partialSuccess"]
        #expect(partial?["rejectedDataPoints"]?.string == "1", "\(answer.text)")
        #expect(answer.text.contains("no more than 1 series"))
        #expect(stored(service).contains("[1,2]") && refused(service))
    }
}

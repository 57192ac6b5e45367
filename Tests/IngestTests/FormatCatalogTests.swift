import Ingest
import TimeSeries
import Testing

@Suite struct FormatCatalogTests {
    @Test(arguments: [
        ("application/json", "json-lines"), ("application/x-ndjson; charset=utf-8", "json-lines"),
        ("Application/JSONL", "json-lines"), ("text/csv;header=present", "csv"), (" text/csv ; a=b", "csv"),
        ("application/x-protobuf", "prometheus-remote-write"),
        ("text/plain; version=0.0.4; charset=utf-8", "prometheus-text"), ("text/plain", "prometheus-text"),
        ("application/openmetrics-text; version=1.0.0; charset=utf-8", "openmetrics"),
        ("application/x-protobuf; proto=prometheus.WriteRequest", "prometheus-remote-write"),
        ("application/x-protobuf;a=b; proto=\"io.prometheus.write.v2.Request\"", "prometheus-remote-write-2"),
    ])
    func `a format is found by its media type`(field: String, name: String) {
        #expect(FormatCatalog.format(contentType: field)?.name == name)
    }

    @Test(arguments: [
        "", "text/html", "application/jsonx", ";text/csv", "application/x-protobuf;proto=other",
    ])
    func `another media type has no format`(field: String) {
        #expect(FormatCatalog.format(contentType: field) == nil)
    }

    @Test func `names and media types are unique`() {
        let names = FormatCatalog.all.map(\.name)
        let types = FormatCatalog.all.flatMap(\.mediaTypes)
        #expect(Set(names).count == names.count && Set(types).count == types.count)
    }

    @Test func `every format reads one point`() throws {
        var encoder = RemoteWriteEncoder()
        encoder.append(Labels(metric: "up"), [Point(milliseconds: 1000, value: 1)])
        var encoder2 = RemoteWrite2Encoder()
        encoder2.append(Labels(metric: "up"), [Point(milliseconds: 1000, value: 1)])
        let bodies = [
            "json-lines": Array(#"{"labels":{"__name__":"up"},"timestamp":1,"value":1}"#.utf8),
            "csv": Array("timestamp,up\n1970-01-01T00:00:01Z,1\n".utf8),
            "prometheus-remote-write": encoder.bytes,
            "prometheus-text": Array("# TYPE up gauge\nup 1\n".utf8),
            "openmetrics": Array("up 1 1.000\n# EOF\n".utf8),
            "prometheus-remote-write-2": encoder2.bytes,
            "otlp-metrics-protobuf": field(
                1,
                field(
                    2,
                    field(
                        2,
                        field(1, Array("up".utf8))
                            + field(
                                5, field(1, field(3, fixed: 1_000_000_000) + field(6, fixed: 1)))))),
            "otlp-metrics-json": Array(
                #"""
                {"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"up","gauge":{"dataPoints":[
                {"timeUnixNano":"1000000000","asInt":"1"}]}}]}]}]}
                """#.utf8),
        ]
        for format in FormatCatalog.all {
            let body = try #require(bodies[format.name])
            let options = ImportOptions(now: Timestamp(milliseconds: 1000))
            #expect(try runs(format.decode(body, options)) == ["up: 1000=1"])
            #expect(FormatCatalog.format(named: format.name)?.mediaTypes == format.mediaTypes)
        }
    }

    @Test func `labels that are told go to series of the text format that lack them`() throws {
        var options = ImportOptions(now: Timestamp(milliseconds: 1000))
        options.labels = try Labels([(name: "job", value: "j"), (name: "env", value: "e")])
        let format = try #require(FormatCatalog.format(named: "prometheus-text"))
        #expect(format.options == ["labels"])
        let body = Array("up{job=\"own\"} 1".utf8)
        #expect(try runs(format.decode(body, options)) == [#"up{env="e", job="own"}: 1000=1"#])
        #expect(throws: DecodeError.self) { try format.decode(body, ImportOptions()) }
    }
}

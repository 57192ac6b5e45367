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
    ])
    func `a format is found by its media type`(field: String, name: String) {
        #expect(FormatCatalog.format(contentType: field)?.name == name)
    }

    @Test(arguments: ["", "text/html", "application/jsonx", ";text/csv"])
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
        let bodies = [
            "json-lines": Array(#"{"labels":{"__name__":"up"},"timestamp":1,"value":1}"#.utf8),
            "csv": Array("timestamp,up\n1970-01-01T00:00:01Z,1\n".utf8),
            "prometheus-remote-write": encoder.bytes,
            "prometheus-text": Array("# TYPE up gauge\nup 1\n".utf8),
            "openmetrics": Array("up 1 1.000\n# EOF\n".utf8),
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

import Ingest
import TestSupport
import TimeSeries
import Testing

/// A request that the official library wrote, and what should come out.
struct OTLPGolden: CustomTestStringConvertible {
    struct Series {
        let labels: Labels
        let kind: MetricKind
        let points: [Point]
    }

    let name: String
    let bytes: [UInt8]
    /// The same with enumerations as names, and as numbers.
    let json: [[UInt8]]
    let rejected: Int
    let exemplars: Int
    let series: [Series]
    var testDescription: String { name }

    static func load() throws -> [OTLPGolden] {
        try GoldenFile("Tests/IngestTests/Golden/otlp-metrics.json").cases.map { object in
            let series = try object.objects("series").map { series in
                let labels = series.objects("labels").map { (name: $0.text("name"), value: $0.text("value")) }
                let points = series.objects("points").map { point in
                    Point(
                        milliseconds: Int64(point.number("milliseconds")),
                        value: Double(bitPattern: UInt64(point.text("bits"), radix: 16) ?? 0))
                }
                let kind = try #require(MetricKind(rawValue: UInt8(series.number("kind"))))
                return Series(labels: try Labels(labels), kind: kind, points: points)
            }
            return OTLPGolden(
                name: object.text("name"), bytes: TestBytes.hex(object.text("bytes")),
                json: [object.text("json"), object.text("json with numbers")].map { Array($0.utf8) },
                rejected: Int(object.number("rejected")), exemplars: Int(object.number("exemplars")),
                series: series)
        }
    }
}

@Suite struct OTLPMetricsTests {
    private func expect(_ decoded: DecodedPoints, equals golden: OTLPGolden) throws {
        #expect(decoded.series.count == golden.series.count)
        #expect(decoded.rejected == golden.rejected, "\(decoded.errors)")
        #expect(decoded.ignoredExemplars == golden.exemplars)
        for (index, (entry, series)) in zip(decoded.series, golden.series).enumerated() {
            #expect(try decoded.labels(at: index) == series.labels)
            #expect(Array(decoded.bytes[entry.labels]) == series.labels.encoded)
            #expect(entry.kind == series.kind, "\(series.labels)")
            let points = decoded.points[entry.points]
            #expect(points.map(\.milliseconds) == series.points.map(\.milliseconds), "\(series.labels)")
            for (got, want) in zip(points, series.points) {
                // Percentiles are computed, in another order of operations than the script's.
                let isNear = abs(got.value - want.value) <= 1e-12 * abs(want.value)
                #expect(
                    got.value.bitPattern == want.value.bitPattern
                        || isNear && series.labels["quantile"] != nil,
                    "\(series.labels): \(got.value) for \(want.value)")
            }
        }
    }

    @Test(arguments: try OTLPGolden.load())
    func `what the official library wrote is read`(golden: OTLPGolden) throws {
        try expect(OTLPMetrics.decode(golden.bytes, as: .protobuf), equals: golden)
    }

    @Test(arguments: try OTLPGolden.load())
    func `the same in JSON is read`(golden: OTLPGolden) throws {
        for json in golden.json { try expect(OTLPMetrics.decode(json, as: .json), equals: golden) }
    }

    /// A request in JSON with one metric.
    private func request(_ metric: String, resource: String = "") -> [UInt8] {
        Array(
            """
            {"resourceMetrics":[{"resource":{"attributes":[\(resource)]},"scopeMetrics":[
            {"scope":{"name":"s","version":"2","later":[]},"metrics":[\(metric)]}]}],"later":1}
            """.utf8)
    }

    private func counter(start: Int, time: Int, _ value: Double, temporality: Int = 2) -> [UInt8] {
        request(
            """
            {"name":"c","sum":{"isMonotonic":true,"aggregationTemporality":\(temporality),"dataPoints":[
            {"startTimeUnixNano":"\(start)000000000","timeUnixNano":"\(time)000000000","asDouble":\(value)}]}}
            """)
    }

    @Test func `a counter that began again has a zero where it did, in the next request too`() throws {
        var memory = OTLPMemory()
        func points(_ start: Int, _ time: Int, _ value: Double) throws -> [String] {
            let decoded = try OTLPMetrics.decode(
                counter(start: start, time: time, value), as: .json, memory: &memory)
            return decoded.points.map { "\($0.milliseconds / 1000)=\($0.value)" }
        }
        #expect(try points(5, 10, 100) == ["10=100.0"])
        #expect(try points(5, 20, 120) == ["20=120.0"])
        #expect(try points(25, 30, 130) == ["25=0.0", "30=130.0"])
        #expect(try points(25, 40, 131) == ["40=131.0"])
        // Late: nothing is known of what was between.
        #expect(try points(5, 15, 110) == ["15=110.0"])
        // A start that is nowhere near, or not said.
        #expect(try points(0, 50, 140) == ["50=140.0"] && points(35, 60, 150) == ["60=150.0"])
    }

    @Test func `deltas are added up over requests, and the same one again changes nothing`() throws {
        var memory = OTLPMemory()
        func add(_ start: Int, _ time: Int, _ value: Double) throws -> String {
            let decoded = try OTLPMetrics.decode(
                counter(start: start, time: time, value, temporality: 1), as: .json, memory: &memory)
            return decoded.points.first.map { "\($0.value)" } ?? decoded.errors.first?.reason ?? ""
        }
        #expect(try add(10, 20, 5) == "5.0" && add(20, 30, 2) == "7.0")
        #expect(try add(20, 30, 2) == "7.0")
        #expect(try add(20, 30, 3).contains("ends before the one before it"))
        #expect(try add(10, 20, 5).contains("ends before the one before it"))
        #expect(try add(29, 40, 1).contains("begins before the one before it ends"))
        #expect(try add(0, 40, 1) == "8.0" && add(60, 70, 1) == "9.0")
        #expect(try add(90, 80, 1).contains("ends before it begins"))
        memory.forget(before: Timestamp(milliseconds: 70_001))
        #expect(memory.count == 0)
        #expect(try add(70, 80, 4) == "4.0")
    }

    @Test func `a histogram that began again has the percentiles of all it counted since`() throws {
        var memory = OTLPMemory()
        func quantiles(_ start: Int, _ time: Int, _ counts: String, _ bounds: String = "[1,2]") throws
            -> [Double]
        {
            let decoded = try OTLPMetrics.decode(
                request(
                    """
                    {"name":"h","histogram":{"aggregationTemporality":"AGGREGATION_TEMPORALITY_CUMULATIVE",
                    "dataPoints":[{"startTimeUnixNano":"\(start)000","timeUnixNano":"\(time)000","count":"9",
                    "bucketCounts":\(counts),"explicitBounds":\(bounds)}]}}
                    """), as: .json, memory: &memory)
            #expect(decoded.rejected == 0, "\(decoded.errors)")
            return decoded.series.filter { $0.kind == .gauge }.map {
                decoded.points[$0.points.lowerBound].value
            }
        }
        #expect(try quantiles(1, 10, "[4,0,0]") == [])
        #expect(try quantiles(1, 20, "[4,\"8\",0]") == [1.5, 1.9, 1.99])
        // Nothing came.
        #expect(try quantiles(1, 30, "[4,8,0]") == [])
        // It began again with more of everything than before.
        #expect(try quantiles(31, 40, "[4,8,8]") == [1.75, 2, 2])
        // A count fell, and the start time does not say why.
        #expect(try quantiles(31, 50, "[4,0,0]") == [0.5, 0.9, 0.99])
        // Other bounds are another histogram.
        #expect(try quantiles(31, 60, "[5,0]", "[4]") == [])
        #expect(try quantiles(31, 70, "[7,0]", "[4]") == [2, 3.6, 3.96])
        #expect(try quantiles(31, 65, "[6,0]", "[4]") == [])
    }

    @Test func `attributes of the resource and the scope are labels where that is asked for`() throws {
        let resource = """
            {"key":"service.name","value":{"stringValue":"a"}},{"key":"cloud.region","value":{"stringValue":"eu"}},
            {"key":"nothing"}
            """
        let body = request(
            #"{"name":"g","gauge":{"dataPoints":[{"timeUnixNano":"1000000","asInt":"3"}]}}"#,
            resource: resource)
        func labels(_ options: OTLPMetrics.Options) throws -> String {
            try OTLPMetrics.decode(body, as: .json, options: options).labels(at: 0).description
        }
        #expect(try labels(.init()) == #"g{job="a", service_name="a"}"#)
        let all = OTLPMetrics.Options(resourceAttributes: ["cloud.region", "absent"], addsScope: true)
        #expect(
            try labels(all)
                == #"g{cloud_region="eu", job="a", otel_scope_name="s", otel_scope_version="2"}"#)
    }

    @Test(arguments: [
        (#"{"name":"g","gauge":{"dataPoints":[{"asInt":3}]}}"#, "has no time"),
        (#"{"name":"g","gauge":{"dataPoints":[{"timeUnixNano":1}]}}"#, "has no value"),
        (#"{"name":"g","gauge":{"dataPoints":[{"timeUnixNano":1,"asInt":1.5}]}}"#, "needs an integer"),
        (#"{"name":"g","gauge":{"dataPoints":[{"timeUnixNano":-1,"asInt":1}]}}"#, "at least 0"),
        (#"{"name":"g","gauge":{"dataPoints":[{"timeUnixNano":"x","asInt":1}]}}"#, "not \"x\""),
        (#"{"name":"g","gauge":{"dataPoints":[{"timeUnixNano":1,"asDouble":"1e999"}]}}"#, "needs a number"),
        (#"{"gauge":{"dataPoints":[{"timeUnixNano":1,"asInt":1}]}}"#, "no name"),
        (#"{"name":"-","gauge":{"dataPoints":[{"timeUnixNano":1,"asInt":1}]}}"#, "no name"),
        (#"{"name":"g","gauge":{"dataPoints":[{"timeUnixNano":1,"asInt":1,"attributes":[{}]}]}}"#, "no key"),
        (#"{"name":"g","gauge":{"dataPoints":[{"timeUnixNano":1,"asInt":1,"attributes":3}]}}"#, "an array"),
        (
            #"{"name":"g","gauge":{"dataPoints":[{"timeUnixNano":1,"asInt":1,"attributes":[{"key":"a","value":{"intValue":"x"}}]}]}}"#,
            "value of its type"
        ),
        (
            #"{"name":"h","histogram":{"aggregationTemporality":1,"dataPoints":[{"timeUnixNano":1,"bucketCounts":[1,1,1],"explicitBounds":[2,2]}]}}"#,
            "do not rise"
        ),
        (
            #"{"name":"h","exponentialHistogram":{"aggregationTemporality":1,"dataPoints":[{"timeUnixNano":1,"scale":21}]}}"#,
            "scale 21"
        ),
        (
            #"{"name":"s","summary":{"dataPoints":[{"timeUnixNano":1,"quantileValues":[{"quantile":1.5}]}]}}"#,
            "not in 0 to 1"
        ),
    ])
    func `a point that is wrong in itself does not stop the others`(metric: String, reason: String) throws {
        let good = #"{"name":"good","gauge":{"dataPoints":[{"timeUnixNano":1,"asInt":1}]}}"#
        let decoded = try OTLPMetrics.decode(request("\(good),\(metric),\(good)"), as: .json)
        #expect(decoded.series.count == 2 && decoded.points.count == 2 && decoded.rejected == 1)
        #expect(decoded.errors.first?.record == 2)
        #expect(decoded.errors.first?.reason.contains(reason) == true, "\(decoded.errors)")
        #expect(decoded.bytes.count == 2 * Labels(metric: "good").encoded.count)
    }

    @Test(arguments: [
        "", "[]", "{", "7", #"{"resourceMetrics":{}}"#, #"{"resourceMetrics":[1]}"#,
        #"{"resourceMetrics":[{"scopeMetrics":"x"}]}"#,
        #"{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"a","gauge":{"dataPoints":[[]]}}]}]}]}"#,
    ])
    func `JSON that is no request is refused`(body: String) {
        #expect(throws: DecodeError.self) { try OTLPMetrics.decode(Array(body.utf8), as: .json) }
    }

    @Test func `an empty request is one`() throws {
        #expect(try OTLPMetrics.decode([], as: .protobuf).series.isEmpty)
        #expect(try OTLPMetrics.decode(Array("{}".utf8), as: .json).series.isEmpty)
        #expect(try OTLPMetrics.decode(Array(#"{"resourceMetrics":null}"#.utf8), as: .json).series.isEmpty)
    }

    @Test func `fields may stand in any order`() throws {
        // The data before the name, the points before the temporality, the scope's metrics before the resource.
        let point = field(6, fixed: 7) + field(3, fixed: 9_000_000) + field(2, fixed: 0)
        let sum = field(1, point) + field(3, varint: 1) + field(2, varint: 2)
        let metric = field(7, sum) + field(3, Array("s".utf8)) + field(1, Array("m".utf8))
        let attribute = field(2, field(1, Array("x".utf8))) + field(1, Array("service.name".utf8))
        let resource = field(2, field(2, metric) + field(1, [])) + field(1, field(1, attribute))
        let decoded = try OTLPMetrics.decode(field(99, [1]) + field(1, resource), as: .protobuf)
        #expect(try decoded.labels(at: 0).description == #"m_seconds_total{job="x", service_name="x"}"#)
        #expect(decoded.points == [Point(milliseconds: 9, value: 7)] && decoded.series[0].kind == .counter)
    }
}

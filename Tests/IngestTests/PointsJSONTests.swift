import Ingest
import TestSupport
import TimeSeries
import Testing

/// The runs of points as text, `labels: ms=value ms=value`.
func runs(_ decoded: DecodedPoints) throws -> [String] {
    try decoded.series.enumerated().map { index, entry in
        let points = decoded.points[entry.points].map { "\($0.milliseconds)=\(NumberText.exact($0.value))" }
        return try "\(decoded.labels(at: index)): \(points.joined(separator: " "))"
    }
}

@Suite struct PointsJSONTests {
    private func decode(_ text: String) -> DecodedPoints { PointsJSON.decode(Array(text.utf8)) }

    @Test func `both forms of a line are read`() throws {
        let decoded = decode(
            """
            {"labels":{"__name__":"cpu","host":"a"},"timestamps":[1764547200,"2025-12-01T00:00:15Z"],"values":[1.5,2]}\r

            {"value":-0.25,"timestamp":1764547230.0625,"labels":{"host":"","__name__":"cpu"}}
              {"labels":{"__name__":"é \\"x\\""},"timestamps":["1969-12-31T23:59:59.999Z"],"values":[1e300]}
            """)
        #expect(
            try runs(decoded) == [
                #"cpu{host="a"}: 1764547200000=1.5 1764547215000=2"#, "cpu: 1764547230063=-0.25",
                #"{"é \"x\""}: -1=1e+300"#,
            ])
        #expect(decoded.rejected == 0 && decoded.errors.isEmpty)
    }

    @Test func `null is no point`() throws {
        let decoded = decode(
            """
            {"labels":{"__name__":"a"},"timestamps":[1,2,3],"values":[null,5,null]}
            {"labels":{"__name__":"a"},"timestamp":4,"value":null}
            {"labels":{"__name__":"a"},"timestamps":[],"values":[]}
            """)
        #expect(try runs(decoded) == ["a: 2000=5"])
        #expect(decoded.rejected == 0)
    }

    @Test func `lines of VictoriaMetrics are read`() throws {
        let decoded = decode(
            """
            {"metric":{"__name__":"cpu","host":"a"},"values":[1.5,null,2],"timestamps":[1764547200000,1764547215000,-1]}
            {"metric":{"__name__":"cpu"},"values":[1,"Infinity","-Infinity","NaN",2],"timestamps":[1,2,3,4,5]}
            {"timestamp":1764547200123,"metric":{"__name__":"cpu"},"value":7}
            {"metric":{"__name__":"cpu"},"timestamps":["2025-12-01T00:00:15Z"],"values":[8]}
            """)
        #expect(
            try runs(decoded) == [
                "cpu: 1=1 2=inf 3=-inf 5=2", "cpu: 1764547200123=7", "cpu: 1764547215000=8",
            ])
        #expect(decoded.rejected == 3 && decoded.errors[0].reason.contains("not later"))
    }

    @Test(arguments: [
        ("x", "expected a value"), (#"{"labels":"#, "a line holds one whole object"), ("[1]", "not array"),
        (#"{"labels":{"__name__":"a"},"timestamp":1,"value":1,"unit":"s"}"#, "unknown key \"unit\""),
        (#"{"labels":{"host":"a"},"timestamp":1,"value":1}"#, "add the label \"__name__\""),
        (#"{"labels":{"__name__":""},"timestamp":1,"value":1}"#, "add the label \"__name__\""),
        (#"{"labels":{"__name__":"a","b-c":"d"},"timestamp":1,"value":1}"#, "'b-c' is not a label name"),
        (#"{"labels":{"__name__":"a","b":1},"timestamp":1,"value":1}"#, "the label \"b\" needs a text"),
        (#"{"labels":{"__name__":"a","b":"1","b":"2"},"timestamp":1,"value":1}"#, "duplicate key \"b\""),
        (#"{"labels":["a"],"timestamp":1,"value":1}"#, "\"labels\" is needed"),
        (#"{"timestamp":1,"value":1}"#, "\"labels\" is needed"),
        (#"{"labels":{"__name__":"a"},"timestamp":1}"#, "or \"timestamp\" and \"value\""),
        (#"{"labels":{"__name__":"a"},"timestamp":1,"value":1,"values":[1]}"#, "or \"timestamp\""),
        (#"{"labels":{"__name__":"a"},"timestamps":1,"values":[1]}"#, "need arrays"),
        (#"{"labels":{"__name__":"a"},"timestamps":[1],"values":{"a":1}}"#, "need arrays"),
        (#"{"labels":{"__name__":"a"},"timestamp":1,"value":"1"}"#, "a number or null, not string"),
        (#"{"labels":{"__name__":"a"},"timestamp":true,"value":1}"#, "not bool"),
        (#"{"labels":{"__name__":"a"},"timestamp":1764547200000,"value":1}"#, "looks like milliseconds"),
        (#"{"labels":{"__name__":"a"},"timestamp":"2025-12-01","value":1}"#, "timestamp: "),
        (#"{"labels":{"__name__":"a"},"metric":{"__name__":"a"},"timestamp":1,"value":1}"#, "not both"),
        (#"{"labels":{"__name__":"a"},"timestamp":1,"value":"Infinity"}"#, "a number or null, not string"),
        (#"{"metric":{"__name__":"a"},"timestamp":1,"value":"inf"}"#, "a number or null, not string"),
        (#"{"metric":{"__name__":"a"},"timestamp":1e300,"value":1}"#, "years 0001 to 9999"),
        (#"{"metric":{"__name__":"a"},"timestamp":true,"value":1}"#, "needs epoch milliseconds"),
        (#"{"labels":{"__name__":"a"},"timestamp":1,"value":NaN}"#, "write null for a missing value"),
    ])
    func `a line that is wrong is rejected with its number and reason`(line: String, reason: String) throws {
        let good = #"{"labels":{"__name__":"good"},"timestamp":1,"value":1}"# + "\n"
        let decoded = decode(good + line + "\n" + good)
        #expect(try runs(decoded) == ["good: 1000=1", "good: 1000=1"])
        #expect(decoded.rejected == 1)
        let error = try #require(decoded.errors.first)
        #expect(error.line == 2 && error.reason.contains(reason), "\(error)")
    }

    @Test(arguments: [
        ("[1,2]", "[1]", "2 timestamps and 1 values"),
        ("[2,1]", "[1,2]", "timestamps[1], 1970-01-01T00:00:01Z"),
        ("[1,1]", "[1,2]", "not later"), ("[1,1.0001]", "[1,2]", "not later"),
        ("[1,2]", "[1,\"x\"]", "values[1] needs a number or null, not string"),
        ("[1,\"x\"]", "[1,2]", "timestamps[1]: "), ("[1,null]", "[1,2]", "timestamps[1] needs epoch seconds"),
    ])
    func `lists that do not fit are rejected whole`(times: String, values: String, reason: String) {
        let decoded = decode(#"{"labels":{"__name__":"a"},"timestamps":\#(times),"values":\#(values)}"#)
        #expect(decoded.points.isEmpty && decoded.rejected == (values == "[1]" ? 1 : 2))
        #expect(decoded.errors.first.map { $0.line == 1 && $0.reason.contains(reason) } == true)
    }

    @Test func `a line beyond the limit is refused before it is parsed`() throws {
        let labels = #"{"labels":{"__name__":"a"},"timestamp":1,"value":1"#
        let fitting =
            labels + String(repeating: " ", count: PointsJSON.lineLimit - labels.utf8.count - 1) + "}"
        let decoded = decode(fitting + "\n" + fitting + " ")
        #expect(decoded.points.count == 1 && decoded.rejected == 1)
        #expect(decoded.errors.first?.line == 2)
        let long = decode(
            #"{"labels":{"__name__":"\#(String(repeating: "x", count: 70_000))"},"timestamp":1,"value":1}"#)
        #expect(long.errors.first?.reason.contains("70008 bytes") == true)
    }

    @Test func `deep nesting is refused`() {
        #expect(decode(String(repeating: "[", count: 100_000)).errors.count == 1)
        #expect(
            decode("\u{FEFF}" + #"{"labels":{"__name__":"a"},"timestamp":1,"value":1}"#).points.count == 1)
        #expect(decode("").points.isEmpty && decode("\n \r\n\t\n").errors.isEmpty)
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func `what is written reads back as the same`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let labels = try Labels([
            (name: "__name__", value: "m\(seed)\n\"é"), (name: "path", value: "C:\\ \u{1}\t/"),
        ])
        var time = Int64.random(in: -62_135_596_800_000...253_000_000_000_000, using: &random)
        var points: [Point] = []
        for index in 0..<Int.random(in: 1...40, using: &random) {
            let bits = UInt64.random(in: 0...UInt64.max, using: &random)
            let value = [Double(bitPattern: bits), 0, -0.0, Double(Int64(truncatingIfNeeded: bits)), 0.1][
                index % 5]
            points.append(Point(milliseconds: time, value: value))
            time += Int64.random(in: 1...100_000_000, using: &random)
        }
        let decoded = PointsJSON.decode(PointsJSON.line(labels: labels, points: points))
        let finite = points.filter(\.value.isFinite)
        #expect(decoded.points.map(\.milliseconds) == finite.map(\.milliseconds), "seed \(seed)")
        #expect(decoded.points.map(\.value.bitPattern) == finite.map(\.value.bitPattern), "seed \(seed)")
        #expect(try decoded.labels(at: 0) == labels)
    }

    @Test func `what is not finite is not written`() {
        let points = [Point(milliseconds: 1, value: .nan), Point(milliseconds: 2, value: .infinity)]
        #expect(PointsJSON.line(labels: Labels(metric: "a"), points: points).isEmpty)
        let line = PointsJSON.line(
            labels: Labels(metric: "a"), points: points + [Point(milliseconds: 1500, value: 2)])
        #expect(
            String(decoding: line, as: UTF8.self)
                == #"{"labels":{"__name__":"a"},"timestamps":[1.5],"values":[2]}"# + "\n")
    }

    private static let sample =
        #"{"labels":{"__name__":"cpu","host":"a"},"timestamps":[1764547200,"2025-12-01T00:00:15Z"],"values":[1.5,null]}"#

    @Test func `every truncation is a rejected line`() {
        let bytes = Array(Self.sample.utf8)
        for count in 1..<bytes.count {
            let decoded = PointsJSON.decode(Array(bytes[..<count]))
            #expect(decoded.points.isEmpty && decoded.rejected == 1, "\(count)")
        }
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func `damage is never fatal`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var bytes = Array((Self.sample + "\n" + Self.sample).utf8)
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            bytes[Int.random(in: bytes.indices, using: &random)] ^=
                1 << UInt8.random(in: 0..<8, using: &random)
        }
        let decoded = PointsJSON.decode(bytes)
        for index in decoded.series.indices { _ = try decoded.labels(at: index) }
    }
}

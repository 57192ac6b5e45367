import Foundation
import Networking
import Testing

@testable import Service

/// A body that is refused, and how.
struct BadBody: Sendable, CustomTestStringConvertible {
    var name: String
    var body: String
    var status: Int
    var words: String

    init(_ name: String, _ body: String, _ status: Int, _ words: String) {
        self.name = name
        self.body = body
        self.status = status
        self.words = words
    }

    var testDescription: String { name }
}

/// One series and other members of a body.
private func with(_ members: String) -> String {
    #"{"series":[{"values":[1,2,3,4]}],\#(members)}"#
}

/// A body of one series with these members.
private func series(_ members: String) -> String { #"{"series":[{\#(members)}]}"# }

/// Where a value stands in a body, as `@`, and the JSON types that may stand there.
struct Place: Sendable {
    var pointer: String
    var body: String
    var good: Set<JSONValue.Kind>

    init(_ pointer: String, _ body: String, _ good: Set<JSONValue.Kind>) {
        self.pointer = pointer
        self.body = body
        self.good = good
    }
}

@Suite struct BadInputTests {
    @Test(arguments: [
        BadBody("empty", "", 400, "the body is empty"),
        BadBody("blank", " \n", 400, "the body is empty"),
        BadBody("truncated", #"{"series":[{"values":[1,2"#, 400, "ends before its value does"),
        BadBody("cut after a key", #"{"series""#, 400, "ends before its value does"),
        BadBody("deep", String(repeating: "[", count: 5000), 400, "nested deeper than 64 levels"),
        BadBody(
            "deep inside a body",
            series("\"values\":" + String(repeating: "[", count: 90) + String(repeating: "]", count: 90)),
            400,
            "nested deeper than 64 levels"),
        BadBody("NaN", series(#""values":[1,NaN]"#), 400, "NaN is not JSON; write null"),
        BadBody("Infinity", series(#""values":[Infinity]"#), 400, "Infinity is not JSON"),
        BadBody("minus Infinity", series(#""values":[-Infinity]"#), 400, "Infinity is not JSON"),
        BadBody("1e400", series(#""values":[1e400]"#), 400, "number out of range"),
        BadBody("leading zero", series(#""values":[01]"#), 400, "not a JSON number"),
        BadBody("trailing comma", series(#""values":[1,]"#), 400, "expected"),
        BadBody("trailing text", series(#""values":[1]"#) + "x", 400, "text after the end"),
        BadBody("single quotes", "{'series':[]}", 400, "expected"),
        BadBody("byte order mark", "\u{FEFF}{}", 400, "byte order mark"),
        BadBody("duplicate key", with(#""horizon":1,"horizon":2"#), 400, #"duplicate key "horizon""#),
        BadBody("duplicate label", series(#""labels":{"a":"1","a":"2"},"values":[1]"#), 400, "duplicate key"),
    ])
    func `what is not JSON is refused with its place`(bad: BadBody) {
        let answer = post(bad.body)
        expectProblem(answer, bad.status, bad.words)
        #expect(answer.text.contains("line 1, column") || answer.text.contains("line 2, column"))
    }

    @Test(
        arguments: [[0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xC0, 0xAF], [0xF5, 0x80, 0x80, 0x80]] as [[UInt8]])
    func `what is not UTF-8 is refused`(bytes: [UInt8]) {
        let head = Array(#"{"series":[{"labels":{"a":""#.utf8)
        expectProblem(post(head + bytes + Array(#""},"values":[1]}]}"#.utf8)), 400, "not valid UTF-8")
    }

    @Test(arguments: [
        BadBody("a list", "[]", 422, "an object is needed, not array"),
        BadBody("null", "null", 422, "an object is needed, not null"),
        BadBody("nothing", "{}", 422, "/series: the series to predict are missing"),
        BadBody("no series", #"{"series":[]}"#, 422, "at least one series is needed"),
        BadBody("a series that is null", #"{"series":[null]}"#, 422, "/series/0: an object is needed"),
        BadBody("no values", series(""), 422, "/series/0/values: the values are missing"),
        BadBody("empty values", series(#""values":[]"#), 422, "/series/0/values: at least one value"),
        BadBody(
            "null for values", series(#""values":null"#), 422, "/series/0/values: the values are missing"),
        BadBody(
            "all missing", series(#""values":[null,null,null]"#), 422, "/series/0: every value is missing"),
        BadBody(
            "a text", series(#""values":[1,"2"]"#), 422, "/series/0/values/1: a number or null is needed"),
    ])
    func `a body without data is refused by name`(bad: BadBody) {
        expectProblem(post(bad.body), bad.status, bad.words)
    }

    @Test(arguments: [
        BadBody("unsorted", "[100,200,150,300]", 422, "/timestamps/2: timestamp 2 is not in order"),
        BadBody("duplicate", "[100,200,200,300]", 422, "/timestamps/2: timestamp 2 is a duplicate"),
        BadBody("milliseconds", "[1764547200000,2,3,4]", 422, "looks like milliseconds; write epoch seconds"),
        BadBody(
            "mixed", #"[100,"2025-12-01T00:00:00Z",3,4]"#, 422,
            "/timestamps/1: times are either all epoch seconds or all RFC 3339"),
        BadBody("too few", "[100,200,300]", 422, "3 timestamps for 4 values"),
        BadBody("too many", "[1,2,3,4,5]", 422, "5 timestamps for 4 values"),
        BadBody("none", "[]", 422, "0 timestamps for 4 values"),
        BadBody("null", "[1,null,3,4]", 422, "/timestamps/1: epoch seconds or RFC 3339 are needed, not null"),
        BadBody("a day", #"["2025-12-01"]"#, 422, "/timestamps/0: "),
        BadBody("no offset", #"["2025-12-01T00:00:00"]"#, 422, "an offset such as Z"),
        BadBody("30 February", #"["2025-02-30T00:00:00Z"]"#, 422, "day 30 is not in 1 to 28"),
        BadBody("leap second", #"["2016-12-31T23:59:60Z"]"#, 422, "leap second"),
        BadBody("year 0", #"["0000-01-01T00:00:00Z"]"#, 422, "/timestamps/0"),
        BadBody("before year 1", "[-99999999999,2,3,4]", 422, "not in the years 0001 to 9999"),
        BadBody("words", #"["yesterday"]"#, 422, "/timestamps/0"),
        BadBody("a text", #""2025""#, 422, "/timestamps: an array is needed, not string"),
    ])
    func `bad times are refused with their index`(bad: BadBody) {
        let body = series("\"timestamps\":\(bad.body),\"values\":[1,2,3,4]")
        for path in ["predict", "forecast", "detect"] {
            expectProblem(post(body, to: "/api/v1/\(path)"), bad.status, bad.words)
        }
    }

    @Test(arguments: [
        BadBody("1e9", "1e9", 413, "/horizon: at most 10000, not 1000000000"),
        BadBody("10001", "10001", 413, "/horizon: at most 10000, not 10001"),
        BadBody("1e300", "1e300", 413, "/horizon: at most 10000"),
        BadBody("0", "0", 422, "/horizon: a whole number of at least 1 is needed, not 0"),
        BadBody("-1", "-1", 422, "/horizon: a whole number of at least 1 is needed, not -1"),
        BadBody("2.5", "2.5", 422, "/horizon: a whole number of at least 1 is needed, not 2.5"),
        BadBody("abc", #""abc""#, 422, "/horizon: "),
        BadBody("an empty text", #""""#, 422, "/horizon: "),
        BadBody("0m", #""0m""#, 422, "/horizon: "),
        BadBody("-5m", #""-5m""#, 422, "/horizon: "),
        BadBody("a span without times", #""5m""#, 422, "/horizon: a span of time needs timestamps"),
    ])
    func `a bad horizon is refused`(bad: BadBody) {
        expectProblem(post(with("\"horizon\":\(bad.body)")), bad.status, bad.words)
    }

    @Test(arguments: [
        BadBody("3 hours of seconds", "3h", 413, "/horizon: at most 10000 steps, not 10800"),
        BadBody("a month of seconds", "P1M", 413, "/horizon: at most 10000 steps, not 2678400"),
        BadBody("nine billion seconds", "9000000000s", 413, "/horizon: at most 10000 steps, not 9000000000"),
        BadBody("beyond the calendar", "P9999Y", 422, "longer than 9998 years"),
        BadBody("beyond 64 bits", "P99999999999999999999D", 422, "/horizon: "),
    ])
    func `a span of too many steps is refused`(bad: BadBody) {
        let times = #""timestamps":[0,1,2,3],"values":[1,2,3,4]"#
        expectProblem(post(#"{"horizon":"\#(bad.body)","series":[{\#(times)}]}"#), bad.status, bad.words)
    }

    @Test(arguments: [
        BadBody("100", "[80,100]", 422, "/levels/1: a percentage from 0 up to but not 100"),
        BadBody("-1", "[-1]", 422, "/levels/0: a percentage"),
        BadBody("a text", #"["80"]"#, 422, "/levels/0: a percentage"),
        BadBody("null", "[null]", 422, "/levels/0: a percentage"),
        BadBody("twice", "[80,95,80]", 422, "/levels/2: the level 80 is given twice"),
        BadBody("twice when written", "[80,80.0]", 422, "/levels/1: the level 80 is given twice"),
        BadBody(
            "21 of them", json((0..<21).map { Double($0) }), 413, "/levels: at most 20 levels, not 21"),
        BadBody(
            "a million", "[" + String(repeating: "1,", count: 999_999) + "1]", 413,
            "/levels: at most 20 levels, not 1000000"),
    ])
    func `bad levels are refused`(bad: BadBody) {
        expectProblem(post(with("\"levels\":\(bad.body)")), bad.status, bad.words)
    }

    @Test func `levels that differ in the last digit keep names of their own`() throws {
        let body = with(#""levels":[80,80.0000001,99.9999999999,97.5,0]"#)
        let lower = try #require(try firstResult(post(body))["forecast"]?["lower"])
        #expect(lower.keys == ["80", "80.0000001", "99.9999999999", "97.5", "0"])
    }

    @Test(arguments: [
        BadBody("alpha 0", #""alpha":0"#, 422, "/alpha: a number between 0 and 1 is needed, not 0"),
        BadBody("alpha 1", #""alpha":1"#, 422, "/alpha"), BadBody("alpha -1", #""alpha":-1"#, 422, "/alpha"),
        BadBody("season 0", #""season":0"#, 422, "/season: a whole number of at least 1"),
        BadBody("season 1e6", #""season":1000000"#, 413, "/season: at most 100000, not 1000000"),
        BadBody("train 0", #""train":0"#, 422, "/train"),
        BadBody("train 1.5", #""train":1.5"#, 422, "/train"),
        BadBody("step 0s", #""step":"0s""#, 422, "/step"), BadBody("step x", #""step":"x""#, 422, "/step"),
        BadBody("model", #""model":"autoo""#, 422, #"no model "autoo"; did you mean "auto"?"#),
        BadBody("detect", #""detect":"some""#, 422, #""all", "last", "none""#),
        BadBody("mode", #""mode":"live""#, 422, #""causal", "delayed", "batch""#),
        BadBody("time", #""time":"ms""#, 422, #""rfc3339", "unix""#),
        BadBody("zone", #""timezone":"Mars/Base""#, 422, "/timezone"),
        BadBody("zone path", #""timezone":"../../../etc/passwd""#, 422, "/timezone"),
        BadBody("zone empty", #""timezone":"""#, 422, "/timezone"),
        BadBody("zone zero byte", #""timezone":"UTC\u0000x""#, 422, "/timezone"),
        BadBody("selector", #""selector":"up{job=\"a\"}""#, 422, "not both"),
        BadBody("start alone", #""start":1"#, 422, #""start" needs "selector""#),
        BadBody("end alone", #""end":1"#, 422, #""end" needs "selector""#),
        BadBody("op", #""limits":[{"op":"=","value":1}]"#, 422, "/limits/0/op"),
        BadBody("no op", #""limits":[{"value":1}]"#, 422, "/limits/0/op"),
        BadBody("no value", #""limits":[{"op":">"}]"#, 422, "/limits/0/value: a number is needed"),
        BadBody(
            "21 limits",
            "\"limits\":[" + Array(repeating: #"{"op":">","value":1}"#, count: 21).joined(separator: ",")
                + "]", 413,
            "/limits: at most 20 limits, not 21"),
    ])
    func `a bad wish is refused by name`(bad: BadBody) {
        expectProblem(post(with(bad.body)), bad.status, bad.words)
    }

    @Test func `a selector is read, and what it says of nothing is refused`() {
        expectProblem(post(#"{"selector":"up{"}"#), 422, "/selector")
        expectProblem(post(#"{"selector":"up","start":2,"end":1}"#), 422, "/start")
        expectProblem(post(#"{"selector":"up","start":true}"#), 422, "/start")
        expectProblem(post(#"{"selector":"up"}"#), 503, "stores nothing")
    }

    @Test func `limits without history are not supported`() {
        func slug(_ answer: HTTPResponse) -> String? { try? JSONDocument(answer.body).root["type"]?.string }
        let wanted = Problem.typePrefix + "not_supported"
        let answer = post(with(#""limits":[{"op":">","value":3}]"#))
        expectProblem(answer, 422, "too little history for a probability")
        #expect(slug(answer) == wanted)
    }

    @Test(arguments: [
        BadBody("body", with(#""horizn":3"#), 422, #"/horizn: unknown key; did you mean "horizon"?"#),
        BadBody("nothing near", with(#""qqqqqq":3"#), 422, "/qqqqqq: unknown key; known: model, step"),
        BadBody("empty", with(#""":3"#), 422, "unknown key"),
        BadBody("slash", with(#""a/b~":3"#), 422, "/a~1b~0: unknown key"),
        BadBody(
            "series", series(#""values":[1],"timestamp":[1]"#), 422,
            #"/series/0/timestamp: unknown key; did you mean "timestamps"?"#),
        BadBody(
            "limit", with(#""limits":[{"op":">","valu":1}]"#), 422,
            #"/limits/0/valu: unknown key; did you mean "value"?"#),
    ])
    func `an unknown key is named with the nearest`(bad: BadBody) {
        expectProblem(post(bad.body), bad.status, bad.words)
    }

    @Test(arguments: [
        BadBody("digit first", #"{"1a":"x"}"#, 422, "'1a' is not a label name"),
        BadBody("dash", #"{"a-b":"x"}"#, 422, "'a-b' is not a label name"),
        BadBody("empty", #"{"":"x"}"#, 422, "'' is not a label name"),
        BadBody("umlaut", #"{"ä":"x"}"#, 422, "is not a label name"),
        BadBody("number", #"{"a":1}"#, 422, "/series/0/labels/a: a string is needed, not number"),
        BadBody("null", #"{"a":null}"#, 422, "/series/0/labels/a: a string is needed, not null"),
        BadBody(
            "65", "{" + (0..<65).map { "\"a\($0)\":\"x\"" }.joined(separator: ",") + "}", 413,
            "/series/0/labels: at most 64 labels a series"),
        BadBody(
            "100,000", "{" + (0..<100_000).map { "\"a\($0)\":\"x\"" }.joined(separator: ",") + "}", 413,
            "/series/0/labels: at most 64 labels a series"),
    ])
    func `bad labels are refused`(bad: BadBody) {
        expectProblem(post(series("\"labels\":\(bad.body),\"values\":[1,2]")), bad.status, bad.words)
    }

    @Test func `more than the limits is refused by name`() {
        let one = #"{"values":[1]}"#
        let many = Array(repeating: one, count: 1001).joined(separator: ",")
        expectProblem(post(#"{"series":[\#(many)]}"#), 413, "/series: at most 1000 series, not 1001")
        let points = String(repeating: "1,", count: 100_000) + "1"
        expectProblem(
            post(series(#""values":[\#(points)]"#)), 413,
            "/series/0/values: at most 100000 points a series, not 100001")
        expectProblem(
            post(#"{"series":[{"values":[1]},{"values":[1],"timestamps":[\#(points)]}]}"#), 413,
            "/series/1/timestamps: at most 100000 points a series, not 100001")
    }

    @Test func `a long text does not come back whole`() {
        let long = String(repeating: "a-", count: 50_000)
        let bodies = ["model", "step", "timezone", "detect", "horizon"].map { with("\"\($0)\":\"\(long)\"") }
        let labels = [#"{"\#(long)":"x"}"#, #"{"\#(long)":1}"#].map {
            series("\"labels\":\($0),\"values\":[1]")
        }
        for body in bodies + labels + [with("\"\(long)\":1")] {
            let answer = post(body)
            expectProblem(answer, 422)
            #expect(answer.body.count < 3000, "\(answer.body.count)")
        }
    }

    // MARK: - Wrong types

    private static let texts = ["model", "step", "detect", "mode", "time", "timezone"]
    private static let numbers = ["alpha", "season", "train"]
    private static let words: [Place] = texts.map { Place("/" + $0, with("\"\($0)\":@"), [.string]) }
    private static let counts: [Place] = numbers.map { Place("/" + $0, with("\"\($0)\":@"), [.number]) }
    private static let others: [Place] = [
        Place("", "@", [.object]),
        Place("/horizon", with(#""horizon":@"#), [.number, .string]),
        Place("/levels", with(#""levels":@"#), [.array]),
        Place("/levels/0", with(#""levels":[@]"#), [.number]),
        Place("/limits", with(#""limits":@"#), [.array]),
        Place("/limits/0", with(#""limits":[@]"#), [.object]),
        Place("/limits/0/op", with(#""limits":[{"op":@,"value":1}]"#), [.string]),
        Place("/limits/0/value", with(#""limits":[{"op":">","value":@}]"#), [.number]),
        Place("/selector", with(#""selector":@"#), []),
        Place("/start", with(#""start":@"#), []),
        Place("/end", with(#""end":@"#), []),
        Place("/series", #"{"series":@}"#, [.array]),
        Place("/series/0", #"{"series":[@]}"#, [.object]),
        Place("/series/0/labels", series(#""labels":@,"values":[1]"#), [.object]),
        Place("/series/0/labels/a", series(#""labels":{"a":@},"values":[1]"#), [.string]),
        Place("/series/0/timestamps", series(#""timestamps":@,"values":[1]"#), [.array]),
        Place("/series/0/timestamps/0", series(#""timestamps":[@],"values":[1]"#), [.number, .string]),
        Place("/series/0/values", series(#""values":@"#), [.array]),
        Place("/series/0/values/0", series(#""values":[@,1]"#), [.number]),
    ]
    static let places: [Place] = words + counts + others

    static let samples: [(kind: JSONValue.Kind, text: String)] = [
        (.object, "{}"), (.array, "[]"), (.string, #""x""#), (.number, "7"), (.bool, "true"),
    ]

    @Test(arguments: places.indices, samples.indices)
    func `a wrong type is refused at its place`(place: Int, sample: Int) {
        let place = Self.places[place]
        let (kind, text) = Self.samples[sample]
        guard !place.good.contains(kind) else { return }
        let answer = post(place.body.replacingOccurrences(of: "@", with: text))
        expectProblem(answer, 422)
        let pointers = (try? JSONDocument(answer.body).root["errors"]?.elements).map {
            Array($0).compactMap { $0["pointer"]?.string }
        }
        #expect(pointers == [place.pointer], "\(answer.text)")
    }

    @Test func `null for a wish is no wish`() throws {
        let keys = ["model", "step", "horizon", "levels", "alpha", "detect", "mode", "time", "season"]
        let rest = ["timezone", "train", "selector", "start", "end", "limits"]
        for key in keys + rest { _ = try firstResult(post(with("\"\(key)\":null"))) }
        _ = try firstResult(post(series(#""values":[1,2,3],"labels":null,"timestamps":null"#)))
    }
}

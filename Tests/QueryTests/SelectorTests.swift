import TestSupport
import TimeSeries
import Testing

@testable import Query

@Test(arguments: [
    ("up", "up"), ("  up ", "up"), ("job:rate:5m{}", "job:rate:5m"), ("up{ }", "up"), ("_:{}", "_:"),
    (#"up{b="2",a="1"}"#, #"up{a="1", b="2"}"#), (#"up{a="1",}"#, #"up{a="1"}"#),
    ("up{a='1', b=`2`}", #"up{a="1", b="2"}"#), (#"{__name__="up"}"#, "up"),
    (#"{__name__="up", a="b"}"#, #"up{a="b"}"#), (#"{"up"}"#, "up"),
    (#"{"odd name", a="b"}"#, #"{"odd name", a="b"}"#),
    (#"{a="b", "odd name"}"#, #"{"odd name", a="b"}"#), (#"{"odd label"="b"}"#, #"{"odd label"="b"}"#),
    (#"{__name__=~"node_.*"}"#, #"{__name__=~"node_.*"}"#),
    (#"{__name__="a", __name__=~"a.*"}"#, #"{__name__="a", __name__=~"a.*"}"#),
    (#"{__name__="", a="b"}"#, #"{__name__="", a="b"}"#),
    (#"a{x="1", x="1"}"#, #"a{x="1"}"#),
    (#"a{x!~"z.*",x=~"x|y",x!="d",x="c"}"#, #"a{x="c", x!="d", x=~"x|y", x!~"z.*"}"#),
    (#"a{x="\n\t\"\\\x41\101\u00FC\U0001F600\a"}"#, #"a{x="\n\t\"\\AAü😀\u0007"}"#),
    (#"a{x='\''}"#, #"a{x="'"}"#), (#"a{x=`\d"`}"#, #"a{x="\\d\""}"#), (#"a{x=~`\d+`}"#, #"a{x=~"\\d+"}"#),
    ("a\n{\n x = '1'\n}\n", #"a{x="1"}"#), ("a{x=`1\n2`}", #"a{x="1\n2"}"#), (#"{"ü"="1"}"#, #"{"ü"="1"}"#),
    (#"{x=~".+"}"#, #"{x=~".+"}"#), (#"{x!=""}"#, #"{x!=""}"#), (#"{a="", b="c"}"#, #"{a="", b="c"}"#),
])
func `a selector is read and written in its canonical form`(text: String, canonical: String) throws {
    let selector = try Selector(parsing: text)
    #expect(selector.description == canonical)
    let again = try Selector(parsing: canonical)
    #expect(again == selector && again.hashValue == selector.hashValue && again.description == canonical)
}

private let nonempty =
    #"a matcher that no empty value passes, as job="api"; this one would choose every series"#

@Test(arguments: [
    ("", #"column 1: expected a metric name or "{", found the end"#),
    ("1up", #"column 1: expected a metric name or "{", found "1up""#),
    ("up down", #"column 4: expected the end of the selector, found "down""#),
    ("up[5m]", #"column 3: expected the end of the selector, found "[""#),
    ("rate(up[5m])", #"column 5: expected the end of the selector, found "(""#),
    ("up{", #"column 4: expected a label name or "}", found the end"#),
    ("up{,}", #"column 4: expected a label name or "}", found ",""#),
    (#"up{a="b",,}"#, #"column 10: expected a label name or "}", found ",""#),
    (#"up{a="b" c="d"}"#, #"column 10: expected "," or "}", found "c""#),
    (#"up{a="b""#, #"column 9: expected "," or "}", found the end"#),
    ("up{a}", #"column 5: expected =, !=, =~ or !~, found "}""#),
    (#"up{a~"b"}"#, #"column 5: expected =, !=, =~ or !~, found "~""#),
    (#"up{a=="b"}"#, #"column 6: expected a value in quotes, found "=""#),
    ("up{a=b}", #"column 6: expected a value in quotes, found "b""#),
    (#"up{a:b="c"}"#, #"column 5: expected =, !=, =~ or !~, found ":""#),
    (#"up{a="b}"#, #"column 9: expected "\"" to close it, found the end"#),
    ("up{a='b}", #"column 9: expected "'" to close it, found the end"#),
    ("up{a=\"b\nc\"}", #"column 8: expected \n, as no line ends within quotes, found "\n""#),
    (
        #"up{a="\q"}"#,
        #"column 7: expected an escape such as \n, \\ or \x41 (in back quotes \ stands for itself), found "\\""#
    ),
    (
        #"up{a="\'"}"#,
        #"column 7: expected an escape such as \n, \\ or \x41 (in back quotes \ stands for itself), found "\\""#
    ),
    (#"up{a="\x4g"}"#, #"column 10: expected 2 digits of base 16, found "g""#),
    (#"up{a="\777"}"#, #"column 7: expected an escape up to \377, found "\\""#),
    (#"up{a="\uD800"}"#, #"column 7: expected the number of a Unicode character, found "\\""#),
    (#"up{a="\xff"}"#, #"column 6: expected a text in UTF-8, found "\\xff""#),
    (
        #"up{a=~"*"}"#,
        #"column 7: expected a regular expression (RE2: no argument for repetition operator: *), found "*""#
    ),
    (#"üp{a="b"}"#, #"column 1: expected a metric name or "{", found "ü""#),
    (#"up{ü="b"}"#, #"column 4: expected a label name or "}", found "ü""#),
    (#"up{a="üü", b=~"("}"#, #"column 15: expected a regular expression (RE2: missing ): (), found "(""#),
    ("{}", "column 1: expected \(nonempty), found \"{\""),
    (#"{a=""}"#, "column 1: expected \(nonempty), found \"{\""),
    (#" {a=~".*"}"#, "column 2: expected \(nonempty), found \"{\""),
    (#"{a!="b", c!~"d"}"#, "column 1: expected \(nonempty), found \"{\""),
    (#"{""}"#, "column 1: expected \(nonempty), found \"{\""),
    (#"{""="b"}"#, #"column 2: expected a label name that is not empty, found """#),
    (#"up{__name__="x"}"#, #"column 4: expected only one metric name, found "__name__""#),
    (#"up{"x"}"#, #"column 4: expected only one metric name, found "x""#),
    (#"{"x", "y"}"#, #"column 7: expected only one metric name, found "y""#),
    (#"{__name__="x", "y"}"#, #"column 16: expected only one metric name, found "y""#),
])
func `what is no selector is refused with its column`(text: String, message: String) {
    let error = #expect(throws: SelectorError.self) { try Selector(parsing: text) }
    #expect(error.map { "\($0)" } == message)
}

@Test func `sizes are bounded`() {
    func message(_ text: String) -> String {
        do {
            return try Selector(parsing: text).description
        } catch {
            return "\(error)"
        }
    }
    let matchers = (1...64).map { "a\($0)='x'" }
    #expect(message("{" + matchers.joined(separator: ",") + "}").hasPrefix("{a1=\"x\""))
    #expect(message("up{" + matchers.joined(separator: ",") + "}").contains("at most 64 matchers"))
    #expect(message("{a='" + String(repeating: "x", count: 16_384) + "'}").contains("at most 16384 bytes"))
    #expect(message("{a=~'" + String(repeating: "x", count: 4_097) + "'}").contains("longer than 4096 bytes"))
    #expect(message("{a=~'((((x{100}){100}){100}){100})'}").contains("(RE2: "))
    #expect(message("{a=~'" + String(repeating: "(", count: 4_000) + "'}").contains("(RE2: "))
}

@Test func `the metric name is known where there is only one`() throws {
    for (text, name) in [("up", "up"), (#"{"a b"}"#, "a b"), (#"{__name__=~"up"}"#, nil), (#"{a="b"}"#, nil)]
    {
        #expect(try Selector(parsing: text).metricName == name)
    }
}

private func labels(_ pairs: [String: String]) throws -> Labels {
    try Labels(pairs.map { (name: $0.key, value: $0.value) })
}

@Test(arguments: [
    ("up", true), ("upp", false), (#"{job="api"}"#, true), (#"up{job="ap"}"#, false),
    (#"up{job!="api"}"#, false),
    (#"up{job!="web"}"#, true), (#"up{none=""}"#, true), (#"up{none!=""}"#, false), (#"up{none!="x"}"#, true),
    (#"up{none=~""}"#, true), (#"up{none=~".*"}"#, true), (#"up{none=~".+"}"#, false),
    (#"up{none!~".+"}"#, true),
    (#"up{none=~"x|"}"#, true), (#"up{job=~"ap"}"#, false), (#"up{job=~"pi"}"#, false),
    (#"up{job=~"a.*"}"#, true),
    (#"up{job=~"x|api"}"#, true), (#"up{job=~"api|x"}"#, true), (#"up{job!~"a"}"#, true),
    (#"up{job!~"a.i"}"#, false),
    (#"up{job=~"(?i)API"}"#, true), (#"up{job="API"}"#, false), (#"up{text=~"a.b"}"#, true),
    (#"up{text="a\nb"}"#, true),
    (#"{__name__=~"u."}"#, true), (#"{__name__!~"u.",job="api"}"#, false), ("up{'ü'='x'}", false),
    (#"up{umlaut="ü"}"#, true), ("up{umlaut=\"u\u{308}\"}", false), (#"up{umlaut=~"."}"#, true),
    (#"up{job="api",umlaut!="x",none=""}"#, true), (#"up{job=~"a.*",job!="api"}"#, false),
    ("up{'\u{212A}'=\"kelvin\"}", false), (#"up{K="kelvin"}"#, true),
])
func `matching follows Prometheus, an absent label being empty`(text: String, expected: Bool) throws {
    let series = try labels([
        "__name__": "up", "job": "api", "text": "a\nb", "umlaut": "ü", "K": "kelvin", "absent": "",
    ])
    let selector = try Selector(parsing: text)
    #expect(selector.matches(series) == expected)
    #expect(selector.matches(encoded: series.encoded.span) == expected)
}

/// Matchers, labels and values from so small a world that they meet.
private struct SmallWorld {
    var random: SeededGenerator

    mutating func word() -> String { ["", "a", "b", "ab", "ü", "a b"].randomElement(using: &random) ?? "" }

    mutating func selector() -> String {
        let parts = (0..<Int.random(in: 1...4, using: &random)).map { _ in
            let name = ["__name__", "a", "b", "c"].randomElement(using: &random) ?? ""
            let comparison = ["=", "!=", "=~", "!~"].randomElement(using: &random) ?? ""
            let value = ["a|b", ".*", ".+", "a?b", word(), word()].randomElement(using: &random) ?? ""
            return "\(name)\(comparison)'\(value)'"
        }
        return "{" + parts.joined(separator: ",") + "}"
    }

    mutating func series() throws -> Labels {
        try labels(["__name__": word(), "a": word(), "b": word(), "d": String(repeating: word(), count: 90)])
    }
}

@Test(arguments: 0..<100 as Range<UInt64>)
func `bytes and labels are matched alike`(seed: UInt64) throws {
    var world = SmallWorld(random: SeededGenerator(seed: seed))
    for _ in 0..<40 {
        guard let selector = try? Selector(parsing: world.selector()) else { continue }
        let series = try world.series()
        let same = selector.matches(encoded: series.encoded.span) == selector.matches(series)
        #expect(same, "\(selector) on \(series), seed \(seed)")
    }
}

@Test(arguments: 0..<200 as Range<UInt64>)
func `damaged labels are not chosen or read like sound ones, never fatal`(seed: UInt64) throws {
    var world = SmallWorld(random: SeededGenerator(seed: seed))
    let selector = try Selector(parsing: #"{a!~"[ab]+", b!="x", c=~"|.+", d=~".*", __name__=~".+"}"#)
    var bytes = try world.series().encoded
    for _ in 0..<Int.random(in: 1...4, using: &world.random) where !bytes.isEmpty {
        bytes[Int.random(in: 0..<bytes.count, using: &world.random)] = UInt8.random(
            in: 0...255, using: &world.random)
    }
    bytes.removeLast(Int.random(in: 0...bytes.count, using: &world.random))
    let chosen = selector.matches(encoded: bytes.span)
    guard let series = try? Labels(encoded: bytes.span), series.encoded == bytes else { return }
    #expect(chosen == selector.matches(series), "seed \(seed)")
}

@Test(arguments: 0..<300 as Range<UInt64>)
func `a damaged selector is read or refused, never fatal`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var bytes = Array(#"http_requests{job=~"a|b.*", "odd"!='x\u00fc', z!~`\d`, }"#.utf8)
    for _ in 0..<Int.random(in: 1...6, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...127, using: &random)
    }
    bytes.removeLast(Int.random(in: 0..<bytes.count / 2, using: &random))
    guard let selector = try? Selector(parsing: String(decoding: bytes, as: UTF8.self)) else { return }
    #expect((try? Selector(parsing: selector.description)) == selector, "seed \(seed): \(selector)")
}

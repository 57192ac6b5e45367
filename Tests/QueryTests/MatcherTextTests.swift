import Query
import Testing
import TimeSeries

@Test(arguments: [
    (#"severity="critical""#, #"severity="critical""#), (#" team =~ a|b "#, #"team=~"a|b""#),
    (#"job!=api gateway"#, #"job!="api gateway""#), (#"path!~"/a\d+""#, #"path!~"/a\\d+""#),
    (#"a="x\ty\\""#, #"a="x\ty\\""#), (#"a=x\.y\\z"#, #"a="x\\.y\\z""#), ("a=", #"a="""#),
    (#""odd name"=b"#, #""odd name"="b""#), ("a=b=c", #"a="b=c""#), (#"a=say \"x\""#, #"a="say \"x\"""#),
])
func `one matcher is read in both of Alertmanager's notations`(text: String, canonical: String) throws {
    let matcher = try Selector.Matcher(parsing: text)
    #expect(matcher.description == canonical)
    #expect(try Selector.Matcher(parsing: matcher.description) == matcher)
}

@Test(arguments: [
    ("", "column 1: expected a label name, found the end"),
    ("severity", "column 9: expected =, !=, =~ or !~, found the end"),
    (#"a="b"#, #"column 5: expected "\"" to close the value, found the end"#),
    (#"a=b"c"#, #"column 4: expected \" for a quote within a value, found "c""#),
    ("a=~(", "column 4: expected a regular expression"),
])
func `a text that is no matcher is refused with its column`(text: String, start: String) {
    #expect {
        try Selector.Matcher(parsing: text)
    } throws: { "\($0)".hasPrefix(start) }
}

@Test func `a regular expression is compared with the whole value and an absent label is empty`() throws {
    let labels = try Labels([(name: "team", value: "web"), (name: "severity", value: "critical")])
    func holds(_ text: String) throws -> Bool { try Selector.Matcher(parsing: text).holds(for: labels) }
    #expect(try holds("team=~we.") && holds("team=web") && holds("none=") && holds("none!=x"))
    #expect(try !holds("team=~we") && !holds("team!=web") && !holds("none=~.+") && !holds("team!~w.*"))
    #expect(throws: SelectorError.self) { try Selector.Matcher("", .equal, "x") }
    #expect(try Selector.Matcher("team", .matches, "w.*").holds(for: labels))
}

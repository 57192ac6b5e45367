import Ingest
import TestSupport
import TimeSeries
import Testing

@Suite struct PrometheusTextTests {
    private static let now = Timestamp(milliseconds: 5000)

    private func decode(
        _ text: String, _ dialect: PrometheusText.Dialect = .text, _ target: ScrapeTarget = ScrapeTarget()
    ) throws(DecodeError) -> DecodedPoints {
        try PrometheusText.decode(Array(text.utf8), dialect, at: Self.now, target: target)
    }

    private func failure(_ text: String, _ dialect: PrometheusText.Dialect) -> DecodeError? {
        do throws(DecodeError) {
            _ = try decode(text, dialect)
            return nil
        } catch {
            return error
        }
    }

    @Test func `what the official client wrote is read as it reads it itself`() throws {
        for golden in try GoldenFile("Tests/IngestTests/Golden/exposition.json").cases {
            let isOpen = golden.text("dialect") == "openmetrics"
            let decoded = try decode(golden.text("text"), isOpen ? .openMetrics : .text)
            let wanted = try golden.objects("series").map {
                try WantedPoint($0, now: Self.now.milliseconds)
            }
            #expect(try WantedPoint.all(of: decoded) == wanted)
            #expect(decoded.ignoredExemplars == Int(golden.number("exemplars")))
            #expect(decoded.ignoredCreations == Int(golden.number("created")))
        }
    }

    @Test(arguments: [
        ("a 1", "a: 5000=1"), ("a{} 1\n", "a: 5000=1"), ("a{}1", "a: 5000=1"), ("a 1 7", "a: 7=1"),
        ("\t a \t { b = \"c\" , } \t +1.5e3 \t -7 \t\r\n", #"a{b="c"}: -7=1500"#),
        (#"a{b="\\\"\n\x\\",c=""} 1"#, #"a{b="\\\"\n\\x\\"}: 5000=1"#),
        ("a{b=\"x\ny\"} 1", #"a{b="x\ny"}: 5000=1"#),
        ("a inf\nb -INF\nc +Infinity", "a: 5000=∞|b: 5000=-∞|c: 5000=∞"),
        (#"{"my.metric",b="c"} 1"#, #"{"my.metric", b="c"}: 5000=1"#),
        (#"{b="c","a"} 1"#, #"a{b="c"}: 5000=1"#), (#"a{"b.c"="d"} 1"#, #"a{b_c="d"}: 5000=1"#),
        (#"{__name__="a"} 1"#, "a: 5000=1"), ("a:b:c 1", "a:b:c: 5000=1"),
        ("# HELP a text\n#TYPE a counter\n# anything\n#\n\n \t\na 1\n# TYPE a untyped", "a: 5000=1"),
        ("# HELP\n#TYPE a x\n# TYPE \"a b\" gauge\na 1", "a: 5000=1"),
        ("a_created 1\n# EOF\nb 2", "a_created: 5000=1|b: 5000=2"), ("", ""),
    ])
    func `the text format is read`(text: String, wanted: String) throws {
        let decoded = try decode(text)
        let runs = try runs(decoded).map { $0.replacing("=inf", with: "=∞").replacing("=-inf", with: "=-∞") }
        #expect(runs.joined(separator: "|") == wanted)
    }

    @Test(arguments: [
        ("a 1\n# EOF\n", "a: 5000=1"), ("a{b=\"c\"} 1 2.0005\n# EOF", #"a{b="c"}: 2001=1"#),
        ("# TYPE a counter\na_total 1 # {} 3\na_created 2\n# EOF", "a_total: 5000=1"),
        ("# TYPE a gauge\na_created 2\n# UNIT a_s s\n# UNIT a \n# HELP a \n# EOF", "a_created: 5000=2"),
        ("a_bucket 1 2 # {t=\"\\\"}\"} 3 4.5\n# EOF", "a_bucket: 2000=1"), ("# EOF", ""),
    ])
    func `OpenMetrics is read`(text: String, wanted: String) throws {
        #expect(try runs(decode(text, .openMetrics)).joined(separator: "|") == wanted)
    }

    @Test(arguments: [
        ("a", "a value is no number"), ("a x", "no number: 'x'"), ("a 1e400", "no number"),
        ("a 0x1", "no number"),
        ("a 1_0", "no number"), ("a 1 x", "a time"), ("a 1 1.5", "a time"),

        ("a 1 2 3", "the end of the line"), ("1a 1", "begins with a digit"), ("a-b 1", "no number"),
        ("{} 1", "has no name"), ("{a=\"b\"} 1", "has no name"), ("a{b} 1", "'='"), ("a{b=c} 1", "in quotes"),
        ("a{b=\"c} 1", "no closing quote"), ("a{b=\"c\"d=\"e\"} 1", "',' or '}'"),
        ("a{,} 1", "a name of a label"),
        ("a{b=\"c\",,} 1", "a name of a label"), ("a{1b=\"c\"} 1", "a name of a label"),
        ("a{", "a name of a label"),
        ("a{b=\"1\",b=\"2\"} 1", "comes twice"), ("a{__name__=\"c\"} 1", "comes twice"),
        ("=", "a name of a metric"),
        ("a{\"b\"} 1", "second name"), ("{\"\"} 1", "empty"), ("# TYPE a", "a type"),
        ("# TYPE a gouge", "a type"), ("# TYPE a gauge x", "a type"), ("# TYPE a info", "a type"),
        ("# HELP a-b c", "a name of a metric"), ("# TYPE \"a gauge", "no closing quote"),
        ("a\u{0}1 1", "no number"),
    ])
    func `one wrong line fails the scrape, with its number`(line: String, reason: String) throws {
        let error = try #require(failure("good 1\n# HELP x y\n" + line, .text))
        #expect(error.line == 3 && error.reason.contains(reason), "\(error)")
    }

    @Test(arguments: [
        ("a 1", 1, "# EOF is missing"), ("a 1\n", 2, "# EOF is missing"), ("", 1, "# EOF is missing"),
        ("a 1\n# EOF\na 2", 3, "nothing may follow"), ("# EOF\n\n", 2, "nothing may follow"),
        ("a 1\n\n# EOF", 2, "a name of a metric"), ("a  1\n# EOF", 1, "no number"),
        ("a 1 \n# EOF", 1, "a time"),
        ("a{b=\"c\", d=\"e\"} 1\n# EOF", 1, "a name of a label"), ("a 1\r\n# EOF", 1, "no number"),
        ("# hello\n# EOF", 1, "only HELP"), ("#TYPE a gauge\n# EOF", 1, "only HELP"),
        ("# TYPE a untyped\n# EOF", 1, "a type"), ("a{b=\"x\ny\"} 1\n# EOF", 1, "no closing quote"),
        ("a_total 1 # {b=\"c\"}\n# EOF", 1, "a space and a value"), ("a 1 # 3\n# EOF", 1, "exemplar"),
        ("a 1 # {b=\"c\"} 3\n# EOF", 1, "only _total"), ("a_total 1 # {b=\"c\" 3\n# EOF", 1, "',' or '}'"),
        ("a\t1\n# EOF", 1, "a space"),
        ("a 1 nan\n# EOF", 1, "a time"),
        ("a{b=\"c\",} 1\n# EOF", 1, "a name of a label"), ("# UNIT a s\n# EOF", 1, "a unit"),
        ("# HELP a\n# EOF", 1, "a text"), ("# TYPE a gauge \n# EOF", 1, "a type"),
    ])
    func `OpenMetrics is read strictly`(text: String, line: Int, reason: String) throws {
        let error = try #require(failure(text, .openMetrics))
        #expect(error.line == line && error.reason.contains(reason), "\(error)")
    }

    @Test func `a real Prometheus takes and refuses the same texts`() throws {
        let cases = try GoldenFile("Tests/IngestTests/Golden/exposition-verdicts.json").cases
        for golden in cases {
            let text = golden.text("text")
            let isOpen = golden.text("dialect") == "openmetrics"
            let failure = failure(text, isOpen ? .openMetrics : .text)
            let isTaken = golden.number("taken") == 1
            #expect((failure == nil) == isTaken, "\(text): \(String(describing: failure))")
        }
        #expect(cases.count > 300)
    }

    @Test func `a time beyond the calendar is rejected by itself`() throws {
        let text = "a 1 9223372036854775807\nb 2 -62135596800001\nc 3 7"
        let decoded = try decode(text)
        #expect(try runs(decoded) == ["c: 7=3"] && decoded.rejected == 2)
        #expect(decoded.errors.map(\.line) == [1, 2])
        let open = try decode("a 1 1764547200000\nb 2 7\n# EOF", .openMetrics)
        #expect(try runs(open) == ["b: 7000=2"] && open.rejected == 1)
        #expect(try decode(text, .text, ScrapeTarget(honorsTimes: false)).points.count == 3)
    }

    @Test func `a sample without a time needs one`() throws {
        let bytes = Array("a 1 7\nb 2".utf8)
        #expect(throws: DecodeError.self) { try PrometheusText.decode(bytes, at: nil) }
        #expect(try PrometheusText.decode(Array("a 1 7".utf8), at: nil).points.map(\.milliseconds) == [7])
        let target = ScrapeTarget(honorsTimes: false)
        #expect(try decode("a 1 7\nb 2", .text, target).points.map(\.milliseconds) == [5000, 5000])
    }

    @Test(arguments: [
        (false, "a 1", #"a{instance="h:1", job="j"}: 5000=1"#),
        (false, #"a{job="x",Z="y"} 1"#, #"a{Z="y", exported_job="x", instance="h:1", job="j"}: 5000=1"#),
        (
            false, #"a{job="x",exported_job="y",instance=""} 1"#,
            #"a{exported_exported_job="x", exported_job="y", instance="h:1", job="j"}: 5000=1"#
        ),
        (true, #"a{job="x"} 1"#, #"a{instance="h:1", job="x"}: 5000=1"#),
        (true, #"a{job="",instance="z"} 1"#, #"a{instance="z"}: 5000=1"#),
    ])
    func `labels of the target are joined by its rule`(honors: Bool, line: String, wanted: String) throws {
        let labels = try Labels([(name: "job", value: "j"), (name: "instance", value: "h:1")])
        let decoded = try decode(line, .text, ScrapeTarget(labels: labels, honorsLabels: honors))
        #expect(try runs(decoded) == [wanted])
        #expect(try Array(decoded.bytes[decoded.series[0].labels]) == decoded.labels(at: 0).encoded)
    }

    @Test func `what is not UTF-8 fails the scrape`() {
        for text in ["a{b=\"", "{\""] {
            let bytes = Array(text.utf8) + [0xC3] + Array("\"} 1".utf8)
            #expect(throws: DecodeError.self) { try PrometheusText.decode(bytes, at: Self.now) }
        }
    }

    private static let samples = [
        "# TYPE a counter\na_total{b=\"c\\\\\",d=\"é\"} 1 2\n", "a{b=\"x\\n\"} NaN # {c=\"d\"} 1 2\n# EOF",
        "{\"m.x\",l=\"\"} +Inf -5\n", "# HELP a b\n# UNIT a s\na 1.5e3\n# EOF\n",
    ]

    @Test func `every truncation is sound`() {
        for sample in Self.samples {
            let bytes = Array(sample.utf8)
            for count in bytes.indices {
                for dialect in [PrometheusText.Dialect.text, .openMetrics] {
                    let cut = Array(bytes[..<count])
                    guard let decoded = try? PrometheusText.decode(cut, dialect, at: Self.now) else {
                        continue
                    }
                    #expect(Hostile.isSound(decoded), "\(sample) \(count)")
                }
            }
        }
    }

    @Test(arguments: [PrometheusText.Dialect.text, .openMetrics])
    func `damage is never fatal`(dialect: PrometheusText.Dialect) throws {
        var target = ScrapeTarget()
        target.labels = try Labels([(name: "b", value: "t")])
        var sound = true
        Hostile.mutate(Self.samples, alphabet: "{}=\",\\# \n\r.+-", count: 50_000, seed: 5) { bytes in
            guard let decoded = try? PrometheusText.decode(bytes, dialect, at: Self.now, target: target)
            else { return }
            if !Hostile.isSound(decoded) { sound = false }
        }
        #expect(sound)
    }

    @Test func `a flood is refused in time`() {
        let text = { (text: String) in Array(text.utf8) }
        for body in Hostile.floods(of: "{}=\",\\# \n") + [
            text("a{b=\"") + Hostile.repeated("x", 1 << 20) + text("\"} 1"),
            text("a{") + Hostile.repeated("b=\"\",", 50_000) + text("} 1"),
            text("a{") + Hostile.repeated("{", 100_000), Hostile.repeated("a{b=\"", 50_000),
        ] {
            for dialect in [PrometheusText.Dialect.text, .openMetrics] {
                let decoded = try? PrometheusText.decode(body, dialect, at: Self.now)
                #expect(decoded.map { $0.points.isEmpty } ?? true)
            }
        }
    }
}

import Ingest
import TestSupport
import TimeSeries
import Testing

@Suite struct QueryRangeReaderTests {
    private func decode(_ text: String, metric: String? = nil) throws(QueryRangeError) -> DecodedPoints {
        try QueryRangeReader.decode(Array(text.utf8), metric: metric).points
    }

    private func answer(_ result: String) -> String {
        #"{"status":"success","data":{"resultType":"matrix","result":[\#(result)]}}"#
    }

    @Test func `what a real Prometheus stored of a text is what we read from it`() throws {
        let golden = try GoldenFile("Tests/IngestTests/Golden/query-range.json").cases[0]
        let stored = try decode(golden.text("answer"))
        #expect(stored.rejected == 0 && stored.series.count == 32)
        var wanted: Set<String> = []
        for job in ["off", "on"] {
            let labels = try Labels([(name: "job", value: job), (name: "instance", value: "h:1")])
            let target = ScrapeTarget(labels: labels, honorsLabels: job == "on")
            let scraped = try PrometheusText.decode(
                Array(golden.text("text").utf8), at: Timestamp(milliseconds: 0), target: target)
            for (index, entry) in scraped.series.enumerated() {
                let value = scraped.points[entry.points.lowerBound].value
                wanted.insert("\(try scraped.labels(at: index)) \(value.bitPattern)")
            }
        }
        var got: Set<String> = []
        for (index, entry) in stored.series.enumerated() {
            for point in stored.points[entry.points] {
                got.insert("\(try stored.labels(at: index)) \(point.value.bitPattern)")
                #expect(point.milliseconds % 1000 == 0)
            }
        }
        #expect(got == wanted)
        #expect(try runs(decode(golden.text("sum"), metric: "total")).first?.hasPrefix("total: ") == true)
        #expect(
            throws: QueryRangeError.refused(
                type: "bad_data", message: "1:5: parse error: unclosed left parenthesis")
        ) { try decode(golden.text("refusal")) }
    }

    @Test func `series, times and values are read`() throws {
        let text = answer(
            #"{"metric":{"__name__":"a","b":"é"},"values":[[1.0625,"1.5"],[-2,"NaN"],[3,"+Inf"],[4,"-Inf"]]},"#
                + #"{"metric":{"__name__":"h"},"histograms":[[1,{"count":"1"}],[2,{}]]},"#
                + #"{"metric":{"c":"d"},"values":[[1,"2"]]},{"metric":{"__name__":"e"},"values":[]}"#)
        let decoded = try decode(text, metric: "expr")
        #expect(
            try runs(decoded) == [
                #"a{b="é"}: 1063=1.5 -2000=nan 3000=inf 4000=-inf"#, #"expr{c="d"}: 1000=2"#,
            ])
        #expect(decoded.ignoredHistograms == 2 && decoded.rejected == 0)
    }

    @Test func `what is wrong in one series is rejected by itself`() throws {
        let good = #"{"metric":{"__name__":"g"},"values":[[1,"1"]]}"#
        let bad = [
            #"{"values":[[1,"1"],[2,"1"]]}"#, #"{"metric":{"b":"c"},"values":[[1,"1"]]}"#,
            #"{"metric":{"__name__":"a","b-c":"d"},"values":[[1,"1"]]}"#, #"{"metric":{"__name__":"a"}}"#,
            #"{"metric":{"__name__":"a","b":1},"values":[]}"#, "7",
        ]
        for series in bad {
            let decoded = try decode(answer(good + "," + series + "," + good))
            #expect(try runs(decoded) == ["g: 1000=1", "g: 1000=1"])
            #expect(decoded.rejected == (series.hasPrefix(#"{"v"#) ? 2 : 1) && decoded.errors[0].record == 2)
        }
        let samples = ##"[1,2],["1","2"],[1],[1,"2",3],[1,"x"],[1e15,"2"],{"1":"2"},null,[1,"3"]"##
        let decoded = try decode(answer(#"{"metric":{"__name__":"a"},"values":[\#(samples)]}"#))
        #expect(try runs(decoded) == ["a: 1000=3"] && decoded.rejected == 8)
    }

    @Test func `warnings are passed on`() throws {
        let text =
            #"{"status":"success","warnings":["slow",7,"cut"],"data":{"resultType":"matrix","result":[]}}"#
        #expect(try QueryRangeReader.decode(Array(text.utf8)).warnings == ["slow", "cut"])
    }

    @Test(arguments: [
        ("", "empty"), ("<html>", "expected"), ("[]", "no answer of Prometheus"), ("{}", "no answer"),
        (#"{"status":"success"}"#, "no answer"),
        (#"{"status":"success","data":{"resultType":"vector","result":[]}}"#, "not vector"),
        (#"{"status":"success","data":{"resultType":"matrix"}}"#, "a matrix"),
        (#"{"status":"success","data":[]}"#, "not nothing"),
    ])
    func `another answer is malformed`(text: String, reason: String) {
        do throws(QueryRangeError) {
            _ = try decode(text)
            Issue.record("\(text) was read")
        } catch {
            #expect(
                "\(error)".hasPrefix("the answer cannot be read: ") && "\(error)".contains(reason), "\(error)"
            )
        }
    }

    @Test func `a refusal without words is one`() {
        #expect(throws: QueryRangeError.refused(type: "unknown", message: "no reason told")) {
            try decode(#"{"status":"error"}"#)
        }
    }

    @Test func `every truncation is malformed`() {
        let bytes = Array(answer(#"{"metric":{"__name__":"a","b":"é"},"values":[[1.5,"1"]]}"#).utf8)
        for count in bytes.indices {
            #expect(throws: QueryRangeError.self) { try QueryRangeReader.decode(Array(bytes[..<count])) }
        }
    }

    @Test func `damage is never fatal`() {
        var sound = true
        let samples = [
            answer(#"{"metric":{"__name__":"a"},"values":[[1,"1"]]}"#),
            answer(#"{"metric":{},"values":[[1.5,"NaN"]]}"#),
        ]
        Hostile.mutate(samples, alphabet: "{}[]\",:1.-", count: 20_000, seed: 3) { bytes in
            guard let answer = try? QueryRangeReader.decode(bytes, metric: "m") else { return }
            if !Hostile.isSound(answer.points) { sound = false }
        }
        #expect(sound)
    }

    @Test func `a flood is refused in time`() {
        let deep = [Hostile.repeated("[", 1 << 20), Hostile.repeated(#"{"data":"#, 100_000)]
        for body in Hostile.floods(of: "[{\",:") + deep {
            #expect(throws: QueryRangeError.self) { try QueryRangeReader.decode(body) }
        }
    }
}

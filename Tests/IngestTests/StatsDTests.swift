import Ingest
import TestSupport
import TimeSeries
import Testing

/// A packet that was read.
private func packet(_ text: String) -> StatsDPacket {
    var packet = StatsDPacket()
    packet.read(Array(text.utf8))
    return packet
}

@Suite struct StatsDPacketTests {
    /// The samples as text, `kind labels value`.
    private func samples(_ text: String) throws -> [String] {
        let packet = packet(text)
        #expect(packet.rejected == 0, "\(packet.errors)")
        return try packet.samples.map { sample in
            let bytes = packet.bytes[sample.labels]
            let labels = try Labels(encoded: Array(bytes).span)
            #expect(Array(bytes) == labels.encoded)
            let change = sample.isChange ? "±" : ""
            let weight = sample.weight == 1 ? "" : "×\(NumberText.exact(sample.weight))"
            return "\(sample.kind) \(labels) \(change)\(NumberText.exact(sample.value))\(weight)"
        }
    }

    @Test(arguments: [
        ("a:1|c", "counter a 1"), ("a:1|c|@0.1", "counter a 1×10"), ("a:-2.5|c", "counter a -2.5"),
        ("a:320|ms|@0.5", "timer a 320×2"), ("a:3|g", "gauge a 3"), ("a:+3|g", "gauge a ±3"),
        ("a:-3|g|@0.5", "gauge a ±-3"), ("a:1|h", "timer a 1"), ("a:1|d", "timer a 1"),
        ("a:u:ser 1|s", "set a 0"), ("a:1:2:3|ms", "timer a 1|timer a 2|timer a 3"),
        ("a.b-c/d:1|c", "counter a_b_c_d 1"), ("1é:1|c", "counter _1_ 1"),
        ("a:1|c|#host:x,B:y:z,flag,,é.k:ü", #"counter a{B="y:z", __k="ü", flag="true", host="x"} 1"#),
        ("a:1|c|#env:p|@0.5", #"counter a{env="p"} 1×2"#), ("a:1|c|#", "counter a 1"),
        ("a:1|c|c:ci-abc|e:it-false|card:low", "counter a 1"), ("a:1|c|#empty:", "counter a 1"),
        ("\na:1|c\r\n\nb:2|g \n", "counter a 1|gauge b 2"),
    ])
    func `a line is read`(text: String, wanted: String) throws {
        #expect(try samples(text).joined(separator: "|") == wanted)
    }

    @Test(arguments: [
        ("a", "a name, ':' and a value"), (":1|c", "before ':'"), ("a|c", "a name, ':'"),
        ("a:1", "a type is needed"),
        ("a:1|", "a type is needed"), ("a:1|x", "a type is needed"), ("a:1|mx", "a type is needed"),
        ("a:|c", "no number"), ("a:1:|c", ""), ("a:1::2|c", "no number"), ("a:x|c", "no number: 'x'"),
        ("a:nan|g", "no number"), ("a:inf|g", "no number"), ("a:1e400|c", "no number"),
        ("a:1|c|@0", "a rate"), ("a:1|c|@1.5", "a rate"), ("a:1|c|@-1", "a rate"), ("a:1|c|@x", "a rate"),
        ("a:1|c|@1e-9", "a rate"), ("a:1|c|x", "may follow"), ("a:1|c||#a:b", "may follow"),
        ("a:1|c|T1656581400", "times are not taken"), ("a:1|c|#a:b,a:c", "two tags have one name"),
        ("a:1|c|#__name__:b", "__name__"), ("a:1|c|#:b", "a tag has no name"), ("a:|s", "a member"),
        ("a:1|ms|#quantile:1", "quantile"), ("a|b:1|c", "before ':'"),
    ])
    func `a line that is wrong is rejected whole`(line: String, reason: String) {
        let packet = packet("x:1|c\n" + line + "\ny:1|c")
        guard !reason.isEmpty else {
            // A colon at the end ends the last value.
            #expect(packet.samples.count == 3 && packet.rejected == 0)
            return
        }
        #expect(packet.samples.count == 2 && packet.rejected == 1)
        #expect(
            packet.errors.first.map { $0.line == 2 && $0.reason.contains(reason) } == true, "\(packet.errors)"
        )
    }

    @Test func `what the clients in Python sent is read`() throws {
        for golden in try GoldenFile("Tests/IngestTests/Golden/statsd.json").cases {
            var packet = StatsDPacket()
            for sent in golden.objects("packets") { packet.read(Array(sent.text("text").utf8)) }
            let wanted = golden.objects("samples")
            #expect(packet.rejected == 0 && packet.samples.count == wanted.count, "\(packet.errors)")
            for (sample, want) in zip(packet.samples, wanted) {
                let point = try WantedPoint(want)
                #expect(Array(packet.bytes[sample.labels]) == point.labels.encoded, "\(point.labels)")
                #expect("\(sample.kind)" == want.text("kind") && sample.value.bitPattern == point.bits)
                #expect(
                    sample.isChange == (want.number("change") == 1) && sample.weight == want.number("weight"))
            }
            let others = golden.text("name") == "dogstatsd" ? 1 : 0
            #expect(packet.ignoredEvents == others && packet.ignoredChecks == others)
        }
    }

    @Test func `events and checks are counted`() {
        let packet = packet("_e{5,4}:title|text|#a:b\n_sc|db|0\na:1|c\n_sc|x|2")
        #expect(packet.ignoredEvents == 1 && packet.ignoredChecks == 2 && packet.samples.count == 1)
    }

    @Test func `what is not UTF-8 is rejected in a tag and replaced in a name`() {
        var packet = StatsDPacket()
        packet.read(Array("a:1|c|#b:".utf8) + [0xFF])
        packet.read([0xFF, 0xC3] + Array(":1|c".utf8))
        #expect(packet.rejected == 1 && packet.samples.count == 1)
    }

    @Test func `every truncation is sound`() {
        let sample = Array("a.b:1:2|ms|@0.5|#k:é,f\n_e{1,1}:a|b\nu:x:y|s\ng:-5|g|c:1".utf8)
        for count in sample.indices {
            var packet = StatsDPacket()
            packet.read(Array(sample[..<count]))
            #expect(packet.samples.allSatisfy { $0.labels.upperBound <= packet.bytes.count })
        }
    }

    @Test func `damage is never fatal`() {
        var packet = StatsDPacket()
        var aggregator = StatsDAggregator()
        var sound = true
        let samples = ["a:1|c|@0.1|#k:v,b", "t.x:1:2|ms", "u:é|s\ng:+1|g", "_sc|a|1\ng:-1|g|c:x"]
        Hostile.mutate(samples, alphabet: ":|@#,-+.cgmsd", count: 100_000, seed: 11) { bytes in
            packet.removeAll()
            packet.read(bytes)
            for sample in packet.samples {
                if sample.labels.upperBound > packet.bytes.count || !sample.value.isFinite { sound = false }
            }
            if bytes[0] & 15 == 1 { aggregator.add(bytes) }
        }
        #expect(sound && Hostile.isSound(aggregator.flush(at: Timestamp(milliseconds: 0))))
    }

    @Test func `a flood is refused in time`() {
        for body in Hostile.floods(of: ":|#,") + [
            Hostile.repeated("a:1|c|#", 60_000), Array("a:1|c|#".utf8) + Hostile.repeated("b:1,a:1,", 20_000),
            Array("a".utf8) + Hostile.repeated(":1", 100_000) + Array("|c".utf8),
        ] {
            var packet = StatsDPacket()
            packet.read(body)
            #expect(packet.errors.count <= DecodedPoints.errorLimit)
            #expect(packet.samples.isEmpty || packet.samples.count == 100_000)
        }
    }
}

@Suite struct StatsDAggregatorTests {
    private func flush(_ aggregator: inout StatsDAggregator, _ seconds: Int64 = 10) throws -> [String] {
        let decoded = aggregator.flush(at: Timestamp(milliseconds: seconds * 1000))
        #expect(Hostile.isSound(decoded))
        #expect(decoded.points.allSatisfy { $0.milliseconds == seconds * 1000 })
        return try decoded.series.enumerated().map { index, entry in
            "\(try decoded.labels(at: index)) \(NumberText.exact(decoded.points[entry.points.lowerBound].value))"
        }
    }

    @Test func `an interval becomes one point a series`() throws {
        var aggregator = StatsDAggregator()
        aggregator.add(Array("hits:1|c\nhits:2|c|@0.1\nload:3|g\nload:+2|g\nload:-1|g".utf8))
        aggregator.add(Array("lag:10:20:30|ms\nlag:40|ms\nlag:40|h\nusers:a|s\nusers:b|s\nusers:a|s".utf8))
        aggregator.add(Array("hits:5|c|#host:x\nnew:+7|g".utf8))
        #expect(
            try flush(&aggregator) == [
                "hits 21", "load 4", "lag_count 5", "lag_mean 28", #"lag{quantile="0.5"} 30"#,
                #"lag{quantile="0.9"} 40"#, #"lag{quantile="0.99"} 40"#, "users 2", #"hits{host="x"} 5"#,
                "new 7",
            ])
        #expect(
            try flush(&aggregator, 20) == [
                "hits 0", "load 4", "lag_count 0", "users 0", #"hits{host="x"} 0"#, "new 7",
            ])
        aggregator.add(Array("load:-1|g\nlag:8|ms|@0.5\nlag:2|ms".utf8))
        #expect(try flush(&aggregator, 30)[1...3] == ["load 3", "lag_count 3", "lag_mean 6"])
    }

    @Test func `quantiles are those of all values when all are kept`() throws {
        var aggregator = StatsDAggregator()
        for value in (0...1000).reversed() { aggregator.add(Array("t:\(value)|d".utf8)) }
        #expect(
            try flush(&aggregator) == [
                "t_count 1001", "t_mean 500", #"t{quantile="0.5"} 500"#, #"t{quantile="0.9"} 900"#,
                #"t{quantile="0.99"} 990"#,
            ])
    }

    @Test(arguments: 0..<5 as Range<UInt64>)
    func `quantiles of a sample are near those of all values`(seed: UInt64) throws {
        var aggregator = StatsDAggregator(seed: seed)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<40 {
            let values = (0..<500).map { _ in "\(Double.random(in: 0..<1, using: &random))" }
            aggregator.add(Array("t:\(values.joined(separator: ":"))|h".utf8))
        }
        let decoded = aggregator.flush(at: Timestamp(milliseconds: 0))
        let values = decoded.points.map(\.value)
        #expect(values[0] == 20_000 && abs(values[1] - 0.5) < 0.01)
        // Three standard errors of a quantile of 1024 uniform values.
        for (value, level) in zip(values[2...], [0.5, 0.9, 0.99]) {
            #expect(abs(value - level) < 3 * (level * (1 - level) / 1024).squareRoot(), "seed \(seed)")
        }
    }

    @Test(arguments: [(1024, 1024.0...1024), (20_000, 18_000...22_000)])
    func `members of a set are counted, many of them nearly`(count: Int, range: ClosedRange<Double>) {
        var aggregator = StatsDAggregator()
        for member in 0..<count { aggregator.add(Array("u:user-\(member)|s\nu:user-\(member / 2)|s".utf8)) }
        let decoded = aggregator.flush(at: Timestamp(milliseconds: 0))
        #expect(decoded.points.count == 1 && range.contains(decoded.points[0].value), "\(decoded.points)")
    }

    @Test func `a series of which nothing comes is forgotten`() throws {
        var settings = StatsDAggregator.Settings()
        settings.idleFlushes = 2
        var aggregator = StatsDAggregator(settings: settings)
        aggregator.add(Array("a:1|c\nb:1|g\nc:1|c".utf8))
        #expect(try flush(&aggregator) == ["a 1", "b 1", "c 1"])
        aggregator.add(Array("b:2|g".utf8))
        #expect(try flush(&aggregator) == ["a 0", "b 2", "c 0"])
        #expect(try flush(&aggregator) == ["a 0", "b 2", "c 0"])
        #expect(aggregator.seriesCount == 1)
        aggregator.add(Array("c:4|g\nb:+1|g".utf8))
        #expect(try flush(&aggregator) == ["b 3", "c 4"])
    }

    @Test func `limits hold and say so`() throws {
        var settings = StatsDAggregator.Settings()
        settings.seriesLimit = 2
        settings.samplesInAll = 20
        var aggregator = StatsDAggregator(settings: settings)
        aggregator.add(Array("a:1|c\nb:1|ms\nc:1|c\na:1|g\nbad\nb:2|ms".utf8))
        for _ in 0..<100 { aggregator.add(Array("b:1|ms".utf8)) }
        let decoded = aggregator.flush(at: Timestamp(milliseconds: 0))
        #expect(decoded.points.map(\.value).prefix(2) == [1, 102])
        #expect(
            Set(decoded.errors.map(\.reason)) == [
                "no more than 2 series", "a is a counter, and came as a gauge",
                "a name, ':' and a value are needed: 'bad'",
            ])
        #expect(decoded.rejected == 3 && aggregator.flush(at: Timestamp(milliseconds: 1)).rejected == 0)
    }

    @Test func `a sum beyond the largest number is rejected`() throws {
        var aggregator = StatsDAggregator()
        aggregator.add(Array("a:1e308|c\na:1e308|c\nb:1|c".utf8))
        let decoded = aggregator.flush(at: Timestamp(milliseconds: 0))
        #expect(decoded.points.count == 1 && decoded.rejected == 1)
    }

    @Test func `the same packets give the same bytes`() {
        func run() -> DecodedPoints {
            var aggregator = StatsDAggregator(seed: 3)
            for index in 0..<3000 {
                aggregator.add(Array("t\(index % 3):\(index * 7919 % 1000)|ms\ns:\(index)|s".utf8))
            }
            return aggregator.flush(at: Timestamp(milliseconds: 5))
        }
        let (a, b) = (run(), run())
        #expect(a.bytes == b.bytes && a.points == b.points && a.series == b.series)
    }
}

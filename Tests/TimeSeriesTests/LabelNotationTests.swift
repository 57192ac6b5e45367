import TestSupport
import TimeSeries
import Testing

@Suite struct LabelNotationTests {
    @Test(arguments: [
        ("up", "up"), (" up ", "up"), ("{}", "{}"), ("up{}", "up"), ("job:up:sum", "job:up:sum"),
        (#"up{a="1",b="2"}"#, #"up{a="1", b="2"}"#), (#" up { b = "2" , a="1" , } "#, #"up{a="1", b="2"}"#),
        (#"{__name__="up",a="1"}"#, #"up{a="1"}"#), (#"{a="1", "cpu, %"}"#, #"{"cpu, %", a="1"}"#),
        (#"up{a=""}"#, "up"), (#"up{a="\"\\\n\t,}é"}"#, "up{a=\"\\\"\\\\\\n\t,}é\"}"),
    ])
    func `the notation of Prometheus is read`(text: String, description: String) throws {
        #expect(try Labels(seriesNotation: text).description == description)
    }

    @Test(arguments: [
        ("", 0), ("9up", 0), ("a b", 2), ("up{", 3), (#"up{a}"#, 4), (#"up{a=}"#, 5), (#"up{a="}"#, 7),
        (#"up{a="1" b="2"}"#, 9), (#"up{a="\x"}"#, 7), (#"up{a="1"}x"#, 9), ("up{,}", 3), ("a-b", 1),
        (#"up{a:b="1"}"#, 4), (#"up{a='1'}"#, 5),
    ])
    func `what departs from it is told with its byte`(text: String, byte: Int) {
        do throws(LabelNotationError) {
            let labels = try Labels(seriesNotation: text)
            Issue.record("\(text) was read as \(labels)")
        } catch {
            guard case .malformed(byte, _) = error else {
                Issue.record("\(text): \(error)")
                return
            }
        }
    }

    @Test func `names come once, the metric's too`() {
        #expect(throws: LabelNotationError.labels(.duplicateName("a"))) {
            try Labels(seriesNotation: #"{a="1",a="2"}"#)
        }
        #expect(throws: LabelNotationError.labels(.duplicateName("__name__"))) {
            try Labels(seriesNotation: #"up{"down"}"#)
        }
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func `a description reads back as the same labels`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let alphabet = Array("a:_0 \"\\\n\t\r{},=é%☃-")
        func text(_ random: inout SeededGenerator) -> String {
            String(
                (0..<Int.random(in: 0...6, using: &random)).map { _ in
                    alphabet.randomElement(using: &random) ?? "a"
                })
        }
        var labels = [(name: Labels.metricName, value: text(&random))]
        for index in 0..<Int.random(in: 0...4, using: &random) {
            labels.append((name: "l\(index)", value: text(&random)))
        }
        let made = try Labels(labels)
        #expect(try Labels(seriesNotation: made.description) == made, "seed \(seed)")
        #expect(try Labels(encoded: made.encoded.span) == made, "seed \(seed)")
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func `damage is never fatal`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var bytes = Array(#"up{job="prometheus", path="C:\\a\"b", x="1"}"#.utf8)
        bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
        bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random) / 2)
        _ = try? Labels(seriesNotation: String(decoding: bytes, as: UTF8.self))
    }
}

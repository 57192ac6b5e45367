import TestSupport
import TimeSeries
import Testing

@testable import Ingest

@Suite struct OTLPNamesTests {
    enum Sort { case gauge, counter, other }

    // The rules' own examples, and names that SDKs send; as Prometheus' translator has them.
    @Test(
        arguments: [
            ("system.cpu.time", "s", .counter, "system_cpu_time_seconds_total"),
            ("http.server.request.duration", "s", .other, "http_server_request_duration_seconds"),
            ("process.runtime.memory", "By", .gauge, "process_runtime_memory_bytes"),
            ("system.memory.utilization", "1", .gauge, "system_memory_utilization_ratio"),
            ("already.ratio.here", "1", .gauge, "already_here_ratio"),
            ("items", "1", .counter, "items_total"),
            ("active", "1", .other, "active"), ("total.requests", "", .counter, "requests_total"),
            ("requests_total", "{request}", .counter, "requests_total"),
            ("wait_seconds", "s", .gauge, "wait_seconds"), ("seconds_waited", "s", .gauge, "seconds_waited"),
            ("throughput", "By/s", .gauge, "throughput_bytes_per_second"),
            ("requests", "1/s", .gauge, "requests_per_second"), ("rate", "{x}/m", .gauge, "rate_per_minute"),
            ("io", "foo/bar", .gauge, "io_foo_per_bar"), ("odd", "a@b#c/d e", .gauge, "odd_a_b_c_per_de"),
            ("temperature", "Cel", .gauge, "temperature_celsius"), ("use", "%", .gauge, "use_percent"),
            ("a..b__c", "", .gauge, "a_b_c"), ("2xx", "", .counter, "_2xx_total"),
            ("ns:a.b", "", .gauge, "ns:a_b"),
            ("größe", "", .gauge, "gr_e"), ("...", "", .gauge, ""), ("", "", .gauge, ""),
            ("x", "/", .gauge, "x"),
            ("x", "s/", .gauge, "x_seconds"), ("lead", "_unit_", .gauge, "lead_unit"),
        ] as [(String, String, Sort, String)])
    func `a metric has the name that Prometheus gives it`(
        name: String, unit: String, sort: Sort, wanted: String
    ) {
        var text: [UInt8] = [7]
        Array(name.utf8).withUnsafeBufferPointer { name in
            Array(unit.utf8).withUnsafeBufferPointer { unit in
                OTLPNames.appendMetric(
                    name, unit: unit, isCounter: sort == .counter, isGauge: sort == .gauge, to: &text)
            }
        }
        #expect(String(decoding: text.dropFirst(), as: UTF8.self) == wanted && text[0] == 7)
    }

    @Test(arguments: [
        ("http.method", "http_method"), ("plain", "plain"), ("a..b", "a__b"), ("0a", "key_0a"),
        ("_a", "key_a"), (".a", "key_a"), ("__a__", "__a__"), ("ä", "key_"), ("äb", "key_b"), ("_", "key_"),
        ("a:b", "a_b"), ("日本", "__"), ("a-é", "a__"),
    ])
    func `an attribute has the label that Prometheus gives it`(key: String, wanted: String) {
        var text: [UInt8] = []
        let isChanged = Array(key.utf8).withUnsafeBufferPointer { OTLPNames.appendLabel($0, to: &text) }
        #expect(String(decoding: text, as: UTF8.self) == wanted)
        #expect(isChanged == (key != wanted))
    }

    @Test func `labels whose names become the same are joined in the order of what was sent`() throws {
        func encoded(_ attributes: [(String, String)], fixed: [(String, String)] = []) throws -> String {
            var labels = OTLPLabels()
            for (key, value) in attributes {
                _ = Array(key.utf8).withUnsafeBufferPointer { labels.begin($0) }
                labels.text += Array(value.utf8)
                labels.end()
            }
            for (name, value) in fixed { labels.addFixed(name.utf8, value.utf8) }
            var buffer = LabelBuffer(bodyBytes: 1000)
            _ = try labels.encode(to: &buffer).get()
            var decoded = DecodedPoints()
            decoded.bytes = buffer.bytes()
            return try Labels(encoded: decoded.bytes.span).description
        }
        for order in [["a.b", "a-b", "a_b"], ["a_b", "a.b", "a-b"], ["a-b", "a_b", "a.b"]] {
            #expect(try encoded(order.map { ($0, $0) }) == #"{a_b="a-b;a.b;a_b"}"#)
        }
        #expect(try encoded([("job", "sent")], fixed: [("job", "made")]) == #"{job="made"}"#)
        #expect(
            try encoded([("z", "1"), ("B", "2"), ("a", "")], fixed: [("__name__", "n")])
                == #"n{B="2", z="1"}"#)
    }

    @Test func `every series of a point has the labels of the point`() throws {
        var random = SeededGenerator(seed: 3)
        var labels = OTLPLabels()
        let bottom = labels.mark
        for round in 0..<300 {
            labels.rewind(to: bottom)
            var buffer = LabelBuffer(bodyBytes: 1000)
            var wanted: [String: String] = [:]
            for index in 0..<Int.random(in: 1...12, using: &random) {
                // Two of three keys become one name; their values are joined in the order of the keys.
                let key = ["k\(index)", "a.b", "a-b"][Int.random(in: 0...2, using: &random)]
                guard wanted[key] == nil else { continue }
                wanted[key] = "\(index)"
                _ = Array(key.utf8).withUnsafeBufferPointer { labels.begin($0) }
                labels.text += Array("\(index)".utf8)
                labels.end()
            }
            let joined = ["a-b", "a.b"].compactMap { wanted.removeValue(forKey: $0) }
            if !joined.isEmpty { wanted["a_b"] = joined.joined(separator: ";") }
            for name in ["n_count", "n_sum", "n"] {
                let mark = labels.mark
                labels.addFixed("__name__".utf8, name.utf8)
                let range = try labels.encode(to: &buffer).get()
                labels.rewind(to: mark)
                let bytes = buffer.with(range) { Array($0) }
                wanted["__name__"] = name
                let pairs = wanted.map { (name: $0.key, value: $0.value) }
                #expect(try bytes == Labels(pairs).encoded, "round \(round)")
            }
        }
    }

    @Test(
        arguments: [
            (.double(0.1), "0.1"), (.double(-0.0), "-0"), (.double(1e300), "1e+300"),
            (.double(.infinity), "Infinity"),
            (.integer(.min), "-9223372036854775808"), (.nothing, ""), (.bytes([1]), "AQ=="),
            (.bytes([1, 2]), "AQI="),
            (.array([]), "[]"), (.array([.nothing, .bytes([1]), .double(.nan)]), #"[null,"AQ==","nan"]"#),
            (.members([]), "{}"), (.array([.text([0x22, 0x5C, 1, 9, 0xC3, 0xA4])]), #"["\"\\\u0001\tä"]"#),
        ] as [(OTLPValue, String)])
    func `values of attributes are texts`(value: OTLPValue, wanted: String) {
        var text: [UInt8] = []
        value.append(to: &text)
        #expect(String(decoding: text, as: UTF8.self) == wanted)
    }
}

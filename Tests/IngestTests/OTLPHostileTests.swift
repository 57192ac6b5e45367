import Ingest
import TestSupport
import TimeSeries
import Testing

@Suite struct OTLPHostileTests {
    private static let golden = Result { try OTLPGolden.load() }

    /// What may be asked for beside points: labels of any body, and 32 bytes of them a byte.
    private func mostLabelBytes(_ body: [UInt8]) -> Int { max(64 << 10, 32 * body.count) }

    private func nested(_ depth: Int, _ kind: UInt64) -> [UInt8] {
        (0..<depth).reduce(field(1, [])) { value, _ in
            kind == 5 ? field(5, field(1, value)) : field(6, field(1, field(2, value)))
        }
    }

    /// A gauge with one point that has these fields beside a time and a value.
    private func gauge(_ fields: [UInt8]) -> [UInt8] {
        let point = field(3, fixed: 1_000_000) + field(4, fixed: 0) + fields
        return field(1, field(2, field(2, field(1, Array("m".utf8)) + field(5, field(1, point)))))
    }

    @Test(arguments: try OTLPGolden.load())
    func `every truncation is an error or a shorter request`(golden: OTLPGolden) throws {
        for count in 0..<golden.bytes.count {
            let cut = Array(golden.bytes[..<count])
            guard let decoded = try? OTLPMetrics.decode(cut, as: .protobuf) else { continue }
            #expect(decoded.points.count <= golden.series.reduce(0) { $0 + $1.points.count }, "\(count)")
        }
        for count in stride(from: 0, to: golden.json[0].count, by: 41) {
            let cut = Array(golden.json[0][..<count])
            #expect(throws: DecodeError.self, "\(count)") { try OTLPMetrics.decode(cut, as: .json) }
        }
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func `damage is never fatal`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var memory = OTLPMemory(mostSeries: 50)
        for golden in try Self.golden.get() {
            for (body, encoding) in [(golden.bytes, OTLPMetrics.Encoding.protobuf), (golden.json[0], .json)] {
                for round in 0..<4 {
                    let bytes = mutated(body, &random)
                    guard let decoded = try? OTLPMetrics.decode(bytes, as: encoding, memory: &memory) else {
                        continue
                    }
                    let fault = inconsistency(of: decoded, mostBytes: mostLabelBytes(bytes))
                    #expect(fault == nil, "seed \(seed), round \(round)")
                }
            }
        }
        #expect(memory.count <= 150)
    }

    @Test func `lengths beyond the body are told with their byte`() {
        for length in [5, 1 << 31, 1 << 32, 1 << 63, UInt64.max] {
            // At each level: request, resource metrics, scope metrics, metric.
            var body: [UInt8] = []
            for number in [1, 2, 2, 5] as [UInt64] {
                body += varint(number << 3 | 2) + varint(length)
                #expect(throws: DecodeError.self) { try OTLPMetrics.decode(body, as: .protobuf) }
                body = Array(body.dropLast(varint(length).count)) + [100]
            }
        }
    }

    @Test(arguments: [1, 16, 17, 1000, 30_000])
    func `lists in lists end somewhere`(depth: Int) throws {
        for kind in [5, 6] as [UInt64] {
            let attribute = field(7, field(1, Array("a".utf8)) + field(2, nested(depth, kind)))
            let decoded = try OTLPMetrics.decode(gauge(attribute), as: .protobuf)
            #expect(
                decoded.points.count == (depth <= 16 ? 1 : 0) && decoded.rejected == (depth <= 16 ? 0 : 1))
        }
    }

    @Test(arguments: [3, 20, 100_000])
    func `JSON in JSON ends somewhere`(depth: Int) throws {
        let value =
            String(repeating: #"{"arrayValue":{"values":["#, count: depth)
            + String(repeating: "]}}", count: depth)
        let body = """
            {"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"g","gauge":{"dataPoints":[{"timeUnixNano":1,
            "asInt":1,"attributes":[{"key":"a","value":\(value)}]}]}}]}]}]}
            """
        let decoded = try? OTLPMetrics.decode(Array(body.utf8), as: .json)
        #expect((decoded?.points.count == 1) == (depth == 3))
    }

    @Test func `groups are no fields`() {
        for type in [3, 4, 6, 7] as [UInt64] {
            let bytes = gauge(varint(9 << 3 | type))
            #expect(throws: DecodeError.self) { try OTLPMetrics.decode(bytes, as: .protobuf) }
        }
    }

    @Test func `huge arrays of buckets are refused, and lie about nothing`() throws {
        let counts = field(2, [UInt8](repeating: 1, count: 1 << 20))
        let point = field(3, fixed: 1_000_000) + field(8, counts)
        let histogram = field(10, field(1, point) + field(2, varint: 1))
        let body = field(1, field(2, field(2, field(1, Array("m".utf8)) + histogram)))
        let decoded = try OTLPMetrics.decode(body, as: .protobuf)
        #expect(decoded.rejected == 1 && decoded.errors[0].reason.contains("at most 4096"))
        // Eight bytes an element, and half an element more.
        let odd = field(1, field(3, fixed: 1) + field(6, [UInt8](repeating: 0, count: 12)))
        let broken = field(1, field(2, field(2, field(9, odd + field(2, varint: 1)))))
        #expect(throws: DecodeError.self) { try OTLPMetrics.decode(broken, as: .protobuf) }
    }

    @Test func `more attributes than a sender may set are refused`() throws {
        let attributes = (0..<20_000).reversed().flatMap { field(7, field(1, Array("a\($0)".utf8))) }
        let decoded = try OTLPMetrics.decode(gauge(attributes), as: .protobuf)
        #expect(decoded.rejected == 1 && decoded.errors[0].reason.contains("more than 128 attributes"))
    }

    @Test func `texts that are no UTF-8 are refused where they are new`() throws {
        let attribute = field(7, field(1, [0xFF, 0x41]) + field(2, field(1, [0xC0, 0x80])))
        let decoded = try OTLPMetrics.decode(gauge(attribute), as: .protobuf)
        #expect(decoded.series.count == 1)
        #expect(throws: DecodeError.self) { try decoded.labels(at: 0) }
    }

    @Test func `a resource that many points share cannot ask for unbounded memory`() throws {
        let long =
            field(1, Array("service.name".utf8)) + field(2, field(1, [UInt8](repeating: 0x78, count: 30_000)))
        let point = field(1, field(3, fixed: 1_000_000) + field(4, fixed: 0))
        let gauge = field(5, Array(repeatElement(point, count: 5000).joined()))
        let body = field(
            1, field(1, field(1, long)) + field(2, field(2, field(1, Array("m".utf8)) + gauge)))
        let decoded = try OTLPMetrics.decode(body, as: .protobuf)
        #expect(decoded.bytes.count <= mostLabelBytes(body) && decoded.rejected > 4000)
        #expect(decoded.errors[0].reason.contains("32 bytes a byte"))
        #expect(decoded.series.count + decoded.rejected == 5000)
    }

    @Test func `zero bytes and noise are no request`() {
        var random = SeededGenerator(seed: 1)
        #expect(throws: DecodeError.self) {
            try OTLPMetrics.decode([UInt8](repeating: 0, count: 1000), as: .protobuf)
        }
        for _ in 0..<500 {
            let noise = (0..<Int(random.next() % 200)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            guard let decoded = try? OTLPMetrics.decode(noise, as: .protobuf) else { continue }
            #expect(inconsistency(of: decoded, mostBytes: mostLabelBytes(noise)) == nil)
        }
    }
}

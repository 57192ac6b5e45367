import Ingest
import TestSupport
import TimeSeries
import Testing

@Suite struct RemoteWrite2Tests {
    struct Golden: CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]
        let series: [(labels: Labels, kind: MetricKind, points: [Point])]
        let exemplars: Int
        let histograms: Int
        var testDescription: String { name }

        static func load() throws -> [Golden] {
            try GoldenFile("Tests/IngestTests/Golden/remote-write-2.json").cases.map { object in
                let series = try object.objects("series").map { series in
                    let labels = series.objects("labels").map {
                        (name: $0.text("name"), value: $0.text("value"))
                    }
                    let points = series.objects("samples").map { sample in
                        Point(
                            milliseconds: Int64(sample.number("milliseconds")),
                            value: Double(bitPattern: UInt64(sample.text("bits"), radix: 16) ?? 0))
                    }
                    let kind = try #require(MetricKind(rawValue: UInt8(series.number("kind"))))
                    return (labels: try Labels(labels), kind: kind, points: points)
                }
                return Golden(
                    name: object.text("name"), bytes: TestBytes.hex(object.text("bytes")), series: series,
                    exemplars: Int(object.number("exemplars")), histograms: Int(object.number("histograms")))
            }
        }
    }

    private static let golden = Result { try Golden.load() }

    /// A request of some symbols, the empty one before them, and the records of some series.
    private func request(_ symbols: [String], _ series: [[UInt8]]) -> [UInt8] {
        ([""] + symbols).flatMap { field(4, Array($0.utf8)) } + series.flatMap { field(5, $0) }
    }

    /// The value 1 at 1 ms.
    private let sample: [UInt8] = [0x12, 11, 0x09, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0x10, 1]

    private func failure(_ bytes: [UInt8]) -> DecodeError? {
        do throws(DecodeError) {
            _ = try PrometheusRemoteWrite2.decode(bytes)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: try Golden.load())
    func `what the official library wrote is read`(golden: Golden) throws {
        let decoded = try PrometheusRemoteWrite2.decode(golden.bytes)
        let expected = golden.series.filter { !$0.points.isEmpty }
        #expect(decoded.series.count == expected.count)
        for (index, (entry, series)) in zip(decoded.series, expected).enumerated() {
            #expect(try decoded.labels(at: index) == series.labels)
            #expect(entry.kind == series.kind)
            let points = decoded.points[entry.points]
            #expect(points.map(\.milliseconds) == series.points.map(\.milliseconds))
            #expect(points.map(\.value.bitPattern) == series.points.map(\.value.bitPattern))
            // The canonical form, so that both versions find the same series.
            #expect(Array(decoded.bytes[entry.labels]) == series.labels.encoded)
        }
        #expect(
            decoded.ignoredExemplars == golden.exemplars && decoded.ignoredHistograms == golden.histograms)
        #expect(decoded.rejected == 0 && decoded.errors.isEmpty)
    }

    @Test func `the encoder writes what the official library writes`() throws {
        let golden = try #require(try Golden.load().first { $0.name == "plain" })
        var encoder = RemoteWrite2Encoder()
        for series in golden.series { encoder.append(series.labels, series.points, kind: series.kind) }
        #expect(encoder.bytes == golden.bytes)
        #expect(golden.series.flatMap(\.points).filter(\.isStaleMarker).count == 1)
    }

    @Test func `fields may stand in any order, and references need not be packed`() throws {
        let references = [1, 2, 3, 4].flatMap { field(1, varint: $0) }
        let split = field(1, [1]) + sample + field(1, [2, 3]) + field(1, varint: 4)
        let body =
            field(5, sample + references) + field(4, []) + field(4, Array("__name__".utf8))
            + field(4, Array("a".utf8)) + field(5, split) + field(4, Array("b".utf8))
            + field(4, Array("c".utf8))
        let decoded = try PrometheusRemoteWrite2.decode(body)
        #expect(try decoded.labels(at: 0).description == #"a{b="c"}"#)
        #expect(try decoded.labels(at: 1) == decoded.labels(at: 0))
    }

    @Test func `a label with an empty value is absent`() throws {
        let body = request(["__name__", "a", "b"], [field(1, [1, 2, 3, 0]) + sample])
        #expect(try PrometheusRemoteWrite2.decode(body).bytes == Labels(metric: "a").encoded)
    }

    @Test(
        arguments: [
            ([], "has no labels"), ([1, 2, 3], "3 label references"),
            ([1, 2, 3, 99], "99 has no symbol; there are 6"),
            ([0, 2], "has no name"), ([1, 2, 1, 2], "\"__name__\" comes twice"),
            ([3, 4, 1, 2], "\"__name__\" comes after \"b\""), ([1, 0], "has no labels"),
            ([1, 5], "at most 65536"),
        ] as [([UInt64], String)])
    func `a series with wrong references does not stop the others`(
        references: [UInt64], reason: String
    ) throws {
        let good = field(1, [1, 2]) + sample
        let bad = field(1, references.flatMap(varint)) + sample + sample + field(4, []) + field(3, [])
        let symbols = ["__name__", "a", "b", "c", String(repeating: "x", count: 70_000)]
        let decoded = try PrometheusRemoteWrite2.decode(request(symbols, [good, bad, good]))
        #expect(decoded.series.count == 2 && decoded.points.count == 2)
        // Two samples and a histogram; exemplars are no points.
        #expect(decoded.rejected == 3 && decoded.errors.map(\.record) == [2])
        #expect(decoded.errors[0].reason.contains(reason), "\(decoded.errors)")
        #expect(decoded.ignoredExemplars == 0 && decoded.ignoredHistograms == 0)
    }

    @Test func `a reference of more than 32 bits has no symbol`() throws {
        let bad = field(1, varint(1 << 32 | 1) + [2]) + sample
        let decoded = try PrometheusRemoteWrite2.decode(request(["__name__", "a"], [bad]))
        #expect(decoded.rejected == 1 && decoded.errors[0].reason.contains("4294967295 has no symbol"))
    }

    @Test func `samples outside the years that there are are refused one by one`() throws {
        let times: [Int64] = [.max, 7, .min, Timestamp.latest.milliseconds]
        var encoder = RemoteWrite2Encoder()
        encoder.append(Labels(metric: "t"), times.map { Point(milliseconds: $0, value: 1) })
        let decoded = try PrometheusRemoteWrite2.decode(encoder.bytes)
        #expect(decoded.points.map(\.milliseconds) == [7, Timestamp.latest.milliseconds])
        #expect(decoded.rejected == 2 && decoded.errors[0].reason.contains("2 samples"))
    }

    @Test func `broken framing is told with its byte`() {
        let good = request(["__name__", "a"], [field(1, [1, 2]) + sample])
        let cases: [(bytes: [UInt8], byte: Int, reason: String)] = [
            ([0x2A], 1, "within a number"), ([0x2A, 5], 1, "length of 5 where 0 bytes"),
            ([0x22, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1], 1, "18446744073709551615"),
            ([UInt8](repeating: 0xFF, count: 12), 0, "ten bytes"), ([0x0B], 1, "wire type 3"),
            ([0x02, 0], 1, "0 is no field number"), ([0x2A, 2, 0x0A, 5], 3, "length of 5 where 0 bytes"),
            ([0x2A, 3, 0x0A, 1, 0x80], 4, "within a number"),
            ([0x2A, 3, 0x12, 1, 0x09], 5, "within a field"),
        ]
        for (bytes, byte, reason) in cases {
            let error = failure(good + bytes)
            #expect(error?.byte == good.count + byte, "\(bytes) \(String(describing: error))")
            #expect(error?.reason.contains(reason) == true, "\(bytes): \(String(describing: error))")
        }
        #expect(failure(field(4, [65]) + good)?.reason == "the first symbol is \"A\"; it must be empty")
        #expect(failure([]) == nil)
    }

    @Test func `a text that many series share cannot ask for unbounded memory`() throws {
        let long = String(repeating: "x", count: 60_000)
        let body = request(
            ["__name__", long], Array(repeating: field(1, [1, 2]) + field(2, []), count: 20_000))
        let decoded = try PrometheusRemoteWrite2.decode(body)
        #expect(decoded.bytes.count <= 32 * body.count)
        #expect(decoded.series.count == 32 * body.count / decoded.series[0].labels.count)
        #expect(decoded.rejected == 20_000 - decoded.series.count)
        #expect(decoded.errors[0].reason.contains("over 32 bytes a byte"))
    }

    @Test func `texts that are no UTF-8 are refused where they are new`() throws {
        let body = field(4, []) + field(4, Array("__name__".utf8)) + field(4, [0xFF, 0xFE])
        let decoded = try PrometheusRemoteWrite2.decode(body + field(5, field(1, [1, 2]) + sample))
        #expect(throws: DecodeError.self) { try decoded.labels(at: 0) }
    }

    @Test func `every truncation is an error or a shorter request`() throws {
        for golden in try Golden.load() {
            let whole = try PrometheusRemoteWrite2.decode(golden.bytes).points.count
            // The larger one repeats itself.
            for count in stride(from: 0, to: golden.bytes.count, by: golden.bytes.count < 1000 ? 1 : 13) {
                let cut = Array(golden.bytes[..<count])
                guard let decoded = try? PrometheusRemoteWrite2.decode(cut) else { continue }
                #expect(decoded.points.count <= whole, "\(count)")
            }
        }
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func `damage is never fatal`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let body = try #require(Self.golden.get().last).bytes
        var read = 0
        for round in 0..<60 {
            let bytes = mutated(body, &random)
            guard let decoded = try? PrometheusRemoteWrite2.decode(bytes) else { continue }
            read += 1
            let fault = inconsistency(of: decoded, mostBytes: max(64 << 10, 32 * bytes.count))
            #expect(fault == nil, "seed \(seed), round \(round)")
        }
        #expect(read > 0)
    }

    @Test func `the headers of an answer have the names of the specification`() {
        let headers = PrometheusRemoteWrite2.writtenHeaders(samples: 3, histograms: 0, exemplars: 1)
        #expect(
            headers.map { "\($0.name): \($0.value)" } == [
                "X-Prometheus-Remote-Write-Samples-Written: 3",
                "X-Prometheus-Remote-Write-Histograms-Written: 0",
                "X-Prometheus-Remote-Write-Exemplars-Written: 1",
            ])
    }
}

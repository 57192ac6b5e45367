import Ingest
import TestSupport
import TimeSeries
import Testing

@Suite struct RemoteWriteTests {
    struct Golden: CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]
        let series: [(labels: Labels, points: [Point])]
        let exemplars: Int
        let histograms: Int
        var testDescription: String { name }

        static func load() throws -> [Golden] {
            try GoldenFile("Tests/IngestTests/Golden/remote-write.json").cases.map { object in
                let digits = Array(object.text("bytes").utf8)
                let bytes = stride(from: 0, to: digits.count, by: 2).map {
                    UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16) ?? 0
                }
                let series = try object.objects("series").map { series in
                    let labels = series.objects("labels").map {
                        (name: $0.text("name"), value: $0.text("value"))
                    }
                    let points = series.objects("samples").map { sample in
                        Point(
                            milliseconds: Int64(sample.number("milliseconds")),
                            value: Double(bitPattern: UInt64(sample.text("bits"), radix: 16) ?? 0))
                    }
                    return (labels: try Labels(labels), points: points)
                }
                return Golden(
                    name: object.text("name"), bytes: bytes, series: series,
                    exemplars: Int(object.number("exemplars")), histograms: Int(object.number("histograms")))
            }
        }
    }

    private func failure(_ bytes: [UInt8]) -> DecodeError? {
        do throws(DecodeError) {
            _ = try PrometheusRemoteWrite.decode(bytes)
            return nil
        } catch {
            return error
        }
    }

    /// A field with a length.
    private func field(_ number: Int, _ bytes: [UInt8]) -> [UInt8] {
        var length = bytes.count
        var size: [UInt8] = []
        while length >= 0x80 {
            size.append(UInt8(length & 0x7F) | 0x80)
            length >>= 7
        }
        return [UInt8(number << 3 | 2)] + size + [UInt8(length)] + bytes
    }

    private func label(_ name: String, _ value: String) -> [UInt8] {
        field(1, field(1, Array(name.utf8)) + field(2, Array(value.utf8)))
    }

    /// The value 1 at 1 ms.
    private let sample: [UInt8] = [0x12, 11, 0x09, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0x10, 1]

    @Test(arguments: try Golden.load())
    func `what the official library wrote is read`(golden: Golden) throws {
        let decoded = try PrometheusRemoteWrite.decode(golden.bytes)
        let expected = golden.series.filter { !$0.points.isEmpty }
        #expect(decoded.series.count == expected.count)
        for (index, (entry, series)) in zip(decoded.series, expected).enumerated() {
            #expect(try decoded.labels(at: index) == series.labels)
            let points = decoded.points[entry.points]
            #expect(points.map(\.milliseconds) == series.points.map(\.milliseconds))
            #expect(points.map(\.value.bitPattern) == series.points.map(\.value.bitPattern))
            // The canonical form is what came, without a copy.
            #expect(Array(decoded.bytes[entry.labels]) == series.labels.encoded)
        }
        #expect(decoded.bytes == golden.bytes)
        #expect(
            decoded.ignoredExemplars == golden.exemplars && decoded.ignoredHistograms == golden.histograms)
        #expect(decoded.rejected == 0 && decoded.errors.isEmpty)
    }

    @Test func `the encoder writes what the official library writes`() throws {
        let golden = try #require(try Golden.load().first { $0.name == "plain" })
        var encoder = RemoteWriteEncoder()
        for series in golden.series { encoder.append(series.labels, series.points) }
        #expect(encoder.bytes == golden.bytes)
        let stale = golden.series.flatMap(\.points).filter(\.isStaleMarker)
        #expect(stale.count == 1)
    }

    @Test func `labels that stand apart are brought together`() throws {
        let first = field(1, label("__name__", "a") + sample + label("b", "c") + [0x18, 5] + label("d", "e"))
        let second = field(1, sample + label("__name__", "z") + label("b", "c"))
        let decoded = try PrometheusRemoteWrite.decode(first + second + first)
        #expect(decoded.series.count == 3 && decoded.points.count == 3)
        let wanted = try Labels([
            (name: "__name__", value: "a"), (name: "b", value: "c"), (name: "d", value: "e"),
        ])
        for index in [0, 2] {
            #expect(try decoded.labels(at: index) == wanted)
            #expect(Array(decoded.bytes[decoded.series[index].labels]) == wanted.encoded)
        }
        #expect(try decoded.labels(at: 1).description == #"z{b="c"}"#)
        #expect(decoded.series[1].labels.upperBound <= first.count + second.count)
    }

    @Test func `a record that is wrong in itself does not stop the others`() throws {
        let good = field(1, label("__name__", "a") + sample)
        let nameless = field(1, sample + sample)
        let long = field(1, label("__name__", String(repeating: "x", count: 70_000)) + sample)
        var times = RemoteWriteEncoder()
        times.append(
            Labels(metric: "t"),
            [
                Point(milliseconds: .max, value: 1), Point(milliseconds: 7, value: 2),
                Point(milliseconds: .min, value: 3),
            ])
        let decoded = try PrometheusRemoteWrite.decode(good + nameless + long + times.bytes + good)
        #expect(decoded.points.map(\.milliseconds) == [1, 7, 1] && decoded.series.count == 3)
        #expect(decoded.rejected == 5)
        #expect(decoded.errors.map(\.record) == [2, 3, 4])
        #expect("\(decoded.errors[0])" == "record 2: the series has no labels")
        #expect(decoded.errors[1].reason.contains("at most 65536"))
        #expect(decoded.errors[2].reason.contains("2 samples"))
        #expect(try PrometheusRemoteWrite.decode([]).series.isEmpty)
    }

    @Test func `a series without labels and samples counts as one that is rejected`() throws {
        let decoded = try PrometheusRemoteWrite.decode(field(1, []))
        #expect(decoded.rejected == 1 && decoded.errors.map(\.record) == [1])
    }

    @Test func `no more than ten errors are kept`() throws {
        let nameless = field(1, sample)
        let decoded = try PrometheusRemoteWrite.decode(Array(repeatElement(nameless, count: 99).joined()))
        #expect(decoded.rejected == 99 && decoded.errors.count == 10 && decoded.points.isEmpty)
    }

    @Test func `labels are checked where they are asked for`() throws {
        let bad: [(labels: [UInt8], reason: String)] = [
            (label("host", "a"), "has no name"), (label("__name__", "a") + label("b-c", "d"), "'b-c'"),
            (label("__name__", "a") + label("b", "c") + label("b", "d"), "comes twice"),
            (label("__name__", ""), "has no name"),
            (field(1, field(1, Array("__name__".utf8)) + field(2, [0xFF])), "not UTF-8"),
            (field(1, [0x0A, 9]), "too early"),
        ]
        let body = bad.flatMap { field(1, $0.labels + sample) }
        let decoded = try PrometheusRemoteWrite.decode(body)
        #expect(decoded.series.count == bad.count)
        for (index, (_, reason)) in bad.enumerated() {
            do throws(DecodeError) {
                Issue.record("\(try decoded.labels(at: index)) was read")
            } catch {
                #expect(
                    error.byte == decoded.series[index].labels.lowerBound && error.reason.contains(reason),
                    "\(error)")
            }
        }
    }

    @Test func `broken framing is told with its byte`() {
        let good = field(1, label("__name__", "a") + sample)
        let cases: [(bytes: [UInt8], byte: Int, reason: String)] = [
            ([0x0A], 1, "within a number"), ([0x0A, 5], 1, "length of 5 where 0 bytes"),
            (
                [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1], 1,
                "length of 18446744073709551615"
            ),
            ([UInt8](repeating: 0xFF, count: 12), 0, "ten bytes"), ([0x0B], 1, "wire type 3"),
            ([0x02, 0], 1, "0 is no field number"), ([0x09, 1, 2], 1, "within a field"),
            ([0x0A, 3, 0x12, 5, 0], 3, "length of 5 where 1 bytes"),
            ([0x0A, 5, 0x12, 3, 0x09, 0, 0], 5, "within a field"),
        ]
        for (bytes, byte, reason) in cases {
            let error = failure(good + bytes)
            #expect(error?.byte == good.count + byte, "\(bytes)")
            #expect(error?.reason.contains(reason) == true, "\(bytes): \(String(describing: error))")
        }
    }

    @Test func `every truncation is an error or a shorter request`() throws {
        for golden in try Golden.load() {
            let whole = try PrometheusRemoteWrite.decode(golden.bytes).points.count
            for count in 0..<golden.bytes.count {
                let cut = Array(golden.bytes[..<count])
                guard let decoded = try? PrometheusRemoteWrite.decode(cut) else { continue }
                #expect(decoded.points.count <= whole, "\(count)")
            }
        }
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func `damage is never fatal`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for golden in try Golden.load() {
            var bytes = golden.bytes
            for _ in 0..<Int.random(in: 1...5, using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] ^=
                    1 << UInt8.random(in: 0..<8, using: &random)
            }
            guard let decoded = try? PrometheusRemoteWrite.decode(bytes) else { continue }
            for (index, entry) in decoded.series.enumerated() {
                #expect(entry.labels.upperBound <= decoded.bytes.count, "seed \(seed)")
                #expect(entry.points.upperBound <= decoded.points.count, "seed \(seed)")
                _ = try? decoded.labels(at: index)
            }
        }
    }
}

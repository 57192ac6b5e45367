import Storage
import Testing

/// Bytes as version 1 writes them: what is on disks must stay readable, so these never change.
struct StoredFormTests {
    private static let stale = Double(bitPattern: 0x7FF0_0000_0000_0002)

    /// Eight points, one of them Prometheus' mark of a stale series, one not on time.
    private static var points: PointColumns {
        var points = PointColumns()
        let values = [20.5, 20.75, 20.5, stale, 21, 20.25, 20.5, 1_000]
        for (i, value) in values.enumerated() {
            let late: Int64 = i == 5 ? 3 : 0
            points.append(1_700_000_000_000 + 15_000 * Int64(i) + late, value, i < 3 ? 255 : UInt8(i))
        }
        return points
    }

    private static func text(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private static func bytes(_ text: String) -> [UInt8] {
        stride(from: 0, to: text.utf8.count, by: 2).compactMap {
            UInt8(text.dropFirst($0).prefix(2), radix: 16)
        }
    }

    private static let decimalChunk =
        "010880a0abfef9620302904e42002e010284201901c3010a0a581106d3030103020000000000f07f"
        + "01c0ecb90f"
    private static let fullChunk =
        "010880a0abfef9620302904e42002e025555555555551b4030aeaaaaaaaaaac67f14000000000020"
        + "ff49c4bdaaaaaaaaaaaa927c0301c0ecb90f"

    @Test
    func `a chunk of decimals is what version 1 wrote`() throws {
        #expect(try ChunkCodec.decode(Self.bytes(Self.decimalChunk)) == Self.points)
        #expect(Self.text(ChunkCodec.encode(Self.points)) == Self.decimalChunk)
    }

    @Test
    func `a chunk of full precision is what version 1 wrote`() throws {
        var points = Self.points
        points.values = points.values.map { $0 / 3 }
        points.values[1] = points.values[0]
        #expect(try ChunkCodec.decode(Self.bytes(Self.fullChunk)) == points)
        #expect(Self.text(ChunkCodec.encode(points)) == Self.fullChunk)
    }

    @Test(arguments: [
        (
            JournalEntry.series([StoredSeries(id: 7, labels: [1, 2, 3]), StoredSeries(id: 8, labels: [])]),
            "19000000cf52cfb401010200000007000000030000000102030800000000000000"
        ),
        (
            .points(
                PointBatch(series: [7, 8, 9], times: [1_000, 1_000, 1_000], values: [0.5, -0.0, stale])),
            "3a0000002419b9fa01030300000001000000e8030000000000000300000007000000080000000900"
                + "0000000000000000e03f0000000000000080020000000000f07f"
        ),
        (
            .points(PointBatch(series: [7, 8], times: [1_000, 2_000], values: [0.5, 1])),
            "2e0000008f68d7a0010202000000e803000000000000d00700000000000007000000080000000000"
                + "00000000e03f000000000000f03f"
        ),
        (
            .changes([StoredSnapshot(series: 7, time: 1_000, kind: "swap", bytes: [1, 2, 3])]),
            "21000000ee5797d802040100000007000000e803000000000000040000007377617003000000010203"
        ),
    ])
    func `a record of the journal is what its version wrote`(entry: JournalEntry, text: String) throws {
        let record = Self.bytes(text)
        #expect(try JournalEntry(decoding: Array(record.dropFirst(8))) == entry)
        #expect(Self.text(Journal.frame(entry.encoded())) == text)
    }

    @Test
    func `a segment begins as version 1 wrote it`() throws {
        let directory = try JournalDirectory()
        _ = try JournalWriter(directory: directory.path, segment: 1)
        #expect(Self.text(try directory.bytes(1)) == "42574a524e4c0100")
    }
}

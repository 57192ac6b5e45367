import Storage

/// Values of the families that the codec tells apart: constant, whole, decimal and any bits.
private func columns(_ family: Int, count: Int) -> PointColumns {
    var points = PointColumns()
    var bits: UInt64 = 0x9E37_79B9_7F4A_7C15
    for index in 0..<count {
        bits = bits &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let value: Double =
            switch family {
            case 0: 0.1
            case 1: Double(bits >> 58)
            case 2: Double(bits >> 54) / 100
            default: Double(bitPattern: bits)
            }
        points.append(1_764_547_200_000 + Int64(index) * 15_000, value, UInt8(truncatingIfNeeded: bits >> 40))
    }
    return points
}

private let chunks = (0..<4).flatMap { family in
    [1, 3, 130].map { ChunkCodec.encode(columns(family, count: $0)) }
}

private let entries: [[UInt8]] = [
    .series([StoredSeries(id: 0, labels: [1, 2, 3]), StoredSeries(id: 7, labels: [])]),
    .points(PointBatch(series: [0, 7, 7], times: [5, 5, 6], values: [1, -.infinity, .nan])),
    .points(
        PointBatch(
            series: [UInt32](0..<40), times: [Int64](repeating: 9, count: 40),
            values: [Double](repeating: 1, count: 40))),
    .changes([StoredSnapshot(series: 7, time: 5, kind: "swap", bytes: [1, 2, 3])]),
].map { (entry: JournalEntry) in entry.encoded() }

/// What is read from the data directory.
let storedTargets: [FuzzTarget] = [
    FuzzTarget("chunk", seeds: chunks) { bytes in
        guard let points = try? ChunkCodec.decode(bytes) else { return }
        require(
            points.values.count == points.count && points.scores.count == points.count,
            "columns of \(points.count), \(points.values.count) and \(points.scores.count)")
        require(zip(points.times, points.times.dropFirst()).allSatisfy { $0 < $1 }, "times do not rise")
        require(
            (try? ChunkCodec.decode(ChunkCodec.encode(points))) == points,
            "\(points.count) points do not come back")
    },
    FuzzTarget("journal", seeds: entries) { bytes in
        guard let entry = try? JournalEntry(decoding: bytes) else { return }
        require((try? JournalEntry(decoding: entry.encoded())) == entry, "the entry does not come back")
    },
]

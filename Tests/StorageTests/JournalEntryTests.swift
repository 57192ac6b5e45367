import Storage
import TestSupport
import Testing

/// Entries of every kind, with times that repeat and times that do not.
private func entry(seed: UInt64) -> JournalEntry {
    var generator = SeededGenerator(seed: seed)
    let count = Int.random(in: 0...50, using: &generator)
    if seed % 3 == 0 {
        return .series(
            (0..<count).map { id in
                let length = Int.random(in: 0...80, using: &generator)
                return StoredSeries(
                    id: UInt32(id),
                    labels: (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) })
            })
    }
    if seed % 5 == 0 {
        return .changes(
            (0..<count).map { _ in
                let length = Int.random(in: 0...80, using: &generator)
                return StoredSnapshot(
                    series: UInt32.random(in: 0 ... .max, using: &generator),
                    time: Int64(bitPattern: generator.next()), kind: length % 2 == 0 ? "" : "swap/µ",
                    bytes: (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) })
            })
    }
    var batch = PointBatch()
    for i in 0..<count {
        batch.series.append(UInt32.random(in: 0 ... .max, using: &generator))
        batch.times.append(
            seed % 3 == 1 ? 1_700_000_000_000 + Int64(i / 7) : Int64(bitPattern: generator.next()))
        batch.values.append(Double(bitPattern: generator.next()))
    }
    return .points(batch)
}

struct JournalEntryTests {
    @Test(arguments: 0..<90 as Range<UInt64>)
    func `an entry comes back as it was`(seed: UInt64) throws {
        let entry = entry(seed: seed)
        #expect(try JournalEntry(decoding: entry.encoded()) == entry)
    }

    @Test
    func `times that repeat take no room`() {
        let equal = PointBatch(
            series: [UInt32](repeating: 1, count: 1_000), times: [Int64](repeating: 5, count: 1_000),
            values: [Double](repeating: 1, count: 1_000))
        var other = equal
        other.times = (0..<1_000).map { Int64($0) }
        #expect(JournalEntry.points(equal).encoded().count == 2 + 4 + 4 + 12 + 12_000)
        #expect(JournalEntry.points(other).encoded().count == 2 + 4 + 20_000)
    }

    @Test(arguments: 0..<30 as Range<UInt64>)
    func `an entry that is cut short anywhere, or too long, is refused`(seed: UInt64) {
        let bytes = entry(seed: seed).encoded()
        for length in 0..<bytes.count {
            #expect(throws: StorageError.self, "\(length)") {
                try JournalEntry(decoding: Array(bytes[..<length]))
            }
        }
        #expect(throws: StorageError.self) { try JournalEntry(decoding: bytes + [0]) }
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func `flipped bits never crash`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var bytes = entry(seed: seed).encoded()
        for _ in 0..<Int.random(in: 1...6, using: &generator) {
            let reach = generator.next() % 2 == 0 ? min(bytes.count, 16) : bytes.count
            bytes[Int.random(in: 0..<reach, using: &generator)] ^=
                1 << UInt8.random(in: 0...7, using: &generator)
        }
        if case .points(let batch)? = try? JournalEntry(decoding: bytes) {
            #expect(batch.series.count == batch.count && batch.values.count == batch.count)
        }
    }

    @Test
    func `lengths are checked before anything is allocated, and a newer version is refused`() {
        #expect(throws: StorageError.self) { try JournalEntry(decoding: [1, 2, 255, 255, 255, 255]) }
        #expect(throws: StorageError.self) { try JournalEntry(decoding: [1, 1, 255, 255, 255, 255]) }
        #expect(throws: StorageError.self) {
            try JournalEntry(decoding: [1, 3, 0, 0, 0, 0, 255, 255, 255, 255])
        }
        #expect(throws: StorageError.self) { try JournalEntry(decoding: [1, 9, 0, 0, 0, 0]) }
        #expect(throws: StorageError.self) { try JournalEntry(decoding: [2, 4, 255, 255, 255, 255]) }
        #expect(throws: StorageError.self) {
            try JournalEntry(decoding: [2, 4, 1, 0, 0, 0] + [UInt8](repeating: 255, count: 40))
        }
        #expect(throws: StorageError.newer(path: "journal entry", found: 3, known: 2)) {
            try JournalEntry(decoding: [3, 1, 0, 0, 0, 0])
        }
    }
}
